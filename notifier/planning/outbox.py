"""The messages of one planning: which take a change, which are begun, when they go out; written all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notifier.planning.listeners import Listener, Rules
from notifier.planning.periods import begin_of, silent_until
from notifier.planning.promises import Promise, digest_folds
from storage.changes import Change
from storage.sending import promises as stored
from storage.sending.promises import Message, Promised, message_id

FLOOD = 30
"""More changes of one page than this, planned together, go out as one message where each would go by itself."""

Payload = Mapping[str, Any]


class Outbox:
    """What one transaction promises. `write` ends it."""

    def __init__(self, connection: sa.Connection, audience: Sequence[Listener], rules: Rules, now: datetime):
        self._connection, self._rules, self._now = connection, rules, now
        self._digests = digest_folds(audience)
        self._ends = stored.ends_of_digests(connection, self._digests, now)
        self._open = stored.open_messages(connection, now)
        self._new: list[Message] = []
        self._items: list[Promised] = []
        self._alone: dict[tuple[str, str, int], list[tuple[Promise, Change, Payload]]] = {}
        self._hours: dict[tuple[str, str], tuple[datetime, bool]] = {}
        self._keep_hours()

    def tell(self, promise: Promise, change: Change, payload: Payload, thread: str = "") -> None:
        """Put a change where it belongs. What has a `thread` shares no alert with what has none or another."""
        if promise.has_digests:
            message = self._digest(promise, change)
        elif promise.is_in_one_message:
            message = self._alert(promise, change, thread)
        else:
            group = (promise.fold, f"{thread} {payload['state']}", change.page_id)
            self._alone.setdefault(group, []).append((promise, change, payload))
            return
        self._put(message, promise, change, payload)

    def tell_of_silence(self) -> None:
        """Begin the digests whose hour has come, that go out empty too, and that nothing came for."""
        for fold, (listener, channel, target) in self._digests.items():
            begun = begin_of(listener, fold, self._ends)
            due = silent_until(listener, begun, self._rules, self._now)
            if due is not None:
                promise = Promise(channel, target, fold, (listener,))
                self._begin_digest(promise, due.isoformat(), begun, due)

    def write(self) -> None:
        """All of it into the database."""
        for group in self._alone.values():
            self._tell_alone(group)
        stored.write(self._connection, self._new, self._now)
        stored.write_items(self._connection, self._items)

    def _tell_alone(self, group: list[tuple[Promise, Change, Payload]]) -> None:
        message: Message | None = None
        for promise, change, payload in group:
            if message is None or len(group) <= FLOOD:
                message = self._begin_alert(promise, change, promise.fold)
            self._put(message, promise, change, payload)

    def _put(self, message: Message, promise: Promise, change: Change, payload: Payload) -> None:
        self._items.append(Promised(message.id, change.id, promise.said_to, payload, promise.reasons))

    def _alert(self, promise: Promise, change: Change, thread: str) -> Message:
        due, is_quiet = self._alert_at(promise)
        fold = promise.fold + thread + " after quiet hours" * is_quiet
        message = self._open.get(fold)
        if message is None:
            return self._begin_alert(promise, change, fold)
        self._bring_forward(message, due)
        return message

    def _begin_alert(self, promise: Promise, change: Change, fold: str) -> Message:
        due, is_quiet = self._alert_at(promise)
        name = message_id(promise.said_to, change.id)
        message = Message(name, promise.channel, promise.target, fold, due, keeps_hour=is_quiet)
        return self._add(message)

    def _alert_at(self, promise: Promise) -> tuple[datetime, bool]:
        """The earliest hour that one of those who asked wants it at."""
        return min(self._hour_of(listener, promise.channel) for listener in promise.listeners)

    def _hour_of(self, listener: Listener, channel: str) -> tuple[datetime, bool]:
        key = (listener.name, channel)
        if key not in self._hours:
            self._hours[key] = listener.alert_at(channel, self._now, self._rules)
        return self._hours[key]

    def _digest(self, promise: Promise, change: Change) -> Message:
        """The digest of the period in which the change was found; of the present one where that was sent."""
        listener, found_at = promise.listeners[0], change.published_at or self._now
        message = self._open.get(promise.fold)
        if message is not None and found_at < message.due_at:
            return message
        begun = begin_of(listener, promise.fold, self._ends)
        due = listener.next_digest(max(begun, found_at), self._rules)
        return self._begin_digest(promise, change.id, begun, due)

    def _begin_digest(self, promise: Promise, first: str, begun: datetime, due: datetime) -> Message:
        message = Message(
            id=message_id(promise.said_to, first),
            channel=promise.channel,
            target=promise.target,
            fold=promise.fold,
            due_at=due,
            digest=True,
            subscription=promise.reasons[0],
            keeps_hour=True,
            since=begun,
        )
        self._ends[promise.fold] = due
        return self._add(message)

    def _keep_hours(self) -> None:
        """A digest that waits for an hour of a schedule that was changed since does not wait longer than now said."""
        for fold, (listener, *_) in self._digests.items():
            if fold in self._open:
                self._bring_forward(self._open[fold], listener.next_digest(self._now, self._rules))
                self._ends[fold] = self._open[fold].due_at

    def _add(self, message: Message) -> Message:
        self._new.append(message)
        self._open[message.fold] = message
        return message

    def _bring_forward(self, message: Message, due: datetime) -> None:
        if due < message.due_at:
            message.due_at = due
            stored.bring_forward(self._connection, message)
