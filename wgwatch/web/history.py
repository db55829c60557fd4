"""A record's versions as a story: what each page said when, and what differed from the version before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.asking.queries import SEEN
from storage.pages import Page
from storage.records import record_from_json

BESIDE_THE_POINT = frozenset({"read_from", "email_protected"})


@dataclass(frozen=True, slots=True)
class Said:
    """One fact of a version; `before` is what the page's version before said, where it said something else."""

    name: str
    value: str
    before: str | None
    differs: bool
    inferred: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """What one page said over one interval of looks."""

    page_id: int
    page: str
    facts: tuple[Said, ...]
    first_seen: datetime
    last_seen: datetime | None
    next_look: datetime | None
    state: str
    is_first: bool


def versions_in_words(versions: Sequence[Any], on: Mapping[int, Page]) -> list[Span]:
    """Rows of observations, oldest first, as a story, newest first."""
    found: list[Span] = []
    last: dict[tuple[int, str], dict[str, Any]] = {}
    for row in versions:
        record = record_from_json(row.kind, row.said)
        said = {name: value for name, value in record.said().items() if name not in BESIDE_THE_POINT}
        before = last.get((row.page_id, row.record_id))
        found.append(
            Span(
                row.page_id,
                on[row.page_id].url,
                tuple(_facts(said, before, record.inferred)),
                row.first_seen_at,
                row.last_seen_at or on[row.page_id].last_good_at,
                row.next_look_at,
                row.verdict or SEEN,
                before is None,
            )
        )
        last[row.page_id, row.record_id] = said
    return found[::-1]


def _facts(
    said: Mapping[str, Any], before: Mapping[str, Any] | None, inferred: Mapping[str, str]
) -> list[Said]:
    return [
        Said(
            name.replace("_", " "),
            _text(value),
            _text(before[name]) if before is not None and before[name] != value else None,
            before is not None and before[name] != value,
            inferred.get(name),
        )
        for name, value in said.items()
        if _text(value) or (before is not None and _text(before[name]))
    ]


def _text(value: Any) -> str:
    return (
        ", ".join(map(str, value)) if isinstance(value, tuple | list) else "" if value is None else str(value)
    )
