"""Verify: blobs by their hashes, looks by their chains, and derived history by deriving it once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from config.errors import StorageError
from crawler.history.derivation import Reader, derive, told_again
from storage import captures, changes, observations, pages
from storage.asking import evidence
from storage.asking.evidence import Head
from storage.engine import Database
from storage.keeping import verification
from storage.keeping.verification import Problem
from storage.pages import Page

NOT_DERIVED = ("held", "withdrawn")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked: `heads` are the ends of the pages' chains, `notes` what could not be checked, and why.

    `again` are the pages whose newest answer is broken and is asked for anew at their next look.
    """

    problems: tuple[Problem, ...]
    heads: tuple[Head, ...]
    notes: tuple[str, ...]
    again: tuple[str, ...]
    blobs: int
    removed: int

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": not self.problems,
            "blobs": self.blobs,
            "removed": self.removed,
            "problems": [problem.to_json() for problem in self.problems],
            "heads": [asdict(head) for head in self.heads],
            "notes": list(self.notes),
            "fetched_again": list(self.again),
        }


def verify(
    database: Database, reader_of: Callable[[Page], Reader], wanted: Sequence[Page] | None = None
) -> Verified:
    """Check these pages, or everything. Only the validators of what is broken are written."""
    with database.read() as connection:
        looked = list(pages.every(connection) if wanted is None else wanted)
        ids = [None] if wanted is None else [page.id for page in looked]
        checked = [verification.check_blobs(connection, page_id) for page_id in ids]
        spoilt = frozenset(blob_id for each in checked for blob_id in each.spoilt)
        problems = [problem for each in checked for problem in each.problems]
        notes: list[str] = []
        for page in looked:
            problems += verification.check_chain(connection, page.id)
            problems += _check_captures(connection, page)
            if not spoilt or not _seen(connection, page) & spoilt:
                problems += _check_derived(connection, page, reader_of(page), notes)
        urls = {page.url for page in looked}
        heads = tuple(head for head in evidence.heads(connection) if head.page in urls)
    again = _ask_again(database, looked, spoilt)
    removed, number = sum(each.removed for each in checked), sum(each.number for each in checked)
    return Verified(tuple(problems), heads, tuple(notes), again, number, removed)


def _seen(connection: sa.Connection, page: Page) -> set[int]:
    return {capture.blob_id for capture in captures.all_of(connection, page.id)}


def _check_captures(connection: sa.Connection, page: Page) -> Iterator[Problem]:
    """Whether the captures are the runs of the page's good looks."""
    stored = {
        (c.first_seen_at, c.last_seen_at, c.looks, c.blob_id) for c in captures.all_of(connection, page.id)
    }
    for run in sorted(stored ^ set(captures.cut(connection, page.id))):
        said = "a capture is not what its looks say" if run in stored else "looks have no capture"
        yield Problem(what=f"{said}: that of {run[0]:%Y-%m-%d %H:%M}", page=page.url)


def _check_derived(
    connection: sa.Connection, page: Page, reader: Reader, notes: list[str]
) -> Iterator[Problem]:
    """Whether versions of records and changes are those that the captures yield."""
    if page.last_good_at is None:
        return
    if page.history_rules != reader.rules:
        notes.append(
            f"{page.url}: its history was read by older rules: wgwatch reparse, then it can be checked"
        )
        return
    try:
        made = derive(connection, page, captures.all_of(connection, page.id), reader, keep=False)
    except StorageError as error:
        yield Problem(what=str(error), page=page.url)
        return
    stored = {_version(version): version for version in observations.all_of(connection, page.id)}
    derived = {_version(version): version for version in made.state.touched}
    for key in sorted(stored.keys() ^ derived.keys()):
        version = stored.get(key) or derived[key]
        said = "is stored and not derived" if key in stored else "is derived and not stored"
        what = (
            f"a version of {version.record_id} ({version.record.label}, {version.first_seen:%Y-%m-%d}) {said}"
        )
        yield Problem(what=what, page=page.url)
    yield from _check_changes(connection, page, {change.id for change in told_again(connection, page, made)})


def _check_changes(connection: sa.Connection, page: Page, derived: set[str]) -> Iterator[Problem]:
    stored = {
        change.id
        for change in changes.of_page(connection, page.id)
        if change.kind not in changes.OF_NO_READING
        and not change.superseded
        and change.state not in NOT_DERIVED
    }
    for change_id in sorted(stored ^ derived):
        said = "is stored and not derived" if change_id in stored else "is derived and not stored"
        yield Problem(what=f"change {change_id} {said}", page=page.url)


def _version(version: observations.Version) -> str:
    said = sorted(version.record.to_json().items(), key=lambda item: item[0])
    times = (version.first_seen, version.last_seen, version.next_look)
    return repr((version.record_id, version.record.kind, said, times, version.verdict))


def _ask_again(database: Database, looked: Sequence[Page], spoilt: frozenset[int]) -> tuple[str, ...]:
    """Pages whose newest answer is broken lose their validators, so that their next look brings it whole."""
    broken = [page for page in looked if page.validated_blob_id in spoilt]
    for page in broken:
        with database.write() as connection:
            pages.lock(connection, page.id)
            pages.update(connection, page.id, etag=None, last_modified=None, validated_blob_id=None)
    return tuple(page.url for page in broken)
