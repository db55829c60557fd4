"""Hours of the day, amounts a day and bandwidths, as they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.amounts import parse_daily, parse_rate, rate_in_words
from config.errors import UsageError
from config.hours import parse_hours
from config.schedules import Adaptive, Cron, Every, Within, paced, read_schedule

SINGAPORE = ZoneInfo("Asia/Singapore")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at", "opens", "closes"),
    [
        ("22:00-06:00", (2027, 9, 1, 13), (2027, 9, 1, 14), (2027, 9, 1, 22)),
        ("22:00-06:00", (2027, 9, 1, 14), (2027, 9, 1, 14), (2027, 9, 1, 22)),
        ("22:00-06:00", (2027, 9, 1, 21, 59), (2027, 9, 1, 14), (2027, 9, 1, 22)),
        ("22:00-06:00", (2027, 9, 1, 22), (2027, 9, 2, 14), (2027, 9, 2, 22)),
        ("9:00 - 17:30", (2027, 9, 1, 9, 30), (2027, 9, 2, 1), (2027, 9, 2, 9, 30)),
        ("12:00-24:00", (2027, 9, 1, 15), (2027, 9, 1, 4), (2027, 9, 1, 16)),
    ],
)
def test_a_window_is_of_the_zones_clocks(
    written: str, at: tuple[int, ...], opens: tuple[int, ...], closes: tuple[int, ...]
) -> None:
    assert parse_hours(written).window(utc(*at), SINGAPORE) == (utc(*opens), utc(*closes))


def test_hours_that_the_clocks_skip_come_the_next_night() -> None:
    hours = parse_hours("02:00-03:00")
    opens, closes = hours.window(utc(2027, 3, 27, 23), BERLIN)  # at 02:00 of the 28th it is 03:00
    assert (opens, closes) == (utc(2027, 3, 29, 0), utc(2027, 3, 29, 1))


@pytest.mark.parametrize(
    "written", ["22-6", "25:00-06:00", "24:00-06:00", "22:00", "08:00-08:00", 22, None, ""]
)
def test_what_are_no_hours_is_refused(written: object) -> None:
    with pytest.raises(UsageError, match=r"22:00-06:00"):
        parse_hours(written)


def test_a_schedule_within_hours_waits_until_they_begin() -> None:
    night = Within(Every(5 * HOUR), parse_hours("22:00-06:00"))
    zone = ZoneInfo("UTC")
    assert night.next_after(utc(2027, 9, 1, 22), zone) == utc(2027, 9, 2, 3)
    assert night.next_after(utc(2027, 9, 2, 3), zone) == utc(2027, 9, 2, 22)
    assert Within(Cron("0 12 * * *"), parse_hours("22:00-06:00")).next_after(utc(2027, 9, 1, 7), zone) == utc(
        2027, 9, 1, 22
    )


def test_a_schedule_within_hours_is_read_back_as_it_was_written() -> None:
    for schedule in (Every(HOUR), Adaptive(), Cron("0 7 * * 1")):
        within = Within(schedule, parse_hours("22:00-06:00"))
        assert read_schedule(within.written()) == within
        assert read_schedule(schedule.written()) == schedule


def test_only_adaptive_schedules_are_paced() -> None:
    hours = parse_hours("22:00-06:00")
    assert paced(Adaptive(), HOUR) == Adaptive(HOUR)
    assert paced(Within(Adaptive(), hours), HOUR) == Within(Adaptive(HOUR), hours)
    assert paced(Every(), HOUR) == Every()


def test_amounts_a_day() -> None:
    said = ("2000 looks a day", "2,000 requests a day", "2000 a  day", "1 looks a day")
    assert [parse_daily(text) for text in said] == [2000, 2000, 2000, 1]


@pytest.mark.parametrize(
    "text", ["2000", 2000, "0 looks a day", "-3 a day", "many a day", "20 looks a week", None]
)
def test_what_is_no_amount_a_day_is_refused(text: object) -> None:
    with pytest.raises(UsageError, match="2000 looks a day"):
        parse_daily(text)


def test_bandwidths() -> None:
    assert [parse_rate(text) for text in ("200 KB/s", "1.5 MB/s")] == [200_000, 1_500_000]
    assert [rate_in_words(parse_rate(text)) for text in ("200 KB/s", "1.5 MB/s")] == ["200 KB/s", "1.5 MB/s"]
    for text in ("200", "200 kbit/s", "0 KB/s", 200):
        with pytest.raises(UsageError, match="200 KB/s"):
            parse_rate(text)
