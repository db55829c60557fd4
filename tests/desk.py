"""A database with one page, subscriptions, and changes that were published: what a planner sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.stored import written
from config.watchlist import Subscription
from notifier.planner import plan
from notifier.planning.listeners import Rules
from storage import changes, deliveries, pages
from storage.changes import Change
from storage.deliveries import Delivery
from storage.engine import Database
from storage.sending import claims
from storage.watched import subscriptions

NOW = datetime(2027, 9, 1, 12, tzinfo=UTC)  # a Wednesday, 20:00 in Singapore
FOLD = timedelta(minutes=10)
RULES = Rules(ZoneInfo("Asia/Singapore"), FOLD)
ANNA, BEN, HOOK = "anna@paper.example", "ben@paper.example", "https://crm.example/hook"
SENDER = "another-machine/12/345/abcdef01"
Payload = dict[str, Any]


class Desk:
    """`plan` as the service does, `send` what is due, and look at what was promised."""

    def __init__(self, database: Database, change: Callable[..., Payload], rules: Rules = RULES) -> None:
        self.database = database
        self.change = change
        self.rules = rules
        with database.write() as connection:
            key = "harbour.example/group"
            self.page_id = pages.create(
                connection, key=key, url=f"https://{key}", host="harbour.example", now=NOW
            )

    def subscribe(self, name: str, *, now: datetime = NOW, **said: Any) -> None:
        subscription = Subscription.model_validate({"name": name, **said})
        with self.database.write() as connection:
            subscriptions.put_subscription(connection, name, written(subscription), now)

    def publish(
        self, *names: str, kind: str = "event.moved", now: datetime = NOW, state: str = "open", **said: Any
    ) -> list[Change]:
        found = [self._change(name, self.change(kind, id=f"chg_{name}", **said)) for name in names]
        with self.database.write() as connection:
            changes.publish(connection, found, now, state=state)
        return found

    def settle(self, found: Sequence[Change], now: datetime = NOW) -> None:
        """End the page's doubt: these are confirmed, others that were held are withdrawn."""
        with self.database.write() as connection:
            changes.settle(connection, self.page_id, found, now, "a later look shows the page whole again")

    def plan(self, now: datetime = NOW, *, close: bool = False) -> int:
        return plan(self.database, self.rules, now, close=close)

    def send(self, now: datetime = NOW) -> list[Delivery]:
        """What is due goes out; answers it."""
        sent: list[Delivery] = []
        with self.database.write() as connection:
            while found := claims.claim(connection, SENDER, now, limit=100, term=FOLD):
                for each in found:
                    claims.settle(connection, each.id, SENDER, now, outcome="sent", answer="taken")
                sent += found
        return sent

    def deliveries(self) -> list[Delivery]:
        with self.database.read() as connection:
            return [deliveries.get(connection, each.id) for each in deliveries.listed(connection)]

    def messages(self) -> list[tuple[str, list[str], list[tuple[str, ...]]]]:
        """To whom, which changes, for which subscriptions."""
        return [
            (d.target, [i.change_id for i in d.items], [i.reasons for i in d.items])
            for d in self.deliveries()
        ]

    def open(self) -> list[str]:
        with self.database.read() as connection:
            return [change.id for change in changes.open_changes(connection)]

    def _change(self, name: str, payload: Payload) -> Change:
        return Change(
            id=f"chg_{name}",
            page_id=self.page_id,
            kind=payload["kind"],
            record_id=None,
            group=payload["group"],
            last_seen_before=NOW - timedelta(hours=6),
            first_seen_after=NOW,
            importance=payload["importance"],
            summary=payload["summary"],
            payload={**payload, "what": name},
        )
