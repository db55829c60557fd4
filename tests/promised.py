"""Messages in a database, promised without a planner."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.deliveries import Item
from storage.sending import promises
from storage.sending.promises import Message, Promised, message_id


def promise(
    connection: sa.Connection,
    *,
    channel: str,
    target: str,
    fold: str,
    digest: bool,
    item: Item,
    now: datetime,
    due_at: datetime,
    shared: bool = True,
) -> None:
    """An item in the fold's open message, or in a new one."""
    message = promises.open_messages(connection, now).get(fold) if shared else None
    if message is None:
        name = message_id(fold, item.change_id)
        message = Message(name, channel, target, fold, due_at, digest=digest, keeps_hour=digest)
        promises.write(connection, [message], now)
    said = Promised(message.id, item.change_id, fold, item.payload, item.reasons)
    promises.write_items(connection, [said])
