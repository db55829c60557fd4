"""Every error that the product raises on purpose, named by what the caller can do about it.

The command line shows their text and exits with `exit_code`; anything else that reaches it is a defect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal


class WgwatchError(Exception):
    """Base of all. The text is one for the user: it names the file, line, key or address, never a secret."""

    exit_code = 1


class UsageError(WgwatchError):
    """The call was wrong: a date that is none, an unknown page or group."""

    exit_code = 2


class FieldErrors(UsageError):
    """What was given is wrong in parts: `fields` names each of them, and says what is wrong with it."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self.fields = tuple(fields)
        super().__init__("; ".join(f"{name}: {said}" if name else said for name, said in self.fields))


class ConfigError(WgwatchError):
    """Settings, watchlist or profile are wrong. Holds every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class StorageError(WgwatchError):
    """The database cannot be reached, read or written. Nothing was half written."""


class DamageError(StorageError):
    """Stored bytes are not what their hash says."""


class RemovedError(StorageError):
    """Stored bytes were removed on purpose. The text says when and why."""


class LeaseLost(WgwatchError):
    """Another process took the host or the service over; what was being done is dropped and done again."""


class ReadError(WgwatchError):
    """An answer could not be made into a document."""


class DeliveryError(WgwatchError):
    """A message was not taken."""


class TemporaryDeliveryError(DeliveryError):
    """Try again later; `retry_after` in seconds where the target said so.

    `concerns` says what would fare the same now: this message alone, all to this target, all of this channel.
    """

    def __init__(
        self,
        message: str,
        retry_after: float | None = None,
        *,
        concerns: Literal["message", "target", "channel"] = "target",
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.concerns = concerns


class PermanentDeliveryError(DeliveryError):
    """Trying the same again is useless. `gone` says that the target itself no longer exists."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone
