"""The periods that digests tell of: each begins where the last one ended, the first where the subscription began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from notifier.planning.listeners import Listener, Rules


def begin_of(listener: Listener, fold: str, ends: Mapping[str, datetime]) -> datetime:
    """Where the period of the fold's next digest begins. `ends` are the hours of the last ones, by fold."""
    return max(ends.get(fold, listener.hears_since), listener.hears_since)


def silent_until(listener: Listener, begun: datetime, rules: Rules, now: datetime) -> datetime | None:
    """The last hour of a digest that has passed since then; None where there is none, or silence is not told."""
    if not listener.hears_of_silence:
        return None
    last, following = None, listener.next_digest(begun, rules)
    while following <= now:
        last, following = following, listener.next_digest(following, rules)
    return last
