from __future__ import annotations

from typing import Any

import pytest

from config.kinds import CHANGE_KINDS, TELL_WORDS, Importance, tell_word
from config.subscriptions import wants
from config.watchlist import Subscription

NORMAL = Importance.NORMAL


def told(digest: bool = False, importance: int = NORMAL, **fields: Any) -> set[str]:
    subscription = Subscription(name="a", email=("a@trade.example",), **fields)
    return {kind for kind in CHANGE_KINDS if wants(subscription, kind, importance, digest=digest)}


def test_every_kind_has_a_word() -> None:
    assert len(set(CHANGE_KINDS)) == len(CHANGE_KINDS) == 31
    assert {tell_word(kind) for kind in CHANGE_KINDS} == set(TELL_WORDS)


def test_without_tell_what_most_people_want() -> None:
    usual = told()
    assert {"contact.added", "role.changed", "event.moved", "project.removed", "text.changed"} <= usual
    assert {"page.redesigned", "section.gone", "section.back"} <= usual
    for kind in (
        "event.ended",
        "news.added",
        "group.modified",
        "page.blocked",
        "page.failing",
        "page.recovered",
    ):
        assert kind not in usual


def test_a_digest_also_has_news_groups_and_page_health() -> None:
    assert told(digest=True) - told() == {
        "news.added",
        "group.added",
        "group.modified",
        "group.removed",
        "page.found",
        "page.gone",
        "page.blocked",
        "page.failing",
        "page.recovered",
    }


def test_minor_text_is_left_out_unless_asked_for() -> None:
    assert "text.changed" not in told(importance=Importance.MINOR)
    assert "contact.modified" in told(importance=Importance.MINOR)
    assert told(importance=Importance.MINOR, tell=["text"]) == {"text.changed"}


@pytest.mark.parametrize("digest", [False, True])
def test_tell_names_all_that_is_told(digest: bool) -> None:
    assert told(digest, tell=["contacts"]) == {
        "contact.added",
        "contact.renamed",
        "contact.modified",
        "contact.removed",
        "role.changed",
    }
    assert told(digest, tell=["event.moved", "news"]) == {"event.moved", "news.added"}
    assert "event.ended" in told(digest, tell=["events"])
    assert {"page.blocked", "section.gone", "page.gone"} <= told(digest, tell=["page"])


def test_the_least_importance_holds_for_every_kind() -> None:
    assert told(at_least="important") == set()
    assert told(importance=Importance.IMPORTANT, at_least="important") == told()
    assert told(tell=["events"], at_least="important") == set()
