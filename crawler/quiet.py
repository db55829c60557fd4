"""Looks that found nothing new: many of them in one transaction, none of them read.

Such a look adds a sighting, lengthens the capture and sets the page's times: nothing that a reader, an alert or a link
depends on. Whatever is in any way special is left to a close look of its own (`crawler.pipelines`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crawler import pacing
from crawler.answers import Answer
from crawler.derivation import Reader
from crawler.following import settled
from crawler.guard import Past, judge
from crawler.pipelines import Outcome, onward, validators
from storage import blobs, captures, leases, noise, pages
from storage.captures import Capture, Sighting
from storage.engine import Database
from storage.leases import Lease
from storage.pages import Page

GOOD = frozenset({"unchanged", "page"})


@dataclass(frozen=True, slots=True)
class _Quiet:
    """What a quiet look writes, and how it is told."""

    page_id: int
    capture: Capture
    sighting: Sighting
    values: dict[str, Any]
    outcome: Outcome


def is_same(answer: Answer, latest: Capture | None) -> bool:
    """Whether an answer is, at a glance, the one that was there last."""
    if latest is None or answer.error is not None:
        return False
    if answer.status == 304:
        return True
    return len(answer.body) == latest.size and blobs.hash_of(answer.body).hex() == latest.sha256


def take_quiet(
    database: Database, answers: Sequence[Answer], lease: Lease, reader_of: Callable[[Page], Reader]
) -> list[Outcome | None]:
    """Commit those that are what their page said last and that nothing else depends on; None for all others.

    Answers are of different pages. Raises LeaseLost when the host is another's by now, and then nothing is kept.
    """
    with database.write() as connection:
        leases.assert_held(connection, lease)
        numbers = sorted(answer.page_id for answer in answers)
        found = pages.lock_all(connection, numbers)
        latest = captures.latest_of(connection, numbers)
        blob_of = {page_id: capture.blob_id for page_id, capture in latest.items()}
        plain = settled(connection, blob_of, lambda page_id: reader_of(found[page_id]).rules)
        plain -= noise.pages_watched(connection, numbers)
        looks = [
            _look(connection, answer, found[answer.page_id], latest.get(answer.page_id), reader_of)
            if answer.page_id in plain
            else None
            for answer in answers
        ]
        _store(connection, [look for look in looks if look is not None])
        return [look.outcome if look is not None else None for look in looks]


def _look(
    connection: sa.Connection,
    answer: Answer,
    page: Page,
    latest: Capture | None,
    reader_of: Callable[[Page], Reader],
) -> _Quiet | None:
    """The look, where it is quiet: page and capture as the transaction sees them decide, not the glance before it."""
    if latest is None or latest.is_removed or not is_same(answer, latest) or not _is_settled(page, latest):
        return None
    past = Past(latest.sha256, latest.size, latest.content_type, latest.address, lambda: None)
    if page.rules != reader_of(page).rules or judge(answer, past).outcome not in GOOD:
        return None
    now = onward(answer.received_at, page, latest)
    address = (page.validated_url if answer.status == 304 else None) or answer.final_url
    sighting = Sighting(
        seen_at=now,
        address=answer.url,
        origin="check",
        outcome="unchanged",
        good=True,
        status=answer.status,
        blob_id=latest.blob_id,
        answered_from=address if address != answer.url else None,
    )
    values = {
        "etag": page.etag,
        "last_modified": page.last_modified,
        "validated_blob_id": page.validated_blob_id,
        "validated_url": page.validated_url,
        **validators(answer, address, latest.blob_id, page, is_kept=True),
        **_times(connection, page, now),
    }
    return _Quiet(page.id, latest, sighting, values, Outcome(page.id, page.label, answer.url, "unchanged"))


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
    captures.extend_all(connection, [(look.capture.id, look.sighting.seen_at) for look in looks])
    captures.add_sightings(
        connection, [(look.page_id, look.sighting, bytes.fromhex(look.capture.sha256)) for look in looks]
    )
    pages.update_all(connection, {look.page_id: look.values for look in looks})
