"""Indexes for what web and API ask: few rows are read, however many there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

WATCHED = "paused_at IS NULL AND merged_into IS NULL"


def upgrade() -> None:
    create("ix_pages_health", "pages", ["health", "key"], WATCHED)
    create("ix_pages_health_due", "pages", ["health", "next_check_at", "id"], WATCHED)
    create("ix_pages_paused", "pages", ["id"], "paused_at IS NOT NULL AND merged_into IS NULL")
    create("ix_pages_unsearchable", "pages", ["id"], "NOT searchable", "searchable = 0")
    op.create_index("ix_pages_last_check", "pages", ["last_check_at"])
    op.create_index("ix_deliveries_state", "deliveries", ["state", "number"])


def create(name: str, table: str, columns: list[str], where: str, sqlite: str | None = None) -> None:
    """An index of some rows; SQLite takes it for questions that are written in the same words."""
    op.create_index(
        name, table, columns, sqlite_where=sa.text(sqlite or where), postgresql_where=sa.text(where)
    )
