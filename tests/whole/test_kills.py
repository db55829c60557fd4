"""kill -9 at any moment of a check: every change is told, none under two ids, and nothing is told that is none."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import World, group_page

PAGES = 50
MOMENTS = [
    ("asked", 1),
    ("asked", 2),
    ("asked", 25),
    ("asked", 50),
    ("answered", 1),
    ("answered", 10),
    ("answered", 50),
    ("hook", 1),
    ("hook", 30),
    ("hook", 50),
    ("hooked", 1),
    ("hooked", 20),
    ("hooked", 50),
    ("mail", 1),
    ("mailed", 1),
]


class Killer:
    """Kills the process when an event has happened so many times."""

    def __init__(self, world: World, event: str, times: int) -> None:
        self.world, self.event, self.left = world, event, times
        self.process = None
        world.on_event = self

    def __call__(self, event: str) -> None:
        if event == self.event and self.process is not None:
            self.left -= 1
            if self.left == 0:
                self.process.kill()


def fill(world: World, day: int) -> list[str]:
    return [
        world.show(f"/groups/{n}", group_page(day, number=n).replace("43rd HWG", f"43rd HWG{n}"))
        for n in range(PAGES)
    ]


@pytest.fixture
def watched(world: World) -> Iterator[World]:
    """Fifty pages with a baseline, each with one meeting moved since."""
    world.watch(*fill(world, 7))
    world.wgwatch("check")
    fill(world, 12)
    yield world
    world.on_event = lambda event: None


def assert_told_once(world: World) -> None:
    changes = world.json("changes")
    assert Counter(change["kind"] for change in changes) == {"event.moved": PAGES}
    assert all(change["state"] == "planned" for change in changes)
    ids = {change["id"] for change in changes}
    by_change: dict[str, set[str]] = {}
    for headers, body in world.hooks:
        told = json.loads(body)["data"]["id"]
        by_change.setdefault(told, set()).add(headers["webhook-id"])
    assert by_change.keys() == ids
    assert all(len(delivery_ids) == 1 for delivery_ids in by_change.values())
    mailed = "".join(mail.get_body(("plain",)).get_content() for mail in world.mails)
    assert {n for n in range(PAGES) if f"43rd HWG{n} Meeting" in mailed} == set(range(PAGES))
    assert {delivery["state"] for delivery in world.json("deliveries", "list")} == {"sent"}


@pytest.mark.parametrize(
    ("database_url", "event", "times"),
    [("sqlite", *moment) for moment in MOMENTS] + [("postgresql", *moment) for moment in MOMENTS[1::3]],
    indirect=["database_url"],
)
def test_a_check_that_was_killed_is_made_good_by_the_next(watched: World, event: str, times: int) -> None:
    killer = Killer(watched, event, times)
    killer.process = watched.start("check")
    killer.process.communicate(timeout=60)
    assert killer.process.returncode == -9, "the moment never came"
    watched.on_event = lambda event: None
    watched.wgwatch("check")
    assert_told_once(watched)


@pytest.mark.parametrize("seed", range(10))
def test_a_check_killed_at_random_moments_again_and_again(sqlite_world: World, seed: int) -> None:
    world = sqlite_world
    world.watch(*fill(world, 7))
    world.wgwatch("check")
    fill(world, 12)
    chance = random.Random(seed)
    for _ in range(2):
        process = world.start("check")
        time.sleep(chance.uniform(0.5, 2.5))
        world.kill(process)
    world.wgwatch("check")
    assert_told_once(world)


def test_a_database_restored_from_a_backup_tells_the_same_again_under_the_same_ids(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    world.watch(*fill(world, 7))
    world.wgwatch("check")
    database, backup = world.folder / "wgwatch.db", tmp_path / "backup.db"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    fill(world, 12)
    world.wgwatch("check")
    assert_told_once(world)
    mails, hooks = list(world.mails), list(world.hooks)
    for path in world.folder.glob("wgwatch.db*"):
        path.unlink()
    backup.rename(database)
    world.wgwatch("check")
    assert len(world.hooks) == 2 * len(hooks)
    assert_told_once(world)
    assert {mail["Message-ID"] for mail in world.mails[len(mails) :]} == {
        mail["Message-ID"] for mail in mails
    }


def test_an_import_and_a_reparse_between_commit_and_planning_lose_and_add_nothing(
    watched: World, tmp_path: Path
) -> None:
    watched.wgwatch("check", "--no-send")
    assert watched.hooks == []
    old = tmp_path / "old.html"
    old.write_text(group_page(3, number=1).replace("43rd HWG", "43rd HWG1"))
    watched.wgwatch("import", str(old), "--url", f"{watched.url}/groups/1", "--at", "2020-01-01")
    watched.wgwatch("reparse", "--all")
    watched.wgwatch("dispatch", "--once")
    told = [c for c in watched.json("changes") if c["state"] != "derived"]
    assert len(told) == PAGES
    assert Counter(hook["data"]["id"] for hook in watched.hooked()) == {c["id"]: 1 for c in told}
    assert [c["kind"] for c in watched.json("changes") if c["state"] == "derived"] == ["event.moved"]


def test_a_check_beside_a_running_service_tells_nothing_twice(watched: World) -> None:
    text = (watched.folder / "watchlist.yaml").read_text()
    (watched.folder / "watchlist.yaml").write_text(text.replace("every 6 hours", "every 1 minute"))
    watched.environ["WGWATCH_FOLD"] = "1"
    service = watched.start("run")
    time.sleep(0.5)
    watched.wgwatch("check")
    deadline = time.monotonic() + 30
    while len({h["data"]["id"] for h in watched.hooked()}) < PAGES and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2)
    service.terminate()
    assert service.wait(timeout=15) == 0
    assert_told_once(watched)
    assert Counter(hook["data"]["id"] for hook in watched.hooked()).most_common(1)[0][1] == 1


def test_what_was_killed_leaves_a_database_that_is_whole(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(*fill(world, 7))
    process = world.start("check")
    time.sleep(1.2)
    world.kill(process)
    world.wgwatch("check")
    with contextlib.closing(sqlite3.connect(world.folder / "wgwatch.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
