"""Keys that programs show instead of a password. Each is shown once, when it is made; its hash is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.access.sessions import digest_of
from storage.access.users import User, user_of, users
from storage.models import JSON, Id, UTCDateTime, metadata

PREFIX = "wgw_"
"""All begin so, so that a scanner recognises one that leaked."""
SCOPES = ("read", "feeds", "check", "subscribe", "operate")
"""What a token can be for: asking, feeds and calendars alone, looking now, its own subscriptions, all the rest."""
NOTED = timedelta(minutes=1)
"""That a token is used is written down no more often."""

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", JSON, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("expires_at", UTCDateTime),
    sa.Column("used_at", UTCDateTime),
)


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. `owner` is its user's name: it may do what the user may, within its scopes."""

    id: str
    owner: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


def create(
    connection: sa.Connection,
    user_id: int,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[str, str]:
    """A new token: its id, and its secret, which nobody can be shown again."""
    token_id, secret = f"tok_{secrets.token_hex(6)}", PREFIX + secrets.token_urlsafe(32)
    row = {
        "id": token_id,
        "digest": digest_of(secret),
        "user_id": user_id,
        "name": name,
        "scopes": [scope for scope in SCOPES if scope in set(scopes)],
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(sa.insert(tokens).values(row))
    return token_id, secret


def find(connection: sa.Connection, secret: str, now: datetime) -> tuple[Token, User] | None:
    """The token with this secret and whose it is, unless it expired or the user is disabled."""
    lives = sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)
    mine = (tokens.c.digest == digest_of(secret), lives, users.c.disabled_at.is_(None))
    row = connection.execute(_with_owner(*users.c).where(*mine)).mappings().first()
    return None if row is None else (_token(row), user_of(row))


def all_of(connection: sa.Connection, user_id: int | None = None) -> list[Token]:
    """Every token, or those of a user, the oldest first."""
    query = _with_owner().order_by(tokens.c.created_at, tokens.c.id)
    if user_id is not None:
        query = query.where(tokens.c.user_id == user_id)
    return [_token(row) for row in connection.execute(query).mappings()]


def note(connection: sa.Connection, token: Token, now: datetime) -> None:
    """It is being used."""
    connection.execute(sa.update(tokens).where(tokens.c.id == token.id).values(used_at=now))


def revoke(connection: sa.Connection, token_id: str, user_id: int | None = None) -> bool:
    """It opens nothing any more; False where there is none of this id (of this user)."""
    gone = sa.delete(tokens).where(tokens.c.id == token_id)
    if user_id is not None:
        gone = gone.where(tokens.c.user_id == user_id)
    return connection.execute(gone).rowcount > 0


def _with_owner(*more: sa.Column[object]) -> sa.Select[*tuple[object, ...]]:
    of_token = [
        tokens.c.id.label("token_id"),
        users.c.name.label("owner"),
        tokens.c.name.label("token_name"),
        tokens.c.scopes,
        tokens.c.created_at.label("token_created_at"),
        tokens.c.expires_at,
        tokens.c.used_at,
    ]
    return sa.select(*of_token, *more).join(users, users.c.id == tokens.c.user_id)


def _token(row: sa.RowMapping) -> Token:
    return Token(
        row["token_id"],
        row["owner"],
        row["token_name"],
        tuple(row["scopes"]),
        row["token_created_at"],
        row["expires_at"],
        row["used_at"],
    )
