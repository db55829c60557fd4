"""Telling: who asked to be left in peace, targets that are gone, what a digest covers, news told before it was sure."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("pages", sa.Column("outline", sa.LargeBinary(), nullable=True))
    op.add_column("changes", sa.Column("foretold_at", MOMENT, nullable=True))
    op.add_column("deliveries", sa.Column("since", MOMENT, nullable=True))
    op.add_column("deliveries", sa.Column("extra", JSON, nullable=True))
    op.add_column("deliveries", sa.Column("subscription", sa.Text(), nullable=True))
    op.add_column(
        "deliveries", sa.Column("keeps_hour", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("UPDATE deliveries SET keeps_hour = digest")
    op.create_index(op.f("ix_delivery_items_change_id"), "delivery_items", ["change_id"])
    op.add_column("subscriptions", sa.Column("hears_since", MOMENT, nullable=True))
    subscriptions = sa.table("subscriptions", sa.column("hears_since", MOMENT))
    op.execute(subscriptions.update().values(hears_since=datetime.now(UTC)))
    op.drop_index("ix_deliveries_due", "deliveries")
    op.create_index("ix_deliveries_due", "deliveries", ["state", "next_attempt_at", "number"])
    is_claimed = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        "ix_deliveries_claimed",
        "deliveries",
        ["claimed_by"],
        sqlite_where=is_claimed,
        postgresql_where=is_claimed,
    )
    op.create_table(
        "unsubscribed",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsubscribed")),
        sa.UniqueConstraint("subscription", "address", name=op.f("uq_unsubscribed_subscription_address")),
    )
    op.create_table(
        "gone_targets",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gone_targets")),
        sa.UniqueConstraint("channel", "target", name=op.f("uq_gone_targets_channel_target")),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keys")),
    )
