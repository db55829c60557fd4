"""Answers that somebody took into a page's history, silently: nobody is told.

The history that comes out does not hang on the order in which they come in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from config.errors import ReadError
from crawler.answers import Answer, without_secrets
from crawler.documents import parse
from crawler.guard import judge
from crawler.history.derivation import Reader, rebuild
from crawler.history.linking import second_derived
from crawler.history.steps import Seen, append
from storage import blobs, captures, changes, pages, rendered, sightings
from storage.pages import Page
from storage.sightings import Sighting, content_type

SAME_MOMENT = "another answer of the very same moment counts"


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer with its time (`received_at`), and who took it where that was not a person who saved a page."""

    answer: Answer
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """How many answers were new to the page, and how many were known."""

    new: int = 0
    known: int = 0


def why_not(answer: Answer) -> str | None:
    """Why an answer must not become history (a challenge, an error, no text), for a person; None where it may."""
    verdict = judge(replace(answer, status=200) if answer.status == 304 else answer)
    if verdict.outcome != "page":
        return "; ".join(verdict.reasons)
    try:
        parse(answer.body, content_type(answer.headers), answer.final_url)
    except ReadError as error:
        return str(error)
    return None


def admit(
    connection: sa.Connection, page: Page, found: Sequence[Taken], reader_of: Callable[[Page], Reader]
) -> Admitted:
    """Put answers that may become history into the page's. The caller holds the page's row."""
    news: list[Seen] = []
    for taken in sorted(found, key=lambda taken: taken.answer.received_at):
        seen = _put(connection, page, taken, news[-1].blob_id if news else None)
        if seen is not None:
            news.append(seen)
    if news:
        page = _renamed(connection, page, news[-1])
        _derive(connection, page, news, reader_of(page))
    return Admitted(len(news), len(found) - len(news))


def reject(connection: sa.Connection, page: Page, taken: Taken, reason: str) -> None:
    """Keep what is no page as evidence outside the history, so that it is known."""
    body = taken.answer.body
    blob_id = blobs.put(connection, body) if body else None
    if not sightings.known_at(connection, page.id, taken.answer.received_at, taken.answer.url):
        sightings.add(connection, page.id, _sighting(taken, blob_id, good=False, reason=reason))


def outdoes_rival(connection: sa.Connection, page_id: int, sighting: Sighting, blob_id: int) -> Sighting:
    """Of two good answers of one moment the one with the smaller hash counts, whichever came first."""
    rival = sightings.good_at(connection, page_id, sighting.seen_at)
    if rival is None:
        return sighting
    if blobs.sha256_of(connection, rival) < blobs.sha256_of(connection, blob_id):
        return replace(sighting, good=False, reason=SAME_MOMENT)
    sightings.discount(connection, page_id, sighting.seen_at, rival, SAME_MOMENT)
    return sighting


def _put(connection: sa.Connection, page: Page, taken: Taken, last_put: int | None) -> Seen | None:
    """Store one answer; None where this very answer at this very time is known."""
    answer = taken.answer
    at = answer.received_at
    near = captures.recent_blobs(connection, page.id, at)
    blob_id = blobs.put(connection, answer.body, near if last_put is None else [*near, last_put])
    if sightings.already_seen(connection, page.id, at, blob_id):
        return None
    sighting = _sighting(taken, blob_id, good=True, reason=None)
    sightings.add(connection, page.id, outdoes_rival(connection, page.id, sighting, blob_id))
    built = rendered.is_rendered(answer.headers)
    return Seen(at, blob_id, answer.body, content_type(answer.headers), answer.final_url, is_rendered=built)


def _sighting(taken: Taken, blob_id: int | None, *, good: bool, reason: str | None) -> Sighting:
    answer = taken.answer
    return Sighting(
        seen_at=answer.received_at,
        address=answer.url,
        origin="import",
        outcome="imported" if good else "failed",
        good=good,
        status=answer.status,
        blob_id=blob_id,
        headers=without_secrets(answer.headers),
        asked=answer.asked,
        taken_by=taken.taken_by,
        answered_from=answer.final_url if answer.final_url != answer.url else None,
        reason=reason,
    )


def _renamed(connection: sa.Connection, page: Page, newest: Seen) -> Page:
    """A page that only imports know bears the address of its newest answer."""
    is_ours = page.origin == "import" and page.profile is None and not page.spec
    is_newest = page.last_good_at is None or newest.at > page.last_good_at
    if is_ours and is_newest and newest.address != page.url:
        pages.update(connection, page.id, url=newest.address, rules=None)
    return pages.get(connection, page.id)


def _derive(connection: sa.Connection, page: Page, news: Sequence[Seen], reader: Reader) -> None:
    """What comes last is one more step; what comes in between, or with others, makes the history anew."""
    newest = news[-1].at
    is_next = page.last_good_at is None or (newest > page.last_good_at and page.rules == reader.rules)
    if len(news) == 1 and is_next:
        step = append(connection, page, news[0], reader)
        changes.derive(connection, step.changes)
        second_derived(connection, page)
        said_name = step.said_name or page.said_name
        pages.update(connection, page.id, rules=reader.rules, said_name=said_name)
    else:
        rebuild(connection, page, reader)
    if page.last_good_at is None or newest > page.last_good_at:
        pages.update(connection, page.id, last_good_at=newest)
