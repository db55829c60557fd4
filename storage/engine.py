"""The database: SQLite or PostgreSQL, opened, brought to the present schema, read from and written to.

One writer at a time (SQLite: BEGIN IMMEDIATE; PostgreSQL: row locks taken by the rooms that need them). Driver
errors leave here as StorageError with one clear sentence.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from config.errors import StorageError
from storage.compatibility import is_readable
from storage.lines import PATIENCE, Lines

SCHEMA = "0011"
"""The newest migration, known here so that a look at the schema needs no Alembic (it costs a third of a second)."""
_PRESENT = sa.text("SELECT version_num FROM alembic_version")
LONGEST_SILENCE = 60_000
"""Milliseconds that a PostgreSQL server waits for what comes next in a transaction: rows are held meanwhile."""
UNFINISHED = "unfinished"
"""Stands in the migration's place while a copy is being made (`storage.keeping.copying`): nothing else may use it."""


class Database:
    """An open database. `read()` and `write()` give a connection inside one transaction."""

    def __init__(self, url: str) -> None:
        try:
            self.url = sa.make_url(url)
            self.engine = _engine(self.url)
            self._lines = Lines()
            if not self.is_sqlite:
                sa.event.listen(self.engine, "connect", self._lines.note)
        except (NoSuchModuleError, SQLAlchemyError, ImportError) as error:
            raise StorageError(f"WGWATCH_DATABASE_URL is not usable: {type(error).__name__}") from error

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def name(self) -> str:
        """The database as shown to people: a file, or an address without its password."""
        if self.is_sqlite:
            return self.url.database or ":memory:"
        return self.url.render_as_string(hide_password=True)

    def exists(self) -> bool:
        """Whether there is anything to read: the file for SQLite; a server is taken to exist."""
        return not self.is_sqlite or Path(self.name.removeprefix("file:")).exists()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One moment's view from the beginning to the end, nothing written."""
        with self._explained("read"), self.engine.connect() as connection:
            # connect() begins nothing yet; SQLite's snapshots need no level
            yield (
                connection
                if self.is_sqlite
                else connection.execution_options(isolation_level="REPEATABLE READ")
            )

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sa.Connection]:
        """One transaction, committed at the end or not at all.

        `durable` has SQLite flush it to the disk before the block is left (a promise to someone outside hangs on
        it); otherwise a power cut may take the last moments back, never a part of a transaction.
        """
        with self._explained("written"), self.engine.connect() as connection:
            if (
                self.is_sqlite
            ):  # on the driver's connection: inside a transaction the level may not be changed
                level = "FULL" if durable else "NORMAL"
                connection.connection.cursor().execute(f"PRAGMA synchronous={level}")
            with connection.execution_options(wgwatch_writes=True).begin():
                yield connection

    def prepare(self) -> None:
        """Create the schema or bring it up to date.

        Raises StorageError where a newer wgwatch made it into what this one does not understand.
        """
        if self.schema() != SCHEMA:
            from storage.migrations import upgrade

            with self._explained("prepared"):
                upgrade(self)

    def schema(self) -> str | None:
        """The database's migration, None for an empty one."""
        with self.read() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(_PRESENT).scalar()

    def refuse_unreadable(self, connection: sa.Connection) -> None:
        """Raises StorageError where this wgwatch is too old for the schema that is there."""
        present = connection.execute(_PRESENT).scalar()
        if present is not None and not is_readable(connection, present, SCHEMA):
            raise StorageError(
                f"the database {self.name} was made by a newer wgwatch (schema {present}): update wgwatch"
            )

    def abandon(self) -> None:
        """Break off all connections to a server that no longer answers: who waits for it gets a StorageError."""
        self._lines.cut()

    def compact(self) -> None:
        """Give back the room of what was deleted; in a SQLite file nothing of it is left."""
        with self._explained("compacted"), self.engine.connect() as connection:
            if self.is_sqlite:
                cursor = connection.connection.cursor()
                # FTS5 only marks words as deleted until its parts are merged
                forget = "INSERT INTO passage_words (passage_words) VALUES ('optimize')"
                for statement in (forget, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    cursor.execute(statement).fetchall()
                return
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _explained(self, done: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StorageError(f"the database {self.name} cannot be {done}: {_cause(error)}") from error


@dataclass(frozen=True, slots=True)
class Encoded:
    """JSON as text, for a value that goes into many rows."""

    text: str


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        patience = {name: value for name, value in PATIENCE.items() if name not in url.query}
        engine = sa.create_engine(url, json_serializer=_in_json, pool_pre_ping=True, connect_args=patience)
        sa.event.listen(engine, "connect", _configure_postgresql)
        return engine
    engine = sa.create_engine(url, json_serializer=_in_json, connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_postgresql(connection: Any, _record: Any) -> None:
    """Of a process that fell silent in the middle of a transaction, the server gives back what it holds."""
    connection.autocommit = True
    connection.execute(f"SET idle_in_transaction_session_timeout = {LONGEST_SILENCE}")
    connection.autocommit = False


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling lets a read be followed by another process's write before ours:
    # updates got lost. We begin ourselves (below).
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        # Reading a read-only file is fine, and a write will say what is wrong. A locked one is being switched by
        # another process at this moment; the mode stays with the file, so that the next connection has it.
        if "readonly" not in str(error) and "locked" not in str(error):
            raise


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("wgwatch_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _in_json(value: object) -> str:
    return value.text if isinstance(value, Encoded) else json.dumps(value)


def _cause(error: DBAPIError) -> str:
    """The driver's own first line: it names the cause and never our parameters."""
    return str(error.orig).strip().split("\n", 1)[0] if error.orig else type(error).__name__
