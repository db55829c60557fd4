"""Crontab times: five fields, in the meaning of the crontab manual, computed by APScheduler.

APScheduler counts weekdays from Monday and wants both days to match; crontab counts from Sunday and is
content with either. The translation is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.errors import UsageError

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
ANCHOR = datetime(2024, 1, 1, tzinfo=UTC)
"""In a leap year, so that 29 February is found at once."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Looks at crontab times in the watchlist's zone: `0 7 * * mon-fri`."""

    expression: str

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time later than `moment`, in UTC. A time that the clocks skip comes an hour later."""
        # In UTC: APScheduler rounds up in the zone it is given, and falls back into an hour that comes twice.
        just_after = moment.astimezone(UTC) + timedelta(microseconds=1)
        times = [trigger.get_next_fire_time(None, just_after) for trigger in _triggers(self.expression, zone)]
        coming: list[datetime] = [time.astimezone(UTC) for time in times if time is not None]
        if not coming:
            raise ValueError("there is no such day")
        return min(coming)

    def in_words(self) -> str:
        return f'at the cron times "{self.expression}"'

    def written(self) -> dict[str, str]:
        """As the watchlist writes it."""
        return {"cron": self.expression}


def parse_cron(expression: object) -> Cron:
    """Raises UsageError for what is no crontab time, or one that never comes (30 February)."""
    if not isinstance(expression, str) or len(expression.split()) != 5:
        raise UsageError(
            f"'{expression}' is no cron time: it needs five fields, minute hour day month weekday, "
            'as in "0 7 * * mon-fri"'
        )
    cron = Cron(" ".join(expression.lower().split()))
    try:
        cron.next_after(ANCHOR, ZoneInfo("UTC"))
    except ValueError as error:
        raise UsageError(f"'{expression}' is no cron time: {error}") from None
    return cron


def _triggers(expression: str, zone: ZoneInfo) -> list[CronTrigger]:
    # APScheduler takes 0.1 s to import, and most watchlists have no cron time.
    from apscheduler.triggers.cron import CronTrigger

    minute, hour, day, month, weekday = expression.split()
    days = [(day, _weekdays(weekday))]
    if not day.startswith("*") and not weekday.startswith("*"):
        days = [(day, "*"), ("*", _weekdays(weekday))]
    clock = {"minute": minute, "hour": hour, "month": month, "timezone": zone}
    return [CronTrigger(**clock, day=of_month, day_of_week=of_week) for of_month, of_week in days]


def _weekdays(field: str) -> str:
    """The days that a weekday field names, by name: `5-7` is `fri,sat,sun`."""
    if field == "*":
        return field
    numbers = {number for part in field.split(",") for number in _weekday_part(part)}
    return ",".join(WEEKDAYS[number] for number in sorted(numbers))


def _weekday_part(part: str) -> list[int]:
    span, _, step = part.partition("/")
    if step and (not step.isdecimal() or int(step) == 0):
        raise ValueError(f"'{part}' is no weekday")
    first, dash, last = ("0", "-", "6") if span == "*" else span.partition("-")
    start = _weekday(first)
    end = _weekday(last) if dash else (6 if step else start)
    if start > end:
        end += 7
    return [number % 7 for number in range(start, end + 1, int(step or 1))]


def _weekday(text: str) -> int:
    if text in WEEKDAYS:
        return WEEKDAYS.index(text)
    if text.isdecimal() and int(text) <= 7:
        return int(text)
    raise ValueError(f"'{text}' is no weekday: 0 to 7 (0 and 7 are Sunday) or sun, mon, tue, ...")
