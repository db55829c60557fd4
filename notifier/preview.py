"""What a subscription would have been sent over the past, message by message, had it been there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifier.planning.facts import Facts
from notifier.planning.listeners import IN_ONE_MESSAGE, Listener, Rules
from notifier.planning.outbox import FLOOD
from notifier.planning.periods import silent_until
from storage.changes import Change


@dataclass(slots=True)
class Preview:
    """A message: when it would go out, by which channel and to whom. A digest's period begins at `since`."""

    at: datetime
    channel: str
    targets: tuple[str, ...]
    since: datetime | None = None
    changes: list[Change] = field(default_factory=list)


def preview(
    listener: Listener, found: Sequence[Change], rules: Rules, since: datetime, now: datetime
) -> list[Preview]:
    """All messages about these changes, in the order in which they go out; the last may still have to.

    A change is told when it was published, or, where nobody was told, when it was first seen. What was told before it
    was confirmed is not shown.
    """
    wanted = [change for change in found if listener.concern.includes(Facts(change.payload))]
    ordered = sorted(wanted, key=_moment)
    messages: list[Preview] = []
    for channel in dict.fromkeys(channel for channel, _ in listener.targets):
        line = _Line(channel, listener, rules)
        if channel not in IN_ONE_MESSAGE:
            messages += line.each(ordered)
        elif listener.has_digests:
            messages += line.digests(ordered, since, now)
        else:
            messages += line.alerts(ordered)
    return sorted(messages, key=lambda message: message.at)


@dataclass(frozen=True, slots=True)
class _Line:
    """All targets of a listener on one channel: they hear the same."""

    channel: str
    listener: Listener
    rules: Rules

    def alerts(self, found: Iterable[Change]) -> list[Preview]:
        """What comes while one waits goes with it."""
        messages: list[Preview] = []
        for change in found:
            last = messages[-1] if messages else None
            together = last is not None and _moment(change) == _moment(last.changes[-1])
            if last is None or not (together or _moment(change) < last.at):
                last = self._alert(_moment(change))
                messages.append(last)
            last.changes.append(change)
        return messages

    def each(self, found: Iterable[Change]) -> list[Preview]:
        """A message for each change, but for a flood of one page."""
        groups: dict[tuple[int, datetime], list[Change]] = {}
        for change in found:
            groups.setdefault((change.page_id, _moment(change)), []).append(change)
        messages = []
        for (_, moment), group in groups.items():
            parts = [group] if len(group) > FLOOD else [[change] for change in group]
            messages += [self._alert(moment, part) for part in parts]
        return messages

    def digests(self, found: Iterable[Change], since: datetime, now: datetime) -> list[Preview]:
        """One for every period in which something was found; where silence is told of, for the others too."""
        messages: list[Preview] = []
        for change in found:
            self._pass_in_silence(messages, since, _moment(change))
            if not messages or _moment(change) >= messages[-1].at:
                messages.append(self._digest(messages, since, _moment(change)))
            messages[-1].changes.append(change)
        self._pass_in_silence(messages, since, now)
        return messages

    def _pass_in_silence(self, messages: list[Preview], since: datetime, until: datetime) -> None:
        while silent_until(self.listener, _end(messages, since), self.rules, until):
            messages.append(self._digest(messages, since, since))

    def _digest(self, messages: list[Preview], since: datetime, moment: datetime) -> Preview:
        begun = _end(messages, since)
        at = self.listener.next_digest(max(begun, moment), self.rules)
        return Preview(at, self.channel, self._to(), since=begun)

    def _alert(self, moment: datetime, found: Iterable[Change] = ()) -> Preview:
        at, _ = self.listener.alert_at(self.channel, moment, self.rules)
        return Preview(at, self.channel, self._to(), changes=list(found))

    def _to(self) -> tuple[str, ...]:
        return tuple(target for channel, target in self.listener.targets if channel == self.channel)


def _end(messages: Sequence[Preview], since: datetime) -> datetime:
    return messages[-1].at if messages else since


def _moment(change: Change) -> datetime:
    return change.published_at or change.first_seen_after
