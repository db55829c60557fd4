"""Changes laid out for a reader: what one look at one page found, with times and proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from notifier.writing.entries import HEADINGS, NO_LONGER_SHOWN, Change, Entry, entry_of
from notifier.writing.links import capture_page, change_page, proof_file
from notifier.writing.subjects import by_importance, counted_kind
from notifier.writing.values import Manner, counted, listed, moment, plain, shown_day, shown_gap, shown_time

LONG_GAP = timedelta(days=2)
"""From here on the reader must be told that nobody read the page in between."""
FLOOD = 30
"""More changes than this of one look are counted, and only the most important of them shown."""
SHOWN_OF_A_FLOOD = 10
MOST_LOOKS = 20
"""What more looks found is told in a line each: mail programs cut what is longer."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at one page found. `page` is None where the address is none that a reader may follow.

    `flood` counts the changes by kind where only some of them are shown; `links` are labels with addresses of ours.
    """

    title: str
    last_seen: str | None
    first_seen: str
    gap: str
    doubt: str
    sections: tuple[tuple[str, tuple[Entry, ...]], ...]
    page: str | None
    sha256_before: str | None
    sha256_after: str | None
    flood: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def references(self) -> list[tuple[str, str]]:
        """Where to look further, and the proof: labels with addresses and hashes."""
        found = (
            *self.links,
            ("Page today", self.page),
            ("SHA-256 old", self.sha256_before),
            ("SHA-256 new", self.sha256_after),
        )
        return [(label, said) for label, said in found if said]


def looks_of(
    changes: Sequence[Change], manner: Manner, public_url: str | None
) -> tuple[tuple[Look, ...], list[Change]]:
    """The changes grouped by page and look, in order of first appearance; and those of more looks than are shown."""
    groups: dict[tuple[Any, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_look_key(change), []).append(change)
    found = list(groups.values())
    shown = tuple(_look(mine, manner, public_url) for mine in found[:MOST_LOOKS])
    return shown, [change for mine in found[MOST_LOOKS:] for change in mine]


def shown_group(change: Change) -> str:
    """`Small and Medium Enterprises Working Group (SMEWG)`, or what is known of it, else the page's host."""
    name, label = (plain(change.get(key) or "", 200) for key in ("group_name", "group"))
    if name and label and name != label:
        return f"{name} ({label})"
    return name or label or plain(urlsplit(str(change.get("page") or "")).hostname or "A page", 200)


def web_address(text: object) -> str | None:
    """An address that may become a link: http or https, nothing that runs; a host in letters beyond ASCII as it is
    looked up (`xn--...`), so that none passes for another.
    """
    address = plain(text or "", 2000)
    try:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        if parts.netloc.isascii():
            return address
        host = parts.hostname.encode("idna").decode()
        return urlunsplit(parts._replace(netloc=host + (f":{parts.port}" if parts.port else "")))
    except ValueError:
        return None


def _look_key(change: Change) -> tuple[Any, ...]:
    evidence: Mapping[str, Any] = change.get("evidence") or {}
    times = (change.get("last_seen_before"), change.get("first_seen_after"))
    return shown_group(change), change.get("page"), *times, evidence.get("sha256_after"), change.get("state")


def _look(changes: list[Change], manner: Manner, public_url: str | None) -> Look:
    first = changes[0]
    evidence = first.get("evidence") or {}
    after = moment(first["first_seen_after"])
    before = moment(first["last_seen_before"]) if first.get("last_seen_before") else None
    close = before is not None and after - before <= LONG_GAP
    shown = shown_time if close else shown_day
    is_flood = len(changes) > FLOOD
    told = by_importance(changes)[:SHOWN_OF_A_FLOOD] if is_flood else changes
    hashes = (_hex(evidence.get("sha256_before")), _hex(evidence.get("sha256_after")))
    return Look(
        title=shown_group(first),
        last_seen=shown(before, manner) if before else None,
        first_seen=shown(after, manner),
        gap=_gap(before, after, len(changes)) if before and not close else "",
        doubt=_doubt(first, manner),
        sections=tuple(_sections(_entries(told, manner))),
        page=web_address(first.get("page")),
        sha256_before=hashes[0],
        sha256_after=hashes[1],
        flood=_flood(changes) if is_flood else "",
        links=_links(str(by_importance(changes)[0]["id"]), hashes, public_url) if public_url else (),
    )


def _doubt(change: Change, manner: Manner) -> str:
    """What is certain of it. What settles a doubt is a later look, with its time and what it showed."""
    told = _DOUBTS.get(str(change.get("state")), "")
    settled = change.get("settled") or {}
    if not told or not settled:
        return told
    return f"{told} {shown_time(moment(settled['at']), manner)}: {plain(settled['reason'], 300)}."


def _flood(changes: Sequence[Change]) -> str:
    kinds = Counter(str(change["kind"]) for change in by_importance(changes))
    counts = listed([counted_kind(kind, number) for kind, number in kinds.items()])
    return f"{counted(len(changes), 'change')}: {counts}. The {SHOWN_OF_A_FLOOD} most important:"


def _links(
    change_id: str, hashes: tuple[str | None, str | None], public_url: str
) -> tuple[tuple[str, str], ...]:
    """One comparison shows all that the look found: they share both answers."""
    before, after = (capture_page(public_url, digest) if digest else None for digest in hashes)
    found = {
        "Both pages side by side": change_page(public_url, change_id),
        "The page as it was": before,
        "The page as it is": after,
        "Proof (zip)": proof_file(public_url, change_id),
    }
    return tuple((label, address) for label, address in found.items() if address)


def _gap(before: datetime, after: datetime, changes: int) -> str:
    what = "the change" if changes == 1 else "the changes"
    return f"Nobody read the page in between: {what} happened some time in these {shown_gap(before, after)}."


def _sections(entries: Iterable[Entry]) -> Iterable[tuple[str, tuple[Entry, ...]]]:
    found = list(entries)
    for heading in HEADINGS:
        mine = tuple(entry for entry in found if entry.heading == heading)
        if mine:
            yield heading, tuple(_without_repeats(mine))


def _entries(changes: Sequence[Change], manner: Manner) -> Iterable[Entry]:
    """A redesign stands before the sections that it took away, and does not list them a second time."""
    counted = any(change["kind"] == "section.gone" for change in changes)
    for change in sorted(changes, key=lambda change: str(change["kind"]).startswith("section.")):
        entry = entry_of(change, manner)
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


_DOUBTS = {
    "held": "Not confirmed yet: a second look will confirm or withdraw this.",
    "confirmed": "Confirmed.",
    "withdrawn": "Withdrawn: what follows is not so.",
}
