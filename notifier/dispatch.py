"""Sending what is due: the only loop that tries again.

Deliveries are claimed in the database, sent side by side, and settled one by one: a slow target delays nobody else,
several processes may dispatch at once, and a kill between sending and settling only repeats a message under its id.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.errors import PermanentDeliveryError, StorageError, TemporaryDeliveryError
from notifier.channels import Channel, Outgoing
from notifier.context import Context, context_of, reasons_of
from notifier.lanes import Lanes
from notifier.messages import Item
from storage.deliveries import Delivery
from storage.engine import Database
from storage.sending import claims, targets

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=8)
GIVEN_UP_AFTER = timedelta(days=3)
CLAIM = timedelta(minutes=5)
RENEWED_AFTER = CLAIM / 3
LOOK_AGAIN = 0.2
"""Seconds after which a round that waits for a slow target looks for what has come due since."""
NOTED_AGAIN = (1.0, 4.0, 15.0)
"""Seconds between tries to note how a message came out: what is sent and not noted is sent again."""


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
class Claimed:
    """A delivery that is being sent, and when its claim was last made or renewed."""

    id: str
    at: datetime


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
    _lanes: Lanes = field(init=False)
    _is_stopping: bool = False

    def __post_init__(self) -> None:
        self._lanes = Lanes(self.clock, self.chance)

    def stop(self) -> None:
        """Begin nothing more: the round under way ends with what it is sending."""
        self._is_stopping = True

    async def send_due(self) -> Report:
        """Send until nothing is due that its target takes now. What hangs keeps its own place only.

        Raises StorageError where the database fails, after what is being sent has come to its end.
        """
        total = Report()
        under_way: dict[asyncio.Task[Report], Claimed] = {}
        try:
            while True:
                claimed = await self._claim()
                under_way |= {
                    asyncio.create_task(self._send(d)): Claimed(d.id, self.clock()) for d in claimed
                }
                if not under_way:
                    return total
                if not claimed:
                    done, _ = await asyncio.wait(
                        under_way, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED
                    )
                    for task in done:
                        del under_way[task]
                        total += task.result()
                    await self._renew(under_way.values())
        except StorageError:
            await asyncio.gather(*under_way, return_exceptions=True)
            raise
        finally:
            for task in under_way:
                task.cancel()

    async def try_once(self, delivery: Delivery) -> str:
        """Hand over a message that the database knows nothing of; see `Channel.send`."""
        outgoing = await asyncio.to_thread(self._outgoing, delivery)
        return await self.channels[delivery.channel].send(outgoing)

    async def _claim(self) -> list[Delivery]:
        limit, takes, room = self._lanes.limit(), self._lanes.takes(), self._lanes.room()
        if self._is_stopping or limit <= 0:
            return []
        claimed = await asyncio.to_thread(self._claimed, limit, takes, room)
        for delivery in claimed:
            self._lanes.begin(delivery.channel, delivery.target)
        return claimed

    def _claimed(self, limit: int, takes: Mapping[str, int], room: Mapping[str, int]) -> list[Delivery]:
        """Asked first without a lock: most often nothing is due."""
        now = self.clock()
        with self.database.read() as connection:
            if not claims.any_due(connection, now, takes=takes, room=room, owner=self.owner):
                return []
        with self.database.write() as connection:
            return claims.claim(connection, self.owner, now, limit=limit, term=CLAIM, takes=takes, room=room)

    async def _renew(self, held: Iterable[Claimed]) -> None:
        """A claim lasts as long as the sending does."""
        now = self.clock()
        old = [claimed for claimed in held if now - claimed.at >= RENEWED_AFTER]
        if not old:
            return

        def write() -> None:
            with self.database.write() as connection:
                claims.renew(connection, [claimed.id for claimed in old], self.owner, now, CLAIM)

        await asyncio.to_thread(write)
        for claimed in old:
            claimed.at = now

    async def _send(self, delivery: Delivery) -> Report:
        began = self.clock()
        try:
            outgoing = await asyncio.to_thread(self._outgoing, delivery)
            answer = await self.channels[delivery.channel].send(outgoing)
        except PermanentDeliveryError as error:
            return await self._over(delivery, error)
        except TemporaryDeliveryError as error:
            return await self._later(delivery, error)
        except Exception as error:  # one delivery's trouble must not stop the others
            log.exception("delivery %s", delivery.id, extra=_about(delivery))
            failure = TemporaryDeliveryError(f"our own defect: {type(error).__name__}", concerns="message")
            return await self._later(delivery, failure)
        else:
            return await self._sent(delivery, answer, began)
        finally:
            self._lanes.end(delivery.channel, delivery.target)

    async def _sent(self, delivery: Delivery, answer: str, began: datetime) -> Report:
        recovered = self._lanes.took(delivery.channel, delivery.target, began)

        def write(connection: sa.Connection) -> None:
            self._settle(connection, delivery, "sent", answer)
            for target in recovered:
                targets.hasten(connection, delivery.channel, target, self.clock())

        await self._noted(write)
        log.info("sent by %s", delivery.channel, extra=_about(delivery, "sent"))
        return Report(sent=1)

    async def _later(self, delivery: Delivery, error: TemporaryDeliveryError) -> Report:
        now = self.clock()
        self._lanes.failed(delivery.channel, delivery.target, error)
        begun = max(delivery.created_at, delivery.due_at)
        if now - begun > GIVEN_UP_AFTER:
            return await self._over(delivery, PermanentDeliveryError(f"given up: {error}"))
        pause = min(FIRST_PAUSE * 4 ** min(delivery.attempts, 8), LONGEST_PAUSE) * self.chance.uniform(
            0.8, 1.2
        )
        if error.retry_after is not None:
            pause = max(pause, min(timedelta(seconds=error.retry_after), GIVEN_UP_AFTER))
        await self._noted(lambda c: self._settle(c, delivery, "waiting", str(error), now + pause))
        log.warning("not delivered, tried again later: %s", error, extra=_about(delivery, "waiting"))
        return Report(waiting=1, problems=(str(error),))

    async def _over(self, delivery: Delivery, error: PermanentDeliveryError) -> Report:
        """Given up; with a target that is gone, all that waits for it."""
        reason, others = str(error), 0

        def write(connection: sa.Connection) -> None:
            nonlocal others
            self._settle(connection, delivery, "dead", reason)
            if error.gone:
                others = targets.mark_gone(
                    connection, delivery.channel, delivery.target, reason, self.clock()
                )

        await self._noted(write)
        said = f"{reason}; nothing more is sent there" if error.gone else reason
        log.warning("not delivered, given up: %s", said, extra=_about(delivery, "dead"))
        return Report(dead=1 + others, problems=(said,))

    async def _noted(self, write: Callable[[sa.Connection], None]) -> None:
        def once() -> None:
            with self.database.write() as connection:
                write(connection)

        for pause in NOTED_AGAIN:
            try:
                await asyncio.to_thread(once)
            except StorageError:
                await asyncio.sleep(pause)
            else:
                return
        await asyncio.to_thread(once)

    def _settle(
        self,
        connection: sa.Connection,
        delivery: Delivery,
        outcome: str,
        answer: str,
        retry_at: datetime | None = None,
    ) -> None:
        now = self.clock()
        claims.settle(
            connection, delivery.id, self.owner, now, outcome=outcome, answer=answer, retry_at=retry_at
        )

    def _outgoing(self, delivery: Delivery) -> Outgoing:
        zone = self.zone()
        is_mail = delivery.channel == "email"
        context = context_of(self.database, delivery, zone) if is_mail else Context(reasons_of(delivery))
        return Outgoing(
            id=delivery.id,
            target=delivery.target,
            items=tuple(Item(item.payload, item.reasons) for item in delivery.items),
            created_at=delivery.created_at,
            digest=delivery.digest,
            zone=zone,
            context=context,
            secrets=self._secrets_of(delivery),
        )

    def _secrets_of(self, delivery: Delivery) -> tuple[str, ...]:
        """A webhook never leaves unsigned: without its secret it waits."""
        if delivery.channel != "webhook":
            return ()
        name = delivery.items[0].reasons[0] if delivery.items else delivery.subscription
        secrets = self.secrets(name or "")
        if not secrets:
            raise TemporaryDeliveryError(
                f"no secret is known for the webhook of {name}: the watchlist of this process does not name it"
            )
        return secrets


def _about(delivery: Delivery, outcome: str | None = None) -> dict[str, str | None]:
    """What a line of the log is about; the target may be a person's address, or secret."""
    return {"delivery": delivery.id, "channel": delivery.channel, "outcome": outcome}
