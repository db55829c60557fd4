"""Fields that a layout drops from all rows of a list, or adds to all: news about the page, not about its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diffing import fields as field_diff
from diffing.drafts import Draft
from storage.records import Record

FEWEST = 3
"""Fewer rows than this are no column: their fields may well have changed one by one."""
_ALWAYS_NEWS = frozenset({"status"})
"""Three meetings may be cancelled at once, or all confirmed."""
_NEWS_WHEN_SHOWN = _ALWAYS_NEWS | {"starts_on", "ends_on", "time", "name"}
"""What comes by itself may come for all rows at once: dates are fixed, posts are filled."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of fields that no row shows any longer, and of those that every row now shows."""

    gone: frozenset[str] = frozenset()
    come: frozenset[str] = frozenset()
    rows: int = 0
    section: str = ""

    def __bool__(self) -> bool:
        return bool(self.gone or self.come)

    def without(self, changed: field_diff.Fields) -> field_diff.Fields:
        """A record's changes less those of the layout."""
        return {
            name: (was, now)
            for name, (was, now) in changed.items()
            if not (name in self.gone and now is None) and not (name in self.come and was is None)
        }


def compare_columns(pairs: Sequence[tuple[Record, Record]]) -> Columns:
    """What the layout did to the fields of records that are the same before and after."""
    if len(pairs) < FEWEST:
        return Columns()
    said = [(old.said(), new.said()) for old, new in pairs]
    names = said[0][0].keys() - field_diff.NOT_COMPARED
    gone = {name for name in names - _ALWAYS_NEWS if _left([(old[name], new[name]) for old, new in said])}
    come = {name for name in names - _NEWS_WHEN_SHOWN if _came([(old[name], new[name]) for old, new in said])}
    return Columns(frozenset(gone), frozenset(come), len(pairs), pairs[0][1].section)


def redesign_of(columns: Columns, title: str) -> Draft:
    """The one change that says so."""
    names = (sorted(columns.gone) or None, sorted(columns.come) or None)
    return Draft(
        kind="page.redesigned",
        section=(columns.section, title),
        fields={"columns": names, "records": (columns.rows, columns.rows)},
    )


def _left(values: Sequence[tuple[object, object]]) -> bool:
    shown = [now for was, now in values if was]
    return len(shown) >= FEWEST and not any(shown) and not any(now for _, now in values)


def _came(values: Sequence[tuple[object, object]]) -> bool:
    return not any(was for was, _ in values) and all(now for _, now in values)
