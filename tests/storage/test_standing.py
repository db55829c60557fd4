"""How all stands, however many pages, messages and changes there are: counted and listed from indexes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import changes, deliveries, pages, tallies
from storage.asking import browsing, overview
from storage.engine import Database
from storage.fulltext import search
from storage.models import deliveries as table
from storage.watched import subscriptions

HEALTHS = ("ok", "failed", "new", "suspect", "blocked", "ok", "failed")


@pytest.fixture
def standing(database: Database, add_page: Callable[..., int], now: datetime) -> list[int]:
    """Watched pages of each health, the one that was added last to be looked at first; then two at rest."""
    found = [add_page(f"/group-{n}") for n in range(len(HEALTHS) + 2)]
    with database.write() as connection:
        for n, (page_id, health) in enumerate(zip(found, HEALTHS, strict=False)):
            at = now - timedelta(minutes=n)
            pages.update(
                connection, page_id, health=health, next_check_at=at, last_check_at=at, paused_at=None
            )
        for page_id, spec in zip(found[-2:], ({}, {"check": ["every 6 hours"]}), strict=True):
            pages.update(connection, page_id, paused_at=now, next_check_at=None, spec=spec)
    return found


def test_pages_in_trouble_come_first_then_those_to_be_looked_at_next(
    database: Database, standing: list[int]
) -> None:
    order = [standing[n] for n in (6, 4, 1, 3, 2, 5, 0, 7, 8)]
    with database.read() as connection:
        assert [page.id for page in pages.troubled_first(connection)] == order
        for limit in (1, 2, 3, 5, 8, 20):
            assert [page.id for page in pages.troubled_first(connection, limit)] == order[:limit]


def test_pages_are_counted_by_their_state(database: Database, standing: list[int], now: datetime) -> None:
    with database.read() as connection:
        watch = overview.watch(connection, now - timedelta(minutes=2))
    assert watch.states == {
        "ok": 2, "failed": 2, "new": 1, "suspect": 1, "blocked": 1, "paused": 1, "not watched": 1
    }  # fmt: skip
    assert (watch.due, watch.oldest_due) == (5, now - timedelta(minutes=6))
    assert (watch.next_look, watch.last_look) == (now - timedelta(minutes=1), now)


def test_sources_count_what_is_watched_by_its_health(
    database: Database, standing: list[int], add_source: Callable[..., None]
) -> None:
    add_source("harbour", standing)
    add_source("forum", standing[:1])
    add_source("empty", [])
    harbour = {"ok": 2, "failed": 2, "new": 1, "suspect": 1, "blocked": 1}
    with database.read() as connection:
        assert browsing.health_of_sources(connection) == {"empty": {}, "forum": {"ok": 1}, "harbour": harbour}
        assert browsing.health_of_sources(connection, "harbour") == {"harbour": harbour}
        assert browsing.health_of_sources(connection, "unknown") == {}


@pytest.fixture
def add_source(database: Database) -> Callable[..., None]:
    def add(name: str, page_ids: list[int]) -> None:
        with database.write() as connection:
            source_id = subscriptions.put_source(connection, name, {})
            for page_id in page_ids:
                pages.add_source(connection, page_id, source_id)

    return add


def test_many_are_only_said_to_be_many(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "MOST", 3)
    with database.write() as connection:
        connection.execute(sa.insert(table), [message(n, now) for n in range(9)])
    with database.read() as connection:
        assert deliveries.tallies(connection) == {"sent": 4, "dead": 2}
        assert deliveries.counts(connection) == {"sent": 7, "dead": 2}
        dead = browsing.deliveries_before(connection, state="dead")
        assert [delivery.id for delivery in dead] == ["msg_8", "msg_4"]


def message(number: int, now: datetime) -> dict[str, Any]:
    times = dict.fromkeys(("created_at", "due_at", "next_attempt_at"), now)
    about = {"channel": "email", "target": "anna@paper.example", "fold": "at once", "digest": False}
    state = "dead" if number in (4, 8) else "sent"
    return {"id": f"msg_{number}", **about, **times, "state": state, "attempts": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_table_is_read_as_a_whole_for_it(database: Database, standing: list[int], now: datetime) -> None:
    told: list[tuple[str, Any]] = []
    with database.read() as connection:
        sa.event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, parameters, *_: told.append((statement, parameters)),
        )
        overview.watch(connection, now)
        pages.troubled_first(connection, 5)
        browsing.health_of_sources(connection)
        browsing.pages_after(connection, health="failed")
        browsing.deliveries_before(connection, state="dead")
        deliveries.tallies(connection)
        changes.tallies(connection)
        search.not_searchable(connection, None)
        plans = {said: plan(connection, said, given) for said, given in told[:]}
    whole = [step for steps in plans.values() for step in steps if step in WHOLE]
    assert whole == []
    sorted_ones = [said for said, steps in plans.items() if "USE TEMP B-TREE FOR ORDER BY" in steps]
    assert [said for said in sorted_ones if "LIMIT" in said] == []
    assert any("ix_pages_unsearchable" in step for steps in plans.values() for step in steps)


WHOLE = ("SCAN pages", "SCAN deliveries", "SCAN changes")


def plan(connection: sa.Connection, said: str, given: Any) -> list[str]:
    return [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]
