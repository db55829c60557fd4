"""What differs between two states of one record, field by field."""

from __future__ import annotations

from typing import Any

from diffing.match import folded
from storage.records import Contact, Record

NOT_COMPARED = frozenset({"read_from", "email_protected"})

Fields = dict[str, tuple[Any, Any]]


def compare(old: Record, new: Record) -> Fields:
    """The facts that changed: `{"starts_on": ("2016-09-07", "2016-09-12")}`. Spelling alone is no change."""
    before, after = old.said(), new.said()
    return {
        name: (before[name], after[name])
        for name in before
        if name not in NOT_COMPARED and not _equal(before[name], after[name]) and not _unknown(name, old, new)
    }


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other or (folded(one) == folded(other)))


def _unknown(name: str, old: Record, new: Record) -> bool:
    """A protected e-mail is unknown: neither its coming nor its going is news of the address."""
    if name != "email" or not isinstance(old, Contact) or not isinstance(new, Contact):
        return False
    return old.email_protected or new.email_protected
