"""Texts that are known to be a record's fields, through the same parsers as all others: the record's facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import unquote

from config.layouts import NEEDED
from crawler.documents.protection import unprotected
from crawler.extract.codes import code_shape
from crawler.extract.dates import first_date
from crawler.extract.knowledge import Knowledge
from crawler.extract.people import ADDRESS, MASKED, read_person
from crawler.extract.places import gazetteer
from crawler.extract.roles import split_term
from crawler.extract.whereabouts import read_where
from storage.records import KINDS, Record

PROTECTED = "/cdn-cgi/l/email-protection"
PLACE = ("city", "region", "economy", "venue", "mode")
SEVERAL = ("co_sponsors", "topics", "former_names", "priorities")
NO_TARGET = re.compile(r"(?:mailto|tel|javascript):", re.I)


def record_of(kind: str, said: Mapping[str, str], knowledge: Knowledge) -> Record | None:
    """The record that texts by field make; None where there is none of the fields that such a record needs.

    A date that cannot be read leaves its field empty and the record less sure.
    """
    facts = {**said, **_days(said), **_several(said, knowledge), **FACTS.get(kind, _as_said)(said, knowledge)}
    if not any(facts.get(name) for name in NEEDED[kind]):
        return None
    unread = [name for name in DAYS if said.get(name) and not facts.get(name)]
    known = {f.name: None for f in fields(KINDS[kind]) if f.name in facts or f.name in NEEDED[kind]}
    values = {name: facts.get(name) for name in known}
    return KINDS[kind](**values, confidence=0.5 if unread else 1.0)  # type: ignore[arg-type]


DAYS = ("starts_on", "ends_on", "date", "last_updated")


def _days(said: Mapping[str, str]) -> dict[str, str | None]:
    """Dates at the precision shown; where a range stands in the field of the start, its end is the end."""
    found = {name: first_date(said[name]) for name in DAYS if name in said}
    days = {name: dates.starts_on if dates else None for name, dates in found.items()}
    start, end = found.get("starts_on"), found.get("ends_on")
    if end is not None:
        days["ends_on"] = end.ends_on or end.starts_on
    elif start is not None:
        days["ends_on"] = start.ends_on
    if days.get("ends_on") == days.get("starts_on"):
        days["ends_on"] = None
    return days


def _several(said: Mapping[str, str], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Lists: at semicolons where there are some, else at commas that are not inside an economy's name."""
    known = gazetteer(knowledge)
    found: dict[str, tuple[str, ...]] = {}
    for name in (name for name in SEVERAL if name in said):
        text = said[name]
        parts = [text] if known.is_economy(text) else text.split(";" if ";" in text else ",")
        found[name] = tuple(part.strip() for part in parts if part.strip())
    return found


def _as_said(said: Mapping[str, str], knowledge: Knowledge) -> dict[str, Any]:
    return {}


def _event(said: Mapping[str, str], knowledge: Knowledge) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "place" in said:
        where = read_where(said["place"], gazetteer(knowledge))
        read = {name: getattr(where.place, name, None) for name in PLACE} if where else {}
        read["venue"] = where.venue if where else said["place"]
        facts |= {name: value for name, value in read.items() if value and name not in said}
    return facts | _code(said, "project_code", knowledge)


def _project(said: Mapping[str, str], knowledge: Knowledge) -> dict[str, Any]:
    return _code(said, "code", knowledge)


def _code(said: Mapping[str, str], name: str, knowledge: Knowledge) -> dict[str, Any]:
    """The code from its own field, else out of the title."""
    shape, title = code_shape(knowledge), said.get("title", "")
    own = shape.search(said.get(name, ""))
    if own is not None:
        return {name: own["code"]}
    found = shape.search(title) if name not in said else None
    if found is None:
        return {}
    return {
        name: found["code"],
        "title": " ".join(f"{title[: found.start()]} {title[found.end() :]}".split()),
    }


def _contact(said: Mapping[str, str], knowledge: Knowledge) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    person = read_person(said.get("name", ""), gazetteer(knowledge), bare=True)
    if person is not None:
        facts["name"] = person.name
        facts |= {"honorific": person.honorific} if "honorific" not in said else {}
    if "role" in said and "term" not in said:
        facts["role"], facts["term"] = split_term(said["role"])
    if "email" in said:
        shown = unquote(said["email"])
        behind = unprotected(shown) if knowledge.decode_emails else None
        address = ADDRESS.search(behind or shown)
        is_masked = address is None and (PROTECTED in shown or MASKED.search(shown) is not None)
        facts |= {"email": address.group() if address else None, "email_protected": is_masked}
    if NO_TARGET.match(said.get("link", "")):
        facts["link"] = None
    return facts


FACTS: Mapping[str, Callable[[Mapping[str, str], Knowledge], dict[str, Any]]] = {
    "event": _event,
    "contact": _contact,
    "project": _project,
}
