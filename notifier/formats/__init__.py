"""Records and changes in formats that other programs open: calendar, contacts, feed, table.

Each writer takes plain values, as `to_json` gives them, and answers bytes: the same bytes as long as the same is known,
so that a reader that asks again can be told that nothing is new. Whatever a page says goes through `plain`.
"""
