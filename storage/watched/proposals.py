"""Pages that members would like to have watched, and what the operators said to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.models import JSON, Id, UTCDateTime, metadata

Verdict = Literal["approved", "refused"]

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    # as a page of the watchlist is written: url, name, check
    sa.Column("said", JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("owner_id", Id),
    sa.Column("proposed_at", UTCDateTime, nullable=False),
    sa.Column("verdict", sa.Text),  # approved | refused
    sa.Column("reason", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", UTCDateTime),
    sa.Column("page_id", Id, sa.ForeignKey("pages.id")),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed page: what it says as the watchlist would write it, who proposes it and why; the verdict, if any."""

    id: int
    key: str
    said: Mapping[str, Any]
    note: str
    proposed_by: str
    owner_id: int | None
    proposed_at: datetime
    verdict: Verdict | None = None
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    page_id: int | None = None


def propose(
    connection: sa.Connection,
    *,
    key: str,
    said: Mapping[str, Any],
    note: str,
    proposed_by: str,
    owner_id: int | None,
    now: datetime,
) -> Proposal:
    """Keep a proposal."""
    row = {"key": key, "said": dict(said), "note": note, "proposed_by": proposed_by, "owner_id": owner_id}
    made = sa.insert(proposals).values(**row, proposed_at=now).returning(proposals)
    return _proposal(connection.execute(made).one())


def undecided(connection: sa.Connection) -> list[Proposal]:
    """Those that wait for a verdict, the oldest first."""
    return _all(connection, proposals.c.verdict.is_(None))


def of_owner(connection: sa.Connection, owner_id: int | None) -> list[Proposal]:
    """All of one user, the oldest first."""
    return _all(connection, proposals.c.owner_id.is_not_distinct_from(owner_id))


def find(connection: sa.Connection, number: int) -> Proposal | None:
    """A proposal by its number."""
    return next(iter(_all(connection, proposals.c.id == number)), None)


def decide(
    connection: sa.Connection,
    number: int,
    verdict: Verdict,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    page_id: int | None = None,
) -> bool:
    """Give the verdict; False where somebody else was quicker."""
    waiting = (proposals.c.id == number, proposals.c.verdict.is_(None))
    said = {"verdict": verdict, "reason": reason, "decided_by": by, "decided_at": now, "page_id": page_id}
    return connection.execute(sa.update(proposals).where(*waiting).values(said)).rowcount == 1


def _all(connection: sa.Connection, *tests: sa.ColumnElement[bool]) -> list[Proposal]:
    return [
        _proposal(row)
        for row in connection.execute(sa.select(proposals).where(*tests).order_by(proposals.c.id))
    ]


def _proposal(row: Any) -> Proposal:
    return Proposal(**{name: getattr(row, name) for name in Proposal.__slots__})
