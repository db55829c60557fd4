"""Programs with tokens at the API and the feeds of a site that others reach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from person import Person, user
from website import Site, moved, served
from world import World

from storage.access import tokens

ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With an operator, and Anna, a member."""
    folder: Path = tmp_path_factory.mktemp("tokens")
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world, served(moved(world)) as found:
        user(found, "mei", "operator")
        user(found, "anna", "member")
        yield found


def token(site: Site, *scopes: str) -> str:
    """Anna's."""
    with site.application.database.write() as connection:
        return tokens.create(connection, 2, "t", list(scopes), datetime.now(UTC))[1]


@pytest.mark.parametrize("path", ["/feeds/changes.atom", "/api/v1/changes"])
def test_strangers_are_told_why_in_problem_details(site: Site, path: str) -> None:
    answer = Person(site, **ELSEWHERE).get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_a_token_for_feeds_stands_in_the_address_of_feeds_alone_and_never_in_a_feed(site: Site) -> None:
    stranger, secret = Person(site, **ELSEWHERE), token(site, "feeds")
    answer = stranger.get(f"/feeds/groups/HWG.ics?token={secret}")
    assert answer.status == 200
    assert secret not in answer.text
    assert f"{site.url}/feeds/groups/HWG.ics" in answer.text.replace("\r\n ", "")
    assert stranger.get(f"/feeds/subscriptions/newsroom.atom?token={secret}").status == 404, "not Anna's"
    assert stranger.get(f"/api/v1/changes?token={secret}").status == 401


def test_a_token_does_what_its_scopes_say_and_sees_what_its_owner_may(site: Site) -> None:
    program = Person(site, Authorization=f"Bearer {token(site, 'check', 'subscribe')}", **ELSEWHERE)
    assert program.get("/api/v1/changes").status == 403
    assert json.loads(program.get("/api/v1/subscriptions").text)["items"] == []
    assert program.change("POST", "/api/v1/pages/1/check").status in (202, 429)
