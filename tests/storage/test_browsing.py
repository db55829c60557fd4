"""Lists of the web pages: in pieces that follow each other, and never by reading a table as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import observations, pages
from storage.asking import browsing
from storage.changes import Change, derive
from storage.engine import Database
from storage.observations import PageState, Version
from storage.records import Event
from storage.tables import metadata
from storage.watched import subscriptions


def change(number: int, page_id: int, at: datetime, kind: str = "event.moved", **marks: object) -> Change:
    return Change(
        id=f"chg_{number:04}",
        page_id=page_id,
        kind=kind,
        record_id=None,
        group="HWG",
        last_seen_before=at - timedelta(hours=1),
        first_seen_after=at,
        importance=0.5,
        summary=f"Change {number}",
        payload={},
        **marks,  # type: ignore[arg-type]
    )


def ids(found: list[Change]) -> list[int]:
    return [int(each.id.removeprefix("chg_")) for each in found]


def test_pieces_of_changes_follow_each_other_also_where_many_are_of_one_moment(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    page_id = add_page()
    with database.write() as connection:
        derive(connection, [change(n, page_id, now + timedelta(hours=n // 4)) for n in range(10)])
        derive(
            connection, [change(90, page_id, now, noise=True), change(91, page_id, now, same_as="chg_0001")]
        )
    with database.read() as connection:
        first = browsing.changes_before(connection, limit=3)
        second = browsing.changes_before(connection, before=first[-1].id, limit=30)
    assert ids([*first, *second]) == list(range(9, -1, -1))


def test_changes_of_a_family_are_in_order_with_each_other(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    page_id = add_page()
    kinds = ("event.moved", "event.added", "contact.added")
    with database.write() as connection:
        derive(connection, [change(n, page_id, now + timedelta(hours=n), kinds[n % 3]) for n in range(9)])
    with database.read() as connection:
        assert ids(browsing.changes_before(connection, kinds=["event"], limit=4)) == [7, 6, 4, 3]
        assert ids(browsing.changes_before(connection, kinds=["contact.added"])) == [8, 5, 2]


@pytest.mark.parametrize("few", [0, 1_000])
def test_changes_of_a_source_are_those_of_its_pages_however_many_it_has(
    database: Database,
    add_page: Callable[..., int],
    now: datetime,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browsing, "FEW", few)
    page_ids = [add_page(f"/group-{n}", spec={}) for n in range(3)]
    with database.write() as connection:
        for name, mine in (("harbour", page_ids[:2]), ("forum", page_ids[1:])):
            source_id = subscriptions.put_source(connection, name, {})
            for page_id in mine:
                pages.add_source(connection, page_id, source_id)
        derive(
            connection, [change(n, page_id, now + timedelta(hours=n)) for n, page_id in enumerate(page_ids)]
        )
    with database.read() as connection:
        assert ids(browsing.changes_before(connection, source="harbour")) == [1, 0]
        assert ids(browsing.changes_before(connection, source="forum")) == [2, 1]
        assert browsing.health_of_sources(connection, "forum") == {"forum": {"new": 2}}


def test_changes_are_counted_by_the_day_they_were_seen_on_in_utc(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    page_id, midnight = add_page(), now.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59)]
    with database.write() as connection:
        derive(connection, [change(n, page_id, at) for n, at in enumerate(moments)])
    with database.read() as connection:
        counts = browsing.changes_by_day(connection, midnight.date() - timedelta(days=3), 4)
    assert counts == {f"{moments[0]:%Y-%m-%d}": 1, f"{midnight:%Y-%m-%d}": 2}


def test_pages_that_announce_an_event_of_a_period_are_found_the_first_one_first(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    days = ("2027-09-20", "2027-09-07", "2028-01-01", None)
    page_ids = [add_page(f"/group-{n}") for n in range(len(days))]
    with database.write() as connection:
        for n, (day, page_id) in enumerate(zip(days, page_ids, strict=True)):
            said = Version(f"evt_{n}", Event(title="Meeting", starts_on=day), now)
            gone = Version(f"evt_9{n}", Event(title="Gone", starts_on="2027-09-01"), now, now, now, "removed")
            observations.save(connection, page_id, PageState(touched=[said, gone]))
    with database.read() as connection:
        assert browsing.announcing(connection, "2027-09", "2027-09-30", 10) == [page_ids[1], page_ids[0]]
        assert browsing.announcing(connection, "2027-09", "2027-09-30", 1) == [page_ids[1]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_pages_list_is_found_by_indexes(database: Database, now: datetime) -> None:
    told: list[tuple[str, object]] = []
    with database.read() as connection:
        sa.event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, parameters, *_: told.append((statement, parameters)),
        )
        browsing.changes_before(connection, kinds=["page.gone"])
        browsing.changes_before(connection, since=now, before="chg_0001")
        browsing.changes_by_day(connection, now.date(), 60)
        browsing.announcing(connection, "2027-09", "2027-09-30", 10)
        browsing.changes_before(connection, page_ids=[1], kinds=["event"])
        browsing.captures_before(connection, 1, now)
        browsing.moments_of(connection, 1)
        browsing.sections_of(connection, [1], now)
        asked = list(told)
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given).all() for said, given in asked
        ]
    steps = [str(row[-1]) for plan in plans for row in plan]
    assert [step for step in steps if step.startswith("SCAN ") and step.split()[1] in metadata.tables] == []
    assert any("ix_observations_coming" in step for step in steps)
    assert any("COVERING INDEX ix_changes_after" in step for step in steps)
