"""How silence is known: looks, reasons, what is usual, and what is gone, out of a real database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from notifier.silence import MOST_CALM, silence
from storage import pages
from storage.engine import Database
from storage.models import observations, section_spans, sightings

UNTIL = datetime(2023, 10, 9, 0, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
SINCE = UNTIL - WEEK
HOUR = timedelta(hours=1)


class Archive:
    """Pages with looks and records, as if they had been watched."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def page(self, name: str, acronym: str | None = None) -> int:
        return pages.create(
            self.connection,
            key=name,
            url=f"https://{name}",
            host="harbour.example",
            now=UNTIL,
            acronym=acronym,
        )

    def look(self, page: int, at: datetime, outcome: str = "unchanged", origin: str = "check") -> None:
        number = self.connection.execute(
            sa.select(sa.func.count()).where(sightings.c.page_id == page)
        ).scalar_one()
        self.connection.execute(
            sa.insert(sightings).values(
                page_id=page,
                number=number + 1,
                seen_at=at,
                address="https://harbour.example",
                origin=origin,
                outcome=outcome,
                good=outcome in {"unchanged", "changed", "baseline"},
                status=200,
                chain=b"x",
            )
        )

    def records(
        self, page: int, kind: str, spans: Iterable[tuple[datetime, datetime | None]], **said: str
    ) -> None:
        for number, (first, gone) in enumerate(spans):
            self.connection.execute(
                sa.insert(observations).values(
                    page_id=page,
                    record_id=f"{kind}-{page}-{number}",
                    kind=kind,
                    label="x",
                    said={"title": f"x{number}", **said},
                    first_seen_at=first,
                    next_look_at=gone,
                )
            )

    def section(self, page: int, holds: str, gone: datetime | None = None) -> None:
        values = {"page_id": page, "key": holds, "title": holds, "holds": holds}
        self.connection.execute(
            sa.insert(section_spans).values(**values, first_seen_at=UNTIL - 9 * WEEK, next_look_at=gone)
        )

    def table(self) -> dict:
        return silence(self.connection, pages.all_pages(self.connection), SINCE, UNTIL)


@pytest.fixture
def archive(database: Database):
    with database.write() as connection:
        yield Archive(connection)


def test_looks_of_the_period_are_counted_with_why_some_were_not_read(archive: Archive) -> None:
    page = archive.page("a.example", "HWG")
    archive.look(page, SINCE - HOUR)
    archive.look(page, SINCE)
    archive.look(page, SINCE + HOUR, "blocked")
    archive.look(page, SINCE + 2 * HOUR, "blocked")
    archive.look(page, SINCE + 3 * HOUR, "failed")
    archive.look(page, SINCE + 4 * HOUR, origin="import")
    archive.look(page, UNTIL, "failed")
    [row] = archive.table()["rows"]
    assert (row["group"], row["looks"], row["unread"]) == ("HWG", 4, {"blocked": 2, "failed": 1})
    assert row["last_good"] == "2023-10-02T04:30:00Z"


def test_of_several_pages_of_a_group_the_one_that_waits_longest_counts(archive: Archive) -> None:
    fresh, stale = archive.page("a.example", "HWG"), archive.page("b.example", "HWG")
    archive.look(fresh, UNTIL - HOUR)
    archive.look(stale, SINCE - HOUR)
    table = archive.table()
    [row] = table["rows"]
    assert (row["looks"], row["last_good"]) == (1, "2023-10-01T23:30:00Z")
    assert table["unread_groups"] == 0
    archive.page("c.example", "HWG")
    [row] = archive.table()["rows"]
    assert row["last_good"] is None


def test_what_is_found_stands_beside_what_is_usual(archive: Archive) -> None:
    page = archive.page("a.example", "HWG")
    archive.look(page, UNTIL - 6 * WEEK)
    archive.look(page, UNTIL - HOUR)
    long = UNTIL - 6 * WEEK
    archive.records(page, "event", [(long, None), (long, None), (long, SINCE + HOUR), (SINCE + HOUR, None)])
    archive.records(page, "contact", [(long, SINCE - 2 * WEEK)] * 5 + [(long, None)])
    archive.records(page, "project", [(long, None)], read_from="prose")
    [row] = archive.table()["rows"]
    assert row["found"] == {"contact": [1, 1], "event": [3, 3], "project": [1, 1]}


def test_meetings_of_sentences_are_not_counted_and_new_pages_have_no_usual_number(archive: Archive) -> None:
    page = archive.page("a.example", "HWG")
    archive.look(page, SINCE + HOUR)
    archive.records(page, "event", [(SINCE + HOUR, None)], read_from="list")
    archive.records(page, "event", [(SINCE + HOUR, None)], read_from="prose")
    [row] = archive.table()["rows"]
    assert row["found"] == {"event": [1, None]}


def test_a_list_that_is_no_longer_there_is_said_to_be_gone(archive: Archive) -> None:
    page = archive.page("a.example", "HWG")
    archive.look(page, UNTIL - 6 * WEEK)
    archive.look(page, UNTIL - HOUR)
    archive.records(page, "event", [(UNTIL - 6 * WEEK, SINCE + HOUR)] * 3)
    archive.records(page, "project", [(UNTIL - 6 * WEEK, SINCE + HOUR)])
    archive.section(page, "events", gone=SINCE + HOUR)
    archive.section(page, "projects")
    [row] = archive.table()["rows"]
    assert row["found"] == {"event": [0, 3], "project": [0, 1]}
    assert row["gone"] == ["event"]


def test_of_many_groups_those_without_news_share_a_line(archive: Archive) -> None:
    for number in range(MOST_CALM + 2):
        page = archive.page(f"{number}.example", f"G{number}")
        archive.look(page, UNTIL - (number + 1) * HOUR)
    archive.look(page, UNTIL - 2 * HOUR, "blocked")
    archive.page("never.example", "NEW")
    table = archive.table()
    assert [row["group"] for row in table["rows"]] == [f"G{MOST_CALM + 1}", "NEW"]
    assert table["rest"] == {
        "groups": MOST_CALM + 1,
        "least": 1,
        "most": 1,
        "unread": 0,
        "last_good": "2023-10-08T11:30:00Z",
    }
    assert (table["groups"], table["unread_groups"]) == (MOST_CALM + 3, 1)
