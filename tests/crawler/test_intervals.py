"""When a page is looked at next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.timing.intervals import next_look

NOW = datetime(2027, 9, 1, 12, 30, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)


def wait(*checks: object, zone: str = "UTC", **about: object) -> timedelta:
    return next_look({"checks": list(checks), "zone": zone}, NOW, **about) - NOW


def test_the_earliest_of_several_schedules_counts() -> None:
    assert wait("every 6 hours") == 6 * HOUR
    assert wait("every 6 hours", "every 5 minutes", "every day") == timedelta(minutes=5)
    assert wait("every 6 hours", {"cron": "0 14 * * *"}) == timedelta(hours=1, minutes=30)
    assert wait("every 1 hour", {"cron": "0 14 * * *"}) == HOUR


def test_a_cron_schedule_is_of_the_watchlists_zone() -> None:
    cron = {"cron": "0 7 * * mon-fri"}
    assert wait(cron) == timedelta(hours=18, minutes=30)
    assert wait(cron, zone="Asia/Singapore") == timedelta(hours=10, minutes=30)


@pytest.mark.parametrize("spec", [{}, {"checks": []}, {"checks": None, "zone": None}])
def test_a_page_without_a_schedule_is_looked_at_every_six_hours(spec: dict[str, object]) -> None:
    assert next_look(spec, NOW) == NOW + 6 * HOUR


def test_after_bad_looks_the_pauses_grow_to_a_day_and_no_further() -> None:
    waits = [wait("every 6 hours", bad_looks=bad) for bad in range(1, 8)]
    assert waits == [6 * HOUR, 12 * HOUR, *[24 * HOUR] * 5]
    minutes = [wait("every 1 minute", bad_looks=bad) for bad in range(1, 15)]
    assert minutes == sorted(minutes)
    assert minutes[3] == timedelta(minutes=8)
    assert wait("every 1 minute", bad_looks=1_000_000) <= 24 * HOUR


def test_a_page_that_is_looked_at_weekly_is_looked_at_again_the_next_day_then_less_and_less() -> None:
    days = [wait("every 7 days", bad_looks=bad) / timedelta(days=1) for bad in range(1, 9)]
    assert days == [1, 2, 4, 7, 7, 7, 7, 7]
    spread = {wait("every 7 days", bad_looks=2, page_id=n) for n in range(200)}
    assert timedelta(days=1.6) <= min(spread) < max(spread) <= timedelta(days=2)


def test_retry_after_is_honoured_as_far_as_a_day() -> None:
    assert wait("every 5 minutes", retry_after=3600) == HOUR
    assert wait("every 5 minutes", bad_looks=3, retry_after=3600) == HOUR
    assert wait("every 5 minutes", retry_after=1e9) == 24 * HOUR
    assert wait("every 6 hours", retry_after=60) == 6 * HOUR
    assert wait("every 6 hours", retry_after=0) == 6 * HOUR


def test_the_next_look_always_lies_ahead() -> None:
    for check in ("every 1 minute", "adaptive", {"cron": "30 12 * * *"}):
        for bad in range(4):
            assert wait(check, bad_looks=bad) > timedelta(0)


def test_the_pauses_of_many_pages_are_spread_and_stay_within_bounds() -> None:
    waits = [wait("every 1 hour", bad_looks=4, page_id=n) for n in range(200)]
    assert len(set(waits)) > 150
    assert timedelta(hours=6.4) <= min(waits) <= max(waits) <= 8 * HOUR
    assert waits == [wait("every 1 hour", bad_looks=4, page_id=n) for n in range(200)]
    days = [wait("every 6 hours", bad_looks=9, page_id=n) for n in range(200)]
    assert timedelta(hours=19.2) <= min(days) < max(days) <= 24 * HOUR
    assert {wait("every 6 hours", page_id=n) for n in range(200)} == {6 * HOUR}


def test_what_a_site_asks_us_to_wait_is_waited_by_each_of_its_pages() -> None:
    waits = [wait("every 5 minutes", bad_looks=1, retry_after=3600, page_id=n) for n in range(200)]
    assert HOUR <= min(waits) < max(waits) <= timedelta(hours=1.2)
    assert len(set(waits)) > 150
    assert max(wait("every 5 minutes", retry_after=1e9, page_id=n) for n in range(200)) == 24 * HOUR
