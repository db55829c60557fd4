"""Subscriptions as plain values for the database, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from config.kinds import Importance
from config.stored import read_back, written
from config.watchlist import Subscription, Watchlist

LIST = """
    sources: [{{name: harbour, pages: ["https://harbour.example/group"]}}]
    subscriptions:
      - {{name: desk, {subscription}}}
"""


@pytest.fixture
def subscription(load: Callable[..., Watchlist], secret: str) -> Callable[[str], Subscription]:
    """The subscription that a watchlist writes so."""

    def subscription(text: str) -> Subscription:
        [found] = load(LIST.format(subscription=text), {"CRM_HOOK_SECRET": secret}).subscriptions
        return found

    return subscription


@pytest.mark.parametrize(
    "text",
    [
        "email: anna@paper.example",
        "email: [anna@paper.example, ben@paper.example], tell: [contacts, event.moved]",
        "email: a@b.example, send: hourly",
        'email: a@b.example, send: "daily at 07:05", upcoming: 90 days',
        'email: a@b.example, send: "weekly on sunday at 23:59", at least: important',
        "email: a@b.example, unconfirmed: tell, at least: normal",
        'email: a@b.example, quiet: "22:00-07:00", zone: America/Lima, language: pt-BR',
        "email: a@b.example, about: {cities: Lima, people: [Mei Tan], roles: Chair, projects: HWG 01 2026A}",
        "email: a@b.example, about: {fields: [starts_on, city], words: small ports}, except: {words: [webinar]}",
        "email: a@b.example, about: {groups: [HWG], economies: [Peru, Viet Nam]}",
        'email: a@b.example, about: {sources: [harbour], pages: ["https://harbour.example/group"]}',
    ],
)
def test_what_was_written_is_read_back_as_it_was(
    subscription: Callable[[str], Subscription], text: str
) -> None:
    declared = subscription(text)
    stored = json.loads(json.dumps(written(declared)))
    assert read_back(stored) == declared
    assert written(read_back(stored)) == stored


def test_secrets_are_not_stored_and_nothing_else_is_lost(
    subscription: Callable[[str], Subscription], secret: str
) -> None:
    declared = subscription('webhook: "https://crm.example/hook", secret: "${CRM_HOOK_SECRET}", tell: [page]')
    assert declared.secret is not None
    stored = json.dumps(written(declared))
    assert secret not in stored
    assert "SECRET" not in stored
    assert read_back(json.loads(stored)) == declared.model_copy(update={"secret": None})


def test_every_field_but_the_secret_is_stored(subscription: Callable[[str], Subscription]) -> None:
    names = {info.alias or name for name, info in Subscription.model_fields.items()}
    assert written(subscription("email: a@b.example")).keys() == names - {"secret"}


def test_what_is_stored_reads_as_the_watchlist_writes_it(
    subscription: Callable[[str], Subscription],
) -> None:
    declared = subscription(
        'email: a@b.example, send: "weekly on monday at 08:30", upcoming: 90 days, at least: normal'
    )
    expected: dict[str, Any] = {
        "send": "weekly on monday at 08:30",
        "upcoming": "90 days",
        "at least": "normal",
        "email": ["a@b.example"],
        "tell": None,
    }
    stored = written(declared)
    assert {name: stored[name] for name in expected} == expected
    assert read_back(stored).at_least is Importance.NORMAL
