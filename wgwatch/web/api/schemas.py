"""JSON Schemas (2020-12) of what the API answers with; records' fields come from the records themselves."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from config.watchlist import About, Subscription
from notifier.schema import TYPES
from storage.records import KINDS, Record

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
URL: Schema = {"type": "string"}
COUNTS: Schema = {"type": "object", "additionalProperties": NUMBER}
ANYTHING: Schema = {"type": "object"}


def thing(description: str = "", *, optional: dict[str, Schema] | None = None, **known: Schema) -> Schema:
    """An object with these properties; others may be added later."""
    properties = {name.rstrip("_"): schema for name, schema in {**known, **(optional or {})}.items()}
    said = {"description": description} if description else {}
    return {"type": "object", **said, "properties": properties, "required": [n.rstrip("_") for n in known]}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def maybe(schema: Schema) -> Schema:
    """It, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def named(name: str) -> Schema:
    """A schema of the document, by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(schema: Schema) -> Schema:
    """A piece of a list."""
    return thing(
        items=many(schema),
        next=maybe({"type": "string", "description": "Where the next piece is; null at the end."}),
        optional={"notes": {**many(TEXT), "description": "What has to be known beside the entries."}},
    )


def record(cls: type[Record]) -> Schema:
    """A record as a page said it, over which looks, with how that is known."""
    said = {f.name: _TYPE_OF[str(f.type)] for f in fields(cls) if f.name not in cls.not_said}
    return thing(
        (cls.__doc__ or "").split("\n", maxsplit=1)[0],
        **{
            "id": TEXT,
            **said,
            "inferred": _INFERRED,
            "confidence": {"type": "number"},
            "group": maybe(TEXT),
            "page": URL,
            "first_seen": TIME,
            "last_seen": TIME,
            "next_look": maybe(TIME),
            "state": {**TEXT, "description": "seen, or why it no longer is."},
            "pages": many(URL),
        },
        optional={
            "intervals": many(named("Interval")),
            "from_other_pages": ANYTHING,
            "disagreements": ANYTHING,
        },
    )


_TYPE_OF: dict[str, Schema] = {
    "str": TEXT,
    "str | None": maybe(TEXT),
    "bool": FLAG,
    "int": NUMBER,
    "float": {"type": "number"},
    "Mapping[str, str]": {"type": "object", "additionalProperties": TEXT},
    "tuple[str, ...]": many(TEXT),
}
_INFERRED: Schema = {
    "type": "object",
    "description": "Facts that a profile inferred, each with its rule.",
    "additionalProperties": TEXT,
}
_KIND: Schema = {"enum": list(TYPES)}


def _written() -> tuple[Schema, Schema]:
    """A subscription as the watchlist writes it, without what only the file may have; and the parts that it names."""
    whole = Subscription.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    parts = {name: schema for name, schema in whole.pop("$defs", {}).items() if name == About.__name__}
    for name in ("secret", "chat", "file"):
        del whole["properties"][name]
    return whole, parts


WRITTEN_SUBSCRIPTION, _PARTS = _written()
WRITTEN_PAGE: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {**TEXT, "description": "The page's address."},
        "name": {**TEXT, "description": "What to call it in messages."},
        "check": {"description": "How often to look: `every 6 hours`, `adaptive`, `{cron: ...}`."},
        "profile": {
            **TEXT,
            "description": "What knows the site: a shipped profile, or one of the watchlist.",
        },
    },
}

SCHEMAS: dict[str, Schema] = {
    **_PARTS,
    "Problem": thing(
        "What went wrong (RFC 9457). `type` leads to an explanation.",
        type_=TEXT,
        title=TEXT,
        status=NUMBER,
        detail=TEXT,
        optional={"errors": many(thing(parameter=TEXT, detail=TEXT))},
    ),
    "Interval": thing(
        "Seen at every look from the first to the last; `next_look` is the first that did not see it.",
        first_seen=TIME,
        last_seen=TIME,
        next_look=maybe(TIME),
    ),
    "Source": thing("What is watched.", name=TEXT, origin=TEXT, paused_at=maybe(TIME), health=COUNTS),
    "Page": thing(
        "A watched page, and how it fares.",
        id=NUMBER,
        page=TEXT,
        url=URL,
        sources=many(TEXT),
        origin=TEXT,
        health=TEXT,
        reason=maybe(TEXT),
        suspect_since=maybe(TIME),
        suspect_looks=NUMBER,
        last_look=maybe(TIME),
        last_good_look=maybe(TIME),
        last_change=maybe(TIME),
        next_look=maybe(TIME),
        looks=NUMBER,
        why=TEXT,
        optional={"addresses": many(URL)},
    ),
    "Capture": thing(
        "A version of a page: an unbroken run of looks that saw the same answer.",
        id=NUMBER,
        first_seen=TIME,
        last_seen=TIME,
        looks=NUMBER,
        bytes=NUMBER,
        sha256=DIGEST,
        address=URL,
        content_type=maybe(TEXT),
    ),
    "Answer": thing(
        "A stored answer, and where it was seen.",
        sha256=DIGEST,
        bytes=NUMBER,
        content_type=maybe(TEXT),
        seen=many(thing(page_id=NUMBER, page=TEXT, capture=named("Capture"))),
        links=thing(text=URL, bytes=URL, page=URL),
    ),
    "AsOf": thing(
        "What a page said on a day, and how that is known.",
        page=TEXT,
        url=URL,
        as_of=TIME,
        capture=named("Capture"),
        next_look=maybe(TIME),
        text=maybe(TEXT),
        problem=maybe(TEXT),
    ),
    "Change": thing(
        "A change as it is told; webhooks carry the same.",
        id=TEXT,
        kind=_KIND,
        group=maybe(TEXT),
        page=maybe(URL),
        summary=TEXT,
        importance={"type": "number", "minimum": 0, "maximum": 1},
        last_seen_before=maybe(TIME),
        first_seen_after=TIME,
        fields_={"type": "object", "additionalProperties": many({})},
        sentences=many(many(maybe(TEXT))),
        evidence=ANYTHING,
        state={"enum": ["derived", "held", "open", "planned", "withdrawn", "superseded"]},
        optional={
            "record": maybe(ANYTHING),
            "section": maybe(ANYTHING),
            "noise": FLAG,
            "same_as": TEXT,
            "words": many(many({})),
        },
    ),
    "Difference": thing(
        "What differs between two versions: changes as if the second had been the next look.",
        before=named("Capture"),
        after=named("Capture"),
        changes=many(named("Change")),
    ),
    **{kind.capitalize(): record(cls) for kind, cls in KINDS.items()},
    "Record": {"anyOf": [named(kind.capitalize()) for kind in KINDS]},
    "History": thing(
        "A record over all pages and times.",
        id=TEXT,
        kind={"enum": list(KINDS)},
        label=maybe(TEXT),
        pages=many(URL),
        versions=many(
            thing(page=URL, first_seen=TIME, last_seen=maybe(TIME), next_look=maybe(TIME), state=TEXT)
        ),
        changes=many(thing(id=TEXT, kind=_KIND, summary=TEXT)),
        optional={"note": TEXT},
    ),
    "Found": thing(
        "A passage that says the words, and when it stood.",
        page=URL,
        group=TEXT,
        section=TEXT,
        kind=TEXT,
        record_id=maybe(TEXT),
        snippet={**TEXT, "description": "Found words stand between « and »."},
        text=TEXT,
        intervals=many(named("Interval")),
    ),
    "Delivery": thing(
        "A message to one address.",
        id=TEXT,
        channel=TEXT,
        target=TEXT,
        digest=FLAG,
        state={"enum": ["waiting", "sent", "dead", "discarded"]},
        attempts=NUMBER,
        created_at=TIME,
        due_at=TIME,
        next_attempt_at=TIME,
        sent_at=maybe(TIME),
        answer=maybe(TEXT),
        optional={
            "items": many(thing(change=ANYTHING, reasons=many(TEXT))),
            "log": many(thing(at=TIME, outcome=TEXT, answer=maybe(TEXT))),
        },
    ),
    "Subscription": thing(
        "Who hears of what, as the watchlist writes it, without its secrets.",
        name=TEXT,
        origin=TEXT,
        paused_at=maybe(TIME),
        unsubscribed=many(thing(address=TEXT, at=TIME)),
        gone=many(thing(channel=TEXT, target=TEXT, at=TIME, reason=TEXT)),
        optional={"secret": {**TEXT, "description": "What signs its webhook; shown once."}},
    ),
    "Preview": thing(
        "A message that would have been sent.",
        at=TIME,
        channel=TEXT,
        to=many(TEXT),
        digest=FLAG,
        since=maybe(TIME),
        changes=many(named("Change")),
    ),
    "Process": thing(
        "One that is at work, or was: see `alive`.",
        kind=TEXT,
        machine=TEXT,
        process=NUMBER,
        doing=TEXT,
        began_at=TIME,
        beat_at=TIME,
        alive=FLAG,
    ),
    "Status": thing(
        "How all stands.",
        database=TEXT,
        schema=TEXT,
        size=NUMBER,
        service=maybe(TEXT),
        processes=many(named("Process")),
        trouble=many(TEXT),
        held_since=maybe(TIME),
        health=COUNTS,
        due=NUMBER,
        oldest_due=maybe(TIME),
        last_look=maybe(TIME),
        next_look=maybe(TIME),
        changes=COUNTS,
        deliveries=COUNTS,
        spending=many(TEXT),
        pages=many(named("Page")),
    ),
}
