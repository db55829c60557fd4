"""What the web pages ask first: events that are announced now by their first day, changes that are shown by day."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

STARTS_ON = {"sqlite": "json_extract(said, '$.starts_on')", "postgresql": "(said ->> 'starts_on')"}


def upgrade() -> None:
    day = STARTS_ON[op.get_bind().dialect.name]
    op.execute(
        f"CREATE INDEX ix_observations_coming ON observations ({day}) "
        "WHERE kind = 'event' AND last_seen_at IS NULL"
    )
    op.drop_index("ix_changes_after", "changes")
    op.create_index("ix_changes_after", "changes", ["first_seen_after", "noise", "same_as", "state"])
    op.create_index("ix_changes_kind_after", "changes", ["kind", "first_seen_after"])
