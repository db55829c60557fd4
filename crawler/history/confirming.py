"""A big loss is looked at again before anybody hears of it: after minutes, then after an hour.

A look that lost too much (`diffing.losses`) stays outside the history, and what it would tell is held. The doubt is
over when a look shows the page whole: what was held is withdrawn. It is confirmed by a look that comes an hour or more
after the second was due and still shows the same: then the doubted looks become history, in their order, and what was
held is told, under the ids that it was held with. A look that lost too much in another way begins a new doubt.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from config.errors import ReadError, RemovedError
from crawler.answers import Answer
from crawler.history import eyes
from crawler.history.derivation import Reader, look_of
from crawler.history.sightings import sighting_of
from crawler.history.steps import Seen, append
from crawler.timing.intervals import next_look
from diffing.losses import losses
from storage import blobs, captures, changes, doubts, pages, rendered, sightings
from storage.changes import Change
from storage.doubts import Doubted
from storage.pages import Page
from storage.records import Reading

AGAIN = (timedelta(minutes=5), timedelta(minutes=65))
"""When a page in doubt is looked at again, counted from the first doubted look; the last of them may confirm."""
WHOLE = "a later look shows the page whole again"
ANOTHER = "a later look shows the page in another way"
OTHERWISE = "a later look confirms the loss but not this"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a look shows too little of, and since when: `is_known` where earlier looks showed the same."""

    reasons: tuple[str, ...]
    since: datetime
    is_known: bool
    is_confirmed: bool


def doubt_of(connection: sa.Connection, page: Page, seen: Seen, reader: Reader) -> Doubt | None:
    """What is to be doubted about a look; None where it shows the page whole. The caller holds the page."""
    reasons = _lost(connection, page, seen, reader)
    if not reasons:
        return None
    if page.suspect_since is None or not _is_same(connection, page, page.suspect_since, seen, reader):
        return Doubt(reasons, seen.at, is_known=False, is_confirmed=False)
    late_enough = seen.at >= page.suspect_since + AGAIN[-1]
    return Doubt(reasons, page.suspect_since, is_known=True, is_confirmed=late_enough)


def put_off(
    connection: sa.Connection, page: Page, answer: Answer, seen: Seen, doubt: Doubt, reader: Reader
) -> tuple[str, ...]:
    """Keep a doubted look as evidence, hold its news, look again soon; answers the doubt in words."""
    if not doubt.is_known:
        settle(connection, page, None, reader, seen.at, ANOTHER)
        _hold(connection, page, seen, reader)
    again = None
    if page.paused_at is None:
        again = min(_again_at(doubt.since, seen.at), next_look(page.spec, seen.at))
    shown = f"shows {', '.join(doubt.reasons)}"
    sighting = sighting_of(
        answer, seen.at, doubts.OUTCOME, seen.blob_id, seen.address, good=False, reason=shown
    )
    sightings.add(connection, page.id, sighting)
    pages.update(
        connection,
        page.id,
        health=doubts.OUTCOME,
        health_since=doubt.since,
        health_reason=shown,
        suspect_since=doubt.since,
        suspect_looks=page.suspect_looks + 1 if doubt.is_known else 1,
        last_check_at=seen.at,
        next_check_at=again,
    )
    return (shown, f"looking again at {again:%H:%M} UTC") if again else (shown,)


def settle(
    connection: sa.Connection,
    page: Page,
    doubt: Doubt | None,
    reader: Reader,
    now: datetime,
    because: str = WHOLE,
) -> list[Change]:
    """End the doubt that the page was under, if it was under one.

    Where it is confirmed the doubted looks become history, and what they tell is promised; else what was held is
    withdrawn, and `because` says why.
    """
    if page.suspect_since is None:
        return []
    found: list[Change] = []
    doubted = doubts.since(connection, page.id, page.suspect_since) if doubt else []
    doubts.accept(connection, doubted)
    for look in doubted:
        # removed since, or no longer read by today's rules: it says nothing, as in a rebuild
        with suppress(ReadError, RemovedError):
            body = blobs.get(connection, look.blob_id)
            built = rendered.is_blob(connection, page.id, look.blob_id)
            seen = Seen(look.seen_at, look.blob_id, body, look.content_type, look.address, is_rendered=built)
            found += append(connection, page, seen, reader).changes
        page = replace(page, rules=reader.rules)
    changes.settle(connection, page.id, found, now, OTHERWISE if doubt else because)
    return found


def _lost(connection: sa.Connection, page: Page, seen: Seen, reader: Reader) -> tuple[str, ...]:
    """What a look shows too little of, against the last good one."""
    if not isinstance(seen.read, Reading):
        return ()
    latest = captures.latest(connection, page.id)
    if latest is None or eyes.have_changed(connection, page, latest, seen.is_rendered):
        return ()
    try:
        before = look_of(connection, page, latest, reader)
    except (
        ReadError
    ):  # by today's rules the last good answer is no text: there is nothing like to compare with
        return ()
    return losses(before.reading, seen.read, seen.at)


def _is_same(connection: sa.Connection, page: Page, since: datetime, seen: Seen, reader: Reader) -> bool:
    """Whether this look shows what the doubted ones showed, and nothing has come into the history since."""
    doubted = doubts.since(connection, page.id, since)
    latest = captures.latest(connection, page.id)
    if not doubted or (latest is not None and latest.last_seen_at >= since):
        return False
    return _is_like(connection, doubted[-1], seen, reader)


def _hold(connection: sa.Connection, page: Page, seen: Seen, reader: Reader) -> None:
    """Publish as held what this look would tell. The history stays as it is: the step is taken back."""
    trial = connection.begin_nested()
    try:
        found = append(connection, page, seen, reader).changes
    finally:
        trial.rollback()
    told = [change for change in found if not (change.noise or change.same_as)]
    changes.publish(connection, told, seen.at, state="held")


def _again_at(since: datetime, now: datetime) -> datetime:
    return next((since + wait for wait in AGAIN if since + wait > now), now + AGAIN[0])


def _is_like(connection: sa.Connection, look: Doubted, seen: Seen, reader: Reader) -> bool:
    """Whether neither of two looks lost too much against the other."""
    if look.blob_id == seen.blob_id:
        return True
    try:
        body = blobs.get(connection, look.blob_id)
        earlier = reader.read(body, look.content_type, look.address, seen_at=look.seen_at)
    except (ReadError, RemovedError):
        return False
    assert isinstance(earlier, Reading)
    assert isinstance(seen.read, Reading)
    return not losses(earlier, seen.read, seen.at) and not losses(seen.read, earlier, seen.at)
