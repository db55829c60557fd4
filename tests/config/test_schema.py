from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import config.schema
from config.schema import SHIPPED, json_schema, schema_text
from config.sentences import sentences
from config.watchlist_file import load_watchlist

STARTER = Path(config.schema.__file__).parent / "starter.yaml"
GOOD: dict[str, Any] = {
    "timezone": "Asia/Singapore",
    "contact": "webwatch@trade.example",
    "defaults": {"check": "every 6 hours", "delay": "5 seconds"},
    "sources": [
        {"name": "apec", "profile": "apec", "groups": ["smewg"], "check": {"cron": "0 7 * * mon-fri"}},
        {
            "name": "forum",
            "pages": ["https://forum.example/", {"url": "https://forum.example/b", "check": "adaptive"}],
            "follow": {"links": "/groups/*", "depth": 1, "at_most": 40},
            "allow_networks": ["loopback"],
        },
    ],
    "subscriptions": [
        {
            "name": "a",
            "email": "anna@paper.example",
            "about": {"sources": ["apec"], "economies": "Peru"},
            "tell": ["contacts", "event.moved"],
            "send": "weekly on monday at 08:30",
            "upcoming": "90 days",
            "unconfirmed": "tell",
            "at least": "normal",
        },
        {
            "name": "b",
            "webhook": "https://h.example/",
            "secret": ["${ONE}", "${TWO}"],
            "send": "daily at 07:00",
        },
    ],
}


def errors(data: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(json_schema()).iter_errors(data)]


def test_the_shipped_file_is_the_generated_one() -> None:
    assert SHIPPED.read_text("utf-8") == schema_text(), "write it anew with: python -m config.schema"


def test_it_is_a_schema_and_takes_what_the_loader_takes() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert errors(GOOD) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("timezon",), "UTC"),
        (("defaults", "check"), "every now and then"),
        (("sources", 0, "check"), {"corn": "0 7 * * *"}),
        (("sources", 0, "name"), 7),
        (("sources", 1, "pages"), ["ftp://forum.example/"]),
        (("sources", 1, "follow", "depth"), 0),
        (("subscriptions", 0, "tell"), ["contact"]),
        (("subscriptions", 0, "send"), "monthly"),
        (("subscriptions", 0, "at least"), "big"),
    ],
)
def test_it_finds_what_an_editor_should_underline(place: tuple[str | int, ...], value: Any) -> None:
    data: Any = copy.deepcopy(GOOD)
    holder = data
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    assert errors(data)


def test_the_starter_validates_as_it_is_with_nothing_set() -> None:
    watchlist = load_watchlist(STARTER, {})
    assert [page.group for page in watchlist.pages()] == ["SMEWG"]
    assert len(sentences(watchlist)) == 1
    assert errors(yaml.safe_load(STARTER.read_text())) == []


def test_the_starter_begins_with_its_schema_for_editors() -> None:
    first = STARTER.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=watchlist.schema.json"


def test_the_starters_examples_validate_when_they_are_uncommented(tmp_path: Path, secret: str) -> None:
    text = STARTER.read_text().replace("subscriptions: []", "subscriptions:")
    for start in ("  # - ", "  #   "):
        text = text.replace(start, start.replace("# ", ""))
    (tmp_path / "watchlist.yaml").write_text(text.replace("# contact:", "contact:"))
    watchlist = load_watchlist(tmp_path / "watchlist.yaml", {"CRM_HOOK_SECRET": secret})
    assert [source.name for source in watchlist.sources] == ["apec", "harbour-forum"]
    assert [subscription.name for subscription in watchlist.subscriptions] == ["newsroom", "crm"]
    assert watchlist.contact == "webwatch@trade.example"
