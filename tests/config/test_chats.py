"""Chats and files that a subscription names."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.chats import SCHEMES, Chat, chats_by_name
from config.sentences import subscription_sentence
from config.stored import read_back, written
from config.watchlist import Subscription, Watchlist

TOKEN = "abcdefghijklmnopqrstuvwxyz"
SLACK = f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}"
DISCORD = f"discord://123456789012345678/{TOKEN}"
LIST = """
sources: [{{name: harbour, pages: ["https://harbour.example/group"]}}]
subscriptions:
  - {{name: desk, {said}}}
"""
Load = Callable[..., Watchlist]
Problems = Callable[..., list[str]]


def desk(load: Load, said: str, **environ: str) -> Subscription:
    return load(LIST.format(said=said), environ).subscriptions[0]


def test_a_chat_comes_from_the_variable_or_its_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    found = desk(
        load,
        'chat: ["${SLACK}", "discord://123456789012345678/${TOKEN}"]',
        SLACK=SLACK,
        TOKEN_FILE=str(tmp_path / "token"),
    )
    assert found.chat is not None
    assert [chat.service for chat in found.chat] == ["slack", "discord"]
    assert [chat.url.get_secret_value() for chat in found.chat if chat.url] == [SLACK, DISCORD]


def test_the_address_of_a_chat_is_neither_stored_nor_shown(load: Load) -> None:
    found = desk(load, "chat: '${SLACK}', file: ./changes.jsonl", SLACK=SLACK)
    spec = json.loads(json.dumps(written(found)))
    assert spec["chat"] == [{"service": "slack"}]
    assert written(read_back(spec)) == spec
    shown = (repr(found), found.model_dump_json(), json.dumps(spec), subscription_sentence(found))
    assert not [text for text in shown if TOKEN[:10] in text]
    assert subscription_sentence(found).startswith(
        "desk: writes to slack and appends to ./changes.jsonl at once"
    )


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("chat: '${NOWHERE}'", "chat: NOWHERE is not set; set it, or NOWHERE_FILE to the file that holds it"),
        (
            f"chat: 'json://evil.example/{TOKEN}'",
            "chat: is no chat that wgwatch writes to; there are discord, ",
        ),
        (f"chat: 'exec://{TOKEN}'", "chat: is no chat that wgwatch writes to"),
        (f"chat: 'https://evil.example/{TOKEN}'", "chat: is no address of a chat that can be written to"),
        (
            f"chat: 'slack://{TOKEN}'",
            "chat: is no address of slack that can be written to: see docs/chats.md",
        ),
        (f"chat: '{TOKEN}'", "chat: is no chat that wgwatch writes to"),
        ("chat: {service: slack}", "chat: should be the address of a chat, or a list of them"),
        ("chat: [3]", "chat: should be the address of a chat, or a list of them"),
        ("file: 3", "file: should be text"),
        ("file: changes/", "file: should be the name of a file, such as ./changes.jsonl"),
        ("chat: []", "chat: is empty"),
    ],
)
def test_what_cannot_be_written_to_is_a_problem_that_shows_no_token(
    problems: Problems, said: str, problem: str
) -> None:
    found = problems(LIST.format(said=said))
    assert found[0].startswith(f"watchlist.yaml:4: subscriptions[0].{problem}"), found
    assert TOKEN not in "".join(found)


def test_without_the_extra_it_is_said_what_to_install(
    problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    (problem,) = problems(LIST.format(said=f"chat: '{DISCORD}'"))
    assert problem.endswith("needs what is not installed: pip install 'wgwatch[chat]'")


def test_chats_of_one_service_have_names_of_their_own() -> None:
    chats = [Chat("slack"), Chat("ntfy"), Chat("slack")]
    assert list(chats_by_name("desk", chats)) == ["slack of desk", "ntfy of desk", "slack 2 of desk"]


def test_every_scheme_is_one_that_apprise_knows() -> None:
    from apprise import Apprise

    details: list[dict[str, Any]] = Apprise().details()["schemas"]
    known = {
        scheme
        for each in details
        for kind in ("protocols", "secure_protocols")
        for scheme in each[kind] or ()
    }
    assert known >= SCHEMES.keys()
