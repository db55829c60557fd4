"""What makes changes true: doubts, noise, links between pages; and what may be removed and still be proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    add_columns()
    create_noise()
    create_links()


def add_columns() -> None:
    op.add_column("pages", sa.Column("suspect_since", MOMENT, nullable=True))
    op.add_column("pages", sa.Column("suspect_looks", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("blobs", sa.Column("removed_at", MOMENT, nullable=True))
    op.add_column("blobs", sa.Column("removed_reason", sa.Text(), nullable=True))
    op.add_column("sightings", sa.Column("asked", JSON, nullable=True))
    op.add_column("sightings", sa.Column("taken_by", sa.Text(), nullable=True))
    op.add_column("changes", sa.Column("noise", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("changes", sa.Column("same_as", sa.Text(), nullable=True))
    op.add_column("readings", sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()))


def create_noise() -> None:
    op.create_table(
        "noise",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("examples", JSON, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_noise_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noise")),
        sa.UniqueConstraint("page_id", "section", "pattern", name=op.f("uq_noise_page_id_section_pattern")),
    )


def create_links() -> None:
    op.create_table(
        "record_links",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_record_links_page_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_links")),
    )
    op.create_index(op.f("ix_record_links_page_id"), "record_links", ["page_id"], unique=False)
    op.create_index(op.f("ix_record_links_entity_id"), "record_links", ["entity_id"], unique=False)
    op.create_table(
        "link_keys",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_link_keys_page_id")),
        sa.PrimaryKeyConstraint("scope", "kind", "key", "record_id", name=op.f("pk_link_keys")),
    )
    op.create_index(op.f("ix_link_keys_page_id"), "link_keys", ["page_id"], unique=False)
