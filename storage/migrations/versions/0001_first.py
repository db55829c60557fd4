"""The first schema: tables, and a view of each kind of record for those who ask in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)

VIEWS = {
    "events": (
        "event",
        "title starts_on ends_on time city region economy venue mode project_code link status recurrence read_from",
    ),
    "contacts": (
        "contact",
        "name honorific role term organization department economy email email_protected phone link",
    ),
    "projects": ("project", "code title economy status year link"),
    "news": ("news", "title date link"),
    "groups": ("group", "name acronym parent last_updated"),
}


def upgrade() -> None:
    create_tables()
    for view, (kind, fields) in VIEWS.items():
        op.execute(view_of(view, kind, fields.split()))


def view_of(view: str, kind: str, fields: list[str]) -> str:
    """One row a version of an observation; `last_seen_at` is empty while the page still says so."""
    dotted = "said->>'{0}'" if op.get_bind().dialect.name == "postgresql" else "json_extract(said, '$.{0}')"
    columns = ", ".join(f"{dotted.format(name)} AS {name}" for name in fields)
    shared = "record_id, page_id, first_seen_at, last_seen_at, next_look_at, verdict"
    return f"CREATE VIEW {view} AS SELECT {columns}, {shared} FROM observations WHERE kind = '{kind}'"  # noqa: S608


def create_tables() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("base_id", ID, nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["blobs.id"], name=op.f("fk_blobs_base_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
        sa.UniqueConstraint("sha256", name=op.f("uq_blobs_sha256")),
    )
    op.create_index(op.f("ix_blobs_base_id"), "blobs", ["base_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("number", ID, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("fold", sa.Text(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("id", name=op.f("uq_deliveries_id")),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "next_attempt_at"], unique=False)
    op.create_index("ix_deliveries_fold", "deliveries", ["fold", "state"], unique=False)
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "sources",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("spec", JSON, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("spec", JSON, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("name", name=op.f("uq_subscriptions_name")),
    )
    op.create_table(
        "delivery_attempts",
        sa.Column("id", ID, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_attempts_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(
        op.f("ix_delivery_attempts_delivery_id"), "delivery_attempts", ["delivery_id"], unique=False
    )
    op.create_table(
        "delivery_items",
        sa.Column("number", ID, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column("fold", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_items_delivery_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery_items")),
        sa.UniqueConstraint("fold", "change_id", name=op.f("uq_delivery_items_fold_change_id")),
    )
    op.create_index(op.f("ix_delivery_items_delivery_id"), "delivery_items", ["delivery_id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("acronym", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("said_name", sa.Text(), nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("next_check_at", MOMENT, nullable=True),
        sa.Column("spec", JSON, server_default="{}", nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("validated_blob_id", ID, nullable=True),
        sa.Column("validated_url", sa.Text(), nullable=True),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("health", sa.Text(), server_default="new", nullable=False),
        sa.Column("health_since", MOMENT, nullable=True),
        sa.Column("health_reason", sa.Text(), nullable=True),
        sa.Column("bad_looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("health_told", sa.Text(), nullable=True),
        sa.Column("last_check_at", MOMENT, nullable=True),
        sa.Column("last_good_at", MOMENT, nullable=True),
        sa.Column("last_change_at", MOMENT, nullable=True),
        sa.Column("arrivals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("chain_head", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["validated_blob_id"], ["blobs.id"], name=op.f("fk_pages_validated_blob_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("key", name=op.f("uq_pages_key")),
    )
    op.create_index(
        "ix_pages_due", "pages", ["next_check_at"], unique=False, sqlite_where=sa.text("paused_at IS NULL")
    )
    op.create_index("ix_pages_host", "pages", ["host"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_addresses_page_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_addresses")),
    )
    op.create_index(op.f("ix_addresses_page_id"), "addresses", ["page_id"], unique=False)
    op.create_table(
        "captures",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("blob_id", ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name=op.f("fk_captures_blob_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_captures_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        sa.UniqueConstraint("page_id", "first_seen_at", name=op.f("uq_captures_page_id_first_seen_at")),
    )
    op.create_index(op.f("ix_captures_blob_id"), "captures", ["blob_id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("number", ID, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("last_seen_before", MOMENT, nullable=True),
        sa.Column("first_seen_after", MOMENT, nullable=False),
        sa.Column("importance", sa.Float(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("planned_at", MOMENT, nullable=True),
        sa.Column("superseded_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_changes_page_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_changes")),
        sa.UniqueConstraint("id", name=op.f("uq_changes_id")),
    )
    op.create_index("ix_changes_after", "changes", ["first_seen_after"], unique=False)
    op.create_index("ix_changes_page_after", "changes", ["page_id", "first_seen_after"], unique=False)
    op.create_index(op.f("ix_changes_record_id"), "changes", ["record_id"], unique=False)
    op.create_index("ix_changes_state", "changes", ["state"], unique=False)
    op.create_table(
        "observations",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=True),
        sa.Column("next_look_at", MOMENT, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_observations_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index("ix_observations_kind_first", "observations", ["kind", "first_seen_at"], unique=False)
    op.create_index(
        "ix_observations_page_kind_first", "observations", ["page_id", "kind", "first_seen_at"], unique=False
    )
    op.create_index(op.f("ix_observations_record_id"), "observations", ["record_id"], unique=False)
    op.create_table(
        "page_sources",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_sources_page_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_page_sources_source_id")),
        sa.PrimaryKeyConstraint("page_id", "source_id", name=op.f("pk_page_sources")),
    )
    op.create_table(
        "readings",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_readings_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.UniqueConstraint("page_id", "digest", "rules", name=op.f("uq_readings_page_id_digest_rules")),
    )
    op.create_table(
        "record_ids",
        sa.Column("number", ID, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("redirect_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_record_ids_page_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_record_ids")),
        sa.UniqueConstraint("id", name=op.f("uq_record_ids_id")),
    )
    op.create_index(op.f("ix_record_ids_page_id"), "record_ids", ["page_id"], unique=False)
    op.create_table(
        "record_keys",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_record_keys_page_id")),
        sa.PrimaryKeyConstraint("page_id", "kind", "key", name=op.f("pk_record_keys")),
    )
    op.create_table(
        "section_spans",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=True),
        sa.Column("next_look_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_section_spans_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_spans")),
    )
    op.create_index(op.f("ix_section_spans_page_id"), "section_spans", ["page_id"], unique=False)
    op.create_table(
        "sightings",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("blob_id", ID, nullable=True),
        sa.Column("headers", JSON, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name=op.f("fk_sightings_blob_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_sightings_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
        sa.UniqueConstraint("page_id", "number", name=op.f("uq_sightings_page_id_number")),
    )
    op.create_index(op.f("ix_sightings_blob_id"), "sightings", ["blob_id"], unique=False)
    op.create_index("ix_sightings_page_good_seen", "sightings", ["page_id", "good", "seen_at"], unique=False)
    # ### end Alembic commands ###
