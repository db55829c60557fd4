from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from config.profile import SHIPPED as PROFILES
from config.profile_schema import SHIPPED, json_schema, schema_text

GOOD: dict[str, Any] = {
    "name": "harbour",
    "groups": {"q": {"name": "Quay Group", "acronym": "QG", "url": "https://forum.example/q"}},
    "words": {"events": ["Gatherings"]},
    "codes": [r"QG \\d+"],
    "protected_emails": "decode",
    "follow": {"links": "/groups/*"},
    "selectors": [{"for": "event", "each": "tr", "fields": {"title": "td"}, "until": "2021-06-30"}],
}


def errors(data: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(json_schema()).iter_errors(data)]


def test_the_shipped_file_is_the_generated_one() -> None:
    assert SHIPPED.read_text("utf-8") == schema_text(), "write it anew with: python -m config.profile_schema"


def test_it_is_a_schema_and_takes_a_profile_of_every_key() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert errors(GOOD) == []


def test_it_takes_every_shipped_profile() -> None:
    for path in PROFILES.glob("*.yaml"):
        assert errors(yaml.safe_load(path.read_text("utf-8"))) == [], path.name


@pytest.mark.parametrize(
    "change",
    [
        {"nmae": "x"},
        {"name": 7},
        {"words": {"meetings": ["Gatherings"]}},
        {"protected_emails": "show"},
        {"selectors": [{"for": "meeting", "each": "tr", "fields": {"title": "td"}}]},
        {"selectors": [{"for": "event", "fields": {"title": "td"}}]},
        {"follow": {"links": "/x", "depth": 0}},
    ],
)
def test_it_finds_what_an_editor_should_underline(change: dict[str, Any]) -> None:
    assert errors({**GOOD, **change})
