"""What one target is to hear of one change, and for which subscriptions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from notifier.planning.facts import Facts
from notifier.planning.listeners import IN_ONE_MESSAGE, Listener


@dataclass(frozen=True, slots=True)
class Promise:
    """One change for one target; `listeners` are those who asked, `fold` is what may share a message."""

    channel: str
    target: str
    fold: str
    listeners: tuple[Listener, ...]
    is_follow_up: bool = False

    @property
    def said_to(self) -> str:
        """Whom a change is said to once."""
        return f"{self.fold} follow-up" if self.is_follow_up else self.fold

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(listener.name for listener in self.listeners)

    @property
    def has_digests(self) -> bool:
        return self.is_in_one_message and self.listeners[0].has_digests

    @property
    def is_in_one_message(self) -> bool:
        """Whether it goes out with what comes close to it."""
        return self.channel in IN_ONE_MESSAGE


def promises(facts: Facts, listeners: Iterable[Listener]) -> Iterator[Promise]:
    """Who is to hear of a change. An address that several subscriptions name hears of it once at once."""
    at_once: dict[str, list[Listener]] = {}
    for listener in listeners:
        if not listener.concern.includes(facts):
            continue
        for channel, target in listener.targets:
            if channel == "email" and not listener.has_digests:
                at_once.setdefault(target, []).append(listener)
            else:
                fold = fold_of(listener, channel, target)
                yield Promise(channel, target, fold, (listener,))
    for address, asked in at_once.items():
        yield Promise("email", address, f"email {address}", tuple(asked))


def fold_of(listener: Listener, channel: str, target: str) -> str:
    """What may share a message: an address's alerts, whoever asked; else what one subscription tells a target."""
    if channel == "email" and not listener.has_digests:
        return f"email {target}"
    return f"{channel} {listener.name} {_short(target)}"


def digest_folds(listeners: Sequence[Listener]) -> dict[str, tuple[Listener, str, str]]:
    """The folds of all digests, with whose they are and where they go."""
    return {
        fold_of(listener, channel, target): (listener, channel, target)
        for listener in listeners
        if listener.has_digests
        for channel, target in listener.targets
        if channel in IN_ONE_MESSAGE
    }


@lru_cache(maxsize=10_000)
def _short(target: str) -> str:
    return hashlib.sha256(target.encode()).hexdigest()[:16]
