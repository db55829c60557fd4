"""From open changes to deliveries: who hears of what, in which message, when.

A change's deliveries and its mark "planned" are one transaction, on the disk before anything is sent. Planning the
same again adds nothing: a fold holds a change once. There is one planner at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from notifier.planning import followups
from notifier.planning.facts import Facts
from notifier.planning.listeners import Listener, Rules, listeners, weekly
from notifier.planning.outbox import Outbox
from notifier.planning.periods import begin_of, silent_until
from notifier.planning.promises import digest_folds, promises
from storage import changes, deliveries
from storage.changes import Change
from storage.engine import Database
from storage.sending import promises as stored

AT_A_TIME = 1_000
"""Changes that one transaction plans, which bounds the memory that it needs."""


def plan(database: Database, rules: Rules, now: datetime, *, close: bool = False) -> int:
    """Plan all that is open, in doubt or withdrawn; answers how many. With `close` nothing waits for company."""
    planned = 0
    while _is_due(database, rules, now):
        with database.write(durable=True) as connection:
            found = _plan_some(connection, rules, now)
        planned += found
        if not found:
            break
    if close:
        with database.write(durable=True) as connection:
            deliveries.close_folds(connection, now)
    return planned


def _is_due(database: Database, rules: Rules, now: datetime) -> bool:
    with database.read() as connection:
        return changes.any_to_plan(connection) or _is_silence_due(connection, rules, now)


def _is_silence_due(connection: sa.Connection, rules: Rules, now: datetime) -> bool:
    digests = digest_folds(weekly(connection))
    ends = stored.ends_of_digests(connection, digests, now)
    begun = ((listener, begin_of(listener, fold, ends)) for fold, (listener, *_) in digests.items())
    return any(silent_until(listener, since, rules, now) for listener, since in begun)


def _plan_some(connection: sa.Connection, rules: Rules, now: datetime) -> int:
    """One transaction's share of it; what was found goes before the digests that would speak of silence."""
    stored.hold(connection)
    audience = listeners(connection)
    doubted = changes.doubted_changes(connection, AT_A_TIME)
    # page by page, in whatever order they were looked at: a restored database begins the same messages
    found = sorted(changes.open_changes(connection, AT_A_TIME), key=lambda change: change.page_id)
    withdrawn = changes.withdrawn_changes(connection, AT_A_TIME)
    settled = [*(change for change in found if change.foretold), *withdrawn]
    told = followups.put_right(connection, settled)
    outbox = Outbox(connection, audience, rules, now)
    followups.follow_up(settled, told, audience, outbox)
    _tell(doubted, [each for each in audience if each.hears_of_doubts], outbox, told)
    _tell(found, audience, outbox, told)
    outbox.tell_of_silence()
    outbox.write()
    changes.mark_foretold(connection, [change.id for change in doubted], now)
    changes.mark_planned(connection, [change.id for change in found], now)
    changes.mark_taken_back(connection, [change.id for change in withdrawn], now)
    return len(doubted) + len(found) + len(withdrawn)


def _tell(
    found: Iterable[Change], audience: Sequence[Listener], outbox: Outbox, told: followups.Told
) -> None:
    for change in found:
        payload = {**change.payload, "state": change.state}
        thread = " unconfirmed" if change.state == "held" else ""
        known = {said.fold for said in told.get(change.id, ())}
        for promise in promises(Facts(change.payload), audience):
            if promise.fold not in known:
                outbox.tell(promise, change, payload, thread)
