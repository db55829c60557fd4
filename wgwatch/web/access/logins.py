"""Logging in with a name and a password, as slowly as guessing has to be.

Every try is counted before it is judged, by client and by name, for all processes together. Who tries a name too
often has to wait. A stranger cannot lock a user out by that: a browser from which the user logged in before has
a count of its own (OWASP, device cookies), and every count ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.errors import UsageError
from storage.access import attempts, users
from storage.access.users import User
from storage.engine import Database
from wgwatch.passwords import Passwords

WINDOW = timedelta(minutes=15)
MOST_BY_CLIENT = 10
"""Wrong tries in a window from one client, whatever the names; from a browser that is known, for its user."""
MOST_BY_NAME = 50
"""Wrong tries in a window for one name, from wherever."""
WRONG = "The name or the password is wrong."


class TooMany(UsageError):
    """It was tried too often; `until` is when it may be tried again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"Too many tries. Try again after {until:%H:%M} UTC.")
        self.until = until


@dataclass(frozen=True, slots=True)
class Logins:
    """Judges names and passwords."""

    database: Database
    passwords: Passwords
    clock: Callable[[], datetime]

    def log_in(self, name: str, password: str, client: str, *, device: str | None = None) -> User | None:
        """The user, where the password is right; None where not, whatever of it is wrong. Raises TooMany.

        `client` is the client's address; `device` names the browser where it is known for this user.
        """
        with self._counted(_limits(name, client, device)) as was_right:
            with self.database.read() as connection:
                user = users.find(connection, name)
            is_right = self.passwords.is_right(password, user.password if user else None)
            if user is None or not is_right or user.disabled_at:
                return None
            was_right()
        if self.passwords.is_old(user.password or ""):
            self._hash_anew(user, password)
        return user

    def is_users(self, user: User, password: str, client: str) -> bool:
        """Whether a password is that of a user who is logged in. Raises TooMany."""
        return self.log_in(user.name, password, client, device=f"user {user.id}") is not None

    @contextmanager
    def _counted(self, limits: dict[str, int]) -> Iterator[Callable[[], None]]:
        """Counts a try, unless it turns out to be right."""
        now = self.clock()
        with self.database.write() as connection:
            tallies = {what: attempts.count(connection, what, now, WINDOW) for what in sorted(limits)}
        over = [tally.ends_at for what, tally in tallies.items() if tally.number > limits[what]]
        if over:
            raise TooMany(max(over))

        def was_right() -> None:
            with self.database.write() as connection:
                for what in sorted(limits):
                    attempts.give_back(connection, what)
            with self.database.write() as connection:
                attempts.forget(connection, now)

        yield was_right

    def _hash_anew(self, user: User, password: str) -> None:
        with self.database.write() as connection:
            users.change(connection, user.id, password=self.passwords.hash(password))


def _limits(name: str, client: str, device: str | None) -> dict[str, int]:
    """What a try is counted by, and how many each may have; in one order, so that no two wait for each other."""
    if device:
        return {f"device {device}": MOST_BY_CLIENT}
    return {f"client {client}": MOST_BY_CLIENT, f"name {users.key_of(name)}": MOST_BY_NAME}
