"""Several processes and machines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _processes()
    _hold()


def _processes() -> None:
    """Who is at work, which looks ended their process, and how old a wgwatch may be to work here."""
    op.create_table(
        "processes",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_processes")),
    )
    op.create_table(
        "trials",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_trials_page_id")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_trials")),
    )
    op.create_table("readable_since", sa.Column("schema", sa.Text(), nullable=False))


def _hold() -> None:
    op.create_table(
        "holds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_holds")),
    )
