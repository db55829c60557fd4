"""One database into another, of either kind, range by range of rows; each range is compared before it is written.

A range that both have is left, any other is put in the place of what stands there. So a copy that was interrupted
goes on, takes up what its source did meanwhile, and is done when a pass over everything finds nothing different.
Until then the target's schema is called UNFINISHED, which every other command refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint

from config.errors import StorageError
from storage.engine import SCHEMA, UNFINISHED, Database
from storage.fulltext import passages
from storage.tables import metadata

ROWS = 5_000
"""Rows of a range: what one transaction writes, and what a kill costs."""
BATCH = 250
"""Rows that are held in memory at once; a stored answer may have megabytes."""
NOT_COPIED = frozenset({"leases", "processes", "readable_since"})
"""Who is at work on the source is no news for the target, and of its schema the migrations know."""

OnRows = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Sum:
    """So many rows, and the sum of their SHA-256: the same in whatever order they come."""

    rows: int = 0
    digest: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.rows + other.rows, (self.digest + other.digest) % (1 << 256))


@dataclass(frozen=True, slots=True)
class Range:
    """Rows of a table: with numbers above `after`, up to `upto`; all of them where it has no numbers."""

    table: sa.Table
    number: sa.Column[Any] | None = None
    after: int | None = None
    upto: int | None = None

    @property
    def where(self) -> list[sa.ColumnElement[bool]]:
        number, found = self.number, []
        if number is not None and self.after is not None:
            found.append(number > self.after)
        if number is not None and self.upto is not None:
            found.append(number <= self.upto)
        return found


@contextmanager
def open_target(url: str) -> Iterator[Database]:
    """A database to copy into: rows may come before those that they refer to."""
    target = Database(url)
    if target.is_sqlite:
        sa.event.listen(target.engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=OFF"))
    try:
        yield target
    finally:
        target.close()


def begin(target: Database, source: str, now: datetime, *, replace: bool = False) -> None:
    """Have the target take a copy of what `source` names; goes on where it is one that was not finished.

    Raises StorageError where it holds anything else, unless that is to be replaced.
    """
    begun = unfinished(target)
    if begun == source:
        return
    if begun is not None and not replace:
        raise StorageError(f"{target.name} is an unfinished copy of {begun}, not of {source}")
    if not replace and (table := _first_with_rows(target)):
        raise StorageError(f"{target.name} is not empty (it has {table}): nothing was changed there")
    if begun is None:
        target.prepare()
    with target.write() as connection:
        if begun is None:
            _loosen(connection)
            connection.execute(sa.text("CREATE TABLE copying (source text NOT NULL, began_at text NOT NULL)"))
            connection.execute(
                sa.text("UPDATE alembic_version SET version_num = :name"), {"name": UNFINISHED}
            )
        for table in reversed(tables()):
            connection.execute(sa.delete(table))
        connection.execute(sa.text("DELETE FROM copying"))
        insert = sa.text("INSERT INTO copying (source, began_at) VALUES (:source, :now)")
        connection.execute(insert, {"source": source, "now": now.isoformat()})


def unfinished(target: Database) -> str | None:
    """What the target is an unfinished copy of, None where it is none."""
    if not target.exists() or target.schema() != UNFINISHED:
        return None
    with target.read() as connection:
        return str(connection.execute(sa.text("SELECT source FROM copying")).scalar_one())


def bring(source: sa.Connection, target: Database, on_rows: OnRows, leave_out: Collection[str] = ()) -> int:
    """One pass: every range of the source, as it is in this transaction, into the target. Answers how many differed.

    `on_rows` hears after each range how many rows it has. Of the tables in `leave_out` nothing is copied.
    """
    differed = 0
    for table in tables():
        if table.name not in leave_out:
            for part in _ranges(source, table):
                rows, is_new = _bring(source, target, part)
                differed += is_new
                on_rows(rows)
    return differed


def finish(target: Database, settle: Callable[[sa.Connection], None] = lambda _: None) -> None:
    """Make the index of words, numbers to come and references; then the target is a database as any other.

    All in one transaction; `settle` may add to it what else has to be true from the first moment on.
    """
    with target.write(durable=True) as connection:
        passages.reindex(connection)
        if target.is_sqlite:
            _check_references(connection)
        else:
            _fasten(connection)
            connection.execute(sa.text("ANALYZE"))
        settle(connection)
        connection.execute(sa.text("DROP TABLE copying"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :schema"), {"schema": SCHEMA})


def counts(connection: sa.Connection, leave_out: Collection[str] = ()) -> dict[str, int]:
    """The rows of every table that is copied."""
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in tables()
        if table.name not in leave_out
    }


def tables() -> list[sa.Table]:
    """What is copied."""
    return [table for table in metadata.sorted_tables if table.name not in NOT_COPIED]


def _first_with_rows(target: Database) -> str | None:
    if not target.exists():
        return None
    with target.read() as connection:
        there = set(sa.inspect(connection).get_table_names())
        for table in tables():
            if (
                table.name in there
                and connection.execute(sa.select(sa.literal(1)).select_from(table)).first()
            ):
                return table.name
    return None


def _ranges(source: sa.Connection, table: sa.Table) -> Iterator[Range]:
    """The last one is open: it takes in what only the target has behind it."""
    number = _number(table)
    if number is None:
        yield Range(table)
        return
    after = None
    while True:
        part = Range(table, number, after)
        ids = sa.select(number.label("id")).where(*part.where).order_by(number).limit(ROWS).subquery()
        upto, found = source.execute(sa.select(sa.func.max(ids.c.id), sa.func.count())).one()
        if found < ROWS:
            yield part
            return
        yield Range(table, number, after, upto)
        after = upto


def _number(table: sa.Table) -> sa.Column[Any] | None:
    """The column that numbers the rows, where there is one."""
    columns = list(table.primary_key.columns)
    return columns[0] if len(columns) == 1 and isinstance(columns[0].type, sa.Integer) else None


def _bring(source: sa.Connection, target: Database, part: Range) -> tuple[int, bool]:
    """A range, if it differs; answers its rows, and whether it did."""
    with target.read() as connection:
        there = _sum(_rows(connection, part))
    if there.rows:
        here = _sum(_rows(source, part))
        if here == there:
            return here.rows, False
    with target.write() as connection:
        connection.execute(sa.delete(part.table).where(*part.where))
        copied = _insert(connection, part.table, _rows(source, part))
    return copied, copied > 0 or there.rows > 0


def _rows(connection: sa.Connection, part: Range) -> sa.CursorResult[Any]:
    query = sa.select(part.table).where(*part.where)
    return connection.execute(query, execution_options={"yield_per": BATCH})


def _insert(connection: sa.Connection, table: sa.Table, rows: sa.CursorResult[Any]) -> int:
    names, copied = [column.name for column in table.columns], 0
    for batch in rows.partitions():
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in batch])
        copied += len(batch)
    return copied


def _sum(rows: Iterable[Sequence[Any]]) -> Sum:
    number, digest = 0, 0
    for row in rows:
        number += 1
        said = json.dumps([_plain(value) for value in row], sort_keys=True)
        digest += int.from_bytes(hashlib.sha256(said.encode()).digest())
    return Sum(number, digest % (1 << 256))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, datetime) else value


def _loosen(connection: sa.Connection) -> None:
    """PostgreSQL: no references until all is there (SQLite is told when it is opened)."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables():
        for key in sa.inspect(connection).get_foreign_keys(table.name):
            connection.execute(sa.text(f'ALTER TABLE {table.name} DROP CONSTRAINT "{key["name"]}"'))


def _fasten(connection: sa.Connection) -> None:
    """The references again, each checked, and the numbers that are drawn next."""
    for table in tables():
        for key in table.foreign_key_constraints:
            connection.execute(AddConstraint(key, isolate_from_table=False))
        if (number := _number(table)) is not None:
            last = f"SELECT max({number.name}) FROM {table.name}"  # noqa: S608
            sequence = f"pg_get_serial_sequence('{table.name}', '{number.name}')"
            drawn = f"SELECT setval({sequence}, GREATEST(({last}), 1), ({last}) IS NOT NULL)"
            connection.execute(sa.text(drawn))


def _check_references(connection: sa.Connection) -> None:
    broken = connection.execute(sa.text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise StorageError(f"a row of {broken[0]} refers to one of {broken[2]} that is not there")
