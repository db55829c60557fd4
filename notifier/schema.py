"""JSON Schemas (2020-12) of what webhooks carry, one a type, made from one table and the records themselves.

Run `python -m notifier.schema` to write the files in `schemas/`. Receivers must accept unknown fields: new
ones may come without a new number.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from notifier.writing.bodies import FOLDED, MOST_NAMED, SCHEMA
from storage.records import KINDS

FOLDER = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

TYPES: dict[str, tuple[str | None, str]] = {
    "event.added": ("event", "An event is listed that was not."),
    "event.moved": ("event", "An event has other days or another place."),
    "event.renamed": ("event", "An event has another title."),
    "event.modified": ("event", "Other facts of an event changed."),
    "event.ended": ("event", "A past event left its list."),
    "event.cancelled": ("event", "The page says that an event is cancelled."),
    "event.postponed": ("event", "The page says that an event is postponed."),
    "event.restored": ("event", "An event is announced again."),
    "event.removed": ("event", "An event alone left a list that still stands."),
    "contact.added": ("contact", "A person is named that was not."),
    "contact.renamed": ("contact", "A person's name is written otherwise."),
    "contact.modified": ("contact", "Other facts of a contact changed."),
    "contact.removed": ("contact", "A person is no longer named."),
    "role.changed": ("contact", "Another person has a role: `before` left, `after` came."),
    "project.added": ("project", "A project is listed that was not."),
    "project.renamed": ("project", "A project has another title."),
    "project.modified": ("project", "Other facts of a project changed."),
    "project.removed": ("project", "A project alone left a list that still stands."),
    "news.added": ("news", "A news item is listed that was not."),
    "group.added": ("group", "A group is named that was not."),
    "group.modified": ("group", "Facts of a group changed, such as the page's own date."),
    "group.removed": ("group", "A group is no longer named."),
    "text.changed": (None, "Sentences of a section changed."),
    "section.gone": (None, "A section is no longer on the page; what it listed is not told as removed."),
    "section.back": (None, "A section is on the page again."),
    "page.found": (None, "A link led to a page, which is watched from now on."),
    "page.gone": (None, "No list links to a page any more; it is no longer looked at."),
    "page.redesigned": (None, "A page was rebuilt; what it no longer lists is not told as removed."),
    "page.blocked": (None, "The site does not let us read the page."),
    "page.failing": (None, "The page cannot be read."),
    "page.recovered": (None, "The page can be read again."),
}

FOLDED_TELLS = "Very many changes of one page: how many of each kind, and the ids of all."
MARKS = frozenset({"follows", "settled", "test"})
OPTIONAL = frozenset({"section", "sentences", "sentences_left_out", "health", "importance_because"})
Schema = dict[str, Any]


def schema_of(type_: str) -> Schema:
    """The schema of a request's body of that type."""
    record, told = TYPES[type_]
    return _body(type_, told, _data(type_, record))


def folded_schema() -> Schema:
    """The schema of a flood of changes of one page, told in one body."""
    named = {
        "id": _TEXT,
        "kind": {"enum": list(TYPES)},
        "summary": _TEXT,
        "importance": {"type": "number", "minimum": 0, "maximum": 1},
    }
    data = {
        "page": _or_null(_TEXT),
        "group": _or_null(_TEXT),
        "group_name": _or_null(_TEXT),
        "sources": {"type": "array", "items": _TEXT},
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
        | {"description": "How many changes of each kind."},
        "changes": {"type": "array", "items": _TEXT} | {"description": "The id of every change."},
        "most_important": {"type": "array", "items": _object(named), "maxItems": MOST_NAMED},
        "importance": {"type": "number", "minimum": 0, "maximum": 1}
        | {"description": "Of the most important one."},
        "first_seen_after": _TIME | {"description": "When the last of them was first seen."},
        "summary": _TEXT,
        "links": _LINKS,
        **_MARKS,
    }
    return _body(FOLDED, FOLDED_TELLS, _object(data, optional=MARKS))


def write_all(folder: Path = FOLDER) -> None:
    """Write `<type>.json` for every type."""
    for type_ in (*TYPES, FOLDED):
        (folder / f"{type_}.json").write_text(as_text(type_), encoding="utf-8")


def as_text(type_: str) -> str:
    schema = folded_schema() if type_ == FOLDED else schema_of(type_)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _body(type_: str, told: str, data: Schema) -> Schema:
    timestamp = _TIME | {"description": "When the delivery was made; the same at every attempt."}
    return {
        "$schema": DIALECT,
        "$id": f"urn:wgwatch:webhook:{SCHEMA}:{type_}",
        "title": type_,
        "description": told,
        **_object(
            {"type": {"const": type_}, "timestamp": timestamp, "schema": {"const": SCHEMA}, "data": data}
        ),
    }


def _data(type_: str, record: str | None) -> Schema:
    change = {
        "id": _TEXT | {"description": "Of the change, for life."},
        "kind": {"const": type_},
        "last_seen_before": _or_null(_TIME) | {"description": "When the old state was last seen."},
        "first_seen_after": _TIME | {"description": "When the new state was first seen."},
        "group": _or_null(_TEXT) | {"description": "Its acronym, or its name where it has none."},
        "group_name": _or_null(_TEXT),
        "sources": {"type": "array", "items": _TEXT},
        "page": _TEXT,
        "record": _record(record) if record else {"type": "null"},
        "section": _or_null(_object({"key": _TEXT, "title": _TEXT})),
        "fields": _FIELDS,
        "sentences": _SENTENCES,
        "sentences_left_out": {"type": "integer"}
        | {"description": "How many more there are, where the body would be too long."},
        "importance": {"type": "number", "minimum": 0, "maximum": 1},
        "importance_because": _TEXT | {"description": "The rules that gave it, in words."},
        "summary": _TEXT,
        "evidence": _object({"sha256_before": _or_null(_DIGEST), "sha256_after": _or_null(_DIGEST)}),
        "health": {"type": ["object", "null"]},
        "links": _LINKS,
        **_MARKS,
    }
    return _object(change, optional=OPTIONAL | MARKS)


def _record(kind: str) -> Schema:
    """A record before and after, with the fields that records of the kind have."""
    said = {field.name: _TYPE_OF[str(field.type)] for field in fields(KINDS[kind])}
    known = {"id": _TEXT, **said}
    side = _or_null({"type": "object", "properties": known})
    return _object({"id": _TEXT, "kind": {"const": kind}, "label": _TEXT, "before": side, "after": side})


def _object(properties: Schema, optional: frozenset[str] | set[str] = frozenset()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_TEXT: Schema = {"type": "string"}
_TIME: Schema = {"type": "string", "format": "date-time", "pattern": "Z$"}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FIELDS: Schema = {
    "type": "object",
    "description": "Every field that differs: the old value, then the new one.",
    "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2},
}
_SENTENCES: Schema = {
    "type": "array",
    "description": "The old sentence, then the new one; null where there was or is none.",
    "items": {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 2, "maxItems": 2},
}
_LINKS: Schema = {
    **_object({"page": _TEXT}),
    "description": "The page today; the change and both captures where the archive has a public address.",
    "additionalProperties": _TEXT,
}
_MARKS: Schema = {
    "state": {"enum": ["open", "held", "confirmed", "withdrawn"]}
    | {"description": "held: not confirmed yet; confirmed, withdrawn: what became of it."},
    "follows": _TEXT | {"description": "The webhook-id under which it was told before it was confirmed."},
    "settled": _object({"at": _TIME, "reason": _TEXT})
    | {"description": "When a doubt about it ended, and how."},
    "test": {"const": True, "description": "A sample that was asked for; it did not happen."},
}
_TYPE_OF: dict[str, Schema] = {
    "str": _TEXT,
    "str | None": {"type": ["string", "null"]},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "Mapping[str, str]": {"type": "object", "additionalProperties": _TEXT},
    "tuple[str, ...]": {"type": "array", "items": _TEXT},
}

if __name__ == "__main__":
    write_all()
