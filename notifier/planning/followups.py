"""What was told before it was confirmed is told to the same again, once, when the doubt is over.

A message that still waits is put right instead: nobody has read the doubtful news yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from notifier.planning.listeners import Listener
from notifier.planning.outbox import Outbox
from notifier.planning.promises import Promise, fold_of
from storage.changes import Change
from storage.sending import promises as stored
from storage.sending.promises import Heard

CONFIRMED, WITHDRAWN = "confirmed", "withdrawn"
Told = Mapping[str, Sequence[Heard]]


def put_right(connection: sa.Connection, settled: Sequence[Change]) -> Told:
    """Who was told of these changes, by change, after what waits was put right."""
    told = stored.heard(connection, [change.id for change in settled])
    for change in settled:
        for said in told.get(change.id, ()):
            if said.is_waiting and change.state == WITHDRAWN:
                stored.take_out(connection, said)
            elif said.is_waiting:
                stored.put_right(connection, said, {**change.payload, "state": change.state})
    return told


def follow_up(settled: Sequence[Change], told: Told, audience: Sequence[Listener], outbox: Outbox) -> None:
    """Tell those who read it, and still hear, that it is confirmed or withdrawn."""
    for change in settled:
        state = WITHDRAWN if change.state == WITHDRAWN else CONFIRMED
        for said in told.get(change.id, ()):
            promise = None if said.is_waiting else _promise(said, audience)
            if promise is not None:
                payload: dict[str, Any] = {**change.payload, "state": state, "follows": said.message}
                outbox.tell(promise, change, payload, f" follow-up {said.message}")


def _promise(said: Heard, audience: Sequence[Listener]) -> Promise | None:
    """To the same target, for those who asked then and still do."""
    where = (said.channel, said.target)
    still = [each for each in audience if each.name in said.reasons and where in each.targets]
    mine = [each for each in still if fold_of(each, *where) == said.fold]
    if not mine:
        return None
    return Promise(*where, said.fold, tuple(mine), is_follow_up=True)
