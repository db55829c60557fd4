"""The API's description: it is checked in, what it says is so, and no question that it allows breaks anything."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from website import Site, moved, served
from world import World

from wgwatch.web.api import OPERATIONS
from wgwatch.web.api.document import FILE, as_text, document

BASE = "/api/v1"
DOCUMENT = document(OPERATIONS)
GETS = [path for path, methods in DOCUMENT["paths"].items() if "get" in methods]


def test_the_document_is_checked_in() -> None:
    assert FILE.read_text("utf-8") == as_text(OPERATIONS), "python -m wgwatch.web.api writes it anew"


def test_it_is_openapi_with_every_schema_in_use() -> None:
    text = json.dumps(DOCUMENT)
    named = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert named == set(DOCUMENT["components"]["schemas"])
    names = [operation.name for operation in OPERATIONS]
    assert len(names) == len(set(names))
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.fixture(scope="module")
def ids(many: Site) -> dict[str, str]:
    """Ids of the world, by the path that takes them."""

    def first(path: str) -> Any:
        return json.loads(many.page(BASE + path).body)["items"][0]

    page = first("/pages")["id"]
    return {
        "/sources/{name}": "harbour",
        "/subscriptions/{name}": "newsroom",
        "/pages/{id}": str(page),
        "/captures/{sha256}": first(f"/pages/{page}/captures")["sha256"],
        "/records/{id}": first("/records?kind=events")["id"],
        "/changes/{id}": first("/changes")["id"],
        "/deliveries/{id}": first("/deliveries")["id"],
    }


def examples() -> Iterator[tuple[str, str | None]]:
    """Every operation that asks, without its parameters and with the example of each."""
    for path in GETS:
        takes = [p for p in DOCUMENT["paths"][path]["get"]["parameters"] if p["in"] == "query"]
        needed = [p["name"] for p in takes if p["required"]]
        if not needed:
            yield path, None
        for parameter in takes:
            if "example" in parameter and needed in ([], [parameter["name"]]):
                value = parameter["example"]
                yield path, urlencode({parameter["name"]: value}, doseq=True)


@pytest.mark.parametrize(("path", "query"), list(examples()))
def test_every_example_is_answered_as_described(
    many: Site, ids: dict[str, str], path: str, query: str | None
) -> None:
    whole = next((known for known in ids if path.startswith(known)), None)
    address = re.sub(r"{\w+}", ids[whole], path) if whole else path
    answer = many.get(f"{BASE}{address}{f'?{query}' if query else ''}")
    assert answer.status in ((200, 404) if query else (200,)), answer.text
    described = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]
    media_type = answer.headers["Content-Type"].partition(";")[0]
    if answer.status == 200 and media_type == "application/json":
        schema = {**described[media_type]["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(json.loads(answer.body))
    elif answer.status == 200:
        assert media_type in described


def calls() -> list[list[str]]:
    """The words of every call in the documents."""
    text = (FILE.parent / "api.md").read_text("utf-8")
    return [shlex.split(line)[1:] for line in re.findall(r"^curl .*$", text, re.M)]


def test_every_call_in_the_documents_is_answered(sqlite_world: World) -> None:
    assert len(calls()) > 10
    moved(sqlite_world)
    with served(sqlite_world) as site:
        sqlite_world.ahead += timedelta(minutes=2)
        for words in calls():
            [address] = [word for word in words if word.startswith("http")]
            said = dict(pairwise(words))
            path, body = address.removeprefix("http://127.0.0.1:8765"), said.get("-d")
            answer = site.send(said.get("-X", "GET"), path, body.encode() if body else None)
            is_early = "as_of=2021" in path  # this world is younger
            assert answer.status in ((404,) if is_early else (200, 201, 202, 204)), (path, answer.text)


@pytest.mark.parametrize("block", [0, 1])
def test_the_documents_show_answers_as_they_are(block: int) -> None:
    text = (FILE.parent / "api.md").read_text("utf-8")
    shown = json.loads(re.findall(r"^```json\n(.*?)^```$", text, re.M | re.S)[block])
    whole = DOCUMENT["paths"]["/sources"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema = [whole, DOCUMENT["components"]["schemas"]["Problem"]][block]
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(shown)


schemathesis.openapi.format("cursor", strategies.sampled_from(["WzFd"]))
schemathesis.openapi.format("period", strategies.sampled_from(["2019", "2019-09", "2019..2021"]))
questions = schemathesis.openapi.from_dict(DOCUMENT)
BESIDE_THE_SCHEMA = [positive_data_acceptance]
"""No JSON Schema can say that a cursor has to be of this list, nor that of two parameters only one may be given."""


@questions.parametrize()
@hypothesis.settings(max_examples=2, deadline=None)
def test_nothing_that_is_asked_breaks_anything_or_is_answered_otherwise(
    case: schemathesis.Case, many: Site, ids: dict[str, str]
) -> None:
    whole = next((known for known in ids if case.path.startswith(known)), None)
    if whole and case.meta and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        case.path_parameters = {whole.rpartition("{")[2].rstrip("}"): ids[whole]}
    case.call_and_validate(base_url=many.url + BASE, excluded_checks=BESIDE_THE_SCHEMA)
