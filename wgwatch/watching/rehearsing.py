"""What a subscription would say, before it has to: over the past, and by a sample that is sent now."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from config.errors import DeliveryError
from config.watchlist import Subscription
from notifier.planning.listeners import Rules, listener_of, targets_of
from notifier.preview import Preview, preview
from notifier.samples import sample
from storage import changes
from storage.changes import Change
from storage.deliveries import Delivery, Item
from storage.sending import silenced

if TYPE_CHECKING:
    from wgwatch.application import Application

SAMPLE = "event.moved"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a target answered to a sample."""

    channel: str
    target: str
    is_sent: bool
    answer: str


def would_send(
    connection: sa.Connection, subscription: Subscription, rules: Rules, since: datetime, now: datetime
) -> tuple[list[Preview], int]:
    """The messages that it would have sent since then, and out of how many changes."""
    listener = listener_of(connection, subscription, since)
    found = [each for each in changes.find(connection, since=since) if _was_told(each)]
    return preview(listener, found, rules, since, now), len(found)


def samples(application: Application, subscription: Subscription, kind: str = SAMPLE) -> list[Delivery]:
    """A message to each of its targets, marked as a test. People who unsubscribed get none."""
    now = application.clock()
    with application.database.read() as connection:
        asleep = {(one.subscription, one.address) for one in silenced.all_unsubscribed(connection)}
    payload = sample(kind, subscription.about.sources or (), now)
    return [
        Delivery(
            id=f"test_{uuid.uuid4().hex[:24]}",
            channel=channel,
            target=target,
            fold="test",
            digest=False,
            created_at=now,
            due_at=now,
            state="waiting",
            attempts=0,
            next_attempt_at=now,
            sent_at=None,
            answer=None,
            items=(Item(payload["id"], payload, (subscription.name,)),),
        )
        for channel, target in targets_of(subscription)
        if (subscription.name, target.casefold()) not in asleep
    ]


async def try_all(application: Application, messages: Sequence[Delivery]) -> list[Tried]:
    """Send each by itself, so that one target's trouble does not keep the others from trying; nothing is kept."""
    async with application.post.dispatcher() as dispatcher:

        async def one(message: Delivery) -> Tried:
            try:
                answer, is_sent = await dispatcher.try_once(message), True
            except DeliveryError as error:
                answer, is_sent = str(error), False
            return Tried(message.channel, message.target, is_sent, answer)

        return await asyncio.gather(*(one(message) for message in messages))


def _was_told(change: Change) -> bool:
    return change.state != "held" and not change.superseded
