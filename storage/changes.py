"""Changes: what differed between two looks. Published ones (by checks) are kept as they were told; the rest is derived.

States: `derived` (never published: from imports, rebuilds), `held` (a doubt is being checked), `open` (promised, not
yet planned), `planned` (its deliveries are written), `withdrawn` (held, and the page was seen to be whole after all).
A published change that a rebuild no longer yields stays, marked superseded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage.models import changes
from storage.tallies import up_to

CONFIRMED = "a later look shows the same"
PUBLISHED = ("held", "open", "planned")
STATES = ("derived", *PUBLISHED, "withdrawn")
OF_NO_READING = ("page.found", "page.gone", "page.blocked", "page.failing", "page.recovered")
"""What no rebuild can yield, as it does not come from comparing two readings."""
REVISING = (
    "event.moved",
    "event.renamed",
    "event.modified",
    "event.cancelled",
    "event.postponed",
    "event.restored",
)
"""What makes an event another one in a calendar."""
MANY = 5000
"""Records that are asked about in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change as it is told. `payload` is the whole of it as plain values, frozen when it was published."""

    id: str
    page_id: int
    kind: str
    record_id: str | None
    group: str | None
    last_seen_before: datetime | None
    first_seen_after: datetime
    importance: float
    summary: str
    payload: Mapping[str, Any]
    state: str = "derived"
    superseded: bool = False
    same_as: str | None = None
    noise: bool = False
    published_at: datetime | None = None
    foretold: bool = False

    def to_json(self) -> dict[str, Any]:
        """The payload with the state of today."""
        marks: dict[str, Any] = {"noise": True} if self.noise else {}
        if self.same_as is not None:
            marks["same_as"] = self.same_as
        return {**self.payload, "state": "superseded" if self.superseded else self.state, **marks}


def publish(
    connection: sa.Connection, found: Sequence[Change], now: datetime, *, state: str = "open"
) -> None:
    """Promise changes: from here on somebody will be told. An id that is known is not published twice.

    Noise is kept as derived, whatever the state.
    """
    new = _unknown(connection, found)
    _insert(connection, [change for change in new if change.same_as is None], state, now)
    _insert(connection, [change for change in new if change.same_as is not None], "derived", None)


def derive(connection: sa.Connection, found: Sequence[Change]) -> None:
    """Keep changes that nobody is told of."""
    _insert(connection, _unknown(connection, found), "derived", None)


def settle(
    connection: sa.Connection, page_id: int, found: Sequence[Change], now: datetime, because: str
) -> None:
    """A doubt is over: held changes that are among the `found` are promised, with what else is; others withdrawn.

    Both say so in their payload, as `settled`: when, and for a withdrawal why.
    """
    confirmed = {change.id for change in found if not (change.noise or change.same_as)}
    held = sa.select(changes.c.id, changes.c.payload).where(
        changes.c.page_id == page_id, changes.c.state == "held"
    )
    for row in connection.execute(held).all():
        holds = row.id in confirmed
        settled = {"at": _in_json(now), "reason": CONFIRMED if holds else because}
        state = {"state": "open", "published_at": now} if holds else {"state": "withdrawn"}
        values = {**state, "payload": {**row.payload, "settled": settled}}
        connection.execute(sa.update(changes).where(changes.c.id == row.id).values(values))
    publish(connection, found, now)


def rewrite_derived(connection: sa.Connection, page_id: int, found: Sequence[Change]) -> None:
    """Put the derived changes of a rebuild in place; published ones are left as told, or marked superseded."""
    mine = changes.c.page_id == page_id
    connection.execute(sa.delete(changes).where(mine, changes.c.state == "derived"))
    _mark_superseded(connection, page_id, {change.id for change in found})
    _insert(connection, _unknown(connection, found), "derived", None)


def occurrences(connection: sa.Connection, page_id: int) -> dict[tuple[str, datetime], str]:
    """Ids of the page's published changes by (what they are, when first seen): a rebuild gives them out again."""
    query = sa.select(changes.c.id, changes.c.payload, changes.c.first_seen_after).where(
        changes.c.page_id == page_id, changes.c.state.in_((*PUBLISHED, "withdrawn"))
    )
    return {(row.payload["what"], row.first_seen_after): row.id for row in connection.execute(query)}


def times_seen(connection: sa.Connection, page_id: int) -> Counter[str]:
    """How often each transition has happened on the page; what is held has not, as yet."""
    return Counter(connection.execute(_SEEN, {"of_page": page_id}).scalars())


_SEEN = sa.select(changes.c.payload["what"].as_string()).where(
    changes.c.page_id == sa.bindparam("of_page"), changes.c.state != "held"
)


def open_changes(connection: sa.Connection, limit: int = 10_000) -> list[Change]:
    """What is promised and not yet planned, oldest first."""
    return _to_plan(connection, limit, changes.c.state == "open")


def doubted_changes(connection: sa.Connection, limit: int = 10_000) -> list[Change]:
    """What is held and was not yet told to those who hear of what is not confirmed."""
    return _to_plan(connection, limit, *_UNTOLD)


def withdrawn_changes(connection: sa.Connection, limit: int = 10_000) -> list[Change]:
    """What was told before it was confirmed, came to nothing, and was not yet taken back."""
    return _to_plan(connection, limit, *_NOT_TAKEN_BACK)


def any_to_plan(connection: sa.Connection) -> bool:
    """Whether anything is promised, in doubt or withdrawn, and not yet planned."""
    waiting = sa.or_(changes.c.state == "open", sa.and_(*_UNTOLD), sa.and_(*_NOT_TAKEN_BACK))
    return connection.execute(sa.select(changes.c.id).where(waiting).limit(1)).first() is not None


def mark_planned(connection: sa.Connection, ids: Sequence[str], now: datetime) -> int:
    """In the transaction that wrote their deliveries; answers how many were still open."""
    result = connection.execute(
        sa.update(changes)
        .where(changes.c.id.in_(ids), changes.c.state == "open")
        .values(state="planned", planned_at=now)
    )
    return result.rowcount


def mark_foretold(connection: sa.Connection, ids: Sequence[str], now: datetime) -> None:
    """In the transaction that wrote the deliveries of what is held."""
    connection.execute(sa.update(changes).where(changes.c.id.in_(ids)).values(foretold_at=now))


def mark_taken_back(connection: sa.Connection, ids: Sequence[str], now: datetime) -> None:
    """In the transaction that wrote the deliveries of what was withdrawn."""
    connection.execute(sa.update(changes).where(changes.c.id.in_(ids)).values(planned_at=now))


def get(connection: sa.Connection, change_id: str) -> Change | None:
    """A change by its id, or by an unambiguous beginning of it."""
    whole = connection.execute(sa.select(changes).where(changes.c.id == change_id)).first()
    if whole is not None:
        return _change(whole)
    query = sa.select(changes).where(changes.c.id.startswith(change_id, autoescape=True)).limit(2)
    rows = connection.execute(query).all()
    return _change(rows[0]) if len(rows) == 1 else None


def find(
    connection: sa.Connection,
    *,
    page_ids: Sequence[int] | None = None,
    kinds: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    record_id: str | None = None,
    noise: bool = False,
    repeats: bool = False,
    withdrawn: bool = False,
) -> list[Change]:
    """Changes by when their new state was first seen, oldest first. `kinds` are whole (`event.moved`) or `event`.

    With `noise`, those in what differs at every look, too; with `repeats`, what another page had said before; with
    `withdrawn`, what was held and came to nothing.
    """
    query = sa.select(changes).order_by(changes.c.first_seen_after, changes.c.number)
    if page_ids is not None:
        query = query.where(changes.c.page_id.in_(page_ids))
    if kinds:
        query = query.where(_of_kinds(kinds))
    if since:
        query = query.where(changes.c.first_seen_after >= since)
    if until:
        query = query.where(changes.c.first_seen_after <= until)
    if record_id:
        query = query.where(changes.c.record_id == record_id)
    if not noise:
        query = query.where(~changes.c.noise)
    if not repeats:
        query = query.where(changes.c.same_as.is_(None))
    if not withdrawn:
        query = query.where(changes.c.state != "withdrawn")
    return [_change(row) for row in connection.execute(query)]


def from_rows(rows: Iterable[Any]) -> list[Change]:
    """The changes that stand in whole rows of the table."""
    return [_change(row) for row in rows]


def newest(
    connection: sa.Connection,
    *,
    page_ids: Sequence[int] | None = None,
    kinds: Sequence[str] = (),
    until: datetime | None = None,
    derived: bool = False,
) -> Iterator[Change]:
    """Published changes, newest first, as they are taken; with `derived`, those that nobody was told of too.

    What is held, noise, or only repeats another page is not among them.
    """
    states = ("open", "planned", "derived") if derived else ("open", "planned")
    query = sa.select(changes).where(
        changes.c.state.in_(states), ~changes.c.noise, changes.c.same_as.is_(None)
    )
    if page_ids is not None:
        query = query.where(changes.c.page_id.in_(page_ids))
    if kinds:
        query = query.where(_of_kinds(kinds))
    if until:
        query = query.where(changes.c.first_seen_after <= until)
    query = query.order_by(changes.c.first_seen_after.desc(), changes.c.number.desc())
    with connection.execute(query.execution_options(yield_per=100)) as rows:
        yield from map(_change, rows)


def revisions(connection: sa.Connection, records: Iterable[str]) -> Counter[str]:
    """How often each event was told to have changed: it never goes down, whatever a rebuild finds."""
    wanted = list(records)
    found: Counter[str] = Counter()
    for start in range(0, len(wanted), MANY):
        some = changes.c.record_id.in_(wanted[start : start + MANY])
        told = (some, changes.c.state.in_(("open", "planned")), changes.c.kind.in_(REVISING))
        query = sa.select(changes.c.record_id, sa.func.count()).where(*told).group_by(changes.c.record_id)
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def of_page(connection: sa.Connection, page_id: int) -> list[Change]:
    """All changes of a page, oldest first."""
    query = sa.select(changes).where(changes.c.page_id == page_id)
    return [_change(row) for row in connection.execute(query.order_by(changes.c.first_seen_after))]


def derived_of(connection: sa.Connection, records: Iterable[str]) -> list[Change]:
    """The changes of these records that nobody was told of."""
    query = sa.select(changes).where(changes.c.record_id.in_(list(records)), changes.c.state == "derived")
    return [_change(row) for row in connection.execute(query.order_by(changes.c.number))]


def mark_same(connection: sa.Connection, change_id: str, same_as: str | None) -> None:
    """Say that a change only repeats another one (or what a record's other page had said), or no longer."""
    connection.execute(sa.update(changes).where(changes.c.id == change_id).values(same_as=same_as))


def at(connection: sa.Connection, record_id: str, moment: datetime) -> str | None:
    """The id of a record's change whose new state was first seen at that moment."""
    query = sa.select(changes.c.id).where(
        changes.c.record_id == record_id, changes.c.first_seen_after == moment
    )
    return connection.execute(query.limit(1)).scalar()


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many changes stand in each state."""
    query = sa.select(changes.c.state, sa.func.count()).group_by(changes.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def tallies(connection: sa.Connection) -> dict[str, int]:
    """The same, of many in a state only that there are many (`storage.tallies`): quick however many there are."""
    return up_to(connection, changes.c.state, STATES)


_UNTOLD = (changes.c.state == "held", changes.c.foretold_at.is_(None))
_NOT_TAKEN_BACK = (
    changes.c.state == "withdrawn",
    changes.c.foretold_at.is_not(None),
    changes.c.planned_at.is_(None),
)


def _to_plan(connection: sa.Connection, limit: int, *which: sa.ColumnElement[bool]) -> list[Change]:
    query = sa.select(changes).where(*which).order_by(changes.c.number).limit(limit)
    # two planners at once take different ones
    query = query.with_for_update(skip_locked=True)
    return [_change(row) for row in connection.execute(query)]


def _in_json(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _of_kinds(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(changes.c.kind == kind if "." in kind else changes.c.kind.startswith(f"{kind}.") for kind in kinds)
    )


def _unknown(connection: sa.Connection, found: Sequence[Change]) -> list[Change]:
    if not found:
        return []
    ids = [change.id for change in found]
    known = set(connection.execute(_KNOWN, {"ids": ids}).scalars())
    return [change for change in found if change.id not in known]


_KNOWN = sa.select(changes.c.id).where(changes.c.id.in_(sa.bindparam("ids", expanding=True)))


def _insert(connection: sa.Connection, found: Sequence[Change], state: str, now: datetime | None) -> None:
    if not found:
        return
    rows = [
        {
            "id": change.id,
            "page_id": change.page_id,
            "kind": change.kind,
            "record_id": change.record_id,
            "group_name": change.group,
            "last_seen_before": change.last_seen_before,
            "first_seen_after": change.first_seen_after,
            "importance": change.importance,
            "summary": change.summary,
            "payload": dict(change.payload),
            "state": "derived" if change.noise else state,
            "published_at": None if change.noise else now,
            "noise": change.noise,
            "same_as": change.same_as,
        }
        for change in found
    ]
    connection.execute(sa.insert(changes), rows)


def _mark_superseded(connection: sa.Connection, page_id: int, yielded: set[str]) -> None:
    query = sa.select(changes).where(
        changes.c.page_id == page_id,
        changes.c.state.in_(("open", "planned")),  # what is held is not part of the history as yet
        ~changes.c.kind.in_(OF_NO_READING),
    )
    for row in connection.execute(query).all():
        superseded = None if row.id in yielded else row.superseded_at or row.published_at
        if superseded != row.superseded_at:
            connection.execute(
                sa.update(changes).where(changes.c.id == row.id).values(superseded_at=superseded)
            )


def _change(row: Any) -> Change:
    return Change(
        id=row.id,
        page_id=row.page_id,
        kind=row.kind,
        record_id=row.record_id,
        group=row.group_name,
        last_seen_before=row.last_seen_before,
        first_seen_after=row.first_seen_after,
        importance=row.importance,
        summary=row.summary,
        payload=row.payload,
        state=row.state,
        superseded=row.superseded_at is not None,
        same_as=row.same_as,
        noise=row.noise,
        published_at=row.published_at,
        foretold=row.foretold_at is not None,
    )
