"""The shipped schemas are those of the code, and what we send is what they describe."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from config.kinds import CHANGE_KINDS
from notifier.messages import Item
from notifier.schema import FOLDER, TYPES, as_text, folded_schema, schema_of
from notifier.writing.bodies import FOLDED, LARGEST, MOST_NAMED, body_of


def test_every_kind_of_change_has_a_schema():
    assert tuple(TYPES) == CHANGE_KINDS
    assert {path.stem for path in FOLDER.glob("*.json")} == {*TYPES, FOLDED}


@pytest.mark.parametrize("type_", [*TYPES, FOLDED])
def test_the_shipped_file_is_the_generated_one(type_):
    assert (FOLDER / f"{type_}.json").read_text(encoding="utf-8") == as_text(type_)
    Draft202012Validator.check_schema(json.loads(as_text(type_)))


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("public_url", [None, "https://watch.example"])
def test_what_we_send_validates(delivery, change, type_, public_url):
    body = body_of(delivery("https://crm.example/", items=(Item(change(type_), ()),)), public_url)
    if schema_of(type_)["properties"]["data"]["properties"]["record"] != {"type": "null"}:
        record = change(type_)["record"] or _any_record(change, type_)
        body = body_of(
            delivery("https://crm.example/", items=(Item(change(type_, record=record), ()),)), public_url
        )
    Draft202012Validator(schema_of(type_)).validate(json.loads(body))


def _any_record(change, type_):
    kind = schema_of(type_)["properties"]["data"]["properties"]["record"]["properties"]["kind"]["const"]
    samples = {
        "event": "event.moved",
        "contact": "role.changed",
        "project": "project.added",
        "group": "group.modified",
    }
    return change(samples[kind])["record"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": {"starts_on": ["2016-09-07"]}},
        {"record": None},
        {"first_seen_after": "2023-10-05 09:17"},
        {"kind": "event.removed"},
        {"importance": "high"},
    ],
)
def test_a_wrong_payload_does_not_validate(delivery, change, wrong):
    payload = {**change("event.moved"), **wrong}
    body = json.loads(body_of(delivery("https://crm.example/", items=(Item(payload, ()),))))
    body["type"] = "event.moved"
    with pytest.raises(ValidationError):
        Draft202012Validator(schema_of("event.moved")).validate(body)


def test_a_flood_is_one_body_with_counts_and_every_id(delivery, change):
    flood = [
        change(kind, id=f"chg_{n}_{kind}") for n in range(20) for kind in ("event.added", "event.removed")
    ]
    body = json.loads(body_of(delivery("https://crm.example/", items=tuple(Item(c, ()) for c in flood))))
    Draft202012Validator(folded_schema()).validate(body)
    assert body["type"] == FOLDED
    assert body["data"]["counts"] == {"event.added": 20, "event.removed": 20}
    assert body["data"]["changes"] == [c["id"] for c in flood]
    assert body["data"]["page"] == flood[0]["page"]
    assert len(body["data"]["most_important"]) == MOST_NAMED


def test_a_text_that_is_too_long_loses_sentences_and_says_how_many(delivery, change):
    sentences = [[None, f"Sentence {n} " + "says much. " * 90] for n in range(2_000)]
    long = delivery("https://crm.example/", items=(Item(change("text.changed", sentences=sentences), ()),))
    body = body_of(long)
    assert LARGEST / 4 < len(body) <= LARGEST
    told = json.loads(body)
    Draft202012Validator(schema_of("text.changed")).validate(told)
    kept = told["data"]["sentences"]
    assert kept == sentences[: len(kept)]
    assert told["data"]["sentences_left_out"] == 2_000 - len(kept)
    assert body_of(long) == body


def test_a_flood_that_we_send_validates_and_names_every_change(delivery, change):
    flood = [change("contact.removed", id=f"chg_{n}") for n in range(40)] + [
        change("text.changed", id="chg_t")
    ]
    follow_up = {"state": "withdrawn", "follows": "msg_1"}
    settled = {"settled": {"at": "2023-10-05T01:17:00Z", "reason": "a later look shows the page whole again"}}
    for more in ({}, {**follow_up, **settled}):
        items = tuple(Item({**each, **more}, ()) for each in flood)
        body = json.loads(body_of(delivery("https://crm.example/", items=items), "https://watch.example"))
        Draft202012Validator(folded_schema()).validate(body)
        assert (body["type"], body["data"]["state"]) == ("changes.folded", more.get("state", "open"))
        assert body["data"]["changes"] == [each["id"] for each in flood]
        assert body["data"]["counts"] == {"contact.removed": 40, "text.changed": 1}
