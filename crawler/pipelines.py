"""From an answer to history: one check is one transaction (sighting, capture, reading, observations, changes).

Reading happens before the transaction, comparing inside it against what the page's history says at that moment, so
that an import or a reparse in between cannot be overlooked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import sqlalchemy as sa

from config.errors import ReadError, RemovedError
from crawler import confirming, hints, pacing
from crawler.answers import Answer, without_secrets
from crawler.confirming import Doubt
from crawler.derivation import Reader, facts_of
from crawler.following import Said, follow
from crawler.guard import Past, Verdict, judge
from crawler.learning import learn_noise
from crawler.steps import Seen, append
from crawler.targets import Links, read_links
from diffing import importance
from diffing.payload import health_change
from storage import blobs, captures, changes, follows, leases, pages, screenshots
from storage.captures import Capture, Sighting, content_type
from storage.changes import Change
from storage.engine import Database
from storage.leases import Lease
from storage.pages import Page
from storage.records import Reading

BAD_LOOKS_TOLD = 3
"""So many bad looks in a row are told as page health; fewer are a site's bad minute."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check came to: `outcome` is baseline, unchanged, changed, suspect, blocked or failed.

    `found` are the numbers of pages that its links led to and that are watched from now on.
    """

    page_id: int
    page: str
    url: str
    outcome: str
    reasons: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    counts: dict[str, int] | None = None
    found: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """An answer that is the page, with its bytes and, where they are not known, what they say."""

    body: bytes
    address: str
    content_type: str | None
    headers: tuple[tuple[str, str], ...]
    status: int
    read: Reading | str | None
    links: Links | None = None


def take(database: Database, answer: Answer, lease: Lease, reader_of: Callable[[Page], Reader]) -> Outcome:
    """Commit what an answer says. Raises LeaseLost when the host is another's by now, and then nothing is kept."""
    with database.read() as connection:
        page = pages.get(connection, answer.page_id)
        verdict = judge(answer, _past(connection, page.id))
        reader = reader_of(page)
        try:
            look = _look_at(connection, page, answer, verdict, reader)
        except ReadError as error:
            look, verdict = None, Verdict("failed", (str(error),))
    with database.write() as connection:
        leases.assert_held(connection, lease)
        follows.hold(connection, answer.page_id)
        page = pages.lock(connection, answer.page_id)
        if look is None:
            return _commit_bad(connection, page, answer, verdict)
        return _commit_good(connection, page, answer, look, reader)


def set_aside(database: Database, answer: Answer, lease: Lease, what: str) -> Outcome:
    """An answer that we failed on ourselves: kept as evidence, told as a failure, looked at again later."""
    verdict = Verdict("failed", (f"our own defect while reading it: {what}",))
    with database.write() as connection:
        leases.assert_held(connection, lease)
        return _commit_bad(connection, pages.lock(connection, answer.page_id), answer, verdict)


def _past(connection: sa.Connection, page_id: int) -> Past | None:
    """The page's last good answer, for the guard; its bytes only where it asks for them."""
    latest = captures.latest(connection, page_id)
    if latest is None:
        return None

    def load() -> bytes | None:
        try:
            return blobs.get(connection, latest.blob_id)
        except RemovedError:
            return None

    return Past(latest.sha256, latest.size, latest.content_type, latest.address, load)


def _look_at(
    connection: sa.Connection, page: Page, answer: Answer, verdict: Verdict, reader: Reader
) -> _Look | None:
    """Read what came, as far as it is not known: the costly part, done before any lock is held."""
    if verdict.outcome not in ("page", "unchanged"):
        return None
    latest = captures.latest(connection, page.id)
    body, address, kind = answer.body, answer.final_url, content_type(answer.headers)
    if verdict.outcome == "unchanged":  # 304: the answer is the one that the validators belong to
        if page.validated_blob_id is None:
            return None
        body = blobs.get(connection, page.validated_blob_id)
        address, kind = page.validated_url or address, latest.content_type if latest else kind
    read: Reading | str | None = None
    if latest is None or page.rules != reader.rules or not _same_bytes(connection, latest, body):
        known = latest.digest if latest and page.rules == reader.rules else None
        read = reader.read(body, kind, address, known, seen_at=answer.received_at)
    links = None
    if read is not None:
        links = read_links(body, kind, address, follows.of_page(connection, page.id))
    return _Look(body, address, kind, answer.headers, answer.status, read, links)


def _same_bytes(connection: sa.Connection, capture: Capture, body: bytes) -> bool:
    return len(body) == capture.size and blobs.hash_of(body).hex() == capture.sha256


def _commit_good(
    connection: sa.Connection, page: Page, answer: Answer, look: _Look, reader: Reader
) -> Outcome:
    now = _onward(connection, page, answer.received_at)
    blob_id = blobs.put(connection, look.body, captures.recent_blobs(connection, page.id, now))
    seen = Seen(now, blob_id, look.body, look.content_type, look.address, look.read)
    doubt = confirming.doubt_of(connection, page, seen, reader)
    if doubt and not doubt.is_confirmed:
        return _commit_doubted(connection, page, answer, seen, doubt, reader)
    confirmed = confirming.settle(connection, page, doubt, reader, now)
    step = append(connection, page, seen, reader)
    found = (*confirmed, *step.changes)
    outcome = _outcome(found, step.outcome)
    learn_noise(connection, page.id, step.changes, page.last_good_at, now)
    habit = pacing.habit_after(page, now, changed=any(not change.noise for change in found))
    sighting = Sighting(
        seen_at=now,
        address=answer.url,
        origin="check",
        outcome=outcome,
        good=True,
        status=answer.status,
        blob_id=blob_id,
        headers=without_secrets(answer.headers) if step.is_new else (),
        asked=answer.asked if step.is_new else (),
        answered_from=look.address if look.address != answer.url else None,
        screenshot_id=screenshots.put(connection, answer.screenshot, blob_id) if step.is_new else None,
    )
    captures.add_sighting(connection, page.id, sighting)
    recovered = _recovery(connection, page, now)
    changes.publish(connection, (*found, *recovered), now)
    pages.update(
        connection,
        page.id,
        **_validators(answer, look, blob_id, page, is_kept=not blobs.is_removed(connection, blob_id)),
        said_name=step.said_name or page.said_name,
        rules=reader.rules,
        health="ok",
        health_since=now if page.health != "ok" else page.health_since,
        health_reason=None,
        health_told=None,
        bad_looks=0,
        suspect_since=None,
        suspect_looks=0,
        last_check_at=now,
        last_good_at=now,
        last_change_at=now if outcome == "changed" else page.last_change_at,
        habit_changes=habit.changes,
        habit_days=habit.days,
        next_check_at=pacing.look_after(connection, page, habit, now) if page.paused_at is None else None,
    )
    hints.heed(connection, page, found, now)
    page = pages.get(connection, page.id)
    said = Said(blob_id, look.body, look.content_type, look.address, reader.rules, look.links)
    news = follow(connection, page, said, now)
    changes.publish(connection, news.changes, now)
    told = tuple(change for change in (*found, *recovered, *news.changes) if not change.noise)
    return Outcome(page.id, page.label, answer.url, outcome, (), told, step.counts, news.found)


def _commit_doubted(
    connection: sa.Connection, page: Page, answer: Answer, seen: Seen, doubt: Doubt, reader: Reader
) -> Outcome:
    """A page that looks broken. One that looks broken in another way again and again is told as failing."""
    bad = page.bad_looks + (page.suspect_since is not None and not doubt.is_known)
    words = confirming.put_off(connection, page, answer, seen, doubt, reader)
    told = _told(connection, page, "failed", words[:1], bad, seen.at)
    pages.update(connection, page.id, bad_looks=bad, health_told="failed" if told else page.health_told)
    return Outcome(page.id, page.label, answer.url, "suspect", words, tuple(told))


def _outcome(found: Sequence[Change], of_step: str) -> str:
    """Where only noise differs a page is unchanged; doubted looks that are confirmed have changed it before now."""
    if found and all(change.noise for change in found):
        return "unchanged"
    return "changed" if found else of_step


def _onward(connection: sa.Connection, page: Page, now: datetime) -> datetime:
    """Clocks of two machines may disagree; a page's looks go forward all the same."""
    latest = captures.latest(connection, page.id)
    last = [latest.last_seen_at] if latest else []
    last += [page.last_check_at] if page.suspect_since and page.last_check_at else []
    return max(now, *(moment + timedelta(microseconds=1) for moment in last)) if last else now


def _validators(answer: Answer, look: _Look, blob_id: int, page: Page, *, is_kept: bool) -> dict[str, object]:
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
        "validated_url": look.address,
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
    reasons = verdict.reasons or ("it said that nothing changed, but nothing was known",)
    blob_id = blobs.put(connection, answer.body) if answer.body else None
    sighting = Sighting(
        seen_at=now,
        address=answer.url,
        origin="check",
        outcome=outcome,
        good=False,
        status=answer.status,
        blob_id=blob_id,
        headers=without_secrets(answer.headers),
        asked=answer.asked,
        answered_from=answer.final_url if answer.final_url != answer.url else None,
        reason="; ".join(reasons),
    )
    captures.add_sighting(connection, page.id, sighting)
    bad = page.bad_looks + 1
    told = _told(connection, page, outcome, reasons, bad, now)
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
    return Outcome(page.id, page.label, answer.url, outcome, reasons, tuple(told))


def _told(
    connection: sa.Connection, page: Page, outcome: str, reasons: tuple[str, ...], bad: int, now: datetime
) -> list[Change]:
    """Page health is told once, when it has been bad for long enough."""
    if bad < BAD_LOOKS_TOLD or page.health_told:
        return []
    kind = "page.blocked" if outcome == "blocked" else "page.failing"
    since = page.health_since or now
    found = _health(connection, page, kind, now, since, "; ".join(reasons))
    changes.publish(connection, found, now)
    return found


def _recovery(connection: sa.Connection, page: Page, now: datetime) -> list[Change]:
    if not page.health_told:
        return []
    return _health(
        connection, page, "page.recovered", now, page.health_since or now, page.health_reason or ""
    )


def _health(
    connection: sa.Connection, page: Page, kind: str, now: datetime, since: datetime, reason: str
) -> list[Change]:
    facts = facts_of(page)
    weight = importance.of(kind)
    return [
        health_change(
            facts, kind, now=now, since=since, last_good=page.last_good_at, reason=reason, weight=weight
        )
    ]
