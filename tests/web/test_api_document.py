"""The API's description: it is checked in, what it says is so, and no question that it allows breaks anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from website import Site

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


schemathesis.openapi.format("cursor", strategies.sampled_from(["WzFd"]))
schemathesis.openapi.format("period", strategies.sampled_from(["2019", "2019-09", "2019..2021"]))
questions = schemathesis.openapi.from_dict(DOCUMENT)
BESIDE_THE_SCHEMA = [positive_data_acceptance]
"""No JSON Schema can say that a cursor has to be of this list, nor that of two parameters only one may be given."""


@questions.parametrize()
@hypothesis.settings(max_examples=4, deadline=None)
def test_nothing_that_is_asked_breaks_anything_or_is_answered_otherwise(
    case: schemathesis.Case, many: Site, ids: dict[str, str]
) -> None:
    whole = next((known for known in ids if case.path.startswith(known)), None)
    if whole and case.meta and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        case.path_parameters = {whole.rpartition("{")[2].rstrip("}"): ids[whole]}
    case.call_and_validate(base_url=many.url + BASE, excluded_checks=BESIDE_THE_SCHEMA)
