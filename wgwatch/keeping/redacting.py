"""Redact: lawful erasure of an answer's bytes, or of a person wherever they are named.

A person is from now on recognised by salted hashes (`storage.redactions`): answers that still name them are read and
compared with a marker in their place, and leave no bytes. A run that was stopped is gone on with by the same command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from config.errors import DamageError, UsageError
from crawler.history.derivation import Reader, rebuild
from storage import blobs, captures, pages, readings, redactions
from storage.engine import Database
from storage.keeping import erasing
from storage.pages import Page
from storage.redactions import BYTES, Redactions, Term, folded
from wgwatch.keeping.pruning import freeze

FEWEST_WORDS = 2
"""Of a name: one word alone would be found in texts that mean somebody or something else."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What an erasure came to. `marker` stands in the place of a person."""

    marker: str | None
    answers: int
    pages: int
    rows: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def redact_answer(
    database: Database, blob_id: int, reason: str, now: datetime, reader_of: Callable[[Page], Reader]
) -> Redacted:
    """The bytes of one answer go for good; what was read of them stays."""
    with database.write() as connection:
        sha256 = blobs.sha256_of(connection, blob_id).hex()
        redactions.add(connection, [Term(BYTES, sha256)], now, reason)
        seen_on = [pages.lock(connection, n) for n in erasing.pages_that_saw(connection, blob_id)]
        for page in seen_on:
            freeze(connection, page, blob_id, reader_of(page))
        _remove(connection, blob_id, seen_on, now, reason)
    return Redacted(None, 1, len(seen_on), 0)


def redact_person(
    database: Database, person: str, reason: str, now: datetime, reader_of: Callable[[Page], Reader]
) -> Redacted:
    """A person's name, e-mail and phone are masked in all that was derived or told; bytes that hold them go.

    Raises UsageError for a name of one word, and for a reason that names the person.
    """
    with database.write() as connection:
        terms = erasing.terms_of(connection, person)
        _assert_told_apart(terms, reason)
        subject = redactions.add(connection, terms, now, reason)
        erased = redactions.load(connection)
    mine = Redactions(tuple(row for row in erased.rows if row.subject == subject))
    with database.read() as connection:
        hits = {blob_id for blob_id in erasing.blobs_left(connection) if _names(connection, blob_id, mine)}
        wanted = _pages(connection, mine, hits)
    answers = 0
    for page_id in sorted(wanted):
        with database.write() as connection:
            answers += _erase(
                connection, pages.lock(connection, page_id), mine, hits, reader_of, (now, reason)
            )
    with database.write() as connection:
        for blob_id in hits:  # those of bad answers, which no history holds
            answers += not blobs.is_removed(connection, blob_id)
            seen_on = [pages.get(connection, n) for n in erasing.pages_that_saw(connection, blob_id)]
            _remove(connection, blob_id, seen_on, now, reason)
        rows = erasing.mask_kept(connection, erased)
    return Redacted(f"[redacted {subject}]", answers, len(wanted), rows)


def _assert_told_apart(terms: list[Term], reason: str) -> None:
    short = [t for t in terms if t.kind == "name" and len(folded("name", t.text).split()) < FEWEST_WORDS]
    if short or not terms:
        raise UsageError("a name of one word means others too: give first and last name, or an e-mail")
    said = f" {folded('name', reason)} "
    if any(word and f" {word} " in said for t in terms for word in folded(t.kind, t.text).split()):
        raise UsageError("the reason names the person, and it is kept: write one that does not")


def _names(connection: sa.Connection, blob_id: int, mine: Redactions) -> bool:
    try:
        return mine.of_body(blobs.get(connection, blob_id)) is not None
    except DamageError:
        return False


def _pages(connection: sa.Connection, mine: Redactions, hits: set[int]) -> set[int]:
    """Every page whose history names the person, or showed bytes that do."""
    found = erasing.pages_that_name(connection, mine)
    found |= {page_id for blob_id in hits for page_id in erasing.pages_that_saw(connection, blob_id)}
    for page_id in erasing.pages_read(connection):
        if page_id not in found and _readings_that_name(connection, page_id, mine):
            found.add(page_id)
    return found


def _readings_that_name(connection: sa.Connection, page_id: int, mine: Redactions) -> set[str]:
    """Digests of the page's readings that name the person."""
    found = readings.all_of(connection, page_id)
    return {reading.digest for reading in found if mine.of_value(reading.to_json())}


def _erase(
    connection: sa.Connection,
    page: Page,
    mine: Redactions,
    hits: set[int],
    reader_of: Callable[[Page], Reader],
    tombstone: tuple[datetime, str],
) -> int:
    """One page's history without the person; answers how many answers lost their bytes."""
    reader = reader_of(page)
    named = _readings_that_name(connection, page.id, mine)
    for reading in readings.all_of(connection, page.id):
        readings.replace(connection, page.id, mine.mask_reading(reading))
    removed = 0
    for capture in captures.all_of(connection, page.id):
        if capture.blob_id in hits or capture.digest in named:
            freeze(connection, page, capture.blob_id, reader)
            removed += not blobs.is_removed(connection, capture.blob_id)
            _remove(connection, capture.blob_id, [page], *tombstone)
    erasing.mask_register(connection, page.id, mine)
    if captures.latest(connection, page.id) is not None:
        rebuild(connection, page, reader)
    return removed


def _remove(connection: sa.Connection, blob_id: int, seen_on: list[Page], now: datetime, reason: str) -> None:
    """The bytes go; where they were the newest answer, the next look asks for it whole."""
    for page in seen_on:
        if page.validated_blob_id == blob_id:
            pages.update(connection, page.id, etag=None, last_modified=None)
    blobs.remove(connection, blob_id, now, f"redacted: {reason}")
