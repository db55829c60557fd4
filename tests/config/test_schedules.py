from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.cron import Cron
from config.durations import duration_in_words, parse_duration
from config.errors import UsageError
from config.schedules import Adaptive, AtOnce, CheckSchedule, Every, SendSchedule, parse_check, parse_send

PARIS = ZoneInfo("Europe/Paris")
SINGAPORE = ZoneInfo("Asia/Singapore")
UTC_ZONE = ZoneInfo("UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def following(schedule: CheckSchedule | SendSchedule, moment: str, zone: ZoneInfo, count: int) -> list[str]:
    found, now = [], at(moment)
    for _ in range(count):
        later = schedule.next_after(now, zone)
        assert later > now
        assert later.tzinfo is UTC
        found.append(f"{later:%Y-%m-%d %H:%M}")
        now = later
    return found


@pytest.mark.parametrize(
    ("written", "interval"),
    [
        ("every 6 hours", timedelta(hours=6)),
        ("every 5 minutes", timedelta(minutes=5)),
        ("every minute", timedelta(minutes=1)),
        ("every day", timedelta(days=1)),
        ("Every  2 weeks", timedelta(days=14)),
        ("every 90 seconds", timedelta(seconds=90)),
    ],
)
def test_intervals(written: str, interval: timedelta) -> None:
    assert parse_check(written) == Every(interval)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("every 59 seconds", "shortest interval is 1 minute"),
        ("every 0 hours", "shortest interval is 1 minute"),
        ("every 999999999 weeks", "longer than ten years"),
        ("every fortnight", "no length of time"),
        ("hourly", "no schedule"),
        ({"cron": "0 7 * *"}, "five fields"),
        ({"cron": "0 25 * * *"}, "higher than the maximum"),
        ({"cron": "0 7 * * 8"}, "'8' is no weekday"),
        ({"cron": "0 7 * * 1/0"}, "no weekday"),
        ({"cron": "0 0 30 2 *"}, "no such day"),
        ({"cron": 7}, "five fields"),
        ({"every": "6 hours"}, "no schedule"),
        (6, "no schedule"),
        (None, "no schedule"),
    ],
)
def test_what_is_no_check_schedule_is_told(value: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        parse_check(value)


def test_an_interval_is_of_elapsed_time_also_when_clocks_change() -> None:
    assert following(Every(timedelta(days=1)), "2026-03-28 12:00", PARIS, 2) == [
        "2026-03-29 12:00",
        "2026-03-30 12:00",
    ]


def test_adaptive_is_kept_and_begins_as_the_usual_interval() -> None:
    schedule = parse_check("adaptive")
    assert isinstance(schedule, Adaptive)
    assert following(schedule, "2026-01-01 00:00", UTC_ZONE, 1) == ["2026-01-01 06:00"]


def test_cron_runs_on_the_clock_of_the_zone() -> None:
    schedule = parse_check({"cron": "0 7 * * mon-fri"})
    assert following(schedule, "2026-01-01 12:00", SINGAPORE, 3) == [
        "2026-01-01 23:00",
        "2026-01-04 23:00",
        "2026-01-05 23:00",
    ]


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("0", ["Sun"]),
        ("7", ["Sun"]),
        ("1", ["Mon"]),
        ("1-5", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("5-7", ["Fri", "Sat", "Sun"]),
        ("fri-mon", ["Fri", "Sat", "Sun", "Mon"]),
        ("sun,3", ["Wed", "Sun"]),
        ("*/3", ["Wed", "Sat", "Sun"]),
    ],
)
def test_cron_weekdays_count_from_sunday(weekdays: str, days: list[str]) -> None:
    schedule = parse_check({"cron": f"0 12 * * {weekdays}"})
    moment = at("2026-01-04 23:00")  # a Sunday, so that the next day is a Monday
    found = set()
    for _ in range(len(days)):
        moment = schedule.next_after(moment, UTC_ZONE)
        found.add(f"{moment:%a}")
    assert found == set(days)
    assert moment <= at("2026-01-11 12:00")


def test_cron_with_both_days_runs_on_either() -> None:
    assert following(Cron("0 0 13 * fri"), "2026-01-01 12:00", UTC_ZONE, 3) == [
        "2026-01-02 00:00",
        "2026-01-09 00:00",
        "2026-01-13 00:00",
    ]


def test_cron_over_the_change_of_clocks_goes_only_forward() -> None:
    spring = following(Cron("30 2 * * *"), "2026-03-28 12:00", PARIS, 2)
    assert spring == ["2026-03-29 01:30", "2026-03-30 00:30"]
    assert len(following(Cron("*/30 * * * *"), "2026-10-24 23:59", PARIS, 8)) == 8


@pytest.mark.parametrize(
    ("written", "moment", "zone", "expected"),
    [
        ("daily at 07:00", "2026-01-01 22:59", SINGAPORE, "2026-01-01 23:00"),
        ("daily at 07:00", "2026-01-01 23:00", SINGAPORE, "2026-01-02 23:00"),
        ("daily at 0:00", "2026-01-01 15:59", SINGAPORE, "2026-01-01 16:00"),
        ("daily", "2026-01-01 00:00", UTC_ZONE, "2026-01-01 07:00"),
        ("daily at 07:00", "2026-03-28 12:00", PARIS, "2026-03-29 05:00"),
        ("daily at 02:30", "2026-03-29 00:00", PARIS, "2026-03-29 01:30"),
        ("daily at 02:30", "2026-10-25 00:00", PARIS, "2026-10-25 00:30"),
        ("daily at 02:30", "2026-10-25 00:30", PARIS, "2026-10-26 01:30"),
        ("weekly on monday at 08:30", "2026-01-05 08:29", UTC_ZONE, "2026-01-05 08:30"),
        ("weekly on monday at 08:30", "2026-01-05 08:30", UTC_ZONE, "2026-01-12 08:30"),
        ("weekly on Monday at 00:30", "2026-01-04 16:00", SINGAPORE, "2026-01-04 16:30"),
        ("hourly", "2026-01-01 10:00", UTC_ZONE, "2026-01-01 11:00"),
        ("hourly", "2026-01-01 10:59:59", UTC_ZONE, "2026-01-01 11:00"),
        ("hourly", "2026-01-01 10:00", ZoneInfo("Asia/Kolkata"), "2026-01-01 10:30"),
    ],
)
def test_next_time_to_send(written: str, moment: str, zone: ZoneInfo, expected: str) -> None:
    assert following(parse_send(written), moment, zone, 1) == [expected]


def test_a_day_that_a_zone_leaves_out_is_no_trap() -> None:
    apia = ZoneInfo("Pacific/Apia")  # 30 December 2011 did not happen there
    assert following(parse_send("daily at 07:00"), "2011-12-29 17:30", apia, 2) == [
        "2011-12-30 17:00",
        "2011-12-31 17:00",
    ]


def test_hourly_goes_forward_where_clocks_change_by_half_an_hour() -> None:
    following(parse_send("hourly"), "2026-04-04 13:10", ZoneInfo("Australia/Lord_Howe"), 6)


def test_at_once_has_nothing_to_wait_for() -> None:
    assert AtOnce().next_after(at("2026-01-01 00:00"), PARIS) == at("2026-01-01 00:00")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("daily at 24:00", "no time of day"),
        ("daily at 7", "no time to send"),
        ("weekly on mondey at 08:00", "did you mean 'monday'"),
        ("monthly", "no time to send"),
        (None, "no time to send"),
    ],
)
def test_what_is_no_send_schedule_is_told(value: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        parse_send(value)


@pytest.mark.parametrize(
    "written", ["every 6 hours", "every day", "every 90 seconds", "adaptive", {"cron": "0 7 * * mon-fri"}]
)
def test_a_check_schedule_reads_back_what_it_writes(written: Any) -> None:
    assert parse_check(written).written() == written
    assert parse_check(parse_check(written)) == parse_check(written)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("at once", "at once"),
        ("hourly", "every hour"),
        ("daily at 07:00", "daily at 07:00"),
        ("weekly on monday at 08:30", "weekly on Monday at 08:30"),
    ],
)
def test_a_send_schedule_reads_back_what_it_writes_and_has_words(written: str, words: str) -> None:
    schedule = parse_send(written)
    assert schedule.written() == written
    assert schedule.in_words() == words


def test_lengths_of_time_in_words() -> None:
    assert duration_in_words(timedelta(hours=1)) == "1 hour"
    assert duration_in_words(timedelta(minutes=90)) == "90 minutes"
    assert duration_in_words(timedelta(days=90)) == "90 days"
    assert duration_in_words(timedelta(0)) == "0 seconds"
    assert parse_duration("0 seconds") == timedelta(0)
