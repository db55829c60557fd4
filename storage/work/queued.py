"""What the queue, of whatever version, holds that needs the operator: chores that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa


def failed(connection: sa.Connection) -> Counter[str]:
    """How many parts of chores failed, by the chore's name."""
    found: Counter[str] = Counter()
    for jobs in _queues(connection):
        query = sa.select(jobs.c.task_name, sa.func.count()).group_by(jobs.c.task_name)
        found.update({row[0]: row[1] for row in connection.execute(query.where(_is_failed(jobs)))})
    return found


def forget_failed(connection: sa.Connection, name: str) -> None:
    """Whoever asks for a chore anew has done with the parts of it that failed before."""
    for jobs in _queues(connection):
        # the queue's triggers name their tables without a schema
        connection.execute(sa.text(f"SET LOCAL search_path TO {jobs.schema}"))
        connection.execute(sa.delete(jobs).where(_is_failed(jobs), jobs.c.task_name == name))
        connection.execute(sa.text("SET LOCAL search_path TO DEFAULT"))


def _queues(connection: sa.Connection) -> Iterator[sa.TableClause]:
    if connection.dialect.name != "postgresql":
        return
    tables = sa.text(
        "SELECT schemaname FROM pg_tables"
        " WHERE schemaname LIKE 'wgwatch\\_queue\\_%' AND tablename = 'procrastinate_jobs'"
    )
    for schema in connection.execute(tables).scalars().all():
        yield sa.table("procrastinate_jobs", sa.column("task_name"), sa.column("status"), schema=schema)


def _is_failed(jobs: sa.TableClause) -> sa.ColumnElement[bool]:
    return sa.cast(jobs.c.status, sa.Text) == "failed"
