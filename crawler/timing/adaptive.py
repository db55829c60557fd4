"""How often a page that is looked at `adaptive`ly is worth a look: as the square root of how often it changes.

The least mean delay from a change to its detection, for a given number of looks a day, comes from looks that are as
frequent as the square root of the change rate (Cauchy-Schwarz on the sum of rate times interval; proportional to the
rate itself is no better than looking at all pages alike). The rate is estimated from what the looks found, which sees
at most one change a gap: hence the correction for several edits in one gap (Cho and Garcia-Molina 2003, "Estimating
frequency of change").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

PRIOR_CHANGES = 0.5
PRIOR_DAYS = 30.0
HALF_LIFE = 90.0
"""Days after which what was seen counts half."""
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of how often a page changes: `changes` in `days`, older ones counting less."""

    changes: float = PRIOR_CHANGES
    days: float = PRIOR_DAYS

    @property
    def rate(self) -> float:
        """Changes a day."""
        return self.changes / self.days

    @property
    def seen_changes(self) -> float:
        """What looks have found, without what was assumed before the first."""
        return self.changes - PRIOR_CHANGES

    @property
    def seen_days(self) -> float:
        """For how long it was looked at, older days counting less."""
        return self.days - PRIOR_DAYS

    def after(self, gap: timedelta, *, changed: bool) -> Habit:
        """With one more look, so long after the last one; `changed` where it found a change that is told."""
        tau = gap.total_seconds() / 86_400
        keep = 0.5 ** (tau / HALF_LIFE)
        changes = PRIOR_CHANGES + keep * (self.changes - PRIOR_CHANGES)
        days = PRIOR_DAYS + keep * (self.days - PRIOR_DAYS)
        expected = self.rate * tau
        seen = expected / -math.expm1(-expected) if changed and expected > 0 else float(changed)
        return Habit(changes + seen, days + tau)


def interval(rate: float, scale: float) -> timedelta:
    """The time between two looks at a page with so many changes a day. `scale` is one number for all pages."""
    days = scale / math.sqrt(rate) if rate > 0 else math.inf
    return min(max(timedelta(days=min(days, 365.0)), SHORTEST), LONGEST)


def scale_for(rates: Sequence[float], looks_a_day: float) -> float:
    """The scale at which all pages together are looked at so many times a day, found by bisection."""
    shortest, longest = SHORTEST / DAY, LONGEST / DAY
    eagerness = [math.sqrt(rate) for rate in rates if rate > 0]
    never = (len(rates) - len(eagerness)) / longest
    low, high = 1e-6, 1e6
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        spent = never + sum(1 / min(max(middle / root, shortest), longest) for root in eagerness)
        low, high = (middle, high) if spent > looks_a_day else (low, middle)
    return high
