"""Looks that found nothing new: many of them in one transaction, none of them read.

Such a look adds a sighting, lengthens the capture and sets the page's times: nothing that a reader, an alert or a link
depends on. Where the bytes differ, but their outline is the known one, they are stored, too, and begin a capture that
says the same. Whatever is in any way special is left to a close look of its own (`crawler.pipelines`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crawler.answers import Answer
from crawler.guard import Past, judge
from crawler.history import erasure
from crawler.history.derivation import Reader
from crawler.history.sightings import sighting_of
from crawler.links.following import settled
from crawler.pipelines import Outcome, onward, outcome_of, validators
from crawler.timing import pacing
from storage import blobs, captures, noise, pages, sightings
from storage.captures import Capture
from storage.engine import Database
from storage.pages import Page
from storage.sightings import Sighting
from storage.watched import follows
from storage.work import leases
from storage.work.leases import Lease

GOOD = frozenset({"unchanged", "page"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """An answer as it comes in: `is_known` where it says, at a glance, what was there last.

    `outline` is that of its body, where it was worth taking (`crawler.documents.outline`).
    """

    answer: Answer
    is_known: bool
    outline: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Quiet:
    """What a quiet look writes, and how it is told; `latest` is the capture that it lengthens or follows."""

    page: Page
    latest: Capture
    sighting: Sighting
    sha256: bytes
    values: dict[str, Any]

    @property
    def begins(self) -> bool:
        """Whether it begins a capture of its own."""
        return self.sighting.blob_id != self.latest.blob_id

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.page, self.sighting.address, "unchanged")


def may_say_the_same(answer: Answer, page: Page, latest: Capture | None) -> bool:
    """Whether an outline may show that an answer of other bytes says what was there last."""
    if latest is None or page.outline is None or not answer.body or answer.error is not None:
        return False
    return _is_settled(page, latest)


def is_same(answer: Answer, latest: Capture | None) -> bool:
    """Whether an answer is, at a glance, the one that was there last."""
    if latest is None or answer.error is not None:
        return False
    if answer.status == 304:
        return True
    return len(answer.body) == latest.size and blobs.hash_of(answer.body).hex() == latest.sha256


def take_quiet(
    database: Database, arrivals: Sequence[Arrival], lease: Lease, reader_of: Callable[[Page], Reader]
) -> list[Outcome | None]:
    """Commit those that say what their page said last and that nothing else depends on; None for all others.

    They are of different pages. Raises LeaseLost when the host is another's by now, and then nothing is kept.
    """
    with database.write() as connection:
        leases.assert_held(connection, lease)
        numbers = sorted(arrival.answer.page_id for arrival in arrivals)
        found = pages.lock_all(connection, numbers)
        latest = captures.latest_of(connection, numbers)
        blob_of = {page_id: capture.blob_id for page_id, capture in latest.items()}
        plain = settled(connection, blob_of, lambda page_id: reader_of(found[page_id]).rules)
        plain -= noise.pages_watched(connection, numbers)
        looks = [
            _look(connection, arrival, page, latest.get(page.id), reader_of(page))
            if (page := found[arrival.answer.page_id]).id in plain
            else None
            for arrival in arrivals
        ]
        _store(connection, [look for look in looks if look is not None])
        return [look.outcome if look is not None else None for look in looks]


def _look(
    connection: sa.Connection, arrival: Arrival, page: Page, latest: Capture | None, reader: Reader
) -> _Quiet | None:
    """The look, where it is quiet: page and capture as the transaction sees them decide, not the glance before it."""
    answer = arrival.answer
    if latest is None or latest.is_removed or page.rules != reader.rules or not _is_settled(page, latest):
        return None
    if arrival.outline is None:
        says_the_same, look = is_same(answer, latest), _unchanged
    else:  # outlines are of the reading rules of their time, and differ with them
        says_the_same, look = arrival.outline == page.outline and latest.digest is not None, _begun
    past = Past(latest.sha256, latest.size, latest.content_type, latest.address, lambda: None)
    if not says_the_same or judge(answer, past, says_the_same=look is _begun).outcome not in GOOD:
        return None
    return look(connection, answer, page, latest)


def _unchanged(connection: sa.Connection, answer: Answer, page: Page, latest: Capture) -> _Quiet:
    """One more look of a capture."""
    now = onward(answer.received_at, page, latest)
    address = (page.validated_url if answer.status == 304 else None) or answer.final_url
    sighting = sighting_of(answer, now, "unchanged", latest.blob_id, address, in_full=False)
    values = {
        "etag": page.etag,
        "last_modified": page.last_modified,
        "validated_blob_id": page.validated_blob_id,
        "validated_url": page.validated_url,
        **validators(answer, address, latest.blob_id, page, is_kept=True),
        **_times(connection, page, now),
    }
    return _Quiet(page, latest, sighting, bytes.fromhex(latest.sha256), values)


def _begun(connection: sa.Connection, answer: Answer, page: Page, latest: Capture) -> _Quiet:
    """The first look of a capture of other bytes that say the same."""
    now, address = onward(answer.received_at, page, latest), answer.final_url
    blob_id = blobs.put(connection, answer.body, [latest.blob_id])
    sighting = sighting_of(answer, now, "unchanged", blob_id, address)
    values = {**validators(answer, address, blob_id, page, is_kept=True), **_times(connection, page, now)}
    return _Quiet(page, latest, sighting, blobs.hash_of(answer.body), values)


def _is_settled(page: Page, latest: Capture) -> bool:
    """Whether nothing is open on the page: no doubt, no bad health, no other answer that its validators are of.

    A page that is paced by its habit, or rendered, is looked at closely each time.
    """
    if pacing.is_paced(page) or page.spec.get("render"):
        return False
    healthy = page.health == "ok" and not page.bad_looks and page.health_told is None
    return healthy and page.suspect_since is None and page.validated_blob_id == latest.blob_id


def _times(connection: sa.Connection, page: Page, now: datetime) -> dict[str, Any]:
    """Its habit is kept up to date, too: the page may be paced by it one day."""
    habit = pacing.habit_after(page, now, changed=False)
    return {
        "last_check_at": now,
        "last_good_at": now,
        "habit_changes": habit.changes,
        "habit_days": habit.days,
        "next_check_at": pacing.look_after(connection, page, habit, now) if page.paused_at is None else None,
    }


def _store(connection: sa.Connection, looks: Sequence[_Quiet]) -> None:
    if not looks:
        return
    if seen := [(look.latest.id, look.sighting.seen_at) for look in looks if not look.begins]:
        captures.extend_all(connection, seen)
    if begun := [look for look in looks if look.begins]:
        _begin_captures(connection, begun)
    sightings.add_all(connection, [(look.page.id, look.sighting, look.sha256) for look in looks])
    pages.update_all(connection, {look.page.id: look.values for look in looks})


def _begin_captures(connection: sa.Connection, looks: Sequence[_Quiet]) -> None:
    """Captures with the digests and the links of those before them."""
    captures.begin_all(connection, [(k.page.id, k.sighting, str(k.latest.digest)) for k in looks])
    stored = [(k.page.id, k.latest.blob_id, int(k.sighting.blob_id or 0)) for k in looks]
    follows.repeat_listings(connection, stored)
    removed = blobs.removed_of(connection, [blob_id for _, _, blob_id in stored])
    for look in looks:
        if look.sighting.blob_id in removed:  # it names a person who was erased: asked for whole each time
            look.values.update(etag=None, last_modified=None)
            blob_id, digest = look.sighting.blob_id, str(look.latest.digest)
            erasure.settle_same(connection, look.page.id, blob_id, digest, str(look.page.rules))
