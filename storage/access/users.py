"""Who may use the web pages and the API, and in which role. Passwords are here as hashes alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from config.errors import UsageError
from storage.models import Id, UTCDateTime, metadata

ROLES = ("reader", "member", "operator")
"""Each may do what those before it may."""
NAME = re.compile(r"[\w.@+-]{1,100}")

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    # the name as it is compared: whatever its letters' case
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text),
    sa.Column("email", sa.Text),
    # when the e-mail address was found to be the user's
    sa.Column("confirmed_at", UTCDateTime),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("disabled_at", UTCDateTime),
)


@dataclass(frozen=True, slots=True)
class User:
    """A person or a program. `password` is a hash; without one there is no login with a password."""

    id: int
    name: str
    role: str
    created_at: datetime
    email: str | None = None
    confirmed_at: datetime | None = None
    disabled_at: datetime | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def confirmed_email(self) -> str | None:
        return self.email if self.confirmed_at else None


def add(
    connection: sa.Connection,
    name: str,
    role: str,
    now: datetime,
    *,
    password: str | None = None,
    email: str | None = None,
) -> User:
    """A new user; the e-mail address is vouched for. Raises UsageError for a name that will not do or is taken."""
    refuse_name(connection, name)
    row = {
        "name": name,
        "key": key_of(name),
        "role": role,
        "password": password,
        "email": email,
        "confirmed_at": now if email else None,
        "created_at": now,
    }
    added = connection.execute(sa.insert(users).values(row).returning(*users.c)).one()
    return user_of(added._mapping)


def refuse_name(connection: sa.Connection, name: str) -> None:
    """Raises UsageError for the name that a new user cannot have."""
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name of a user: letters, digits and . _ - + @ make one")
    if find(connection, name):
        raise UsageError(f"there is a user '{name}' already")


def find(connection: sa.Connection, name: str) -> User | None:
    """The user of that name, whatever its case."""
    return _one(connection, users.c.key == key_of(name))


def get(connection: sa.Connection, user_id: int) -> User | None:
    """The user of that number."""
    return _one(connection, users.c.id == user_id)


def all_of(connection: sa.Connection) -> list[User]:
    """Every user, by name."""
    return [user_of(row) for row in connection.execute(sa.select(users).order_by(users.c.key)).mappings()]


def reached(connection: sa.Connection) -> dict[int, str]:
    """The addresses of those who can be written to, by number: confirmed ones, of users who are not disabled."""
    may = (users.c.email.is_not(None), users.c.confirmed_at.is_not(None), users.c.disabled_at.is_(None))
    return {row.id: row.email for row in connection.execute(sa.select(users.c.id, users.c.email).where(*may))}


def exist(connection: sa.Connection) -> bool:
    """Whether there is any user."""
    return connection.execute(sa.select(users.c.id).limit(1)).first() is not None


def has_operator(connection: sa.Connection) -> bool:
    """Whether somebody could log in with a password and do everything."""
    may = (users.c.role == "operator", users.c.password.is_not(None), users.c.disabled_at.is_(None))
    return connection.execute(sa.select(users.c.id).where(*may).limit(1)).first() is not None


def change(connection: sa.Connection, user_id: int, **values: Any) -> None:
    """Set what is named: role, password (its hash), email, confirmed_at, disabled_at."""
    connection.execute(sa.update(users).where(users.c.id == user_id).values(values))


def remove(connection: sa.Connection, user_id: int) -> None:
    """With its sessions and tokens."""
    connection.execute(sa.delete(users).where(users.c.id == user_id))


def key_of(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", name).casefold()


def user_of(row: Mapping[Any, Any]) -> User:
    """From a row of the table."""
    return User(
        row["id"],
        row["name"],
        row["role"],
        row["created_at"],
        row["email"],
        row["confirmed_at"],
        row["disabled_at"],
        row["password"],
    )


def _one(connection: sa.Connection, is_meant: sa.ColumnElement[bool]) -> User | None:
    row = connection.execute(sa.select(users).where(is_meant)).mappings().first()
    return None if row is None else user_of(row)
