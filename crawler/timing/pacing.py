"""When a page is looked at next, by what is known of it: its habit, its share of the budget, its meetings.

Once a day, and whenever the watchlist is brought in, one scale is found for all adaptive pages that share a budget, so
that together they are looked at as often as fixed schedules leave room for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from config.schedules import USUAL, Every, PageSchedule, Within, is_adaptive
from crawler.timing import hints
from crawler.timing.adaptive import Habit, interval, scale_for
from crawler.timing.intervals import next_look, opening, schedules_of, zone_of
from storage import pages
from storage.pages import Page
from storage.watched import habits, pace
from storage.watched.habits import Paced

DAY = timedelta(days=1)
SAMPLE = 300
"""So many times of a cron schedule tell how often it comes."""


@dataclass(slots=True)
class Share:
    """Who spends a budget: looks a day of fixed schedules, and the change rates of adaptive pages, by their weight."""

    fixed: float = 0.0
    rates: list[float] = field(default_factory=list)
    budget: float | None = None
    page_ids: list[int] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Looks a day for the adaptive pages; without a budget as many as the usual schedule would need."""
        if self.budget is None:
            return len(self.rates) * (DAY / USUAL)
        return max(self.budget - self.fixed, 0.0)


def habit_of(page: Page | Paced) -> Habit:
    """What is known of how often a page changes."""
    if page.habit_changes is None or page.habit_days is None:
        return Habit()
    return Habit(page.habit_changes, page.habit_days)


def habit_after(page: Page, now: datetime, *, changed: bool) -> Habit:
    """The same after a good look; `changed` where it found what is told. A first look says nothing yet."""
    gap = now - page.last_good_at if page.last_good_at else timedelta()
    return habit_of(page).after(gap, changed=changed) if gap > timedelta() else habit_of(page)


def look_after(connection: sa.Connection, page: Page, habit: Habit, now: datetime) -> datetime:
    """When a page is looked at after a good look: by its schedules, or sooner for a meeting."""
    wanted = next_look(page.spec, now, adaptive=_interval(connection, page, habit))
    hint = hints.of_meetings(connection, page, now, wanted)
    return min(wanted, opening(page.spec, hint)) if hint else wanted


def look_after_bad(
    connection: sa.Connection, page: Page, now: datetime, bad_looks: int, retry_after: float | None
) -> datetime:
    """When a page is looked at after one more bad look."""
    adaptive = _interval(connection, page, habit_of(page))
    return next_look(
        page.spec, now, bad_looks=bad_looks, retry_after=retry_after, page_id=page.id, adaptive=adaptive
    )


def next_regular(connection: sa.Connection, page: Page, after: datetime) -> datetime:
    """When its schedules would look at a page next after a moment, were nothing wrong with it."""
    return next_look(page.spec, after, adaptive=_interval(connection, page, habit_of(page)))


def put_off(connection: sa.Connection, page: Page, until: datetime) -> None:
    """A page whose look has to wait: until then, and until its hours begin."""
    if page.paused_at is None:
        pages.update(connection, page.id, next_check_at=opening(page.spec, until))


def adaptive_interval(page: Page, habit: Habit, scales: Mapping[str | None, float]) -> timedelta | None:
    """The time between two looks at an adaptive page; None where there is no scale for it yet."""
    asked = [scales.get(source, scales.get(None)) for source in page.sources or (None,)]
    found = [scale for scale in asked if scale is not None]
    return interval(habit.rate * weight_of(page), min(found)) if found else None


def weight_of(page: Page | Paced) -> float:
    """How much a page matters beside others: one that counts four times is looked at twice as often."""
    return float(page.spec.get("weight", 1))


def is_paced(page: Page | Paced) -> bool:
    """Whether one of its schedules goes by how often it changes."""
    return any(is_adaptive(schedule) for schedule in schedules_of(page.spec))


def scales_of(connection: sa.Connection) -> dict[str | None, float]:
    """The scale of each source that has a budget of its own, and (None) of all others."""
    rows = pace.of_kind(connection, pace.SCALE)
    return {name.partition(":")[2] or None: value for name, (value, _) in rows.items()}


def rescale(connection: sa.Connection, now: datetime) -> None:
    """Find the scales anew."""
    known = pace.of_kind(connection, pace.SCALE)
    shared = shares(connection, now)
    scales = {
        pace.name_of(pace.SCALE, source): scale_for(share.rates, share.left)
        for source, share in shared.items()
        if share.rates
    }
    pace.drop(connection, known.keys() - scales.keys())
    for name, scale in scales.items():
        pace.put(connection, name, scale, now)


def shares(connection: sa.Connection, now: datetime) -> dict[str | None, Share]:
    """Who shares each budget: by source, and (None) all sources that have none of their own."""
    budgets = pace.of_kind(connection, pace.BUDGET)
    own = {name.partition(":")[2]: value for name, (value, _) in budgets.items() if ":" in name}
    found: dict[str | None, Share] = {}
    looks: dict[str, float] = {}
    for page in habits.watched(connection):
        for source in {name if name in own else None for name in page.sources or (None,)}:
            budget = own.get(source) if source else budgets.get(pace.BUDGET, (None,))[0]
            _add(found.setdefault(source, Share(budget=budget)), page, looks, now)
    return found


def _interval(connection: sa.Connection, page: Page, habit: Habit) -> timedelta | None:
    if not is_paced(page):
        return None
    asked = (None, *page.sources)  # by name: there are other numbers beside, one a host
    found = pace.get(connection, [pace.name_of(pace.SCALE, source) for source in asked])
    scales = {
        source: found[name][0] for source in asked if (name := pace.name_of(pace.SCALE, source)) in found
    }
    return adaptive_interval(page, habit, scales)


def _add(share: Share, page: Paced, looks: dict[str, float], now: datetime) -> None:
    """One more page; `looks` remembers how often each schedule comes."""
    share.page_ids.append(page.id)
    if is_paced(page):
        share.rates.append(habit_of(page).rate * weight_of(page))
        return
    schedules = schedules_of(page.spec)
    said = str([schedule.written() for schedule in schedules])
    if said not in looks:
        looks[said] = max(looks_a_day(schedule, zone_of(page.spec), now) for schedule in schedules)
    share.fixed += looks[said]


def looks_a_day(schedule: PageSchedule, zone: ZoneInfo, now: datetime) -> float:
    """How often a fixed schedule comes on the average day."""
    if isinstance(schedule, Every):
        return DAY / schedule.interval
    if isinstance(schedule, Within):
        begins, ends = schedule.hours.window(now, zone)
        whole = looks_a_day(schedule.schedule, zone, now)
        return max(whole * ((ends - begins) / DAY), min(whole, 1.0))
    last, count = now, 0
    while count < SAMPLE and last < now + 7 * DAY:
        last, count = schedule.next_after(last, zone), count + 1
    return count / ((last - now) / DAY)


def in_a_line(page: Page, every: timedelta | None) -> str:
    """Why an adaptive page is looked at as often as it is."""
    habit = habit_of(page)
    weight = f" by its weight of {weight_of(page):g}" if weight_of(page) != 1 else ""
    pause = f"it is looked at every {_about(every or USUAL)}{weight}"
    days = round(habit.seen_days)
    if days < 1:
        return f"Adaptive: nothing is known of its changes yet, so {pause}."
    if (seen := round(habit.seen_changes)) == 0:
        return f"Has not changed in {_days(days)}, so {pause}."
    times = "once" if seen == 1 else f"{seen} times"
    return f"Changed {times} in {_days(days)}, so {pause}."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _about(length: timedelta) -> str:
    """To the nearest of the unit: `6 hours`, `40 minutes`, `3 days`."""
    units: Mapping[str, timedelta] = {
        "days": DAY,
        "hours": timedelta(hours=1),
        "minutes": timedelta(minutes=1),
    }
    unit = next((name for name, size in units.items() if length >= 1.95 * size), "minutes")
    return f"{max(round(length / units[unit]), 1)} {unit}"
