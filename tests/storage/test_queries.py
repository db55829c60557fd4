"""Questions about the past: which versions answer, over which looks, and through which index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import observations, pages
from storage.asking import queries
from storage.asking.filters import Filter
from storage.engine import Database
from storage.fulltext import passages
from storage.fulltext.passages import Stretch
from storage.intervals import Interval, joined
from storage.observations import PageState, Version
from storage.records import Contact, Event, Group, Project, Reading, Record

Add, See = Callable[..., int], Callable[..., None]


@pytest.fixture
def observe(database: Database, now: datetime) -> Callable[..., None]:
    """Versions of records: (record id, record, first, last and next look in hours after noon)."""

    def observe(page_id: int, *versions: tuple[str, Record, float, float | None, float | None]) -> None:
        def at(hour: float | None) -> datetime | None:
            return None if hour is None else now + timedelta(hours=hour)

        made = [
            Version(
                record_id,
                record,
                at(first) or now,
                at(last),
                at(following),
                "removed" if last is not None else None,
            )
            for record_id, record, first, last, following in versions
        ]
        with database.write() as connection:
            observations.save(connection, page_id, PageState(touched=made))

    return observe


CHAIR, VICE = Contact(name="Mei Tan", role="Chair"), Contact(name="Mei Tan", role="Vice Chair")


def test_a_moment_is_answered_by_the_version_of_the_last_look_before_it(
    database: Database, add_page: Add, see: See, observe: Callable[..., None], now: datetime
) -> None:
    page_id = add_page()
    for hour in (0, 10, 20):
        see(page_id, hour, b"")
    moved = Event(title="43rd Meeting", starts_on="2027-10-01")
    observe(page_id, ("e", Event(title="43rd Meeting"), 0, 0, 10), ("e", moved, 10, None, None))
    with database.read() as connection:
        watched = pages.all_pages(connection)

        def at(hour: float) -> list[tuple[str | None, int, int | None]]:
            found = queries.as_of(connection, "event", watched, now + timedelta(hours=hour))
            hours = [(a.last_seen - now, a.next_look - now if a.next_look else None) for a in found]
            return [
                (a.record.starts_on, last.seconds // 3600, following.seconds // 3600 if following else None)
                for a, (last, following) in zip(found, hours, strict=True)
            ]

        assert at(-1) == []
        assert at(9) == [(None, 0, 10)]
        assert at(15) == [("2027-10-01", 10, 20)]
        assert at(30) == [("2027-10-01", 20, None)]
        assert queries.coverage(connection, watched, now - timedelta(hours=1)).pages == ()
        assert queries.coverage(connection, watched, now).earliest == now


def test_a_period_holds_what_was_said_at_one_of_its_looks(
    database: Database, add_page: Add, see: See, observe: Callable[..., None], now: datetime
) -> None:
    page_id = add_page()
    for hour in (0, 10, 20):
        see(page_id, hour, b"")
    observe(
        page_id, ("a", CHAIR, 0, 0, 10), ("b", VICE, 10, 10, 20), ("c", Contact(name="Li Na"), 20, None, None)
    )
    with database.read() as connection:
        watched = pages.all_pages(connection)

        def between(since: float, until: float) -> list[str]:
            period = (now + timedelta(hours=since), now + timedelta(hours=until))
            return [answer.record_id for answer in queries.during(connection, "contact", watched, *period)]

        assert between(0, 9) == ["a"]
        assert between(1, 9) == []
        assert between(5, 15) == ["b"]
        assert between(0, 30) == ["a", "b", "c"]
        assert between(21, 30) == []
        assert (
            queries.looked_in(connection, watched, now + timedelta(hours=1), now + timedelta(hours=9)) == ()
        )


def test_who_left_and_came_back_has_two_intervals_in_the_role(
    database: Database, add_page: Add, see: See, observe: Callable[..., None], now: datetime
) -> None:
    page_id = add_page()
    for hour in range(0, 60, 10):
        see(page_id, hour, b"")
    mailed = Contact(name="Mei Tan", role="Chair", email="mei@harbour.example")
    observe(
        page_id,
        ("m", VICE, 0, 0, 10),
        ("m", CHAIR, 10, 10, 20),
        ("m", mailed, 20, 20, 30),
        ("m", mailed, 40, None, None),
    )
    with database.read() as connection:
        found = queries.as_of(
            connection, "contact", pages.all_pages(connection), now + timedelta(hours=70), history=True
        )

    def span(first: int, last: int, following: int | None) -> Interval:
        return Interval(
            now + timedelta(hours=first),
            now + timedelta(hours=last),
            None if following is None else now + timedelta(hours=following),
        )

    as_vice, *as_chair = [answer.intervals for answer in found]
    assert as_vice == (span(0, 0, 10),)
    assert as_chair == [(span(10, 20, 30), span(40, 50, None))] * 3
    assert found[1].to_json()["intervals"][1]["next_look"] is None


def test_intervals_that_follow_each_other_are_one(now: datetime) -> None:
    hour = timedelta(hours=1)
    assert joined(
        [Interval(now + 3 * hour, now + 4 * hour, None), Interval(now, now + hour, now + 3 * hour)]
    ) == (Interval(now, now + 4 * hour, None),)
    apart = (Interval(now, now, now + hour), Interval(now + 2 * hour, now + 2 * hour, None))
    assert joined(reversed(apart)) == apart


@pytest.mark.parametrize(
    ("asked", "record", "meets"),
    [
        ({"economy": "Vietnam"}, Event(title="x", economy="Viet Nam"), True),
        ({"economy": "China"}, Event(title="x", economy="Hong Kong, China"), False),
        ({"economy": "peru"}, Project(code="A 1", co_sponsors=("Chile", "Peru")), True),
        ({"city": "ha noi"}, Event(title="x", city="Hà Nội"), True),
        ({"person": "nghiem xuan"}, Contact(name="Xuan Hoa NGHIEM"), True),
        ({"person": "Tan"}, Contact(name="Tania Li"), False),
        ({"role": "chair"}, Contact(name="x", role="Vice-Chair"), True),
        ({"role": "chair"}, Contact(name="x", role=None), False),
        ({"code": "sme 01 2015a"}, Project(code="SME 01 2015A"), True),
        ({"code": "SME 01"}, Project(code="SME 01 2015A"), False),
        ({"code": "SME 01 2015A"}, Event(title="x", project_code="SME 01 2015A"), True),
        ({"text": "书馆"}, Event(title="图书馆会议"), True),
        ({"text": "馆"}, Event(title="图书馆会议"), True),
        ({"text": "lima", "city": "cusco"}, Event(title="x", city="Lima"), False),
    ],
)
def test_filters_look_at_whole_words(asked: dict[str, str], record: Record, meets: bool) -> None:
    assert Filter(**asked).meets(record) is meets


def test_of_many_pages_only_those_that_said_such_words_are_asked(
    database: Database,
    add_page: Add,
    see: See,
    observe: Callable[..., None],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "FEW", 0)
    meant, other, older = (add_page(path) for path in ("/meant", "/other", "/older"))
    for page_id, name in ((meant, "Mei Tan"), (other, "Li Na"), (older, "Mei Tan")):
        see(page_id, 0, b"")
        person = Contact(name=name, role="Chair")
        observe(page_id, (f"id{page_id}", person, 0, None, None))
        with database.write() as connection:
            pages.update(connection, page_id, last_good_at=now)
        if page_id != older:  # an older wgwatch indexed nothing
            said = passages.passages_of(Reading("r", "d"), [(f"id{page_id}", person)])
            with database.write() as connection:
                passages.begin(connection, page_id, Stretch(now, now, said))
    with database.read() as connection:
        watched = pages.all_pages(connection)
        candidates = queries._candidates(connection, "contact", watched, Filter(person="tan"))
        assert {page.id for page in candidates} == {meant, older}
        found = queries.as_of(connection, "contact", watched, now, wanted=Filter(person="tan", role="chair"))
        assert {answer.page_id for answer in found} == {meant, older}
        assert queries.as_of(connection, "event", watched, now, wanted=Filter(text="tan")) == []


def test_groups_are_found_by_what_they_were_ever_called(
    database: Database, add_page: Add, observe: Callable[..., None], now: datetime
) -> None:
    page_id = add_page("/named", acronym="HWG")
    listed = add_page("/listing")
    observe(listed, ("g", Group(name="Groupe Énergie", acronym="GE", read_from="list"), 0, None, None))
    with database.write() as connection:

        def called(name: str) -> list[int]:
            return [page.id for page in pages.of_group(connection, name)]

        assert (called("hwg"), called("groupe énergie"), called("ge")) == ([page_id], [listed], [listed])
        pages.update(connection, page_id, acronym="QWG", name=None)
        assert (called("hwg"), called("qwg")) == ([], [page_id])
        state = PageState(touched=[Version("g", Group(name="Energy Group"), now)])
        observations.replace(connection, listed, state)
        assert (called("ge"), called("energy group")) == ([], [listed])


def test_a_question_about_one_group_reads_no_table_as_a_whole(
    database: Database, add_page: Add, see: See, observe: Callable[..., None], now: datetime
) -> None:
    page_id = add_page(acronym="HWG")
    see(page_id, 0, b"")
    observe(page_id, ("a", CHAIR, 0, None, None))
    with database.read() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        told: list[tuple[str, object]] = []

        def tell(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            told.append((statement, parameters))

        sa.event.listen(connection, "before_cursor_execute", tell)
        watched = pages.of_group(connection, "hwg")
        queries.coverage(connection, watched, now)
        assert len(queries.as_of(connection, "contact", watched, now)) == 1
        assert len(queries.during(connection, "contact", watched, now, now)) == 1
        sa.event.remove(connection, "before_cursor_execute", tell)
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        for statement, parameters in list(told):
            plan = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters)]
            scans = [line for line in plan if line.startswith("SCAN ") or "Seq Scan" in line]
            assert scans == [], (statement, plan)
