"""When subscribers hear that a page cannot be read: not for a bad minute, once, and once more when it is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from world import WATCHLIST, World, group_page

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def watched(world: World, check: str) -> World:
    url = world.show("/group", group_page())
    world.watch(url, text=WATCHLIST.replace("every 6 hours", check))
    world.wgwatch("check")
    return world


def down(world: World, after: timedelta, status: int = 503) -> list[str]:
    """A look at the broken page so long after the last one; the kinds of what has been told by now."""
    world.ahead += after
    world.show("/group", "out of order", status=status)
    world.wgwatch("check", rc=1)
    return [hook["type"] for hook in world.hooked()]


def next_look(world: World) -> timedelta:
    [page] = world.json("status")["pages"]
    return datetime.fromisoformat(page["next_look"]) - datetime.now(UTC) - world.ahead


def last_told(world: World) -> Any:
    return world.hooked()[-1]["data"]


def test_a_page_that_is_looked_at_often_is_told_after_an_hour_and_not_after_minutes(
    sqlite_world: World,
) -> None:
    world = watched(sqlite_world, "every 5 minutes")
    for after in (5, 5, 10):
        assert down(world, after * MINUTE) == []
    assert down(world, 41 * MINUTE) == ["page.failing"]
    assert down(world, 2 * HOUR, status=403) == ["page.failing"]
    world.show("/group", group_page())
    world.wgwatch("check")
    assert [hook["type"] for hook in world.hooked()] == ["page.failing", "page.recovered"]
    assert last_told(world)["summary"].endswith("can be read again, after 2 hours")
    assert len(world.mails) == 2


def test_a_bad_minute_is_no_news(sqlite_world: World) -> None:
    world = watched(sqlite_world, "every 5 minutes")
    for _ in range(3):
        assert down(world, 20 * MINUTE) == []
        assert down(world, MINUTE) == []
        world.show("/group", group_page())
        world.wgwatch("check")
    assert world.json("changes") == []


@pytest.mark.parametrize(
    ("check", "hours"), [("every 2 hours", 2), ("every 6 hours", 6), ("every 1 day", 24), ("adaptive", 6)]
)
def test_a_page_is_told_at_its_second_bad_look_where_looks_are_far_apart(
    sqlite_world: World, check: str, hours: int
) -> None:
    world = watched(sqlite_world, check)
    assert down(world, hours * HOUR) == []
    assert down(world, hours * HOUR - MINUTE, status=403) == ["page.blocked"]


def test_a_page_that_is_looked_at_weekly_is_looked_at_again_the_next_day_and_told_then(
    sqlite_world: World,
) -> None:
    world = watched(sqlite_world, "every 7 days")
    assert down(world, 7 * DAY) == []
    assert DAY - MINUTE < next_look(world) <= DAY
    assert down(world, DAY) == ["page.failing"]
    assert 1.5 * DAY < next_look(world) <= 2 * DAY


def test_five_bad_looks_in_a_row_are_told_however_soon_they_come(sqlite_world: World) -> None:
    world = watched(sqlite_world, "every 7 days")
    assert [len(down(world, MINUTE)) for _ in range(6)] == [0, 0, 0, 0, 1, 1]


def test_a_page_that_never_could_be_read_is_told_too(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", "gone", status=404))
    world.wgwatch("check", rc=1)
    assert down(world, 6 * HOUR, status=404) == []
    assert down(world, 6 * HOUR, status=404) == ["page.failing"]
    assert last_told(world)["last_seen_before"] is None
