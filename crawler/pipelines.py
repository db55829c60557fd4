"""From an answer to history: one check is one transaction (sighting, capture, reading, observations, changes).

Reading (`crawler.looks`) happens before the transaction, comparing inside it against what the page's history says at
that moment, so that an import or a reparse in between cannot be overlooked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import sqlalchemy as sa

from crawler.answers import Answer
from crawler.guard import Verdict
from crawler.history import confirming
from crawler.history.confirming import Doubt
from crawler.history.derivation import Reader
from crawler.history.learning import learn_noise
from crawler.history.sightings import sighting_of
from crawler.history.steps import Seen, append
from crawler.history.trouble import recovery, trouble
from crawler.links.following import Said, follow
from crawler.looks import Looked, Question
from crawler.timing import hints, pacing
from crawler.timing.adaptive import Habit
from storage import blobs, captures, changes, pages, rendered, screenshots, sightings
from storage.captures import Capture
from storage.changes import Change
from storage.engine import Database
from storage.pages import Page
from storage.watched import follows
from storage.work import leases
from storage.work.leases import Lease

SET_ASIDE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check came to: `outcome` is baseline, unchanged, changed, suspect, blocked or failed.

    `found` are the numbers of pages that its links led to and that are watched from now on; `number` is that of the
    sighting in its page's chain, None where there was none.
    """

    page_id: int
    page: str
    url: str
    outcome: str
    reasons: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    counts: dict[str, int] | None = None
    found: tuple[int, ...] = ()
    number: int | None = None
    sources: tuple[str, ...] = ()

    @property
    def check(self) -> str | None:
        """What the check is called in logs: its page and its number among the page's looks."""
        return f"{self.page_id}/{self.number}" if self.number is not None else None


def outcome_of(page: Page, address: str, outcome: str, reasons: tuple[str, ...] = (), **more: Any) -> Outcome:
    """What a check of a page came to that adds one sighting to those that it had."""
    number, sources = page.arrivals + 1, page.sources
    return Outcome(page.id, page.label, address, outcome, reasons, number=number, sources=sources, **more)


def take(database: Database, question: Question, looked: Looked, lease: Lease) -> Outcome:
    """Commit what an answer says. Raises LeaseLost when the host is another's by now, and then nothing is kept."""
    answer = question.answer
    with database.write() as connection:
        leases.assert_held(connection, lease)
        follows.hold(connection, answer.page_id)
        page = pages.lock(connection, answer.page_id)
        if not looked.is_page:
            return _commit_bad(connection, page, answer, looked.verdict)
        return _commit_good(connection, page, question, looked)


def set_aside(database: Database, answer: Answer, lease: Lease, what: str) -> Outcome:
    """An answer that we failed on ourselves: kept as evidence, told as a failure, looked at again later."""
    verdict = Verdict("failed", (f"our own defect while reading it: {what}",))
    with database.write() as connection:
        leases.assert_held(connection, lease)
        return _commit_bad(connection, pages.lock(connection, answer.page_id), answer, verdict)


def give_up(database: Database, page: Page, lease: Lease, now: datetime) -> Outcome:
    """A page whose looks ended our processes, one after the other: told as a failure, tried again in a day."""
    reason = "each look at it ended our process: it is set aside for a day"
    answer = Answer(
        page_id=page.id,
        url=page.url,
        final_url=page.url,
        status=0,
        asked_at=now,
        received_at=now,
        error=reason,
    )
    with database.write() as connection:
        leases.assert_held(connection, lease)
        locked = pages.lock(connection, page.id)
        outcome = _commit_bad(connection, locked, answer, Verdict("failed", (reason,)))
        pacing.put_off(connection, locked, now + SET_ASIDE)
    return outcome


def _commit_good(connection: sa.Connection, page: Page, question: Question, looked: Looked) -> Outcome:
    """A page came: it goes to the end of its history, unless it is so broken that it is doubted."""
    answer, reader = question.answer, question.reader
    seen = _stored(connection, page, question, looked)
    now = seen.at
    doubt = confirming.doubt_of(connection, page, seen, reader)
    if doubt and not doubt.is_confirmed:
        return _commit_doubted(connection, page, answer, seen, doubt, reader)
    confirmed = confirming.settle(connection, page, doubt, reader, now)
    step = append(connection, page, seen, reader)
    found = (*confirmed, *step.changes)
    outcome = _outcome(found, step.outcome)
    learn_noise(connection, page.id, step.changes, page.last_good_at, now)
    picture = screenshots.put(connection, answer.screenshot, seen.blob_id) if step.is_new else None
    sighting = sighting_of(
        *(answer, now, outcome, seen.blob_id, seen.address), in_full=step.is_new, screenshot_id=picture
    )
    sightings.add(connection, page.id, sighting)
    recovered = recovery(page, now)
    changes.publish(connection, (*found, *recovered), now)
    named = replace(page, said_name=step.said_name or page.said_name)
    habit = pacing.habit_after(page, now, changed=any(not change.noise for change in found))
    well = _well(connection, page, seen, question, looked, outcome, habit)
    pages.update(connection, page.id, said_name=named.said_name, **well)
    hints.heed(connection, page, found, now)
    is_first = step.outcome == "baseline"
    said = Said(
        *(seen.blob_id, seen.body, seen.content_type, seen.address), reader.rules, looked.links, is_first
    )
    news = follow(connection, named, said, now)
    changes.publish(connection, news.changes, now)
    told = tuple(change for change in (*found, *recovered, *news.changes) if not change.noise)
    return outcome_of(named, answer.url, outcome, changes=told, counts=step.counts, found=news.found)


def _stored(connection: sa.Connection, page: Page, question: Question, looked: Looked) -> Seen:
    """The answer with its bytes stored, as a look of the page's history."""
    now = onward(question.answer.received_at, page, captures.latest(connection, page.id))
    near = captures.recent_blobs(connection, page.id, now)
    body = question.body or b""
    return Seen(
        at=now,
        blob_id=blobs.put(connection, body, near, whole=looked.frame),
        body=body,
        content_type=question.content_type,
        address=question.address,
        read=looked.read,
        packed=looked.packed,
        is_rendered=rendered.is_rendered(question.answer.headers),
    )


def _well(
    connection: sa.Connection,
    page: Page,
    seen: Seen,
    question: Question,
    looked: Looked,
    outcome: str,
    habit: Habit,
) -> dict[str, Any]:
    """What is known of a page that is well: its validators, its habit, when it is looked at next."""
    now = seen.at
    is_kept = not blobs.is_removed(connection, seen.blob_id)
    return {
        **validators(question.answer, seen.address, seen.blob_id, page, is_kept=is_kept),
        "rules": question.reader.rules,
        "outline": looked.outline if looked.read is not None else _kept_outline(page, seen.blob_id),
        "health": "ok",
        "health_since": now if page.health != "ok" else page.health_since,
        "health_reason": None,
        "health_told": None,
        "bad_looks": 0,
        "suspect_since": None,
        "suspect_looks": 0,
        "last_check_at": now,
        "last_good_at": now,
        "last_change_at": now if outcome == "changed" else page.last_change_at,
        "habit_changes": habit.changes,
        "habit_days": habit.days,
        "next_check_at": pacing.look_after(connection, page, habit, now) if page.paused_at is None else None,
    }


def _commit_doubted(
    connection: sa.Connection, page: Page, answer: Answer, seen: Seen, doubt: Doubt, reader: Reader
) -> Outcome:
    """A page that looks broken. One that looks broken in another way again and again is told as failing."""
    bad = page.bad_looks + (page.suspect_since is not None and not doubt.is_known)
    words = confirming.put_off(connection, page, answer, seen, doubt, reader)
    told = trouble(connection, page, "failed", words[:1], bad, seen.at)
    pages.update(connection, page.id, bad_looks=bad, health_told="failed" if told else page.health_told)
    return outcome_of(page, answer.url, "suspect", words, changes=tuple(told))


def _outcome(found: Sequence[Change], of_step: str) -> str:
    """Where only noise differs a page is unchanged; doubted looks that are confirmed have changed it before now."""
    if found and all(change.noise for change in found):
        return "unchanged"
    return "changed" if found else of_step


def onward(now: datetime, page: Page, latest: Capture | None) -> datetime:
    """Clocks of two machines may disagree; a page's looks go forward all the same."""
    last = [latest.last_seen_at] if latest else []
    last += [page.last_check_at] if page.suspect_since and page.last_check_at else []
    return max(now, *(moment + timedelta(microseconds=1) for moment in last)) if last else now


def _kept_outline(page: Page, blob_id: int) -> bytes | None:
    """An answer that was not read is the one before, whose outline stands."""
    return page.outline if page.validated_blob_id == blob_id else None


def validators(answer: Answer, address: str, blob_id: int, page: Page, *, is_kept: bool) -> dict[str, object]:
    """They belong to the answer that was just read; a 304 repeats or keeps them (RFC 9110 section 15.4.5).

    An answer whose bytes are not kept (redacted) is asked for whole each time.
    """
    etag, last_modified = (answer.header("etag"), _settled(answer)) if is_kept else (None, None)
    if answer.status == 304:
        return {"etag": etag or page.etag, "last_modified": last_modified or page.last_modified}
    return {
        "etag": etag,
        "last_modified": last_modified,
        "validated_blob_id": blob_id,
        "validated_url": address,
    }


def _settled(answer: Answer) -> str | None:
    """Last-Modified, unless the page may have changed again in the same second after we had it.

    RFC 9110 section 8.8.2.2: as a validator it is to be trusted where the answer's Date is at least a second later.
    """
    last_modified = answer.header("last-modified")
    try:
        modified = parsedate_to_datetime(last_modified or "")
        sent = parsedate_to_datetime(answer.header("date") or "")
    except ValueError:
        return None
    return last_modified if modified.tzinfo and sent.tzinfo and sent > modified else None


def _commit_bad(connection: sa.Connection, page: Page, answer: Answer, verdict: Verdict) -> Outcome:
    """No page came: the last good state stays, the answer is kept as evidence, the next look comes later."""
    now = answer.received_at
    outcome = "blocked" if verdict.outcome == "blocked" else "failed"
    reasons = verdict.reasons
    blob_id = blobs.put(connection, answer.body) if answer.body else None
    sighting = sighting_of(
        *(answer, now, outcome, blob_id, answer.final_url), good=False, reason="; ".join(reasons)
    )
    sightings.add(connection, page.id, sighting)
    bad = page.bad_looks + 1
    told = trouble(connection, page, outcome, reasons, bad, now)
    pages.update(
        connection,
        page.id,
        health=outcome,
        health_since=page.health_since if page.bad_looks else now,
        health_reason="; ".join(reasons),
        health_told=outcome if told else page.health_told,
        bad_looks=bad,
        last_check_at=now,
        next_check_at=pacing.look_after_bad(connection, page, now, bad, verdict.retry_after)
        if page.paused_at is None
        else None,
        **({"etag": None, "last_modified": None} if answer.status == 304 else {}),
    )
    return outcome_of(page, answer.url, outcome, reasons, changes=tuple(told))
