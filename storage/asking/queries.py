"""Questions about the past: what the pages said at a moment, over a period, ever, and how that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.asking.filters import Filter
from storage.fulltext.search import pages_with
from storage.intervals import Interval, joined
from storage.models import UTCDateTime, observations, pages, sightings
from storage.pages import Page
from storage.records import Contact, Event, Group, Record, record_from_json

SEEN = "seen"
BATCH = 500
"""Pages that are asked about in one statement."""
FEW = 100
"""Pages that are sooner asked than looked up in the full-text index."""


_ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_moment = sa.bindparam("moment", type_=UTCDateTime)
_of_page = (sightings.c.page_id == pages.c.id, sightings.c.good)
_seen = sightings.c.seen_at
# built once: what a question costs beside its rows is mostly the building of its statements
_LOOKS = sa.select(
    pages.c.id,
    sa.select(sa.func.min(_seen)).where(*_of_page).scalar_subquery(),
    sa.select(sa.func.max(_seen)).where(*_of_page, _seen <= _moment).scalar_subquery(),
    sa.select(sa.func.min(_seen)).where(*_of_page, _seen > _moment).scalar_subquery(),
).where(pages.c.id.in_(_ids))
_FIRST_LOOKS = sa.select(
    pages.c.id,
    sa.select(sa.func.min(_seen))
    .where(*_of_page, _seen >= sa.bindparam("since", type_=UTCDateTime))
    .where(_seen <= sa.bindparam("until", type_=UTCDateTime))
    .scalar_subquery(),
).where(pages.c.id.in_(_ids))
_said = observations.c
_EVER = (
    sa.select(observations)
    .where(_said.page_id.in_(_ids), _said.kind == sa.bindparam("kind"), _said.first_seen_at <= _moment)
    .order_by(_said.page_id, _said.first_seen_at, _said.id)
)
_STANDING = _EVER.where(sa.or_(_said.next_look_at.is_(None), _said.next_look_at > _moment))


@dataclass(frozen=True, slots=True)
class Answer:
    """One version of what one page said of a record.

    `first_seen` to `last_seen` is the interval of looks at which the page said so, as known at the asked moment;
    `next_look` is the first look after it, None where there was none yet. `state` is `seen`, or why it is no longer
    (`removed`, `ended`, `section not shown`, `modified`, `replaced`). `intervals` are all those over which the page
    named the record, whatever it said of it (a person: in this role), where the whole past was asked for.
    """

    record_id: str
    record: Record
    page_id: int
    page: str
    group: str | None
    first_seen: datetime
    last_seen: datetime
    next_look: datetime | None
    state: str
    intervals: tuple[Interval, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The record's facts with where and when they were read."""
        told = {"intervals": [interval.to_json() for interval in self.intervals]} if self.intervals else {}
        return {
            "id": self.record_id,
            **self.record.said(),
            "inferred": dict(self.record.inferred),
            "confidence": self.record.confidence,
            "group": getattr(self.record, "group", None) or self.group,
            "page": self.page,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "next_look": self.next_look,
            "state": self.state,
            **told,
        }


@dataclass(frozen=True, slots=True)
class Looks:
    """A page's good looks around a moment: its first of all, the last at or before the moment, the next after it."""

    first: datetime | None
    last: datetime | None
    following: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which of the asked pages can answer at all: the earliest look at any of them, and those looked at in time."""

    earliest: datetime | None
    pages: tuple[Page, ...]


def coverage(connection: sa.Connection, asked: Sequence[Page], moment: datetime) -> Coverage:
    """Pages that had been looked at by a moment."""
    looks = looks_around(connection, asked, moment)
    starts = [each.first for each in looks.values() if each.first is not None]
    return Coverage(
        min(starts, default=None), tuple(page for page in asked if looks[page.id].last is not None)
    )


def as_of(
    connection: sa.Connection,
    kind: str,
    asked: Iterable[Page],
    moment: datetime,
    *,
    history: bool = False,
    wanted: Filter | None = None,
    starting: tuple[str, str] | None = None,
) -> list[Answer]:
    """What the pages said at a moment: by the last capture at or before it. With `history`, all they had ever said.

    `starting` leaves only events whose first day (ISO) lies from one to the other.
    """
    answers: list[Answer] = []
    for batch in _batches(_candidates(connection, kind, asked, wanted)):
        looks = looks_around(connection, batch, moment)
        versions = _versions(connection, batch, kind, moment, ever=history, starting=starting)
        answers += _answers(connection, batch, versions, looks, moment)
    kept = [answer for answer in answers if wanted is None or wanted.meets(answer.record)]
    return _with_intervals(kept, answers) if history else kept


def during(
    connection: sa.Connection,
    kind: str,
    asked: Iterable[Page],
    since: datetime,
    until: datetime,
    *,
    wanted: Filter | None = None,
) -> list[Answer]:
    """All that the pages said at some look in a period (both ends included)."""
    answers: list[Answer] = []
    for batch in _batches(_candidates(connection, kind, asked, wanted)):
        first = _first_looks(connection, batch, since, until)
        seen = [page for page in batch if page.id in first]
        looks = looks_around(connection, seen, until)
        versions = {
            page_id: [row for row in rows if row.last_seen_at is None or row.last_seen_at >= first[page_id]]
            for page_id, rows in _versions(connection, seen, kind, until, ever=True).items()
        }
        answers += _answers(connection, seen, versions, looks, until)
    return [answer for answer in answers if wanted is None or wanted.meets(answer.record)]


def looked_in(
    connection: sa.Connection, asked: Sequence[Page], since: datetime, until: datetime
) -> tuple[Page, ...]:
    """Those of the pages that were read at all in a period."""
    found: list[Page] = []
    for batch in _batches(asked):
        first = _first_looks(connection, batch, since, until)
        found += [page for page in batch if page.id in first]
    return tuple(found)


def looks_around(connection: sa.Connection, asked: Iterable[Page], moment: datetime) -> dict[int, Looks]:
    """The looks at each page around a moment, by the pages' ids."""
    found: dict[int, Looks] = {}
    for batch in _batches(asked):
        rows = connection.execute(_LOOKS, {"ids": [page.id for page in batch], "moment": moment})
        found |= {row[0]: Looks(*row[1:]) for row in rows}
    return found


def starts_on(connection: sa.Connection) -> sa.ColumnElement[str]:
    """The first day (ISO) that an observation of an event gives; written as in the index of those announced now."""
    sqlite, other = "json_extract(observations.said, '$.starts_on')", "(observations.said ->> 'starts_on')"
    return sa.literal_column(sqlite if connection.dialect.name == "sqlite" else other, sa.Text)


def held_in(answer: Answer, since: str, until: str) -> bool:
    """Whether an event's own days meet a period, given as ISO dates; what has no date does not."""
    record = answer.record
    if not isinstance(record, Event) or not record.starts_on:
        return False
    ends = record.ends_on or record.starts_on
    # a date of lower precision covers all its days: 2016-09 meets 2016-09-12
    return record.starts_on <= until and ends[: len(since)] >= since[: len(ends)]


def listed_under(answer: Answer, group: str) -> bool:
    """Whether a record of a group's page, or of a page of many groups, is that group's."""
    own = getattr(answer.record, "group", None)
    return not own or group.casefold() in {str(own).casefold(), (answer.group or "").casefold()}


def _candidates(
    connection: sa.Connection, kind: str, asked: Iterable[Page], wanted: Filter | None
) -> Sequence[Page]:
    """Of many pages only those that the full-text index knows to have said such words."""
    found = list(asked)
    if wanted is None or len(found) <= FEW or not wanted.terms():
        return found
    may_say = pages_with(connection, kind, wanted.terms())
    return [page for page in found if page.id in may_say]


def _versions(
    connection: sa.Connection,
    asked: Sequence[Page],
    kind: str,
    moment: datetime,
    *,
    ever: bool,
    starting: tuple[str, str] | None = None,
) -> dict[int, list[Any]]:
    """Versions that had begun by a moment, by page; unless `ever`, only those that held then."""
    found: dict[int, list[Any]] = defaultdict(list)
    given = {"ids": [page.id for page in asked], "kind": kind, "moment": moment}
    query = _EVER if ever else _STANDING
    if starting is not None:
        query = query.where(starts_on(connection).between(*starting))
    for row in connection.execute(query, given):
        found[row.page_id].append(row)
    return found


def _answers(
    connection: sa.Connection,
    asked: Sequence[Page],
    versions: Mapping[int, list[Any]],
    looks: Mapping[int, Looks],
    moment: datetime,
) -> Iterator[Answer]:
    said = [page for page in asked if versions.get(page.id)]
    groups = _groups_at(connection, said, moment)
    for page in said:
        for row in versions[page.id]:
            yield _answer(row, page, groups.get(page.id), moment, looks[page.id])


def _answer(row: Any, page: Page, group: str | None, moment: datetime, looks: Looks) -> Answer:
    stands = row.next_look_at is None or row.next_look_at > moment
    last = looks.last or row.first_seen_at
    return Answer(
        record_id=row.record_id,
        record=record_from_json(row.kind, row.said),
        page_id=page.id,
        page=page.url,
        group=group,
        first_seen=row.first_seen_at,
        last_seen=last if stands else row.last_seen_at,
        next_look=looks.following if stands else row.next_look_at,
        state=SEEN if stands else row.verdict,
    )


def _with_intervals(answers: Sequence[Answer], among: Sequence[Answer]) -> list[Answer]:
    """Each answer with the intervals over which its page named the record at all."""
    found: dict[object, list[Interval]] = defaultdict(list)
    for answer in among:
        found[_appointment(answer)].append(Interval(answer.first_seen, answer.last_seen, answer.next_look))
    whole = {key: joined(intervals) for key, intervals in found.items()}
    return [replace(answer, intervals=whole[_appointment(answer)]) for answer in answers]


def _appointment(answer: Answer) -> object:
    """A person who changes role is the same record, and holds another appointment."""
    role = answer.record.role if isinstance(answer.record, Contact) else None
    return answer.page_id, answer.record_id, (role or "").casefold()


def _groups_at(connection: sa.Connection, asked: Sequence[Page], moment: datetime) -> dict[int, str | None]:
    """What the groups were called then: the profile's acronym, else the page's own words."""
    called: dict[int, str | None] = {page.id: page.acronym or page.name for page in asked}
    unsure = [page for page in asked if not page.acronym]
    if unsure:
        for page_id, rows in _versions(connection, unsure, Group.kind, moment, ever=True).items():
            own = [row for row in rows if row.said.get("read_from", "page") == "page"]
            if own:
                called[page_id] = record_from_json(Group.kind, own[-1].said).label
    return called


def _first_looks(
    connection: sa.Connection, asked: Sequence[Page], since: datetime, until: datetime
) -> dict[int, datetime]:
    """The first good look at each page in a period; pages without one are left out."""
    given = {"ids": [page.id for page in asked], "since": since, "until": until}
    rows = connection.execute(_FIRST_LOOKS, given)
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _batches(asked: Iterable[Page]) -> Iterator[Sequence[Page]]:
    found = list(asked)
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]
