"""`wgwatch backup`: one moment of the database, the watchlist and the profiles, while everything goes on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from config.errors import StorageError, UsageError
from storage import keys
from storage.asking import evidence
from storage.engine import SCHEMA, Database
from storage.keeping import copying
from storage.keeping.copying import OnRows
from storage.sending import holds
from wgwatch import __version__
from wgwatch.application import Application
from wgwatch.backups import archive
from wgwatch.backups.archive import DATABASE, WATCH, Manifest
from wgwatch.backups.declared import declared

WITHHELD = frozenset({"sessions", "tokens", "attempts", "keys"})
"""What lets somebody in is in no backup; people keep their passwords as hashes."""


def backup(application: Application, path: Path, on_pass: Callable[[int, int], OnRows]) -> Manifest:
    """Write the archive under a name of its own, check it, and only then give it its name.

    The database in it is SQLite, whatever ours is, complete and usable as it is, but for sending, which is held.
    """
    source, now = application.existing_database, application.clock()
    if path.exists() and not archive.is_backup(path):
        raise UsageError(f"{path} is there and no backup: it was left as it is")
    workshop = path.with_name(f".{path.name}.partial")
    try:
        shutil.rmtree(workshop, ignore_errors=True)  # of one that was killed
        workshop.mkdir(mode=0o700)
        file = workshop / DATABASE
        rows, chains = _copy(source, file, now, on_pass)
        found = declared(application.settings.watchlist, application.environ)
        members: dict[str, Path | bytes] = {DATABASE: file}
        members |= {f"{WATCH}{name}": content for name, content in found.files.items()}
        about = {
            "wgwatch": __version__,
            "schema": SCHEMA,
            "made_at": now,
            "database": source.url.get_backend_name(),
            "rows": rows,
            "chains": chains,
            "watchlist": next((f"{WATCH}{name}" for name in found.files), None),
            "remarks": found.remarks,
        }
        manifest = archive.pack(workshop / path.name, about, members)
        _settle(workshop / path.name, path)
    except OSError as error:
        raise StorageError(f"the backup {path} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return manifest


def _copy(
    source: Database, file: Path, now: datetime, on_pass: Callable[[int, int], OnRows]
) -> tuple[dict[str, int], int]:
    """One moment of the source into a new file; answers its rows by table and the chains in it."""
    with copying.open_target(f"sqlite:///{file}") as target, source.read() as connection:
        copying.begin(target, source.name, now)
        rows = copying.counts(connection, WITHHELD)
        for number in (1, 2):
            differed = copying.bring(connection, target, on_pass(number, sum(rows.values())), WITHHELD)
        if differed:
            raise StorageError(f"the copy for the backup is not equal to {source.name}: is the disk sound?")
        unsubscribe = keys.known(connection, keys.UNSUBSCRIBE)

        def settle(there: sa.Connection) -> None:
            holds.hold(there, f"this is a backup of {now:%Y-%m-%d %H:%M} UTC", now)
            if unsubscribe is not None:  # it opens nothing, and addresses in mails that were sent stay good
                keys.put(there, keys.UNSUBSCRIBE, unsubscribe)

        copying.finish(target, settle)
        with target.engine.connect() as there:  # one file, without a journal beside it
            there.connection.cursor().execute("PRAGMA journal_mode=DELETE")
        return rows, len(evidence.heads(connection))


def _settle(made: Path, path: Path) -> None:
    """Read all of it once more, then give it its name, and have the disk know both."""
    with archive.opened(made) as found:
        found.check()
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
