"""Sending what is due: the only loop that tries again.

Deliveries are claimed in the database, sent side by side, and settled one by one: a slow target delays nobody else,
several processes may dispatch at once, and a kill between sending and settling only repeats a message under its id.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.errors import PermanentDeliveryError, TemporaryDeliveryError
from notifier.channels import Channel, Outgoing
from notifier.messages import Item
from storage import deliveries
from storage.deliveries import Delivery
from storage.engine import Database

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=8)
GIVEN_UP_AFTER = timedelta(days=3)
CLAIM = timedelta(minutes=10)
AT_ONCE = 20
AT_ONCE_TO_A_TARGET = 4
LOOK_AGAIN = 0.5
"""Seconds after which a round that waits for a slow target looks for what has come due since."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a round of sending came to. `problems` are one line each, for the operator."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0
    problems: tuple[str, ...] = ()

    def __add__(self, other: Report) -> Report:
        return Report(
            self.sent + other.sent,
            self.waiting + other.waiting,
            self.dead + other.dead,
            tuple(dict.fromkeys(self.problems + other.problems)),
        )


@dataclass(slots=True)
class Dispatcher:
    """Sends due deliveries through the channels by name.

    `zone` and `secrets` (of the webhook of a subscription by its name) are asked at every sending: the watchlist
    may have changed since.
    """

    database: Database
    channels: Mapping[str, Channel]
    owner: str
    clock: Callable[[], datetime]
    zone: Callable[[], ZoneInfo]
    secrets: Callable[[str], tuple[str, ...]] = field(repr=False)
    chance: random.Random = field(default_factory=random.Random)

    async def send_due(self) -> Report:
        """Send until nothing is due. What hangs keeps its own place only: the others go on beside it."""
        total = Report()
        under_way: dict[asyncio.Task[Report], str] = {}
        try:
            while True:
                claimed = await asyncio.to_thread(self._claim, Counter(under_way.values()))
                under_way |= {asyncio.create_task(self._send(d)): d.target for d in claimed}
                if not under_way:
                    return total
                if claimed and len(under_way) < AT_ONCE:
                    continue
                done, _ = await asyncio.wait(
                    under_way, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    del under_way[task]
                    total += task.result()
        finally:
            for task in under_way:
                task.cancel()

    def _claim(self, busy: Counter[str]) -> list[Delivery]:
        room = AT_ONCE - busy.total()
        with self.database.read() as connection:
            if room <= 0 or not deliveries.any_due(connection, self.clock()):
                return []
        full = [target for target, number in busy.items() if number >= AT_ONCE_TO_A_TARGET]
        with self.database.write() as connection:
            return deliveries.claim(connection, self.owner, self.clock(), limit=room, term=CLAIM, full=full)

    async def _send(self, delivery: Delivery) -> Report:
        try:
            answer = await self.channels[delivery.channel].send(self._outgoing(delivery))
        except PermanentDeliveryError as error:
            return await self._settle(delivery, "dead", str(error))
        except TemporaryDeliveryError as error:
            return await self._later(delivery, error)
        except Exception as error:  # one delivery's trouble must not stop the others
            log.exception("delivery %s", delivery.id)
            failure = TemporaryDeliveryError(f"our own defect: {type(error).__name__}")
            return await self._later(delivery, failure)
        return await self._settle(delivery, "sent", answer)

    async def _later(self, delivery: Delivery, error: TemporaryDeliveryError) -> Report:
        now = self.clock()
        begun = max(delivery.created_at, delivery.due_at)
        if now - begun > GIVEN_UP_AFTER:
            return await self._settle(delivery, "dead", f"given up: {error}")
        pause = min(FIRST_PAUSE * 4 ** min(delivery.attempts, 8), LONGEST_PAUSE) * self.chance.uniform(
            0.8, 1.2
        )
        if error.retry_after is not None:
            pause = max(pause, min(timedelta(seconds=error.retry_after), GIVEN_UP_AFTER))
        return await self._settle(delivery, "waiting", str(error), now + pause)

    async def _settle(
        self, delivery: Delivery, outcome: str, answer: str, retry_at: datetime | None = None
    ) -> Report:
        def write() -> None:
            with self.database.write() as connection:
                deliveries.settle(
                    connection,
                    delivery.id,
                    self.owner,
                    self.clock(),
                    outcome=outcome,
                    answer=answer,
                    retry_at=retry_at,
                )

        await asyncio.to_thread(write)
        if outcome == "sent":
            return Report(sent=1)
        return Report(waiting=outcome == "waiting", dead=outcome == "dead", problems=(answer,))

    def _outgoing(self, delivery: Delivery) -> Outgoing:
        return Outgoing(
            id=delivery.id,
            target=delivery.target,
            items=tuple(Item(item.payload, item.reasons) for item in delivery.items),
            created_at=delivery.created_at,
            digest=delivery.digest,
            zone=self.zone(),
            secrets=self._secrets_of(delivery),
        )

    def _secrets_of(self, delivery: Delivery) -> tuple[str, ...]:
        """A webhook never leaves unsigned: without its secret it waits."""
        if delivery.channel != "webhook":
            return ()
        name = delivery.items[0].reasons[0]
        secrets = self.secrets(name)
        if not secrets:
            raise TemporaryDeliveryError(
                f"no secret is known for the webhook of {name}: the watchlist of this process does not name it"
            )
        return secrets
