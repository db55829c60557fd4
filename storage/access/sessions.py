"""Who is logged in. The cookie's secret is not here: its hash is, so that a copy of the database opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.access.users import User, user_of, users
from storage.models import Id, UTCDateTime, metadata

IDLE = timedelta(days=7)
"""A session that was not used for so long has ended."""
LONGEST = timedelta(days=30)
"""And so has one that began so long ago."""
NOTED = timedelta(minutes=5)
"""That a session is used is written down no more often."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("began_at", UTCDateTime, nullable=False),
    sa.Column("seen_at", UTCDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is logged in; `browser` is what it calls itself."""

    digest: str
    browser: str
    began_at: datetime
    seen_at: datetime


def begin(connection: sa.Connection, user_id: int, now: datetime, browser: str = "") -> str:
    """A new session; answers the secret for the cookie. Those that ended are forgotten."""
    connection.execute(sa.delete(sessions).where(~_lives(now)))
    secret = secrets.token_urlsafe(32)
    row = {
        "digest": digest_of(secret),
        "user_id": user_id,
        "browser": browser[:200],
        "began_at": now,
        "seen_at": now,
    }
    connection.execute(sa.insert(sessions).values(row))
    return secret


def find(connection: sa.Connection, secret: str, now: datetime) -> tuple[Session, User] | None:
    """The session of a cookie's secret and whose it is, unless it ended or the user is disabled."""
    query = sa.select(users, *_columns()).join(sessions, sessions.c.user_id == users.c.id)
    mine = (sessions.c.digest == digest_of(secret), _lives(now), users.c.disabled_at.is_(None))
    row = connection.execute(query.where(*mine)).mappings().first()
    return None if row is None else (_session(row), user_of(row))


def of_user(connection: sa.Connection, user_id: int, now: datetime) -> list[Session]:
    """A user's sessions, the one that was used last first."""
    mine = sa.select(*_columns()).where(sessions.c.user_id == user_id, _lives(now))
    return [_session(row) for row in connection.execute(mine.order_by(sessions.c.seen_at.desc())).mappings()]


def note(connection: sa.Connection, session: Session, now: datetime) -> None:
    """It is being used."""
    connection.execute(sa.update(sessions).where(sessions.c.digest == session.digest).values(seen_at=now))


def end(connection: sa.Connection, secret: str) -> None:
    """The session of this secret is no more."""
    connection.execute(sa.delete(sessions).where(sessions.c.digest == digest_of(secret)))


def end_all(connection: sa.Connection, user_id: int, *, but: str | None = None) -> None:
    """All sessions of a user, but that of one secret."""
    mine = [sessions.c.user_id == user_id]
    if but is not None:
        mine.append(sessions.c.digest != digest_of(but))
    connection.execute(sa.delete(sessions).where(*mine))


def digest_of(secret: str) -> str:
    """What is kept of a secret: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _lives(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(sessions.c.seen_at > now - IDLE, sessions.c.began_at > now - LONGEST)


def _columns() -> list[sa.Column[object]]:
    return [sessions.c.digest, sessions.c.browser, sessions.c.began_at, sessions.c.seen_at]


def _session(row: sa.RowMapping) -> Session:
    return Session(row["digest"], row["browser"], row["began_at"], row["seen_at"])
