"""How much a change matters, 0 to 1, by rule; in words minor, normal, important."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from config.kinds import Importance
from diffing.text import Pair, differs_in_facts
from diffing.verdict import is_past
from storage.records import Contact, Event

if TYPE_CHECKING:
    from diffing.drafts import Draft

NORMAL, IMPORTANT = 0.35, 0.7
CERTAIN = 0.5
"""Records of less confidence are never important."""

BY_KIND = {
    "event.added": 0.7,
    "event.moved": 0.8,
    "event.renamed": 0.4,
    "event.modified": 0.4,
    "event.ended": 0.1,
    "event.cancelled": 0.9,
    "event.postponed": 0.9,
    "event.restored": 0.8,
    "event.removed": 0.7,
    "contact.added": 0.8,
    "contact.renamed": 0.4,
    "contact.modified": 0.5,
    "contact.removed": 0.8,
    "role.changed": 0.9,
    "project.added": 0.6,
    "project.renamed": 0.4,
    "project.modified": 0.5,
    "project.removed": 0.6,
    "news.added": 0.3,
    "group.added": 0.6,
    "group.modified": 0.5,
    "group.removed": 0.6,
    "text.changed": 0.3,
    "section.gone": 0.6,
    "section.back": 0.5,
    "page.found": 0.5,
    "page.gone": 0.7,
    "page.redesigned": 0.6,
    "page.blocked": 0.5,
    "page.failing": 0.5,
    "page.recovered": 0.4,
}


LEADING = re.compile(
    r"\b(?:chair|co-?chair|president|director|head|lead|leader|secretary|convenor|convener)", re.I
)
SOON = timedelta(days=30)
_DETAILS = frozenset({"link", "time", "venue", "honorific", "phone", "topics", "region", "confidence"})


def of(kind: str, fields: Iterable[str] = (), sentences: Iterable[Pair] = ()) -> float:
    """The importance of a change of this kind, with these fields or sentences in it."""
    return _by_kind(kind, frozenset(fields), tuple(sentences))[0]


def weigh(draft: Draft, at: datetime) -> tuple[float, str]:
    """A change's importance when it is found at that time, and why, in words."""
    weight, because = _by_kind(draft.kind, frozenset(draft.fields), draft.sentences)
    reasons = [because]
    for rule in (_past, _soon, _leading, _uncertain):
        changed = rule(draft, weight, at)
        if changed is not None:
            weight, reason = changed
            reasons.append(reason)
    return round(min(max(weight, 0.0), 1.0), 2), "; ".join(reasons)


def _by_kind(kind: str, fields: frozenset[str], sentences: tuple[Pair, ...]) -> tuple[float, str]:
    if kind == "group.modified" and fields <= {"last_updated"}:
        return 0.1, "only the page's own date differs"
    if kind == "text.changed" and any(differs_in_facts(pair) for pair in sentences):
        return 0.5, "numbers or names in the text differ"
    if kind.endswith(".modified") and fields and fields <= _DETAILS:
        return 0.25, f"only details differ ({', '.join(sorted(fields))})"
    return BY_KIND[kind], f"as usual for {kind}"


def _past(draft: Draft, weight: float, at: datetime) -> tuple[float, str] | None:
    record = draft.after or draft.before
    if draft.kind == "event.ended" or not isinstance(record, Event) or not is_past(record, at.date()):
        return None
    before = draft.before
    if isinstance(before, Event) and not is_past(before, at.date()):
        return None  # it was yet to come until now
    return min(weight, 0.3), "the meeting lies in the past"


def _soon(draft: Draft, weight: float, at: datetime) -> tuple[float, str] | None:
    if draft.kind not in {"event.moved", "event.cancelled", "event.postponed", "event.removed"}:
        return None
    days = [record.starts_on for record in (draft.before, draft.after) if isinstance(record, Event)]
    left = [date.fromisoformat(day) - at.date() for day in days if day and len(day) == 10]
    near = min((days for days in left if timedelta() <= days <= SOON), default=None)
    return None if near is None else (weight + 0.1, f"it is {near.days} days away")


def _leading(draft: Draft, weight: float, at: datetime) -> tuple[float, str] | None:
    record = draft.after or draft.before
    if not isinstance(record, Contact) or draft.kind == "contact.modified":
        return None
    role = record.role or ""
    return (weight + 0.05, f"{role} leads") if LEADING.search(role) else None


def _uncertain(draft: Draft, weight: float, at: datetime) -> tuple[float, str] | None:
    record = draft.after or draft.before
    if record is None or record.confidence >= CERTAIN:
        return None
    return min(weight, NORMAL), f"read with little certainty ({record.confidence:.0%})"


def level(importance: float) -> Importance:
    """The number as one of the three words."""
    if importance >= IMPORTANT:
        return Importance.IMPORTANT
    return Importance.NORMAL if importance >= NORMAL else Importance.MINOR
