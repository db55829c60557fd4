"""A record as one line of words. It says what the page says, and marks what is inferred or unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from notifier.writing.languages import ENGLISH
from notifier.writing.values import isolated, plain, shown_date, shown_span

Fields = Mapping[str, Any]


def describe(kind: str, record: Fields, language: str = ENGLISH) -> str:
    """All that matters of a record, most telling first."""
    parts = _PARTS.get(kind, _other)(record, language)
    return ", ".join(isolated(part) for part in parts if part) or "nothing shown"


def name_of(kind: str, record: Fields) -> str:
    """The shortest name that a person would know the record by."""
    named = [plain(record[key], 160) for key in _NAMES.get(kind, ("title", "name")) if record.get(key)]
    return (" ".join(named) if kind == "project" else named[0]) if named else "?"


def email_of(contact: Fields) -> str:
    """The address, or why there is none: a protected one is unknown, not absent."""
    if contact.get("email"):
        return _said(contact, "email")
    if contact.get("email_protected"):
        return "e-mail protected on the page (unknown)"
    return "no e-mail shown"


def dates_of(event: Fields, language: str = ENGLISH) -> str | None:
    """When an event is, at the precision shown; None where the page gives no date."""
    span = shown_span(event.get("starts_on"), event.get("ends_on"), language)
    return span and span + (_inferred(event, "starts_on") or _inferred(event, "ends_on"))


_NAMES = {
    "event": ("title",),
    "contact": ("name", "role"),
    "project": ("code", "title"),
    "news": ("title",),
    "group": ("acronym", "name"),
}


def _contact(record: Fields, _language: str) -> list[str]:
    honorific = f" ({plain(record['honorific'])})" if record.get("honorific") else ""
    named = _said(record, "name") or "name not shown"
    facts = [_said(record, key) for key in ("term", "department", "organization", "economy", "phone")]
    return [named + honorific, *facts, email_of(record)]


def _event(record: Fields, language: str) -> list[str]:
    places = [_said(record, key) for key in ("venue", "city", "region", "economy", "mode", "status")]
    code = _said(record, "project_code")
    source = "from the text" if record.get("read_from") == "prose" else ""
    dates = dates_of(record, language) or "date not given"
    return [
        name_of("event", record),
        dates,
        _said(record, "time"),
        *places,
        code and f"project {code}",
        source,
    ]


def _project(record: Fields, _language: str) -> list[str]:
    return [name_of("project", record), *(_said(record, key) for key in ("economy", "status", "year"))]


def _news(record: Fields, language: str) -> list[str]:
    return [name_of("news", record), shown_date(record["date"], language) if record.get("date") else ""]


def _group(record: Fields, _language: str) -> list[str]:
    names = [_said(record, "name"), _said(record, "acronym")]
    return [*dict.fromkeys(names), _said(record, "parent")]


def _other(record: Fields, _language: str) -> list[str]:
    return [name_of("", record)]


def _said(record: Fields, field: str) -> str:
    value = record.get(field)
    return f"{plain(value)}{_inferred(record, field)}" if value else ""


def _inferred(record: Fields, field: str) -> str:
    rule = (record.get("inferred") or {}).get(field)
    return f" (inferred: {plain(rule, 60)})" if rule else ""


_PARTS: dict[str, Callable[[Fields, str], list[str]]] = {
    "contact": _contact,
    "event": _event,
    "project": _project,
    "news": _news,
    "group": _group,
}
