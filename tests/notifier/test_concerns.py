"""Does a change concern a subscription: by kind and weight, by what it is about, and by what not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from config.kinds import RECORD_FIELDS
from config.watchlist import Subscription
from notifier.planning.concerns import Concern
from notifier.planning.facts import Facts
from storage.records import KINDS

Change = dict[str, Any]


def hears(change: Change, **said: Any) -> bool:
    asked = Subscription.model_validate({"name": "desk", "email": "anna@paper.example", **said})
    return Concern(asked).includes(Facts(change))


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ({}, "event.moved", True),
        ({}, "news.added", False),
        ({"send": "daily at 07:00"}, "news.added", True),
        ({"tell": ["contacts"]}, "role.changed", True),
        ({"tell": ["contacts"]}, "event.moved", False),
        ({"tell": ["event.moved"]}, "event.moved", True),
        ({"tell": ["event.moved"]}, "event.added", False),
        ({"at least": "important"}, "event.moved", True),
        ({"at least": "important"}, "text.changed", False),
        ({"about": {"sources": ["harbour-forum"]}}, "event.moved", True),
        ({"about": {"sources": ["other"]}}, "event.moved", False),
        ({"about": {"groups": ["tide"]}}, "event.moved", True),
        ({"about": {"groups": ["Tide Working Group"]}}, "event.moved", True),
        ({"about": {"groups": ["SMEWG"]}}, "event.moved", False),
        ({"about": {"economies": ["Viet Nam", "peru"]}}, "event.moved", True),
        ({"about": {"economies": ["Viet Nam"]}}, "event.moved", False),
        ({"about": {"economies": ["Peru"]}}, "text.changed", False),
        ({"about": {"pages": ["http://www.harbour-forum.example/Groups/tide/"]}}, "event.moved", True),
        ({"about": {"pages": ["https://harbour-forum.example/groups/other"]}}, "event.moved", False),
        ({"about": {"sources": ["harbour-forum"], "groups": ["SMEWG"]}}, "event.moved", False),
        ({"about": {"sources": ["other", "harbour-forum"], "economies": ["Peru"]}}, "event.moved", True),
    ],
)
def test_who_hears_of_what(
    change: Callable[..., Change], said: dict[str, Any], kind: str, expected: bool
) -> None:
    assert hears(change(kind), **said) is expected


def test_an_economy_that_a_record_leaves_or_comes_to_is_concerned_both_times(
    change: Callable[..., Change],
) -> None:
    record = {"before": {"economy": "Peru"}, "after": {"economy": "Chile"}}
    for economy in ("Peru", "Chile"):
        assert hears(change("event.moved", record=record), about={"economies": [economy]})


@pytest.mark.parametrize(
    ("about", "kind", "expected"),
    [
        ({"cities": ["lima"]}, "event.moved", True),
        ({"cities": ["Li Ma"]}, "event.moved", True),
        ({"cities": ["Lim"]}, "event.moved", False),
        ({"cities": ["Ha Noi", "Lima"]}, "event.moved", True),
        ({"people": ["Ngaio Parata"]}, "role.changed", True),
        ({"people": ["crane"]}, "role.changed", True),
        ({"people": ["Crane, Obadiah"]}, "role.changed", True),
        ({"people": ["Obadiah Parata"]}, "role.changed", False),
        ({"people": ["Tide"]}, "event.moved", False),
        ({"roles": ["program director"]}, "role.changed", True),
        ({"roles": ["Director"]}, "role.changed", True),
        ({"roles": ["Direct"]}, "role.changed", False),
        ({"projects": ["TIDE 01 2023"]}, "project.added", True),
        ({"projects": ["tide-01-2023"]}, "project.added", True),
        ({"projects": ["TIDE 01 202"]}, "project.added", False),
        ({"projects": ["TIDE 02 2023", "TIDE 01 2023"]}, "project.added", True),
        ({"fields": ["starts_on"]}, "event.moved", True),
        ({"fields": ["city"]}, "event.moved", False),
        ({"fields": ["city", "ends_on"]}, "event.moved", True),
        ({"fields": ["starts_on"]}, "event.added", False),
        ({"words": ["INDONESIA"]}, "text.changed", True),
        ({"words": ["next meeting"]}, "text.changed", True),
        ({"words": ["meeting next"]}, "text.changed", False),
        ({"words": ["indones"]}, "text.changed", False),
        ({"words": ["40 percent"]}, "text.changed", True),
        ({"words": ["tide meeting"]}, "event.moved", True),
        ({"words": ["a summary of event"]}, "event.moved", True),
        ({"words": ["Lima"]}, "event.moved", False),
        ({"words": ["tide"], "cities": ["Lima"]}, "event.moved", True),
        ({"words": ["tide"], "cities": ["Ha Noi"]}, "event.moved", False),
    ],
)
def test_what_a_change_is_about(
    change: Callable[..., Change], about: dict[str, Any], kind: str, expected: bool
) -> None:
    assert hears(change(kind), about=about) is expected


@pytest.mark.parametrize(
    ("wanted", "sentence", "expected"),
    [
        ("ministerio de la pequena empresa", "El Ministerio de la Pequeña Empresa.", True),
        ("Việt Nam", "Held in VIET NAM", True),
        ("会議", "国際会議を開く", True),
        ("議", "国際会議", True),
        ("会社", "国際会議", False),
        ("data a", "data about boats", False),
        ("U.S.", "The u.s. delegate", True),
        ('a "quoted" word', "a quoted word", True),
    ],
)
def test_words_are_found_whole_in_any_script(
    change: Callable[..., Change], wanted: str, sentence: str, expected: bool
) -> None:
    text = change("text.changed", sentences=[[None, sentence]])
    assert hears(text, about={"words": [wanted]}) is expected


def test_words_do_not_run_over_from_one_sentence_into_the_next(change: Callable[..., Change]) -> None:
    text = change("text.changed", sentences=[["small ports", "trade boats"]])
    assert not hears(text, about={"words": ["ports trade"]})


@pytest.mark.parametrize(
    ("exceptions", "kind", "expected"),
    [
        ({"groups": ["TIDE"]}, "event.moved", False),
        ({"groups": ["SMEWG"]}, "event.moved", True),
        ({"words": ["webinar"], "cities": ["Lima"]}, "event.moved", False),
        ({"words": ["webinar"], "cities": ["Cusco"]}, "event.moved", True),
        ({"people": ["Parata"]}, "role.changed", False),
        ({"fields": ["starts_on", "ends_on"]}, "event.moved", False),
        ({"fields": ["starts_on"]}, "event.moved", True),
        ({"fields": ["starts_on"]}, "event.added", True),
    ],
)
def test_what_is_excepted_is_not_told(
    change: Callable[..., Change], exceptions: dict[str, Any], kind: str, expected: bool
) -> None:
    assert hears(change(kind), **{"except": exceptions}) is expected


def test_about_and_except_hold_together(change: Callable[..., Change]) -> None:
    said = {"about": {"economies": ["Peru"]}, "except": {"cities": ["Lima"]}}
    assert not hears(change("event.moved"), **said)
    assert hears(change("event.moved"), **{**said, "except": {"cities": ["Cusco"]}})


def test_the_fields_that_can_be_asked_for_are_those_of_records() -> None:
    said = {field.name for kind in KINDS.values() for field in fields(kind)}
    unsaid = {name for kind in KINDS.values() for name in kind.not_said}
    assert set(RECORD_FIELDS) == said - unsaid - {"read_from"}
