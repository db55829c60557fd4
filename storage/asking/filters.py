"""Which records are asked for: by economy, city, person, role, code or any words that they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from config.profile import economy_name
from storage.fulltext.passages import text_of
from storage.fulltext.words import Term, places, query, words
from storage.records import Record

FIELDS = {
    "economy": ("economy", "co_sponsors"),
    "city": ("city",),
    "person": ("name",),
    "role": ("role",),
    "code": ("code", "project_code"),
}
"""The facts in which a filter looks. `text` looks in all of them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a record has to say; None asks nothing. Case and diacritics do not matter.

    A code and an economy are the whole fact (an economy in any spelling that a profile knows); in the others every
    word or "phrase" has to stand, in any order. Raises UsageError where a wanted text holds no word.
    """

    economy: str | None = None
    city: str | None = None
    person: str | None = None
    role: str | None = None
    code: str | None = None
    text: str | None = None

    @property
    def asks(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    def meets(self, record: Record) -> bool:
        """Whether the record says all that is asked."""
        return all(
            _says(what.name, wanted, record) for what in fields(self) if (wanted := getattr(self, what.name))
        )

    def terms(self) -> tuple[Term, ...]:
        """Terms that every text of a wanted record holds. An economy has many spellings: none of them is certain."""
        sure = (getattr(self, each.name) for each in fields(self) if each.name != "economy")
        return tuple(term for wanted in sure if wanted for term in query(wanted))


def _says(what: str, wanted: str, record: Record) -> bool:
    if what == "text":
        return _holds(text_of(record), wanted)
    said = _facts(record, FIELDS[what])
    if what == "economy":
        asked = words(economy_name(wanted))
        return any(words(economy_name(fact)) == asked for fact in said)
    if what == "code":
        return any(words(fact) == words(wanted) for fact in said)
    return any(_holds(fact, wanted) for fact in said)


def _holds(said: str, wanted: str) -> bool:
    return all(places(said, term) for term in query(wanted))


def _facts(record: Record, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = getattr(record, name, None)
        yield from value if isinstance(value, tuple) else [value] if value else []
