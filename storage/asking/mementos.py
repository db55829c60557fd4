"""A page's versions as an archive lists them: by when each was first seen, to the second that addresses are made of.

Of two versions that were first seen in one second the later one bears its address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import captures
from storage.captures import Capture
from storage.models import captures as table

_seen = table.c.first_seen_at
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The times of the first, last, previous and next version around one, in whole seconds."""

    first: datetime
    last: datetime
    before: datetime | None
    after: datetime | None


def nearest(connection: sa.Connection, page_id: int, moment: datetime) -> Capture | None:
    """The last version first seen in or before the second of a moment, else the first one; None where there is none."""
    found = captures.at(connection, page_id, _end(moment))
    return found if found is not None else _first(connection, page_id)


def around(connection: sa.Connection, capture: Capture) -> Neighbours:
    """What comes before and after a version."""
    second = whole(capture.first_seen_at)
    mine = table.c.page_id == capture.page_id
    ends = sa.select(sa.func.min(_seen), sa.func.max(_seen)).where(mine)
    before = sa.select(sa.func.max(_seen)).where(mine, _seen < second)
    after = sa.select(sa.func.min(_seen)).where(mine, _seen >= second + SECOND)
    first, last = connection.execute(ends).one()
    following = connection.execute(after).scalar()
    preceding = connection.execute(before).scalar()
    return Neighbours(
        whole(first),
        whole(last),
        whole(preceding) if preceding else None,
        whole(following) if following else None,
    )


def times(
    connection: sa.Connection, page_id: int, since: datetime | None, limit: int
) -> tuple[Sequence[datetime], datetime | None]:
    """When versions were first seen, from a second on, oldest first; and when the first one after these was."""
    query = sa.select(_seen).where(table.c.page_id == page_id)
    if since is not None:
        query = query.where(_seen >= whole(since))
    found = connection.execute(query.order_by(_seen).limit(limit + 1)).scalars()
    seconds = list(map(whole, found))
    following = seconds[limit] if len(seconds) > limit else None
    return list(dict.fromkeys(second for second in seconds if second != following)), following


def ends(connection: sa.Connection, page_id: int) -> tuple[datetime, datetime] | None:
    """The times of a page's first and last version; None where it has none."""
    query = sa.select(sa.func.min(_seen), sa.func.max(_seen)).where(table.c.page_id == page_id)
    first, last = connection.execute(query).one()
    return (whole(first), whole(last)) if first is not None else None


def whole(moment: datetime) -> datetime:
    """The second that a moment is in."""
    return moment.replace(microsecond=0)


def _end(moment: datetime) -> datetime:
    return moment.replace(microsecond=999_999)


def _first(connection: sa.Connection, page_id: int) -> Capture | None:
    found = ends(connection, page_id)
    return captures.at(connection, page_id, _end(found[0])) if found else None
