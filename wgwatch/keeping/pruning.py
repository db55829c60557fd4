"""Prune: the bytes of old answers go by a rule, what they said stays. Each answer in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.errors import DamageError, ReadError
from config.retention import Retention
from crawler.history.derivation import Reader, look_of
from storage import blobs, captures, pages, readings
from storage.engine import Database
from storage.keeping import retention
from storage.pages import Page


@dataclass(frozen=True, slots=True)
class Pruned:
    """One answer whose bytes went, or would go: its hash, the pages that showed it, the bytes that it took."""

    sha256: str
    pages: tuple[str, ...]
    bytes: int


def prune(
    database: Database,
    reader_of: Callable[[Page], Reader],
    rule: Retention,
    now: datetime,
    *,
    page_ids: Set[int] | None = None,
    with_proof: bool = False,
    dry_run: bool = False,
) -> Iterator[Pruned]:
    """Remove what the rule does not keep, of these pages or of all; a blob that is damaged is left for `verify`."""
    with database.read() as connection:
        found = retention.removable(connection, rule, now, with_proof=with_proof)
    for blob_id, seen_on in found.items():
        if page_ids is not None and not seen_on & page_ids:
            continue
        if dry_run:
            with database.read() as connection:
                yield _pruned(connection, blob_id, seen_on)
            continue
        with database.write() as connection:
            done = _remove(connection, blob_id, seen_on, reader_of, f"pruned: kept are {rule}", now)
        if done is not None:
            yield done


def freeze(connection: sa.Connection, page: Page, blob_id: int, reader: Reader) -> None:
    """What an answer said by the rules that read it stands for it from now on. The caller holds the page."""
    if readings.is_frozen(connection, page.id, blob_id) and blobs.is_removed(connection, blob_id):
        return
    capture = next((c for c in captures.all_of(connection, page.id) if c.blob_id == blob_id), None)
    if capture is None:  # a bad answer has no place in the history
        return
    kept = readings.newest(connection, page.id, capture.digest) if capture.digest else None
    if kept is None:
        try:
            kept = look_of(connection, page, capture, reader).reading
        except ReadError:
            kept = None
    readings.freeze(connection, page.id, blob_id, kept, kept.rules if kept else reader.rules)


def _remove(
    connection: sa.Connection,
    blob_id: int,
    seen_on: Set[int],
    reader_of: Callable[[Page], Reader],
    reason: str,
    now: datetime,
) -> Pruned | None:
    held = [pages.lock(connection, page_id) for page_id in sorted(seen_on)]
    if any(_is_newest(connection, page, blob_id) for page in held):  # it came back since the rule was applied
        return None
    try:
        done = _pruned(connection, blob_id, seen_on)
        for page in held:
            freeze(connection, page, blob_id, reader_of(page))
        blobs.remove(connection, blob_id, now, reason)
    except DamageError:
        return None
    return done


def _is_newest(connection: sa.Connection, page: Page, blob_id: int) -> bool:
    latest = captures.latest(connection, page.id)
    return blob_id == page.validated_blob_id or (latest is not None and latest.blob_id == blob_id)


def _pruned(connection: sa.Connection, blob_id: int, seen_on: Set[int]) -> Pruned:
    urls = tuple(pages.get(connection, page_id).url for page_id in sorted(seen_on))
    return Pruned(blobs.sha256_of(connection, blob_id).hex(), urls, retention.bytes_of(connection, blob_id))
