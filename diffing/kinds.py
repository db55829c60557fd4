"""Which kind of change a difference between two states of one record is."""

from __future__ import annotations

from diffing.fields import Fields
from storage.records import Event

_NAMED_BY = {"contact": "name", "project": "title"}
_WHEN_AND_WHERE = ("starts_on", "ends_on", "city", "economy")


def of_modification(record_kind: str, changed: Fields) -> str:
    """`event.moved`, `contact.renamed`, `project.modified`..."""
    if record_kind == Event.kind:
        return _of_event(changed)
    return (
        f"{record_kind}.renamed"
        if set(changed) == {_NAMED_BY.get(record_kind)}
        else f"{record_kind}.modified"
    )


def _of_event(changed: Fields) -> str:
    was, now = changed.get("status", (None, None))
    if now in ("cancelled", "postponed"):
        return f"event.{now}"
    if was in ("cancelled", "postponed"):
        return "event.restored"
    if any(_moves(*changed[name]) for name in _WHEN_AND_WHERE if name in changed):
        return "event.moved"
    return "event.renamed" if set(changed) == {"title"} else "event.modified"


def _moves(was: str | None, now: str | None) -> bool:
    """A date or place that was not said before is told, not moved; nor is one that is only said more exactly."""
    return bool(was) and not (now and was and (now.startswith(was) or was.startswith(now)))
