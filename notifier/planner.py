"""From open changes to deliveries: who hears of what, in which message, when.

A change's deliveries and its mark "planned" are one transaction, on the disk before anything is sent. Planning the
same again adds nothing: a fold holds a change once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.addresses import page_key
from config.profile import economy_name
from config.schedules import AtOnce
from config.stored import read_back
from config.subscriptions import wants
from config.watchlist import Subscription
from diffing.importance import level
from storage import changes, deliveries, subscriptions
from storage.deliveries import Item
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Rules:
    """How messages are put together: the zone of schedules, and how long alerts wait for company."""

    zone: ZoneInfo
    fold: timedelta


def plan(database: Database, rules: Rules, now: datetime, *, close: bool = False) -> int:
    """Plan every open change; answers how many. With `close` nothing waits for company any longer."""
    with database.read() as connection:
        idle = not changes.any_open(connection)
    if idle and not close:
        return 0
    with database.write(durable=True) as connection:
        found = changes.open_changes(connection)
        listeners = [read_back(stored.spec) for stored in subscriptions.active(connection)]
        for change in found:
            for promise in promises(change.payload, change.importance, listeners):
                due = promise.due_at(now, rules)
                deliveries.plan(
                    connection,
                    channel=promise.channel,
                    target=promise.target,
                    fold=promise.fold,
                    digest=promise.digest,
                    item=Item(change.id, {**change.payload, "state": "open"}, promise.reasons),
                    now=now,
                    due_at=due,
                    shared=promise.channel == "email",
                )
        changes.mark_planned(connection, [change.id for change in found], now)
        if close:
            deliveries.close_folds(connection, now)
    return len(found)


@dataclass(frozen=True, slots=True)
class Promise:
    """One change for one target. `reasons` are the subscriptions that asked; the first says when to send."""

    channel: str
    target: str
    subscriptions: tuple[Subscription, ...]

    @property
    def digest(self) -> bool:
        return not isinstance(self.subscriptions[0].send, AtOnce)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(subscription.name for subscription in self.subscriptions)

    @property
    def fold(self) -> str:
        """What may share a message: an address's alerts, whatever subscription asked; a subscription's digest."""
        if self.channel == "email" and not self.digest:
            return f"email {self.target}"
        return f"{self.channel} {self.subscriptions[0].name} {_short(self.target)}"

    def due_at(self, now: datetime, rules: Rules) -> datetime:
        if self.digest:
            return self.subscriptions[0].send.next_after(now, rules.zone)
        return now + rules.fold if self.channel == "email" else now


def promises(
    change: Mapping[str, Any], importance: float, listeners: Sequence[Subscription]
) -> Iterator[Promise]:
    """Who is to hear of a change. An address that several subscriptions name hears of it once at once."""
    at_once: dict[str, list[Subscription]] = {}
    for subscription in listeners:
        if not concerns(subscription, change, importance):
            continue
        for address in subscription.email or ():
            if isinstance(subscription.send, AtOnce):
                at_once.setdefault(address, []).append(subscription)
            else:
                yield Promise("email", address, (subscription,))
        if subscription.webhook:
            yield Promise("webhook", subscription.webhook, (subscription,))
    for address, asked in at_once.items():
        yield Promise("email", address, tuple(asked))


def concerns(subscription: Subscription, change: Mapping[str, Any], importance: float) -> bool:
    """Whether a change is one that the subscription asked for: by kind, weight, source, group, economy, page."""
    digest = not isinstance(subscription.send, AtOnce)
    if not wants(subscription, change["kind"], level(importance), digest=digest):
        return False
    about = subscription.about
    group = {str(change.get(name) or "").casefold() for name in ("group", "group_name")}
    return (
        _meets(about.sources, change["sources"])
        and _meets(about.groups, group)
        and _meets([economy_name(e) for e in about.economies or ()], _economies(change))
        and _meets(
            [page_key(url) for url in about.pages] if about.pages else None, [page_key(change["page"])]
        )
    )


def _meets(wanted: Sequence[str] | None, said: Sequence[str] | set[str]) -> bool:
    if not wanted:
        return True
    return bool({word.casefold() for word in wanted} & {word.casefold() for word in said})


def _economies(change: Mapping[str, Any]) -> set[str]:
    record = change.get("record") or {}
    sides = [record.get("before") or {}, record.get("after") or {}]
    return {economy_name(side["economy"]) for side in sides if side.get("economy")}


def _short(target: str) -> str:
    return hashlib.sha256(target.encode()).hexdigest()[:16]
