"""What reading the past anew did: a report for each page, kept. A run that was killed is gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import pages, reparses


@dataclass(frozen=True, slots=True)
class Report:
    """What one page's rebuild came to; `report` is plain values."""

    page: str
    began_at: datetime
    done_at: datetime
    is_ended: bool
    rules_before: str | None
    rules_after: str
    report: Mapping[str, Any]


def begin(connection: sa.Connection, now: datetime) -> datetime:
    """When the run began: now, or when one did that has not come to its end."""
    query = sa.select(sa.func.max(reparses.c.began_at)).where(reparses.c.ended_at.is_(None))
    return connection.execute(query).scalar() or now


def add(
    connection: sa.Connection,
    page_id: int,
    *,
    began_at: datetime,
    now: datetime,
    rules: tuple[str | None, str],
    report: Mapping[str, Any],
) -> None:
    """Note what a page's rebuild came to, in its transaction; `rules` before and after."""
    row = {
        "page_id": page_id,
        "began_at": began_at,
        "done_at": now,
        "rules_before": rules[0],
        "rules_after": rules[1],
        "report": dict(report),
    }
    connection.execute(sa.insert(reparses).values(row))


def end(connection: sa.Connection, began_at: datetime, now: datetime) -> None:
    """The run has no page left to do."""
    connection.execute(sa.update(reparses).where(reparses.c.began_at == began_at).values(ended_at=now))


def last(connection: sa.Connection) -> list[Report]:
    """The reports of the last run, in the order in which its pages were done."""
    newest = sa.select(sa.func.max(reparses.c.began_at)).scalar_subquery()
    query = (
        sa.select(reparses, pages.c.url)
        .join(pages, pages.c.id == reparses.c.page_id)
        .where(reparses.c.began_at == newest)
        .order_by(reparses.c.id)
    )
    return [
        Report(
            page=row.url,
            began_at=row.began_at,
            done_at=row.done_at,
            is_ended=row.ended_at is not None,
            rules_before=row.rules_before,
            rules_after=row.rules_after,
            report=row.report,
        )
        for row in connection.execute(query)
    ]
