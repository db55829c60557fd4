"""Changes: what was published stays as told; the rest is derived anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import changes
from storage.changes import Change
from storage.engine import Database


@pytest.fixture
def change(add_page: Callable[..., int], now: datetime) -> Callable[..., Change]:
    """A change of one page by the end of its id."""
    page_id = add_page()

    def change(name: str, **other: Any) -> Change:
        said: dict[str, Any] = {
            "id": f"chg_{name}",
            "page_id": page_id,
            "kind": "event.moved",
            "record_id": "evt_1",
            "group": "HWG",
            "last_seen_before": now,
            "first_seen_after": now + timedelta(hours=1),
            "importance": 0.8,
            "summary": f"change {name}",
            "payload": {"id": f"chg_{name}", "what": f"what {name}"},
        }
        return Change(**(said | other))

    return change


def states(database: Database) -> dict[str, str]:
    with database.read() as connection:
        return {found.id: found.to_json()["state"] for found in changes.find(connection)}


def test_a_change_that_is_known_is_not_published_twice(
    database: Database, change: Callable[..., Change], now: datetime
) -> None:
    with database.write() as connection:
        changes.publish(connection, [change("a")], now)
        changes.mark_planned(connection, ["chg_a"], now)
        changes.publish(connection, [change("a", summary="said otherwise"), change("b")], now)
        assert [found.id for found in changes.open_changes(connection)] == ["chg_b"]
        assert changes.get(connection, "chg_a").summary == "change a"


def test_planning_marks_each_open_change_once(
    database: Database, change: Callable[..., Change], now: datetime
) -> None:
    with database.write() as connection:
        changes.publish(connection, [change("a"), change("b")], now)
        changes.publish(connection, [change("doubtful")], now, state="held")
        assert changes.mark_planned(connection, ["chg_a", "chg_b", "chg_doubtful"], now) == 2
        assert changes.mark_planned(connection, ["chg_a", "chg_b"], now) == 0
        assert changes.open_changes(connection) == []
        assert changes.counts(connection) == {"planned": 2, "held": 1}


def test_a_rebuild_replaces_what_was_derived_and_keeps_what_was_told(
    database: Database, change: Callable[..., Change], now: datetime
) -> None:
    with database.write() as connection:
        changes.publish(connection, [change("told"), change("health", kind="page.blocked")], now)
        page_id = change("x").page_id
        changes.rewrite_derived(
            connection, page_id, [change("told", summary="said otherwise"), change("old")]
        )
        assert changes.get(connection, "chg_told").summary == "change told"
        changes.rewrite_derived(connection, page_id, [change("new")])
    assert states(database) == {"chg_told": "superseded", "chg_health": "open", "chg_new": "derived"}
    with database.write() as connection:
        assert [c.id for c in changes.open_changes(connection)] == ["chg_told", "chg_health"]
        changes.rewrite_derived(connection, page_id, [change("told")])
    assert states(database) == {"chg_told": "open", "chg_health": "open"}


def test_a_change_is_found_by_an_unambiguous_beginning_of_its_id(
    database: Database, change: Callable[..., Change], now: datetime
) -> None:
    with database.write() as connection:
        changes.publish(connection, [change("abc"), change("abd")], now)
        assert changes.get(connection, "chg_abc").id == "chg_abc"
        assert changes.get(connection, "chg_ab") is None
        assert changes.get(connection, "chg%") is None


def test_changes_are_found_by_kind_family_time_and_record(
    database: Database, change: Callable[..., Change], now: datetime
) -> None:
    later = now + timedelta(days=1)
    with database.write() as connection:
        moved, left = (
            change("a"),
            change("b", kind="contact.removed", record_id="con_1", first_seen_after=later),
        )
        changes.publish(connection, [left, moved], now)

        def found(**asked: Any) -> list[str]:
            return [each.id for each in changes.find(connection, **asked)]

        assert found() == ["chg_a", "chg_b"]
        assert found(kinds=["event"]) == found(kinds=["event.moved"]) == found(record_id="evt_1") == ["chg_a"]
        assert found(kinds=["event.added"]) == found(page_ids=[]) == []
        assert found(since=later) == ["chg_b"]
        assert found(until=later - timedelta(seconds=1)) == ["chg_a"]
        assert found(page_ids=[moved.page_id], kinds=["event", "contact.removed"]) == ["chg_a", "chg_b"]


def test_the_page_remembers_how_often_each_transition_has_happened(
    database: Database, change: Callable[..., Change], now: datetime
) -> None:
    again = change("b", payload={"what": "what a"}, first_seen_after=now + timedelta(hours=5))
    with database.write() as connection:
        changes.publish(connection, [change("a")], now)
        changes.rewrite_derived(connection, again.page_id, [change("a"), again])
        assert changes.times_seen(connection, again.page_id) == {"what a": 2}
        assert changes.occurrences(connection, again.page_id) == {
            ("what a", now + timedelta(hours=1)): "chg_a"
        }
