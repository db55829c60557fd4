"""Pages that links led to, where they were found and which links stand; and the views with what records say by now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

VIEWS = {
    "events": (
        "event",
        "title starts_on ends_on time city region economy venue mode project_code link status recurrence group "
        "read_from",
    ),
    "contacts": (
        "contact",
        "name honorific role term organization department economy email email_protected phone link group",
    ),
    "projects": (
        "project",
        "code title economy status year link co_sponsors fund amount starts_on ends_on topics group",
    ),
    "groups": ("group", "name acronym parent last_updated former_names link read_from"),
}


def upgrade() -> None:
    create_tables()
    for view, (kind, fields) in VIEWS.items():
        op.execute(f"DROP VIEW {view}")
        op.execute(view_of(view, kind, fields.split()))


def view_of(view: str, kind: str, fields: list[str]) -> str:
    """One row a version of an observation; `last_seen_at` is empty while the page still says so."""
    dotted = "said->>'{0}'" if op.get_bind().dialect.name == "postgresql" else "json_extract(said, '$.{0}')"
    columns = ", ".join(f'{dotted.format(name)} AS "{name}"' for name in fields)
    shared = "record_id, page_id, first_seen_at, last_seen_at, next_look_at, verdict"
    return f"CREATE VIEW {view} AS SELECT {columns}, {shared} FROM observations WHERE kind = '{kind}'"  # noqa: S608


def create_tables() -> None:
    op.add_column("pages", sa.Column("origin", sa.Text(), nullable=False, server_default="watchlist"))
    op.execute("UPDATE pages SET origin = 'import' WHERE CAST(spec AS TEXT) = '{}'")
    op.create_table(
        "followed",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("from_page_id", ID, nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("unlinked_at", MOMENT, nullable=True),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_followed_page_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_followed_source_id")),
        sa.ForeignKeyConstraint(["from_page_id"], ["pages.id"], name=op.f("fk_followed_from_page_id")),
        sa.PrimaryKeyConstraint("page_id", "source_id", name=op.f("pk_followed")),
    )
    op.create_index(op.f("ix_followed_source_id"), "followed", ["source_id"], unique=False)
    op.create_table(
        "links",
        sa.Column("source_id", ID, nullable=False),
        sa.Column("from_page_id", ID, nullable=False),
        sa.Column("to_page_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_links_source_id")),
        sa.ForeignKeyConstraint(["from_page_id"], ["pages.id"], name=op.f("fk_links_from_page_id")),
        sa.ForeignKeyConstraint(["to_page_id"], ["pages.id"], name=op.f("fk_links_to_page_id")),
        sa.PrimaryKeyConstraint("source_id", "from_page_id", "to_page_id", name=op.f("pk_links")),
    )
    op.create_table(
        "listings",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("blob_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_listings_page_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_listings_source_id")),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name=op.f("fk_listings_blob_id")),
        sa.PrimaryKeyConstraint("page_id", "source_id", name=op.f("pk_listings")),
    )
    op.create_table(
        "sitemaps",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_sitemaps")),
    )
