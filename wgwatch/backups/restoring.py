"""`wgwatch restore`: what a backup holds into an empty database, with sending held until it is released."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from config.errors import StorageError
from storage.engine import SCHEMA, Database
from storage.keeping import copying
from storage.keeping.copying import OnRows
from storage.sending import holds
from storage.sending.waiting import Waiting, waiting
from wgwatch.application import Application
from wgwatch.backups import archive
from wgwatch.backups.archive import DATABASE, WATCH, Archive, Manifest
from wgwatch.keeping.copying import service_kept_away


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, what waits to be sent, and the files that were written."""

    manifest: Manifest
    database: str
    waiting: Waiting
    files: tuple[Path, ...]


def restore(
    application: Application,
    path: Path,
    url: str,
    on_pass: Callable[[int, int], OnRows],
    *,
    replace: bool = False,
) -> Restored:
    """Bring a backup into the database at `url`. All of the archive is checked before anything is changed.

    Raises StorageError where the archive is damaged, or the database holds something and is not to be replaced.
    """
    now = application.clock()
    with (
        copying.open_target(url) as target,
        archive.opened(path) as found,
        _unpacked(found, target) as origin,
    ):
        manifest = found.manifest
        reason = f"the database was restored from the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC"

        def settle(connection: sa.Connection) -> None:
            holds.release(connection)
            holds.hold(connection, reason, now)

        is_there = target.exists() and target.schema() is not None
        with service_kept_away(target, application.owner, application.clock) if is_there else nullcontext():
            copying.begin(target, manifest.name, now, replace=replace)
            _bring(origin, target, on_pass)
            copying.finish(target, settle)
        files = tuple(_write_files(found, application.settings.watchlist))
        with target.read() as connection:
            return Restored(manifest, target.name, waiting(connection), files)


@contextmanager
def _unpacked(found: Archive, target: Database) -> Iterator[Database]:
    """The database of the archive, brought to our schema: beside a file that it goes into, as there is room."""
    manifest = found.manifest
    if manifest.schema_ > SCHEMA:
        raise StorageError(
            f"{found.path}: a newer wgwatch ({manifest.wgwatch}) made this backup: update wgwatch"
        )
    folder = Path(target.name).parent if target.is_sqlite else None
    try:
        workshop = tempfile.TemporaryDirectory(prefix=".wgwatch-restore-", dir=folder)
    except OSError as error:
        raise StorageError(f"nothing can be written to {folder or 'TMPDIR'}: {error.strerror}") from error
    with workshop:
        file = Path(workshop.name) / DATABASE
        try:
            with file.open("wb") as unpacked:
                found.extract(DATABASE, unpacked)
        except OSError as error:
            raise StorageError(
                f"the backup cannot be unpacked into {file.parent}: {error.strerror}"
            ) from error
        found.check()
        origin = Database(f"sqlite:///{file}")
        origin.prepare()
        yield origin
        origin.close()


def _bring(origin: Database, target: Database, on_pass: Callable[[int, int], OnRows]) -> None:
    with origin.read() as connection:
        rows = sum(copying.counts(connection).values())
        for number in (1, 2):
            differed = copying.bring(connection, target, on_pass(number, rows))
    if differed:
        raise StorageError(f"{target.name} does not hold what was written: does something else write to it?")


def _write_files(found: Archive, watchlist: Path) -> Iterator[Path]:
    """Watchlist and profiles where they belong; what is there and different stays, and the old one comes beside it."""
    for name in found.manifest.files:
        if not name.startswith(WATCH):
            continue
        is_watchlist = name == found.manifest.watchlist
        path = watchlist if is_watchlist else watchlist.parent / name.removeprefix(WATCH)
        content = found.packed.read(name)
        if path.exists():
            if path.read_bytes() == content:
                continue
            path = path.with_name(f"{path.stem}.restored{path.suffix}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise StorageError(
                f"the database is restored, {path} cannot be written: {error.strerror}"
            ) from error
        yield path
