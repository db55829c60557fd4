"""The API's description in OpenAPI 3.1, made of the operations themselves.

Run `python -m wgwatch.web.api` to write it to `docs/openapi.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wgwatch.web.api import schemas
from wgwatch.web.api.operations import BASE, JSON, Operation
from wgwatch.web.api.problems import MEDIA_TYPE, TITLES
from wgwatch.web.api.schemas import Schema

FILE = Path(__file__).parents[3] / "docs" / "openapi.json"
ALWAYS = (400, 401, 403, 404, 405, 429, 500, 503)
"""Statuses that every operation can answer with."""
SAID = (
    "What wgwatch knows of the pages that it watches, in the words and shapes of its command line. Times are UTC. "
    "Lists come in pieces: `next`, and the header `Link`, lead on. Every answer has an ETag."
)


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole of it, as plain values."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.shown_path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "wgwatch", "version": "1", "description": SAID},
        "servers": [{"url": BASE}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.SCHEMAS,
            "headers": _HEADERS,
            "responses": {str(status): _refusal(title) for status, (_, title) in TITLES.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def as_text(operations: Iterable[Operation]) -> str:
    """As it is checked in."""
    return json.dumps(document(operations), indent=1, ensure_ascii=False) + "\n"


def parameters(operation: Operation) -> list[dict[str, Any]]:
    """What it takes, but for its body: in the path, then in the query."""
    described = operation.takes.model_json_schema(by_alias=True)
    required = set(described.get("required", ()))
    found = [
        _parameter(name, schema, name in operation.in_path, name in required)
        for name, schema in described.get("properties", {}).items()
    ]
    return sorted(found, key=lambda parameter: parameter["in"] != "path")


def _operation(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {str(operation.status): _answer(operation)}
    if operation.method == "GET":
        answers["304"] = {"description": "Nothing new since the ETag that was asked with."}
    if 301 in operation.may:
        answers["301"] = {"description": "The page was found to be another: there it is."}
    refusals = {*ALWAYS, *operation.may, *((413,) if operation.body else ())} - {301}
    answers |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(refusals)}
    body = {"requestBody": _body(operation)} if operation.body else {}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "x-role": operation.role.name.lower(),
        "x-scope": operation.route().scope,
        "parameters": parameters(operation),
        **body,
        "responses": answers,
    }


def _parameter(name: str, schema: Schema, in_path: bool, required: bool) -> dict[str, Any]:
    said = _plain(schema)
    examples = said.pop("examples", None) or said.get("items", {}).pop("examples", None)
    return {
        "name": name,
        "in": "path" if in_path else "query",
        "required": in_path or required,
        "description": said.pop("description", ""),
        "schema": said,
        **({"example": examples[:1] if "items" in said else examples[0]} if examples else {}),
    }


def _plain(schema: Schema) -> Schema:
    """Without what is about Python: an absent parameter is absent, not null."""
    said = {name: value for name, value in schema.items() if name not in ("title", "default", "anyOf")}
    found: Schema = next((each for each in schema.get("anyOf", ()) if each != {"type": "null"}), {})
    if "items" in said:
        said["items"] = dict(said["items"])
    default = {"default": schema["default"]} if schema.get("default") not in (None, [], ()) else {}
    return {**found, **said, **default}


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": "Done."}
    schema = schemas.listing(operation.says) if operation.listing else operation.says
    headers = {"RateLimit": {"$ref": "#/components/headers/RateLimit"}}
    if operation.method == "GET":
        headers |= {"ETag": {"$ref": "#/components/headers/ETag"}}
    if operation.listing:
        headers |= {"Link": {"$ref": "#/components/headers/Link"}}
    content = {"schema": schema} if operation.media_type == JSON else {}
    return {
        "description": operation.summary,
        "headers": headers,
        "content": {operation.media_type.partition(";")[0]: content},
    }


def _body(operation: Operation) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": operation.body}}}


def _refusal(title: str) -> dict[str, Any]:
    return {"description": title + ".", "content": {MEDIA_TYPE: {"schema": schemas.named("Problem")}}}


_HEADERS: Mapping[str, Any] = {
    "ETag": {"description": "Of the bytes: send it as If-None-Match.", "schema": schemas.TEXT},
    "Link": {"description": "Where the next piece is, as rel=next.", "schema": schemas.TEXT},
    "RateLimit": {
        "description": "How many more requests are left, where they are limited.",
        "schema": schemas.TEXT,
    },
}
