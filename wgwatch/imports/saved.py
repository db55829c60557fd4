"""Saved pages into history, silently: an import publishes no change and tells nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from config.addresses import check_url
from config.errors import UsageError
from crawler.answers import Answer
from crawler.history.derivation import Reader, look_of
from storage import blobs, captures, pages, sightings
from storage.engine import Database
from storage.pages import Page
from storage.watched import subscriptions
from wgwatch.imports.admission import Taken, admit, why_not
from wgwatch.watching.applying import page_for

CONTENT_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
    ".ics": "text/calendar; charset=utf-8",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: `outcome` is baseline, changed, unchanged or known (it was there already)."""

    page: Page
    outcome: str
    counts: dict[str, int]


def import_file(
    database: Database,
    path: Path,
    url: str,
    at: datetime,
    now: datetime,
    reader_of: Callable[[Page], Reader],
    source: str | None = None,
) -> Imported:
    """One saved page, as it was at `at`. Raises UsageError for what is no page, no address or no past time."""
    check_url(url)
    if at > now:
        raise UsageError(f"{at:%Y-%m-%d %H:%M} lies in the future: a page can only be imported as it was")
    answer = _saved(path, url, at)
    if reason := why_not(answer):
        raise UsageError(f"{path} is not the page: {reason}")
    with database.write() as connection:
        page = pages.lock(connection, page_for(connection, url, now).id)
        if source is not None:
            page = put_into_source(connection, page, source)
        outcome = _outcome(connection, page, answer)
        if outcome != "known":
            admit(connection, page, [Taken(answer)], reader_of)
            page = pages.get(connection, page.id)
        counts = _counts(connection, page, at, reader_of(page))
    return Imported(page, outcome, counts)


def put_into_source(connection: sa.Connection, page: Page, source: str) -> Page:
    """The page as one of the source's. Raises UsageError where there is no such source."""
    source_id = subscriptions.source_id(connection, source)
    if source_id is None:
        known = ", ".join(subscriptions.source_names(connection)) or "none; wgwatch apply brings them in"
        raise UsageError(f"there is no source '{source}'; known are: {known}")
    pages.add_source(connection, page.id, source_id)
    return pages.get(connection, page.id)


def _saved(path: Path, url: str, at: datetime) -> Answer:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    content_type = CONTENT_TYPES.get(path.suffix.lower())
    return Answer(
        page_id=0,
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", content_type),) if content_type else (),
        body=body,
        asked_at=at,
        received_at=at,
    )


def _outcome(connection: sa.Connection, page: Page, answer: Answer) -> str:
    at = answer.received_at
    blob_id = blobs.find(connection, blobs.hash_of(answer.body))
    if blob_id is not None and sightings.already_seen(connection, page.id, at, blob_id):
        return "known"
    if sightings.good_at(connection, page.id, at) is not None:
        raise UsageError(f"another answer of {page.url} is known for the very same time: {at.isoformat()}")
    before = captures.at(connection, page.id, at)
    if before is None:
        return "baseline"
    return "unchanged" if before.blob_id == blob_id else "changed"


def _counts(connection: sa.Connection, page: Page, at: datetime, reader: Reader) -> dict[str, int]:
    capture = captures.at(connection, page.id, at)
    return look_of(connection, page, capture, reader).reading.counts() if capture else {}
