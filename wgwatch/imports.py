"""Saved pages into history, silently: an import publishes no change and tells nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from config.addresses import check_url
from config.errors import ReadError, UsageError
from crawler.answers import Answer
from crawler.derivation import Reader, look_of, rebuild
from crawler.documents import parse
from crawler.guard import judge
from crawler.steps import Seen, append
from storage import blobs, captures, changes, pages, subscriptions
from storage.captures import Sighting
from storage.engine import Database
from storage.pages import Page
from wgwatch.applying import page_for

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
    body = _read(path)
    content_type = CONTENT_TYPES.get(path.suffix.lower())
    _assert_page(body, content_type, url, at, path)
    with database.write() as connection:
        page = pages.lock(connection, page_for(connection, url, now).id)
        if source is not None:
            page = _put_into_source(connection, page, source)
        blob_id = blobs.put(connection, body, captures.recent_blobs(connection, page.id, at))
        outcome = _outcome(connection, page, blob_id, at)
        if outcome != "known":
            headers = (("content-type", content_type),) if content_type else ()
            captures.add_sighting(
                connection,
                page.id,
                Sighting(
                    seen_at=at,
                    address=url,
                    origin="import",
                    outcome=outcome,
                    good=True,
                    status=200,
                    blob_id=blob_id,
                    headers=headers,
                ),
            )
            _derive(connection, page, Seen(at, blob_id, body, content_type, url), reader_of(page))
        counts = _counts(connection, page, at, reader_of(page))
    return Imported(page, outcome, counts)


def _derive(connection: sa.Connection, page: Page, seen: Seen, reader: Reader) -> None:
    """What comes last is one more step; what comes in between makes the history anew."""
    if page.last_good_at is not None and (seen.at <= page.last_good_at or page.rules != reader.rules):
        rebuild(connection, page, reader)
    else:
        step = append(connection, page, seen, reader)
        changes.derive(connection, step.changes)
        said_name = step.said_name or page.said_name
        pages.update(connection, page.id, rules=reader.rules, said_name=said_name)
    if page.last_good_at is None or seen.at > page.last_good_at:
        pages.update(connection, page.id, last_good_at=seen.at)


def _put_into_source(connection: sa.Connection, page: Page, source: str) -> Page:
    source_id = subscriptions.source_id(connection, source)
    if source_id is None:
        known = ", ".join(subscriptions.source_names(connection)) or "none; wgwatch apply brings them in"
        raise UsageError(f"there is no source '{source}'; known are: {known}")
    pages.add_source(connection, page.id, source_id)
    return pages.get(connection, page.id)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _assert_page(body: bytes, content_type: str | None, url: str, at: datetime, path: Path) -> None:
    """A challenge or error page that was saved must not become history."""
    answer = Answer(
        page_id=0,
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", content_type or "text/html"),),
        body=body,
        asked_at=at,
        received_at=at,
    )
    verdict = judge(answer)
    if verdict.outcome != "page":
        raise UsageError(f"{path} is not the page: {'; '.join(verdict.reasons)}")
    try:
        parse(body, content_type, url)
    except ReadError as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _outcome(connection: sa.Connection, page: Page, blob_id: int, at: datetime) -> str:
    if captures.already_seen(connection, page.id, at, blob_id):
        return "known"
    if captures.good_at(connection, page.id, at) is not None:
        raise UsageError(f"another answer of {page.url} is known for the very same time: {at.isoformat()}")
    before = captures.at(connection, page.id, at)
    if before is None:
        return "baseline"
    return "unchanged" if before.blob_id == blob_id else "changed"


def _counts(connection: sa.Connection, page: Page, at: datetime, reader: Reader) -> dict[str, int]:
    capture = captures.at(connection, page.id, at)
    return look_of(connection, page, capture, reader).reading.counts() if capture else {}
