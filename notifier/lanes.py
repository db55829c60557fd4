"""How much each target takes at the moment, as far as this process has seen: the pace that targets allow.

A target that has just taken a message gets several at once, any other one at a time. One that fails again and again,
or asks for a pause, is left alone for a while, whatever waits for it; so is a whole channel where its server fails.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.errors import TemporaryDeliveryError

AT_ONCE = 100
AT_ONCE_BY: Mapping[str, int] = {"email": 8}
"""A channel with one server for all of its targets opens no more connections to it than this."""
AT_ONCE_TO_A_TARGET = 4
FAILS_IN_A_ROW = 3
"""After so many a target rests. One message that it cannot take is not enough: the next may go through."""
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
LONGEST_ASKED = timedelta(days=3)


@dataclass(slots=True)
class Lane:
    """What is known of one target, or of one channel: how many it takes at `most`, and how the last tries went."""

    most: int
    under_way: int = 0
    failures: int = 0
    failed_at: datetime | None = None
    is_proven: bool = False
    rests_until: datetime | None = None

    def room(self, now: datetime) -> int:
        """How many more may begin now."""
        if self.rests_until is not None and now < self.rests_until:
            return 0
        return (self.most if self.is_proven else 1) - self.under_way

    def took(self, began: datetime) -> bool:
        """A message that was begun then went out. Answers whether the lane was in trouble until now."""
        if self.failed_at is not None and began < self.failed_at:
            return False
        was_in_trouble = self.failures >= FAILS_IN_A_ROW
        self.failures, self.rests_until, self.is_proven = 0, None, True
        return was_in_trouble

    def failed(self, now: datetime, asked: timedelta | None, jitter: float) -> None:
        """A message did not go out; `asked` is the pause that the target asked for."""
        self.failures += 1
        self.failed_at, self.is_proven = now, False
        if self.failures >= FAILS_IN_A_ROW:
            doubled = FIRST_REST * 2 ** min(self.failures - FAILS_IN_A_ROW, 10)
            self.rests_until = now + min(doubled, LONGEST_REST) * jitter
        if asked is not None:
            self.rests_until = max(self.rests_until or now, now + min(asked, LONGEST_ASKED))


@dataclass(slots=True)
class Lanes:
    """All lanes of a process. A target is known by its channel and address."""

    clock: Callable[[], datetime]
    chance: random.Random = field(default_factory=random.Random)
    targets: dict[tuple[str, str], Lane] = field(default_factory=dict)
    channels: dict[str, Lane] = field(default_factory=dict)

    def begin(self, channel: str, target: str) -> None:
        """A message is being sent from now on, until `end`."""
        for lane in self._both(channel, target):
            lane.under_way += 1

    def end(self, channel: str, target: str) -> None:
        for lane in self._both(channel, target):
            lane.under_way -= 1

    def took(self, channel: str, target: str, began: datetime) -> list[str | None]:
        """A message went out: which lanes are out of trouble by that, the target or (None) the whole channel."""
        of_channel, of_target = self._both(channel, target)
        out: list[str | None] = [None] if of_channel.took(began) else []
        return out + ([target] if of_target.took(began) else [])

    def failed(self, channel: str, target: str, error: TemporaryDeliveryError) -> None:
        """A message did not go out, which says something of its target or of the whole channel, or of neither."""
        of_channel, of_target = self._both(channel, target)
        asked = None if error.retry_after is None else timedelta(seconds=min(error.retry_after, 1e7))
        if error.concerns != "message":
            lane = of_target if error.concerns == "target" else of_channel
            lane.failed(self.clock(), asked, self.chance.uniform(0.8, 1.2))

    def limit(self) -> int:
        """How many more may begin in all."""
        return AT_ONCE - sum(lane.under_way for lane in self.channels.values())

    def takes(self) -> dict[str, int]:
        """How many more each target takes now, of those that were written to before; of any other, one."""
        now = self.clock()
        return {target: lane.room(now) for (_, target), lane in self.targets.items()}

    def room(self) -> dict[str, int]:
        """How many more each channel takes now, where that is less than any number."""
        now = self.clock()
        return {channel: self._of_channel(channel).room(now) for channel in (*AT_ONCE_BY, *self.channels)}

    def _both(self, channel: str, target: str) -> tuple[Lane, Lane]:
        most = 1 if channel in AT_ONCE_BY else AT_ONCE_TO_A_TARGET
        of_target = self.targets.setdefault((channel, target), Lane(most))
        return self._of_channel(channel), of_target

    def _of_channel(self, channel: str) -> Lane:
        """At first trusted: it is one server for many targets, which should not wait for the first of them."""
        return self.channels.setdefault(channel, Lane(AT_ONCE_BY.get(channel, AT_ONCE), is_proven=True))
