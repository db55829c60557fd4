"""Changes laid out for a reader: what one look at one page found, with times and proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlsplit

from notifier.entries import HEADINGS, NO_LONGER_SHOWN, Change, Entry, entry_of
from notifier.links import change_page
from notifier.values import moment, plain, shown_day, shown_gap, shown_time

LONG_GAP = timedelta(days=2)
"""From here on the reader must be told that nobody read the page in between."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at one page found. `page` is None where the address is none that a reader may follow."""

    title: str
    last_seen: str | None
    first_seen: str
    gap: str
    doubt: str
    sections: tuple[tuple[str, tuple[Entry, ...]], ...]
    page: str | None
    sha256_before: str | None
    sha256_after: str | None
    links: tuple[str, ...] = ()


def looks_of(changes: Sequence[Change], zone: tzinfo, public_url: str | None) -> tuple[Look, ...]:
    """The changes grouped by page and look, in order of first appearance."""
    groups: dict[tuple[Any, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_look_key(change), []).append(change)
    return tuple(_look(mine, zone, public_url) for mine in groups.values())


def shown_group(change: Change) -> str:
    """`Small and Medium Enterprises Working Group (SMEWG)`, or what is known of it, else the page's host."""
    name, label = (plain(change.get(key) or "", 200) for key in ("group_name", "group"))
    if name and label and name != label:
        return f"{name} ({label})"
    return name or label or plain(urlsplit(str(change.get("page") or "")).hostname or "A page", 200)


def web_address(text: object) -> str | None:
    """An address that may become a link: http or https, nothing that runs."""
    address = plain(text or "", 2000)
    return address if urlsplit(address).scheme in {"http", "https"} else None


def _look_key(change: Change) -> tuple[Any, ...]:
    evidence: Mapping[str, Any] = change.get("evidence") or {}
    times = (change.get("last_seen_before"), change.get("first_seen_after"))
    return shown_group(change), change.get("page"), *times, evidence.get("sha256_after"), change.get("state")


def _look(changes: list[Change], zone: tzinfo, public_url: str | None) -> Look:
    first = changes[0]
    evidence = first.get("evidence") or {}
    after = moment(first["first_seen_after"])
    before = moment(first["last_seen_before"]) if first.get("last_seen_before") else None
    close = before is not None and after - before <= LONG_GAP
    shown = shown_time if close else shown_day
    return Look(
        title=shown_group(first),
        last_seen=shown(before, zone) if before else None,
        first_seen=shown(after, zone),
        gap=_gap(before, after, len(changes)) if before and not close else "",
        doubt="Not confirmed yet: a second look will confirm or withdraw this."
        if first.get("state") == "held"
        else "",
        sections=tuple(_sections(_entries(changes, zone))),
        page=web_address(first.get("page")),
        sha256_before=_hex(evidence.get("sha256_before")),
        sha256_after=_hex(evidence.get("sha256_after")),
        links=tuple(change_page(public_url, str(change["id"])) for change in changes) if public_url else (),
    )


def _gap(before: datetime, after: datetime, changes: int) -> str:
    what = "the change" if changes == 1 else "the changes"
    return f"Nobody read the page in between: {what} happened some time in these {shown_gap(before, after)}."


def _sections(entries: Iterable[Entry]) -> Iterable[tuple[str, tuple[Entry, ...]]]:
    found = list(entries)
    for heading in HEADINGS:
        mine = tuple(entry for entry in found if entry.heading == heading)
        if mine:
            yield heading, tuple(_without_repeats(mine))


def _entries(changes: Sequence[Change], zone: tzinfo) -> Iterable[Entry]:
    """A redesign stands before the sections that it took away, and does not list them a second time."""
    counted = any(change["kind"] == "section.gone" for change in changes)
    for change in sorted(changes, key=lambda change: str(change["kind"]).startswith("section.")):
        entry = entry_of(change, zone)
        if counted and change["kind"] == "page.redesigned":
            entry = replace(entry, rows=tuple(row for row in entry.rows if row.label != NO_LONGER_SHOWN))
        yield entry


def _without_repeats(entries: tuple[Entry, ...]) -> Iterable[Entry]:
    """A note that later entries repeat is shown once, at the last of them."""
    for place, entry in enumerate(entries):
        later = {note for other in entries[place + 1 :] for note in other.notes}
        yield replace(entry, notes=tuple(note for note in entry.notes if note not in later))


def _hex(digest: object) -> str | None:
    return plain(digest, 64) if digest else None
