"""What makes changes true: doubts, noise, links between pages; and what may be removed and still be proven."""

from __future__ import annotations

import re

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
    create_reparses()
    create_erasure()
    replace_views()
    shorten_addresses()


def add_columns() -> None:
    op.add_column("pages", sa.Column("suspect_since", MOMENT, nullable=True))
    op.add_column("pages", sa.Column("suspect_looks", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("blobs", sa.Column("removed_at", MOMENT, nullable=True))
    op.add_column("blobs", sa.Column("removed_reason", sa.Text(), nullable=True))
    op.add_column("sightings", sa.Column("asked", JSON, nullable=True))
    op.add_column("sightings", sa.Column("taken_by", sa.Text(), nullable=True))
    op.add_column("sightings", sa.Column("answered_from", sa.Text(), nullable=True))
    op.add_column("pages", sa.Column("merged_into", ID, nullable=True))
    op.add_column("pages", sa.Column("history_rules", sa.Text(), nullable=True))
    op.add_column("changes", sa.Column("noise", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("changes", sa.Column("same_as", sa.Text(), nullable=True))
    op.add_column("followed", sa.Column("via", sa.Text(), nullable=False, server_default="link"))
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


def create_reparses() -> None:
    op.create_table(
        "reparses",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("rules_before", sa.Text(), nullable=True),
        sa.Column("rules_after", sa.Text(), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_reparses_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reparses")),
    )
    op.create_index(op.f("ix_reparses_page_id"), "reparses", ["page_id"], unique=False)
    op.create_index(op.f("ix_reparses_began_at"), "reparses", ["began_at"], unique=False)


def create_erasure() -> None:
    op.create_table(
        "redactions",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
    )
    op.create_table(
        "frozen",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("blob_id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_frozen_page_id")),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name=op.f("fk_frozen_blob_id")),
        sa.PrimaryKeyConstraint("page_id", "blob_id", name=op.f("pk_frozen")),
    )


def replace_views() -> None:
    """News, publications and documents are told apart (entries of before were all news); groups have priorities."""
    news = {name: _said(name) for name in ("title", "date", "link")}
    news["category"] = f"COALESCE({_said('category')}, 'news')"
    groups = ["name", "acronym", "parent", "last_updated", "former_names", "priorities", "link", "read_from"]
    _replace_view("news", "news", news)
    _replace_view("groups", "group", {name: _said(name) for name in groups})


def _replace_view(view: str, kind: str, columns: dict[str, str]) -> None:
    named = ", ".join(f"{value} AS {name}" for name, value in columns.items())
    shared = "record_id, page_id, first_seen_at, last_seen_at, next_look_at, verdict"
    op.execute(f"DROP VIEW {view}")
    op.execute(f"CREATE VIEW {view} AS SELECT {named}, {shared} FROM observations WHERE kind = '{kind}'")  # noqa: S608


def _said(name: str) -> str:
    return (
        f"said->>'{name}'"
        if op.get_bind().dialect.name == "postgresql"
        else f"json_extract(said, '$.{name}')"
    )


def shorten_addresses() -> None:
    """A folder's own page (`/groups/index.html`) is the folder: addresses are looked up by the shorter key."""
    own = re.compile(r"/(?:index|default)\.(?:x?html?|php|aspx?|jsp|cfm)(?=\?|\Z)")
    addresses = sa.table("addresses", sa.column("key", sa.Text))
    bind = op.get_bind()
    keys = set(bind.execute(sa.select(addresses.c.key)).scalars())
    for key in sorted(keys):
        short = own.sub("", key)
        if short not in keys:
            keys.add(short)
            bind.execute(sa.update(addresses).where(addresses.c.key == key).values(key=short))
