"""A chat and a file hear of a change, from the watchlist to the wire."""

from __future__ import annotations

import json

from world import World, group_page

TOPIC = "hunter2-topic"
WATCHLIST = """\
sources:
  - name: harbour
    pages: [{pages}]
subscriptions:
  - name: room
    chat: ${{ROOM_CHAT}}
  - name: pipe
    file: ./changes.jsonl
    tell: [events]
"""


def test_a_change_reaches_chat_and_file_and_the_database_knows_no_address(world: World) -> None:
    world.environ["ROOM_CHAT"] = f"{world.url.replace('http', 'ntfy')}/{TOPIC}"
    world.watch(world.show("/hwg", group_page(7)), text=WATCHLIST)
    assert "room: writes to ntfy at once" in world.wgwatch("validate").stdout
    world.wgwatch("check")
    world.show("/hwg", group_page(9))
    world.wgwatch("check")
    ((_, body),) = world.hooks
    message = json.loads(body)
    assert (message["topic"], message["title"]) == (TOPIC, "HWG: 43rd HWG Meeting moved to 9 Sep 2027")
    (line,) = (world.folder / "changes.jsonl").read_text().splitlines()
    deliveries = {each["channel"]: each for each in world.json("deliveries", "list")}
    assert deliveries["chat"]["target"] == "ntfy of room"
    assert {each["state"] for each in deliveries.values()} == {"sent"}
    told = json.loads(line)
    assert (told["id"], told["type"]) == (deliveries["file"]["id"], "event.moved")
    listed = world.wgwatch("subscriptions", "list", "--json").stdout
    written = world.wgwatch("export", "watchlist").stdout
    stored = b"".join(path.read_bytes() for path in world.folder.glob("wgwatch.db*"))
    assert TOPIC not in listed + written + json.dumps(list(deliveries.values()))
    assert TOPIC.encode() not in stored
    assert "chat:\n  - ${ROOM_CHAT}" in written


def test_a_sample_reaches_chat_and_file(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["ROOM_CHAT"] = f"{world.url.replace('http', 'ntfy')}/{TOPIC}"
    world.watch(world.show("/hwg", group_page(7)), text=WATCHLIST)
    world.wgwatch("apply")
    assert "ntfy of room" in world.wgwatch("subscriptions", "test", "room").stdout
    ((_, body),) = world.hooks
    assert json.loads(body)["title"].startswith("[test] ")
    world.wgwatch("subscriptions", "test", "pipe")
    (line,) = (world.folder / "changes.jsonl").read_text().splitlines()
    assert json.loads(line)["data"]["test"] is True
