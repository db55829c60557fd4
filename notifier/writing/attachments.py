"""What goes with a mail as files: its meetings, both answers side by side where we serve no page, chain heads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from notifier.formats.calendar import calendar_of
from notifier.messages import Attachment
from notifier.writing.entries import Change, side
from notifier.writing.subjects import by_importance, group_name

Differences = Callable[[str, str, str], str | None]
"""Of a page (its address) two answers (SHA-256) side by side as a file of HTML; None where they cannot be shown."""

MOST_DIFFERENCES = 5
LARGEST_DIFFERENCE = 500_000
"""Characters; mail servers refuse what is too large, and then nobody hears anything."""

TOLD_IN_CALENDARS = frozenset(
    {
        *("event.added", "event.moved", "event.renamed", "event.modified"),
        *("event.cancelled", "event.postponed", "event.restored"),
    }
)


def attachments_of(
    changes: Sequence[Change], told: Mapping[str, Any] | None, differences: Differences | None
) -> tuple[Attachment, ...]:
    """All of a mail's; `told` is what a digest says beside its changes."""
    return tuple(_all_of(changes, told, differences))


def _all_of(
    changes: Sequence[Change], told: Mapping[str, Any] | None, differences: Differences | None
) -> Iterator[Attachment]:
    upcoming = (told or {}).get("upcoming")
    events = upcoming["dated"] if upcoming else _events(changes)
    if any(event.get("starts_on") for event in events):
        yield Attachment("events.ics", "text/calendar", calendar_of(events, "wgwatch"))
    if differences:
        yield from _side_by_side(changes, differences)
    heads = ((told or {}).get("heads") or {}).get("text")
    if heads:
        yield Attachment("heads.txt", "text/plain", heads.encode())


def _events(changes: Sequence[Change]) -> list[Mapping[str, Any]]:
    """The meetings as they stand now; neither what is not confirmed nor what only left a list is for a calendar."""
    return [
        {
            **side(change, "after"),
            "id": change["record"]["id"],
            "group": change.get("group"),
            "page": change.get("page"),
            "first_seen": change["first_seen_after"],
            "state": str(change["kind"]).removeprefix("event."),
        }
        for change in changes
        if change["kind"] in TOLD_IN_CALENDARS
        and change.get("state") not in {"held", "withdrawn"}
        and side(change, "after")
    ]


def _side_by_side(changes: Sequence[Change], differences: Differences) -> Iterator[Attachment]:
    """One file for the changes of a look: they share both answers."""
    looks: dict[tuple[str, str, str], Change] = {}
    for change in by_importance(changes):
        evidence = change.get("evidence") or {}
        if evidence.get("sha256_before") and evidence.get("sha256_after"):
            key = (str(change.get("page")), evidence["sha256_before"], evidence["sha256_after"])
            looks.setdefault(key, change)
    for number, (look, change) in enumerate(list(looks.items())[:MOST_DIFFERENCES], 1):
        shown = differences(*look)
        if shown and len(shown) <= LARGEST_DIFFERENCE:
            yield Attachment(f"{number}-{_file_name(change)}.html", "text/html", shown.encode())


def _file_name(change: Change) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", group_name(change)).strip("-")[:40] or "page"
