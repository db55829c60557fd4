"""What a step of history works with and what it finds: looks, drafts of changes, and where record ids come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from diffing.fields import Fields
from diffing.text import Pair
from storage.records import Event, Reading, Record


class Register(Protocol):
    """Where record ids are drawn (storage.register)."""

    def draw(self, kind: str, key: str) -> str: ...
    def find(self, kind: str, key: str) -> str | None: ...
    def name(self, kind: str, key: str, record_id: str) -> None: ...
    def merge(self, one: str, other: str) -> str: ...
    def resolve(self, record_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Look:
    """A capture as a step of history: when it was first and last seen, its bytes' hash, what it said."""

    first_seen: datetime
    last_seen: datetime
    sha256: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that a step found, before it has an id."""

    kind: str
    record_id: str | None = None
    record_kind: str | None = None
    before: Record | None = None
    after: Record | None = None
    before_id: str | None = None
    after_id: str | None = None
    section: tuple[str, str] | None = None
    fields: Fields = field(default_factory=dict)
    sentences: tuple[Pair, ...] = ()
    importance: float = 0.0
    because: str = ""
    summary: str = ""
    noise: bool = False


def only_in_prose(record: Record) -> bool:
    """Meetings known from sentences are told as sentences, with the text of their section."""
    return isinstance(record, Event) and record.read_from == "prose"
