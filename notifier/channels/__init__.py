"""The contract of a channel: it tries once and says how it went. Retrying is the dispatcher's alone.

A channel is given everything at its making (settings, session, clock) and may be used by many tasks at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from notifier.context import Context
from notifier.messages import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A delivery at the moment of an attempt.

    All of it stays the same over every attempt, so that the same is recognised as the same. `target` is an
    e-mail address or a URL, `context` what a mail says beside its changes. `secrets` sign a webhook, all of
    them, so that one can be replaced by another.
    """

    id: str
    target: str
    items: tuple[Item, ...]
    created_at: datetime
    digest: bool = False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    context: Context = field(default_factory=Context)
    secrets: tuple[str, ...] = field(default=(), repr=False)


class Channel(Protocol):
    """One way to reach a target."""

    async def send(self, delivery: Outgoing) -> str:
        """Hand the delivery over; returns what the target answered, short and on one line.

        Raises TemporaryDeliveryError where another try may help (`retry_after` seconds where the target says
        so) and PermanentDeliveryError where it cannot (`gone` where the target itself is no more). Texts are
        for the operator and hold no secret. Nothing else is raised on purpose.
        """
        ...
