"""When to look, and what it looked like: habits of pages, numbers that hold for all, pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("pages", sa.Column("habit_changes", sa.Float(), nullable=True))
    op.add_column("pages", sa.Column("habit_days", sa.Float(), nullable=True))
    with op.batch_alter_table("sightings") as sightings:
        sightings.add_column(sa.Column("screenshot_id", ID, nullable=True))
        sightings.create_foreign_key(op.f("fk_sightings_screenshot_id"), "blobs", ["screenshot_id"], ["id"])
    op.create_table(
        "pace",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pace")),
    )
