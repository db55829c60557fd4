"""What the queue, of whatever version, holds that needs the operator: chores that failed."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa


def failed(connection: sa.Connection) -> Counter[str]:
    """How many parts of chores failed, by the chore's name."""
    found: Counter[str] = Counter()
    if connection.dialect.name != "postgresql":
        return found
    tables = sa.text(
        "SELECT schemaname FROM pg_tables"
        " WHERE schemaname LIKE 'wgwatch\\_queue\\_%' AND tablename = 'procrastinate_jobs'"
    )
    for schema in connection.execute(tables).scalars().all():
        jobs = sa.table("procrastinate_jobs", sa.column("task_name"), sa.column("status"), schema=schema)
        query = sa.select(jobs.c.task_name, sa.func.count()).group_by(jobs.c.task_name)
        rows = connection.execute(query.where(sa.cast(jobs.c.status, sa.Text) == "failed"))
        found.update({row[0]: row[1] for row in rows})
    return found
