"""A change of every kind that never happened, to try a subscription with. Names and addresses are fictional."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from diffing.importance import BY_KIND
from diffing.payload import in_json
from storage.records import Contact, Event, Group, NewsItem, Project, Record

PAGE = "https://harbour.example/groups/hwg"
BEFORE: Mapping[str, Record] = {
    "event": Event(
        title="43rd HWG Meeting", starts_on="2030-09-07", ends_on="2030-09-09", city="Lima", economy="Peru"
    ),
    "contact": Contact(name="Mei Tan", honorific="Ms", role="Programme Director", email="mt@harbour.example"),
    "project": Project(code="HWG 01 2030A", title="Small boats", economy="Peru"),
    "news": NewsItem(title="Quay Forum opens", date="2030-08-30"),
    "group": Group(name="Harbour Working Group", acronym="HWG", last_updated="2030-08-01"),
}
AFTER: Mapping[str, Record] = {
    "event": Event(
        title="43rd HWG Meeting", starts_on="2030-09-12", ends_on="2030-09-14", city="Cusco", economy="Peru"
    ),
    "contact": Contact(name="Carlos Vega", honorific="Mr", role="Programme Director"),
    "project": Project(code="HWG 01 2030A", title="Small boats and quays", economy="Peru"),
    "news": NewsItem(title="Quay Forum opens", date="2030-08-31"),
    "group": Group(name="Harbour Working Group", acronym="HWG", last_updated="2030-09-01"),
}
ONE_SIDED = {"added": "after", "found": "after", "removed": "before", "ended": "before"}
TEXT = (
    ("Ships carry 20 per cent of it.", "Ships carry 40 per cent of it."),
    (None, "The next meeting is in Lima."),
)


def sample(kind: str, sources: tuple[str, ...], now: datetime) -> dict[str, Any]:
    """The payload of a change of this kind, marked as a test, found just now."""
    family, _, verb = kind.partition(".")
    record = {"role": "contact"}.get(family, family)
    payload: dict[str, Any] = {
        "id": "chg_test",
        "kind": kind,
        "last_seen_before": in_json(now - timedelta(hours=6)),
        "first_seen_after": in_json(now),
        "group": "HWG",
        "group_name": "Harbour Working Group",
        "sources": list(sources),
        "page": PAGE,
        "record": None,
        "section": None,
        "fields": {},
        "sentences": [],
        "importance": BY_KIND[kind],
        "importance_because": f"as usual for {kind}",
        "summary": f"A sample of {kind}: nothing of it has happened",
        "evidence": {"sha256_before": None, "sha256_after": None},
        "state": "open",
        "test": True,
    }
    if record in BEFORE:
        return payload | _of_record(record, verb)
    return payload | _OTHERS.get(family, _of_page(now))


def _of_record(kind: str, verb: str) -> dict[str, Any]:
    sides: dict[str, Record | None] = {"before": BEFORE[kind], "after": AFTER[kind]}
    if verb in ONE_SIDED:
        sides = {side: record if side == ONE_SIDED[verb] else None for side, record in sides.items()}
    shown = {side: _side(record) for side, record in sides.items()}
    known = sides["after"] or sides["before"]
    assert known is not None
    return {
        "record": {"id": f"{kind}_test", "kind": kind, "label": known.label, **shown},
        "fields": _fields(shown["before"], shown["after"]),
    }


def _side(record: Record | None) -> dict[str, Any] | None:
    return None if record is None else {"id": f"{record.kind}_test", **record.said(), "inferred": {}}


def _fields(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, list[Any]]:
    if before is None or after is None:
        return {}
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _of_page(now: datetime) -> dict[str, Any]:
    return {"health": {"reason": "a sample", "since": in_json(now - timedelta(hours=6))}}


_SECTION = {"key": "description", "title": "Description"}
_OTHERS: Mapping[str, dict[str, Any]] = {
    "text": {"section": _SECTION, "sentences": [list(pair) for pair in TEXT]},
    "section": {"section": {"key": "events", "title": "Events"}, "fields": {"records": [18, None]}},
}
