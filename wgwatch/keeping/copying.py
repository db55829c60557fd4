"""`wgwatch db copy`: everything into another database, of the same kind or the other, under the same ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.errors import StorageError, UsageError
from storage.asking import evidence
from storage.engine import Database
from storage.keeping import copying
from storage.keeping.copying import OnRows
from storage.work import leases
from wgwatch.application import Application

SERVICE = "service"
TERM = timedelta(minutes=10)
RENEWED_AFTER = TERM / 5
PASSES = 6
"""After so many a source that still differs is being written to by something that we do not know of."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What the target holds now: rows by table, pages that have a chain, and passes that it took."""

    target: str
    rows: dict[str, int]
    chains: int
    passes: int


def copy(application: Application, url: str, on_pass: Callable[[int, int], OnRows]) -> Copied:
    """Copy the database to `url`, or go on where that was interrupted; compared row by row before it is called done.

    `on_pass` is told the number of a pass and of the rows before it, and answers what hears of rows. Raises
    StorageError where a service is at work on the source, or the target holds something else.
    """
    source = application.existing_database
    with copying.open_target(url) as target:
        if target.url == source.url:
            raise UsageError(f"{target.name} is the database itself: --to names another")
        with service_kept_away(source, application.owner, application.clock) as still_ours:
            copying.begin(target, source.name, application.clock())
            passes = _bring_all(source, target, on_pass, still_ours)
            copying.finish(target)
        with target.read() as connection:
            return Copied(target.name, copying.counts(connection), len(evidence.heads(connection)), passes)


def _bring_all(
    source: Database, target: Database, on_pass: Callable[[int, int], OnRows], still_ours: Callable[[], None]
) -> int:
    """Pass after pass, each over what the source is then, until one finds nothing different."""
    for number in range(1, PASSES + 1):
        with source.read() as connection:
            on_rows = on_pass(number, sum(copying.counts(connection).values()))

            def went_on(rows: int, hear: OnRows = on_rows) -> None:
                still_ours()
                hear(rows)

            if not copying.bring(connection, target, went_on):
                return number
    raise StorageError(
        f"{source.name} keeps changing: stop what writes to it, then give the same command again"
    )


@contextmanager
def service_kept_away(
    database: Database, owner: str, clock: Callable[[], datetime]
) -> Iterator[Callable[[], None]]:
    """No service works on the database, and none begins: we hold its lease. What is given renews it.

    Raises StorageError where one runs.
    """
    now = clock()
    with database.write() as connection:
        lease = leases.acquire(connection, SERVICE, owner, now, TERM)
        holder = leases.holder(connection, SERVICE, now)
    if lease is None:
        machine, pid, *_ = (holder or "?/?/?/?").split("/")
        raise StorageError(
            f"wgwatch is at work on {database.name} (process {pid} on {machine}): stop it first"
        )
    renewed = now

    def renew() -> None:
        nonlocal renewed
        if clock() - renewed > RENEWED_AFTER:
            renewed = clock()
            with database.write() as connection:
                leases.renew(connection, lease, renewed, TERM)

    try:
        yield renew
    finally:
        with database.write() as connection:
            leases.release(connection, lease)
