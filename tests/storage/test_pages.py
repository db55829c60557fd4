"""Which pages are due, and which are one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from storage import models, pages
from storage.engine import Database
from storage.watched import subscriptions

HOUR = timedelta(hours=1)
Add = Callable[..., int]


def test_pages_are_due_the_longest_waiting_first(database: Database, add_page: Add, now: datetime) -> None:
    ids = [add_page(f"/{n}", spec={}) for n in range(4)]
    with database.write() as connection:
        for page_id, hours in zip(ids, (-1, -3, -2, 1), strict=True):
            pages.update(connection, page_id, next_check_at=now + hours * HOUR)
        assert [page.id for page in pages.due(connection, now)] == [ids[1], ids[2], ids[0]]
        assert pages.next_due(connection) == now - 3 * HOUR


def test_a_watched_page_is_due_at_once_and_one_that_was_only_imported_never(
    database: Database, add_page: Add, now: datetime
) -> None:
    watched, _ = add_page("/watched", spec={"checks": ["every 6 hours"]}), add_page("/imported")
    with database.read() as connection:
        assert [page.id for page in pages.due(connection, now)] == [watched]
        assert [page.id for page in pages.due(connection, now + 9999 * HOUR)] == [watched]


def test_pages_that_no_source_names_are_paused_and_the_others_left_alone(
    database: Database, add_page: Add, now: datetime
) -> None:
    kept, left, long_paused = add_page("/kept", spec={}), add_page("/left", spec={}), add_page("/imported")
    with database.write() as connection:
        pages.pause_all_but(connection, [kept], now + HOUR)
        assert [page.id for page in pages.due(connection, now + HOUR)] == [kept]
        assert pages.get(connection, left).paused_at == now + HOUR
        assert pages.get(connection, left).next_check_at is None
        assert pages.get(connection, long_paused).paused_at == now
        pages.pause_all_but(connection, [], now + 2 * HOUR)
        assert pages.due(connection, now + 9 * HOUR) == []
        assert pages.next_due(connection) is None
        assert len(pages.all_pages(connection)) == 3


def test_a_page_is_found_by_each_of_its_addresses(database: Database, add_page: Add, now: datetime) -> None:
    page_id, other = add_page("/new"), add_page("/other")
    with database.write() as connection:
        pages.add_address(
            connection, page_id, "harbour.example/old.aspx", "http://harbour.example/old.aspx", now
        )
        pages.add_address(connection, page_id, "harbour.example/other", "https://harbour.example/other", now)
        found = {
            key: pages.by_key(connection, f"harbour.example/{key}")
            for key in ("new", "old.aspx", "other", "x")
        }
    assert {key: page and page.id for key, page in found.items()} == {
        "new": page_id,
        "old.aspx": page_id,
        "other": other,
        "x": None,
    }


def test_pages_of_a_source_leave_out_the_paused(database: Database, add_page: Add, now: datetime) -> None:
    one, two, three = (add_page(f"/{n}", spec={}) for n in range(3))
    with database.write() as connection:
        harbour = subscriptions.put_source(connection, "harbour", {})
        quay = subscriptions.put_source(connection, "quay", {})
        pages.set_sources(connection, one, [harbour, quay])
        pages.set_sources(connection, two, [harbour])
        pages.add_source(connection, three, harbour)
        pages.add_source(connection, three, harbour)
        pages.update(connection, two, paused_at=now)
        assert [page.id for page in pages.of_source(connection, "harbour")] == [one, three]
        assert pages.get(connection, one).sources == ("harbour", "quay")
        pages.set_sources(connection, one, [])
        assert pages.get(connection, one).sources == ()


def test_pages_of_a_group_by_acronym_or_name_in_any_case(database: Database, add_page: Add) -> None:
    page_id = add_page("/hwg", acronym="HWG", name="Harbour Working Group")
    add_page("/qwg", acronym="QWG")
    with database.read() as connection:
        for said in ("hwg", "HWG", "harbour working group"):
            assert [page.id for page in pages.of_group(connection, said)] == [page_id]
        assert pages.of_group(connection, "harbour") == []


def test_a_subscription_that_left_the_watchlist_or_was_paused_does_not_hear(
    database: Database, now: datetime
) -> None:
    def active() -> list[str]:
        with database.read() as connection:
            return [stored.name for stored in subscriptions.active(connection)]

    with database.write() as connection:
        for name in ("desk", "crm", "web"):
            subscriptions.put_subscription(
                connection, name, {"name": name}, now, "web" if name == "web" else "watchlist"
            )
        subscriptions.leave(connection, {"desk"}, now)
    assert active() == ["desk", "web"]
    with database.write() as connection:
        subscriptions.pause(connection, "desk", now)
        subscriptions.put_subscription(connection, "crm", {"name": "crm"}, now)
        subscriptions.put_subscription(connection, "desk", {"name": "desk", "tell": ["events"]}, now)
    assert active() == ["crm", "web"]
    with database.write() as connection:
        subscriptions.resume(connection, "desk", now)
    assert sorted(active()) == ["crm", "desk", "web"]


def test_very_many_pages_are_kept_when_others_are_paused(database: Database) -> None:
    """A statement of PostgreSQL takes 65,535 values."""
    count = 70_000
    with database.write() as connection:
        rows = [
            {"id": n, "key": str(n), "url": str(n), "host": "harbour.example"} for n in range(1, count + 1)
        ]
        connection.execute(sa.insert(models.pages), rows)
        pages.pause_all_but(connection, range(2, count + 1), datetime(2027, 1, 1, tzinfo=UTC))
        paused = sa.select(models.pages.c.id).where(models.pages.c.paused_at.is_not(None))
        assert connection.execute(paused).scalars().all() == [1]
