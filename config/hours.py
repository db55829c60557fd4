"""Hours of the day, in which a site may be asked or nobody is to be disturbed: `22:00-06:00`, by a zone's clocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.errors import UsageError

PATTERN = r"([01]?\d|2[0-3]):[0-5]\d ?- ?(([01]?\d|2[0-3]):[0-5]\d|24:00)"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` to `closes`; over midnight where the second is the earlier."""

    opens: time
    closes: time

    def window(self, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The window that the moment lies in, else the next one: beginning and end, aware UTC."""
        day = moment.astimezone(zone).date() - timedelta(days=1)
        while True:
            opens, closes = self._on(day, zone)
            if opens < closes and moment < closes:
                return opens, closes
            day += timedelta(days=1)

    def end_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """When they end that the moment lies in; the moment itself where it lies in none."""
        opens, closes = self.window(moment, zone)
        return closes if opens <= moment else moment

    def written(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    def in_words(self) -> str:
        return f"from {self.opens:%H:%M} to {self.closes:%H:%M}"

    def _on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The window that opens on a day; on a day when the clocks skip it, it may be empty."""
        last = day if self.opens < self.closes else day + timedelta(days=1)
        opens, closes = datetime.combine(day, self.opens, zone), datetime.combine(last, self.closes, zone)
        return opens.astimezone(UTC), closes.astimezone(UTC)


def parse_hours(text: object) -> Hours:
    """`22:00-06:00`; hours pass. Raises UsageError."""
    if isinstance(text, Hours):
        return text
    words = "".join(text.split()) if isinstance(text, str) else ""
    if re.fullmatch(PATTERN, words) is None:
        raise UsageError(f"'{text}' are no hours: write for example 22:00-06:00, in quotes")
    opens, closes = (_time(part) for part in words.split("-"))
    if opens == closes:
        raise UsageError(
            f"'{text}' is the whole day or nothing: leave it out, or write for example 22:00-06:00"
        )
    return Hours(opens, closes)


def _time(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour) % 24, int(minute))
