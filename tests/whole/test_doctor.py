"""The doctor finds what is wrong, says what to do, changes nothing and tells no secret."""

from __future__ import annotations

import socket
import sqlite3
import time
from datetime import timedelta

import pytest
from world import SECRET, WATCHLIST, World, group_page

from storage.engine import Database


def problems(world: World) -> dict[str, str]:
    """What is wrong by what it is about."""
    return {each["about"]: each["said"] for each in world.json("doctor", rc=None) if not each["ok"]}


@pytest.fixture
def ready(sqlite_world: World) -> World:
    """An installation that was set up and never looked."""
    sqlite_world.watch(sqlite_world.show("/group", group_page()))
    return sqlite_world


def test_a_sound_installation_is_found_so_and_stays_as_it_was(ready: World) -> None:
    said = ready.wgwatch("doctor").stdout
    assert "ok       mail       127.0.0.1:" in said
    assert "ok       webhook" in said
    assert "PROBLEM" not in said
    assert (ready.mails, ready.requests) == ([], [])
    assert not (ready.folder / "wgwatch.db").exists()


def test_what_is_wrong_is_found_each_with_a_remedy(ready: World) -> None:
    ready.wgwatch("check")
    ready.wgwatch("deliveries", "hold", "--reason", "moving")
    ready.watch(ready.url, text=WATCHLIST.replace("{hook}", "https://hooks.invalid/key-123"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ready.environ["WGWATCH_SMTP_PORT"] = str(taken.getsockname()[1])
    ready.ahead = timedelta(days=-2)
    said = ready.wgwatch("doctor", rc=1).stdout
    assert problems(ready).keys() == {"sending", "clock", "mail", "webhook"}
    assert said.count("PROBLEM") == said.count("->") == 4
    assert not [secret for secret in (SECRET, "key-123") if secret in said]


def test_a_login_that_is_refused_and_a_server_that_is_not_set_are_problems(ready: World) -> None:
    ready.environ["WGWATCH_SMTP_USER"], ready.environ["WGWATCH_SMTP_PASSWORD"] = "anna", "hunter2"
    assert "offers no login that we know" in problems(ready)["mail"]
    for name in ("HOST", "USER", "PASSWORD", "PORT"):
        del ready.environ[f"WGWATCH_SMTP_{name}"]
    assert problems(ready) == {"mail": "subscriptions ask for mail, and WGWATCH_SMTP_HOST is not set"}


def test_a_watchlist_with_mistakes_and_an_older_schema_are_problems(ready: World) -> None:
    Database(ready.environ["WGWATCH_DATABASE_URL"]).prepare()
    connection = sqlite3.connect(ready.folder / "wgwatch.db")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    (ready.folder / "watchlist.yaml").write_text("sources: [{name: a, pages: [nonsense]}]\n")
    found = problems(ready)
    assert "watchlist.yaml:1" in found["watchlist"]
    assert "schema 0001, this wgwatch makes it" in found["database"]


def test_a_process_that_does_its_work_is_alive_and_none_is_not(ready: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ready.environ["WGWATCH_HEALTH_LISTEN"] = f"0.0.0.0:{port}"
    assert f"127.0.0.1:{port}: no answer" in ready.wgwatch("doctor", "--alive", rc=1).stderr
    ready.start("run")
    for _ in range(300):
        if ready.wgwatch("doctor", "--alive", rc=None).exit_code == 0:
            return
        time.sleep(0.1)
    pytest.fail("the service never answered")
