"""The token in a mail's address to unsubscribe at: it says who stops hearing of what, and only we can make it."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

MARK = b"wgwatch unsubscribe 1\n"
"""What is signed begins so: the key's signatures for other purposes are no tokens."""


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """An address and the subscriptions that it wants to hear no more of."""

    address: str
    subscriptions: tuple[str, ...]


def token_of(key: bytes, asked: Unsubscribing) -> str:
    """Letters, digits, `-`, `_` and a dot. It does not expire: a mail may be read years later."""
    said = json.dumps([asked.address, *asked.subscriptions], ensure_ascii=False).encode()
    return f"{_encoded(said)}.{_encoded(_signature(key, said))}"


def read_token(key: bytes, token: str) -> Unsubscribing | None:
    """What the token says; None for one that this key did not make."""
    said, _, signature = token.partition(".")
    try:
        text = _decoded(said)
        genuine = hmac.compare_digest(_signature(key, text), _decoded(signature))
    except ValueError:
        return None
    if not genuine:
        return None
    address, *names = json.loads(text)
    return Unsubscribing(address, tuple(names))


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, MARK + said, hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("no token")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
