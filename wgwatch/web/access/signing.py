"""Texts that only this installation can have made, for a purpose and for a time."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the installation's key; what was signed for another purpose is worth nothing here."""

    key: bytes = field(repr=False)
    purpose: str

    def sign(self, said: Sequence[str | int], until: datetime) -> str:
        """Letters, digits, `-`, `_` and a dot."""
        text = json.dumps([int(until.timestamp()), *said], ensure_ascii=False).encode()
        return f"{_encoded(text)}.{_encoded(self._signature(text))}"

    def read(self, token: str, now: datetime) -> list[str | int] | None:
        """What was signed; None where we did not, or where its time is over."""
        said, _, signature = token.partition(".")
        try:
            text = _decoded(said)
            genuine = hmac.compare_digest(self._signature(text), _decoded(signature))
        except ValueError:
            return None
        if not genuine:
            return None
        until, *values = json.loads(text)
        return values if now.timestamp() < until else None

    def _signature(self, text: bytes) -> bytes:
        return hmac.new(self.key, f"wgwatch {self.purpose}\n".encode() + text, hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("not signed by us")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
