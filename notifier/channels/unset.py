"""The channel for mail that nobody set up: it says what is missing, and the message waits."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from config.errors import TemporaryDeliveryError
from notifier.channels import Outgoing


class UnsetChannel:
    """Sends nothing. `missing` names the settings without which it cannot."""

    def __init__(self, missing: Sequence[str]) -> None:
        self._missing = tuple(missing)

    async def send(self, delivery: Outgoing) -> str:
        raise self._problem()

    async def hand_in(self, message: EmailMessage, target: str) -> str:
        raise self._problem()

    def _problem(self) -> TemporaryDeliveryError:
        return TemporaryDeliveryError(
            f"mail cannot be sent: {' and '.join(self._missing)} not set", concerns="channel"
        )
