"""How long the bytes of answers are kept: all, one a day after some days, at least so many; as people write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DAILY = re.compile(r"one (?:a|per) day after (\d{1,5}) days?")
_AT_LEAST = re.compile(r"at least (\d{1,7})")
FORM = "all | one a day after N days | at least K; two of them with a comma between"


@dataclass(frozen=True, slots=True)
class Retention:
    """What stays of a page's answers: all without a rule; else whatever any rule keeps, and always the newest."""

    daily_after: timedelta | None = None
    at_least: int | None = None

    @classmethod
    def parse(cls, text: str) -> Retention:
        """`all`, `one a day after 30 days`, `at least 10`, or the last two together. Raises ValueError."""
        daily_after, at_least = None, None
        for part in (" ".join(part.split()).casefold() for part in text.split(",")):
            daily, least = _DAILY.fullmatch(part), _AT_LEAST.fullmatch(part)
            if daily:
                daily_after = timedelta(days=int(daily[1]))
            elif least:
                at_least = int(least[1])
            elif part != "all" or "," in text:
                raise ValueError(f"'{text}' is no rule of what to keep: write {FORM}")
        return cls(daily_after, at_least)

    @property
    def keeps_all(self) -> bool:
        return self.daily_after is None and self.at_least is None

    def kept(self, moments: Sequence[datetime], now: datetime) -> set[int]:
        """Which of a page's answers stay, as places in `moments`: when each began, oldest first, UTC."""
        if self.keeps_all:
            return set(range(len(moments)))
        newest = max(1, self.at_least or 0)
        kept = set(range(max(0, len(moments) - newest), len(moments)))
        if self.daily_after is not None:
            young = {place for place, moment in enumerate(moments) if moment > now - self.daily_after}
            last_of_day = {moment.astimezone(UTC).date(): place for place, moment in enumerate(moments)}
            kept |= young | set(last_of_day.values())
        return kept

    def __str__(self) -> str:
        daily = f"one a day after {self.daily_after.days} days" if self.daily_after is not None else ""
        least = f"at least {self.at_least}" if self.at_least is not None else ""
        return ", ".join(part for part in (daily, least) if part) or "all"
