"""Records as the pages said at a moment, composed over pages, as plain values for the writers of formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from diffing.composing import Composed, compose, each_alone
from storage import changes, links
from storage.asking import queries
from storage.asking.queries import SEEN, Answer
from storage.pages import Page

Row = dict[str, Any]
IN_A_CALENDAR = (SEEN, "ended", "section not shown", "cancelled", "postponed")
"""What becomes of an event there. One that a standing list dropped without a word is left out: the page does not say
that it is cancelled, nor that it takes place."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pages are asked (`is_whole` where they are all), of which group where they hold several, as of when."""

    pages: Sequence[Page]
    group: str | None
    moment: datetime
    is_whole: bool = False


def rows_of(connection: sa.Connection, kind: str, scope: Scope, *, history: bool = False) -> list[Row]:
    """Records of a kind; with `history` every version of every page by itself."""
    found = _answers(connection, kind, scope, history=history)
    entity_of = links.entities(connection, {answer.record_id for answer in found})
    return [each.to_json() for each in (each_alone if history else compose)(found, entity_of)]


def cards_of(connection: sa.Connection, scope: Scope) -> list[Row]:
    """The contacts that stand, by name, each with the time at which it was first seen as it is."""
    found = _answers(connection, "contact", scope)
    entity_of = links.entities(connection, {answer.record_id for answer in found})
    changed = _changed(found, entity_of)
    rows = [{**row, "changed_at": changed[row["id"]]} for row in _rows(compose(found, entity_of))]
    return sorted(rows, key=lambda row: (row["name"] or "", row["id"]))


def meetings_of(connection: sa.Connection, scope: Scope, *, prose: bool = False) -> list[Row]:
    """The events that a calendar shows, by day: those that stand, and past or cancelled ones as last seen.

    With `prose` also those that only sentences announce.
    """
    ever = _answers(connection, "event", scope, history=True)
    ever = [answer for answer in ever if prose or getattr(answer.record, "read_from", "") != "prose"]
    entity_of = links.entities(connection, {answer.record_id for answer in ever})
    last = list({(answer.page_id, answer.record_id): answer for answer in sorted(ever, key=_begun)}.values())
    created = {
        _entity(answer, entity_of): answer.first_seen for answer in sorted(ever, key=_begun, reverse=True)
    }
    changed = _changed(last, entity_of)
    revised = changes.revisions(connection, {answer.record_id for answer in ever})
    sequence = {entity: sum(revised[i] for i in ids) for entity, ids in _members(ever, entity_of).items()}
    rows = [
        {**row, "changed_at": changed[i], "created_at": created[i], "sequence": sequence[i]}
        for row in _rows(compose(last, entity_of))
        if row["state"] in IN_A_CALENDAR
        for i in (row["id"],)
    ]
    return sorted(rows, key=lambda row: (row["starts_on"] or "9999", row["id"]))


def _answers(connection: sa.Connection, kind: str, scope: Scope, *, history: bool = False) -> list[Answer]:
    found = queries.as_of(connection, kind, scope.pages, scope.moment, history=history)
    return [answer for answer in found if not scope.group or queries.listed_under(answer, scope.group)]


def _rows(composed: Iterable[Composed]) -> list[Row]:
    return [each.to_json() for each in composed]


def _begun(answer: Answer) -> datetime:
    return answer.first_seen


def _entity(answer: Answer, entity_of: Mapping[str, str]) -> str:
    return entity_of.get(answer.record_id, answer.record_id)


def _members(answers: Iterable[Answer], entity_of: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for answer in answers:
        found.setdefault(_entity(answer, entity_of), set()).add(answer.record_id)
    return found


def _changed(answers: Iterable[Answer], entity_of: Mapping[str, str]) -> dict[str, datetime]:
    """When each record was first seen as it is now: the look that found it so, or no longer found it."""
    found: dict[str, datetime] = {}
    for answer in answers:
        since = answer.first_seen if answer.state == SEEN else answer.next_look or answer.last_seen
        entity = _entity(answer, entity_of)
        found[entity] = max(since, found.get(entity, since))
    return found
