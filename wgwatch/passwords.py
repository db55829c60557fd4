"""Passwords of users: hashed with Argon2id, checked at the same cost whether there is a user or not."""

from __future__ import annotations

import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.errors import UsageError

SHORTEST, LONGEST = 8, 1000
"""Characters (NIST SP 800-63B, 3.1.1.2); a longer one would only keep the machine busy."""
MEMORY, ROUNDS, LANES = 19_456, 2, 1
"""Of Argon2id, in KiB (OWASP, Password Storage Cheat Sheet): eight logins at once still fit a small machine."""


class Passwords:
    """Makes hashes and checks passwords against them."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY, parallelism=LANES)

    def hash(self, password: str, name: str = "") -> str:
        """What is kept of a password. Raises UsageError for one that will not do for the user of that name."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters")
        if password.casefold() == name.casefold():
            raise UsageError("a password has to differ from the user's name")
        return self._hasher.hash(password)

    def is_right(self, password: str, known: str | None) -> bool:
        """Whether a password is the one of this hash; without a hash it takes as long to be wrong."""
        if len(password) > LONGEST:
            return False
        try:
            return self._hasher.verify(known or self._nobodys, password) and known is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_old(self, known: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(known)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))


def generated() -> str:
    """A password of 120 random bits, to be read out and typed."""
    return secrets.token_urlsafe(15)
