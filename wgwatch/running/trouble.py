"""What an operator should know of first: messages that do not get out, processes that are missing, pages set aside."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.asking import overview
from storage.sending import holds, silenced
from storage.work import processes
from wgwatch.running import roster
from wgwatch.running.alarm import gone_sentence, sentence


def troubles(connection: sa.Connection, now: datetime) -> list[str]:
    """A sentence each. They may name addresses of people: they are for operators."""
    held = holds.held(connection)
    return [
        *([str(held)] if held else ()),
        *roster.missing(processes.listed(connection, now)),
        *(sentence(each) for each in overview.undelivered(connection, now)),
        *(gone_sentence(each) for each in silenced.all_gone(connection)),
        *roster.poisonous(connection),
        *roster.failed(connection),
    ]
