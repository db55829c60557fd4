"""How often to look at a page, and when to send what was found.

Every schedule is a frozen value with `next_after(moment, zone)` (aware UTC in and out, later than `moment`),
`in_words()` for a sentence and `written()` for the watchlist and the database, which the parsers read back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.cron import Cron, parse_cron
from config.durations import duration_in_words, parse_duration
from config.errors import UsageError
from config.hours import Hours, parse_hours
from config.suggest import did_you_mean

SHORTEST = timedelta(minutes=1)
USUAL = timedelta(hours=6)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAILY = re.compile(r"daily(?:\s+at\s+(\d{1,2}):(\d{2}))?")
WEEKLY = re.compile(r"weekly\s+on\s+(\w+)(?:\s+at\s+(\d{1,2}):(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Every:
    """Looks at a fixed interval."""

    interval: timedelta = USUAL

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        return moment + self.interval

    def in_words(self) -> str:
        words = duration_in_words(self.interval)
        return f"every {words.removeprefix('1 ')}"

    def written(self) -> str:
        return self.in_words()


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Looks as often as the page changes; `interval` is where it begins, and what it is paced to later."""

    interval: timedelta = USUAL

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        return moment + self.interval

    def in_words(self) -> str:
        return f"as often as it changes (at first every {duration_in_words(self.interval)})"

    def written(self) -> str:
        return "adaptive"


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Sends when the change is known. Changes that come close together are folded elsewhere."""

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """`moment` itself: there is nothing to wait for."""
        return moment

    def in_words(self) -> str:
        return "at once"

    def written(self) -> str:
        return "at once"


@dataclass(frozen=True, slots=True)
class Hourly:
    """Sends at the full hour of the zone's clocks."""

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        local = moment.astimezone(zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return moment - past + timedelta(hours=1)

    def in_words(self) -> str:
        return "every hour"

    def written(self) -> str:
        return "hourly"


@dataclass(frozen=True, slots=True)
class Daily:
    """Sends once a day. A time that the clocks skip comes an hour later, one that comes twice counts once."""

    at: time

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        return _next_on(range(7), self.at, moment, zone)

    def in_words(self) -> str:
        return f"daily at {self.at:%H:%M}"

    def written(self) -> str:
        return self.in_words()


@dataclass(frozen=True, slots=True)
class Weekly:
    """Sends once a week; `weekday` counts from Monday, 0. Clock changes as for Daily."""

    weekday: int
    at: time

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        return _next_on((self.weekday,), self.at, moment, zone)

    def in_words(self) -> str:
        return f"weekly on {WEEKDAYS[self.weekday].title()} at {self.at:%H:%M}"

    def written(self) -> str:
        return f"weekly on {WEEKDAYS[self.weekday]} at {self.at:%H:%M}"


CheckSchedule = Every | Adaptive | Cron


@dataclass(frozen=True, slots=True)
class Within:
    """A schedule that holds in some hours of the day only: what falls outside waits until they begin."""

    schedule: CheckSchedule
    hours: Hours

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        wanted = self.schedule.next_after(moment, zone)
        return max(wanted, self.hours.window(wanted, zone)[0])

    def in_words(self) -> str:
        return f"{self.schedule.in_words()} {self.hours.in_words()}"

    def written(self) -> dict[str, str | dict[str, str]]:
        return {"check": self.schedule.written(), "hours": self.hours.written()}


PageSchedule = CheckSchedule | Within
SendSchedule = AtOnce | Hourly | Daily | Weekly


def parse_check(value: object) -> CheckSchedule:
    """`every 6 hours`, `adaptive` or `{"cron": "0 7 * * mon-fri"}`; a schedule passes. Raises UsageError."""
    if isinstance(value, Every | Adaptive | Cron):
        return value
    if isinstance(value, Mapping) and list(value) == ["cron"]:
        return parse_cron(value["cron"])
    text = " ".join(value.lower().split()) if isinstance(value, str) else ""
    if text == "adaptive":
        return Adaptive()
    if text.startswith("every "):
        return _every(text)
    raise UsageError(
        f"'{value}' is no schedule: write for example every 6 hours, adaptive "
        'or {cron: "0 7 * * mon-fri"}'
    )


def check_of(text: str) -> str | dict[str, str]:
    """A schedule that stands in one line, as the watchlist writes it: five fields are a cron expression."""
    return {"cron": text} if len(text.split()) == 5 else text


def read_schedule(written: object) -> PageSchedule:
    """A page's schedule as it was `written()`. Raises UsageError."""
    if isinstance(written, Mapping) and set(written) == {"check", "hours"}:
        return Within(parse_check(written["check"]), parse_hours(written["hours"]))
    return _in_words(written) if isinstance(written, str) else parse_check(written)


@lru_cache(maxsize=1_000)  # asked for at each look
def _in_words(written: str) -> PageSchedule:
    return parse_check(written)


def paced(schedule: PageSchedule, interval: timedelta) -> PageSchedule:
    """The schedule with this time between two looks, where it is adaptive."""
    if isinstance(schedule, Within):
        inner = schedule.schedule
        return replace(schedule, schedule=Adaptive(interval)) if isinstance(inner, Adaptive) else schedule
    return Adaptive(interval) if isinstance(schedule, Adaptive) else schedule


def is_adaptive(schedule: PageSchedule) -> bool:
    """Whether it goes by how often the page changes."""
    return isinstance(schedule.schedule if isinstance(schedule, Within) else schedule, Adaptive)


def parse_send(value: object) -> SendSchedule:
    """`at once`, `hourly`, `daily at 07:00`, `weekly on monday at 08:30`; a schedule passes."""
    if isinstance(value, AtOnce | Hourly | Daily | Weekly):
        return value
    text = " ".join(value.lower().split()) if isinstance(value, str) else ""
    if text == "at once":
        return AtOnce()
    if text == "hourly":
        return Hourly()
    if match := DAILY.fullmatch(text):
        return Daily(_clock(match[1], match[2]))
    if match := WEEKLY.fullmatch(text):
        return Weekly(_weekday(match[1]), _clock(match[2], match[3]))
    raise UsageError(
        f"'{value}' is no time to send: write at once, hourly, daily at 07:00 or weekly on monday at 08:30"
    )


def _every(text: str) -> Every:
    interval = parse_duration(text.removeprefix("every "))
    if interval < SHORTEST:
        raise UsageError(f"'{text}' is too often: the shortest interval is 1 minute")
    return Every(interval)


def _clock(hour: str | None, minute: str | None) -> time:
    if hour is None or minute is None:
        return time(7)
    if int(hour) > 23 or int(minute) > 59:
        raise UsageError(f"'{hour}:{minute}' is no time of day: write 00:00 to 23:59")
    return time(int(hour), int(minute))


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise UsageError(f"'{text}' is no day of the week{did_you_mean(text, WEEKDAYS)}")
    return WEEKDAYS.index(text)


def _next_on(weekdays: range | tuple[int, ...], at: time, moment: datetime, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone).date()
    while True:
        candidate = datetime.combine(day, at, zone).astimezone(UTC)
        if day.weekday() in weekdays and candidate > moment:
            return candidate
        day += timedelta(days=1)
