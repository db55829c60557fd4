"""Keys of this installation, drawn when they are first needed: every process signs and checks with the same."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from storage.models import keys

UNSUBSCRIBE = "unsubscribe"
ACCESS = "access"


def known(connection: sa.Connection, name: str) -> bytes | None:
    """The key, if it was drawn before."""
    found = connection.execute(sa.select(keys.c.value).where(keys.c.name == name)).scalar()
    return None if found is None else bytes(found)


def draw(connection: sa.Connection, name: str) -> bytes:
    """The key of that name, drawn now where there is none. Of two who draw at once both have the first one's."""
    # both databases know it so, and SQLAlchemy only in a way for each
    insert = sa.text("INSERT INTO keys (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
    connection.execute(insert, {"name": name, "value": secrets.token_bytes(32)})
    found = known(connection, name)
    assert found is not None
    return found


def put(connection: sa.Connection, name: str, value: bytes) -> None:
    """A key that was drawn elsewhere."""
    connection.execute(sa.insert(keys).values(name=name, value=value))
