"""Full text over what pages said, the names that groups are found by, and indexes for questions about the past."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Words come folded and cut; `=` marks a passage's page and kind. No second copy of the text.
FTS5 = """
CREATE VIRTUAL TABLE passage_words USING fts5(
    words, content='', columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc' tokenchars '='"
)"""


TEXTS = """
CREATE VIEW texts AS
SELECT pages.url AS page, passages.section, passages.kind, passages.record_id, passages.text, spans.passage_id,
    spans.page_id, spans.first_seen_at, spans.last_seen_at, spans.next_look_at
FROM passage_spans AS spans
JOIN passages ON passages.id = spans.passage_id
JOIN pages ON pages.id = spans.page_id"""


def upgrade() -> None:
    create_passages()
    op.execute(TEXTS)
    create_index_of_words()
    create_group_names()
    op.add_column("pages", sa.Column("searchable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_observations_kind_first", "observations")  # SQLite took it where a page's own is right
    op.drop_index("ix_observations_page_kind_first", "observations")
    op.create_index(
        "ix_observations_page_kind_first",
        "observations",
        ["page_id", "kind", "first_seen_at", "next_look_at"],
        unique=False,
    )


def create_passages() -> None:
    op.create_table(
        "passages",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_passages_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    op.create_index(op.f("ix_passages_page_id"), "passages", ["page_id"], unique=False)
    op.create_table(
        "passage_spans",
        sa.Column("id", ID, nullable=False),
        sa.Column("passage_id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=True),
        sa.Column("next_look_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_passage_spans_passage_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_passage_spans_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_spans")),
    )
    op.create_index(op.f("ix_passage_spans_passage_id"), "passage_spans", ["passage_id"], unique=False)
    op.create_index("ix_passage_spans_page", "passage_spans", ["page_id", "last_seen_at"], unique=False)


def create_index_of_words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS5)
        return
    op.execute("CREATE TABLE passage_words (id bigint PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_passage_words_words ON passage_words USING gin (words)")


def create_group_names() -> None:
    op.create_table(
        "group_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_group_names_page_id")),
        sa.PrimaryKeyConstraint("name", "page_id", "origin", name=op.f("pk_group_names")),
    )
    op.create_index(op.f("ix_group_names_page_id"), "group_names", ["page_id"], unique=False)
    rows = sorted({*_declared(), *_said()})
    table = sa.table("group_names", sa.column("name"), sa.column("page_id"), sa.column("origin"))
    op.bulk_insert(table, [{"name": n, "page_id": page, "origin": origin} for n, page, origin in rows])


def _declared() -> set[tuple[str, int, str]]:
    rows = op.get_bind().execute(sa.text("SELECT id, acronym, name FROM pages"))
    return {(name.casefold(), row.id, "declared") for row in rows for name in (row.acronym, row.name) if name}


def _said() -> set[tuple[str, int, str]]:
    query = sa.text("SELECT page_id, said FROM observations WHERE kind = 'group'")
    found = set()
    for row in op.get_bind().execute(query):
        said = json.loads(row.said) if isinstance(row.said, str) else row.said
        names = (said.get("acronym"), said.get("name"))
        found |= {(str(name).casefold(), row.page_id, "said") for name in names if name}
    return found
