"""Who hears of changes now: subscriptions with the targets that are written to, and when each is sent to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from config.chats import chats_by_name
from config.schedules import AtOnce, Hourly, Weekly
from config.stored import read_back
from config.watchlist import Subscription
from notifier.planning.concerns import Concern
from storage.sending import silenced
from storage.watched import subscriptions
from storage.watched.subscriptions import Stored

Pairs = Set[tuple[str, str]]

IN_ONE_MESSAGE = frozenset({"email", "chat"})
"""Channels where what comes close together goes out together; the others get each change by itself."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How messages are put together: the zone of schedules, and how long alerts wait for company."""

    zone: ZoneInfo
    fold: timedelta


@dataclass(frozen=True, slots=True)
class Listener:
    """A subscription that hears, with its targets as (channel, target)."""

    subscription: Subscription
    targets: tuple[tuple[str, str], ...]
    hears_since: datetime
    concern: Concern = field(repr=False)

    @property
    def name(self) -> str:
        return self.subscription.name

    @property
    def has_digests(self) -> bool:
        return not isinstance(self.subscription.send, AtOnce)

    @property
    def hears_of_silence(self) -> bool:
        """Weekly digests are sent when there is nothing to tell, too."""
        return isinstance(self.subscription.send, Weekly)

    @property
    def hears_of_doubts(self) -> bool:
        """It hears of what is not confirmed yet, and of what became of it."""
        return self.subscription.unconfirmed == "tell"

    def next_digest(self, after: datetime, rules: Rules) -> datetime:
        """When the digest goes out that tells of what is found then. An hourly one heeds quiet hours."""
        zone, quiet = self._zone(rules), self.subscription.quiet
        due = self.subscription.send.next_after(after, zone)
        return quiet.end_after(due, zone) if quiet and isinstance(self.subscription.send, Hourly) else due

    def alert_at(self, channel: str, now: datetime, rules: Rules) -> tuple[datetime, bool]:
        """When a change goes out that is in no digest, and whether it waits for an hour rather than for company."""
        if self.has_digests:
            return self.next_digest(now, rules), True
        due = now + rules.fold if channel in IN_ONE_MESSAGE else now
        quiet = self.subscription.quiet
        allowed = quiet.end_after(due, self._zone(rules)) if quiet else due
        return allowed, allowed > due

    def _zone(self, rules: Rules) -> ZoneInfo:
        return self.subscription.zone or rules.zone


def listeners(connection: sa.Connection) -> list[Listener]:
    """All that hear now, in the order in which they were declared."""
    return _listeners(connection, subscriptions.active(connection))


def weekly(connection: sa.Connection) -> list[Listener]:
    """Those whose digest goes out when there is nothing to tell, too."""
    found = subscriptions.active(connection)
    return _listeners(connection, [stored for stored in found if stored.spec["send"].startswith("weekly")])


def targets_of(subscription: Subscription) -> list[tuple[str, str]]:
    """All that it names."""
    found = [("email", address) for address in subscription.email or ()]
    found += [("webhook", subscription.webhook)] if subscription.webhook else []
    found += [("chat", name) for name in chats_by_name(subscription.name, subscription.chat or ())]
    return [*found, ("file", subscription.file)] if subscription.file else found


def listener_of(connection: sa.Connection, subscription: Subscription, hears_since: datetime) -> Listener:
    """A subscription as one that hears, without targets that are not written to."""
    return _listener(subscription, hears_since, *_silenced(connection))


def _listeners(connection: sa.Connection, found: Sequence[Stored]) -> list[Listener]:
    asleep, gone = _silenced(connection)
    listeners = []
    for stored in found:
        assert stored.hears_since is not None
        listeners.append(_listener(read_back(stored.spec), stored.hears_since, asleep, gone))
    return listeners


def _silenced(connection: sa.Connection) -> tuple[Pairs, Pairs]:
    """Who unsubscribed from what, and which targets are gone."""
    asleep = {(one.subscription, one.address) for one in silenced.all_unsubscribed(connection)}
    return asleep, {(one.channel, one.target) for one in silenced.all_gone(connection)}


def _listener(subscription: Subscription, hears_since: datetime, asleep: Pairs, gone: Pairs) -> Listener:
    targets = [
        (channel, target)
        for channel, target in targets_of(subscription)
        if (subscription.name, target.casefold()) not in asleep and (channel, target) not in gone
    ]
    return Listener(subscription, tuple(targets), hears_since, Concern(subscription))
