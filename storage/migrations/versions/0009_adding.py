"""What is added by web, API and command: pages, proposals of pages, whose a subscription is; pages paused by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "additions",
        sa.Column("page_id", ID, sa.ForeignKey("pages.id"), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("profile", sa.Text),
        sa.Column("said", JSON, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("declared", JSON),
    )
    op.create_table(
        "proposals",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("owner_id", ID),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", MOMENT),
        sa.Column("page_id", ID, sa.ForeignKey("pages.id")),
    )
    op.create_table(
        "rests",
        sa.Column("page_id", ID, sa.ForeignKey("pages.id"), primary_key=True),
        sa.Column("paused_by", sa.Text, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=False),
    )
    op.add_column("subscriptions", sa.Column("owner_id", ID))
    op.add_column("subscriptions", sa.Column("salts", JSON))
