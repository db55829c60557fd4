"""How often a page that changes so often is looked at, and how a budget is shared."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.schedules import read_schedule
from crawler.timing.adaptive import LONGEST, SHORTEST, Habit, interval, scale_for
from crawler.timing.pacing import looks_a_day

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def watched(rate: float, gap: timedelta, looks: int) -> Habit:
    """After so many looks at a page that changes by chance so often a day."""
    chance, habit = random.Random(3), Habit()
    for _ in range(looks):
        changed = chance.expovariate(rate) < gap / DAY
        habit = habit.after(gap, changed=changed)
    return habit


@pytest.mark.parametrize("rate", [0.05, 0.5, 4.0])
def test_the_rate_of_changes_is_learned_even_where_a_look_sees_several_as_one(rate: float) -> None:
    assert watched(rate, 8 * HOUR, 1500).rate == pytest.approx(rate, rel=0.35)


def test_a_page_that_falls_silent_is_known_as_silent_by_and_by() -> None:
    busy = watched(2.0, 6 * HOUR, 400)
    silent = busy
    for _ in range(180):
        silent = silent.after(DAY, changed=False)
    assert silent.rate < busy.rate / 4


def test_how_often_the_looks_came_says_nothing_by_itself() -> None:
    often, seldom = Habit(), Habit()
    for _ in range(240):
        often = often.after(HOUR, changed=False)
    for _ in range(10):
        seldom = seldom.after(DAY, changed=False)
    assert often.rate == pytest.approx(seldom.rate, rel=0.02)


def test_looks_are_as_frequent_as_the_square_root_of_the_changes() -> None:
    assert interval(0.01, 0.2) / interval(0.16, 0.2) == pytest.approx(4)


def test_no_page_is_looked_at_without_end_or_never() -> None:
    assert interval(1e9, 0.1) == SHORTEST
    assert interval(1e-9, 0.1) == interval(0.0, 0.1) == LONGEST


@pytest.mark.parametrize("budget", [50.0, 400.0, 3000.0])
def test_together_the_pages_are_looked_at_as_often_as_the_budget_says(budget: float) -> None:
    chance = random.Random(5)
    rates = [chance.lognormvariate(-3, 2) for _ in range(100)]
    scale = scale_for(rates, budget)
    spent = sum(DAY / interval(rate, scale) for rate in rates)
    assert spent <= budget
    assert spent == pytest.approx(budget, rel=0.01)


def test_a_budget_of_nothing_still_looks_once_in_the_longest_interval() -> None:
    assert interval(5.0, scale_for([5.0, 0.1], 0.0)) == LONGEST


@pytest.mark.parametrize(
    ("written", "looks"),
    [
        ("every 6 hours", 4),
        ("every 7 days", 1 / 7),
        ({"cron": "0 7 * * *"}, 1),
        ({"cron": "*/10 * * * *"}, 144),
        ({"cron": "0 7 * * mon-fri"}, 5 / 7),
        ({"check": "every 1 hour", "hours": "22:00-06:00"}, 8),
        ({"check": "every 12 hours", "hours": "22:00-06:00"}, 1),
    ],
)
def test_how_many_looks_a_day_a_fixed_schedule_needs(written: object, looks: float) -> None:
    now = datetime(2027, 9, 1, 7, tzinfo=UTC)
    assert looks_a_day(read_schedule(written), ZoneInfo("UTC"), now) == pytest.approx(looks, rel=0.05)
