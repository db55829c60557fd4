"""How old a wgwatch may be to work with a database that a newer one has brought up to date.

Migrations only add to what is there (expand), so that older processes go on beside newer ones. Each such migration
writes down here the oldest schema whose code still understands the database; what older code needs is taken away by
a later one (contract), which raises it.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.models import metadata

readable_since = sa.Table("readable_since", metadata, sa.Column("schema", sa.Text, nullable=False))


def is_readable(connection: sa.Connection, present: str, known: str) -> bool:
    """Whether code that knows the schema `known` may work with a database of the schema `present`."""
    if present <= known:
        return True
    if not sa.inspect(connection).has_table(readable_since.name):
        return False
    oldest = connection.execute(sa.select(sa.func.max(readable_since.c.schema))).scalar()
    return oldest is not None and oldest <= known
