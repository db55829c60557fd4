"""How much a change matters, 0 to 1, by rule; in words minor, normal, important."""

from __future__ import annotations

from collections.abc import Iterable

from config.kinds import Importance
from diffing.text import Pair, differs_in_facts

NORMAL, IMPORTANT = 0.35, 0.7

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


def of(kind: str, fields: Iterable[str] = (), sentences: Iterable[Pair] = ()) -> float:
    """The importance of a change of this kind, with these fields or sentences in it."""
    if kind == "group.modified" and set(fields) <= {"last_updated"}:
        return 0.1  # the page's own date alone says that somebody touched it
    if kind == "text.changed" and any(differs_in_facts(pair) for pair in sentences):
        return 0.5
    return BY_KIND[kind]


def level(importance: float) -> Importance:
    """The number as one of the three words."""
    if importance >= IMPORTANT:
        return Importance.IMPORTANT
    return Importance.NORMAL if importance >= NORMAL else Importance.MINOR
