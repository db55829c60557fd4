"""Read the past anew with today's rules: history is derived, and rebuilding it tells nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from config.errors import ReadError
from crawler.history.derivation import Reader, derive, look_of, rebuild, told_again
from diffing import revision
from diffing.revision import Difference
from storage import captures, changes, observations, pages, register
from storage.changes import Change
from storage.engine import Database
from storage.keeping import reparses
from storage.observations import Version
from storage.pages import Page


@dataclass(frozen=True, slots=True)
class Reparsed:
    """What rebuilding one page came to, and which answers about the past are others now.

    `appeared` and `vanished` are changes that are derived now and were not before, or the other way round.
    """

    page: Page
    captures: int
    rules: tuple[str | None, str]
    differences: tuple[Difference, ...]
    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "page": self.page.url,
            "label": self.page.label,
            "captures": self.captures,
            "rules_before": self.rules[0],
            "rules_after": self.rules[1],
            "differences": [difference.to_json() for difference in self.differences],
            "changes_appeared": list(self.appeared),
            "changes_vanished": list(self.vanished),
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read anew: these pages (by number), or all; those seen since; those done already only if `anyway`."""

    page_ids: Sequence[int] | None = None
    since: datetime | None = None
    anyway: bool = False

    def takes(self, page: Page, reader: Reader) -> bool:
        if self.page_ids is not None and page.id not in self.page_ids:
            return False
        if page.last_good_at is None or (self.since and page.last_good_at < self.since):
            return False
        return self.anyway or page.history_rules != reader.rules


def reparse(
    database: Database,
    reader_of: Callable[[Page], Reader],
    wanted: Wanted,
    clock: Callable[[], datetime],
    began_at: datetime | None = None,
) -> Iterator[Reparsed]:
    """Rebuild page by page, each in a transaction of its own, so that checks go on meanwhile.

    A page that is done is not done again, so that a run that was killed is gone on with. `began_at` is given where it
    is a part of a run that several processes share.
    """
    with database.read() as connection:
        began_at = began_at or reparses.begin(connection, clock())
        todo = _pages(connection, reader_of, wanted)
    for page in todo:
        reader = reader_of(page)
        _read_ahead(database, page.id, reader)
        with database.write() as connection:
            done = _rebuilt(connection, pages.lock(connection, page.id), reader, wanted.since)
            reparses.add(
                connection,
                page.id,
                began_at=began_at,
                now=clock(),
                rules=done.rules,
                report=done.to_json(),
            )
        yield done
    with database.write() as connection:
        reparses.end(connection, began_at, clock())


def try_out(database: Database, reader_of: Callable[[Page], Reader], wanted: Wanted) -> Iterator[Reparsed]:
    """What `reparse` would come to. Nothing is written."""
    with database.read() as connection:
        for page in _pages(connection, reader_of, wanted):
            found = captures.all_of(connection, page.id)
            made = derive(connection, page, found, reader_of(page), keep=False)
            before = _Told.of(connection, page)
            after = _Told(made.state.touched, told_again(connection, page, made))
            resolve = made.register.resolve
            yield _reparsed(page, len(found), reader_of(page), before, after, wanted.since, resolve)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a page's history answers."""

    versions: Sequence[Version]
    changes: Sequence[Change]

    @classmethod
    def of(cls, connection: sa.Connection, page: Page) -> _Told:
        told = [change for change in changes.of_page(connection, page.id) if _is_of_readings(change)]
        return cls(observations.all_of(connection, page.id), told)


def _pages(connection: sa.Connection, reader_of: Callable[[Page], Reader], wanted: Wanted) -> list[Page]:
    return [page for page in pages.all_pages(connection) if wanted.takes(page, reader_of(page))]


def _read_ahead(database: Database, page_id: int, reader: Reader) -> None:
    """Read each capture in a short transaction of its own: a rebuild that had to read all would hold up checks."""
    with database.read() as connection:
        found = captures.all_of(connection, page_id)
    for capture in found:
        with database.write() as connection, suppress(ReadError):
            look_of(connection, pages.lock(connection, page_id), capture, reader)


def _rebuilt(connection: sa.Connection, page: Page, reader: Reader, since: datetime | None) -> Reparsed:
    before = _Told.of(connection, page)
    rebuild(connection, page, reader)
    after = _Told.of(connection, page)
    number = len(captures.all_of(connection, page.id))
    ids = {version.record_id: register.resolve(connection, version.record_id) for version in before.versions}
    return _reparsed(page, number, reader, before, after, since, lambda shown: ids.get(shown, shown))


def _reparsed(
    page: Page,
    number: int,
    reader: Reader,
    before: _Told,
    after: _Told,
    since: datetime | None,
    resolve: Callable[[str], str],
) -> Reparsed:
    differences = revision.compare(before.versions, after.versions, resolve)
    old, new = ({change.id: _line(change) for change in told.changes} for told in (before, after))
    return Reparsed(
        page,
        number,
        (page.history_rules or page.rules, reader.rules),
        tuple(d for d in differences if since is None or d.until is None or d.until > since),
        appeared=tuple(line for change_id, line in new.items() if change_id not in old),
        vanished=tuple(line for change_id, line in old.items() if change_id not in new),
    )


def _is_of_readings(change: Change) -> bool:
    return (
        not change.superseded
        and change.state in ("derived", *changes.PUBLISHED)
        and change.kind not in changes.OF_NO_READING
    )


def _line(change: Change) -> str:
    return f"{change.first_seen_after:%Y-%m-%d} {change.kind}: {change.summary}"
