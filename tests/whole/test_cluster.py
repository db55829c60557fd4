"""Several processes on one PostgreSQL: killed, cut off from the database, and its server ended, at any moment."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import postgres
import pytest
from cluster import Cluster, Proxy, Site, free_port, move_some, wrongs
from world import World, group_page

from storage import pages
from storage.engine import Database

KILLS = 10
AGAIN = 45.0
"""Seconds after a worker's death within which its pages are looked at again."""


@pytest.fixture
def server() -> Iterator[tuple[postgres.Server, int]]:
    port = free_port()
    try:
        with postgres.Server(port) as running:
            yield running, port
    except postgres.Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.timeout(600)
def test_whatever_is_killed_each_change_is_told_once_and_no_host_is_asked_twice_at_a_time(
    server: tuple[postgres.Server, int], tmp_path: Path
) -> None:
    running, port = server
    chance, url = random.Random(8), "postgresql://postgres@127.0.0.1:{}/postgres"
    with Site(60, 60) as site, Proxy(port) as proxy:
        # the first worker reaches the database through the proxy
        where = {"work 1": url.format(proxy.port)}
        options = ("--hosts", "8")
        with Cluster(
            tmp_path, site, lambda name: where.get(name, url.format(port)), options=options
        ) as cluster:
            begun = datetime.now(UTC)
            cluster.begin("schedule 1")
            cluster.until(lambda: cluster.known() == 60, "the watchlist is brought in")
            cluster.begin(*cluster.names[1:])
            cluster.until(lambda: cluster.looked_since(begun) == 60, "every page was looked at once")
            for kill in range(KILLS):
                move_some(site, chance)
                cluster.make_due()
                time.sleep(chance.uniform(0, 1.5))
                cluster.kill(chance.choice(cluster.names))
                if kill == 3:
                    running.crash_and_start()
                if kill == 6:
                    proxy.silence()
                if kill == 8:
                    proxy.cut()
                    proxy.speak()
            cluster.come_to_rest()
            seconds = cluster.kill_at_work()
            print(f"\nthe hosts of a dead worker were asked again after {seconds:.1f} s")
            assert seconds < AGAIN
            cluster.come_to_rest()
            assert wrongs(site, cluster.published()) == []
            assert {name: cluster.end(name) for name in cluster.names} == dict.fromkeys(cluster.names, 0)


OF_THE_MOMENT = {"last_seen_before", "first_seen_after", "first_seen", "last_seen", "next_look", "known"}


def told(world: World) -> list[tuple[str, str, str]]:
    return sorted(
        (body["type"], body["data"]["id"], str(sorted(body["data"]["fields"]))) for body in world.hooked()
    )


def without_times(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [{k: v for k, v in row.items() if k not in OF_THE_MOMENT} for row in rows]
    return sorted(kept, key=str)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[World]:
    """A folder with a SQLite database for one process."""
    folder = tmp_path / "one"
    folder.mkdir()
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as made:
        yield made


def wait_until(what: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)


def make_due(world: World) -> None:
    """Let every page's time have come."""
    url = world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    database = Database(url)
    with database.write() as connection:
        for page in pages.all_pages(connection):
            pages.update(connection, page.id, next_check_at=datetime.now(UTC))
    database.close()


def looks(world: World, number: int) -> bool:
    if world.wgwatch("status", rc=None).exit_code:
        return False
    found = world.json("status")["pages"]
    return len(found) == 2 and all(page["looks"] >= number for page in found)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_process_and_several_know_and_tell_the_same(one: World, world: World) -> None:
    many = world
    urls = [one.show(f"/{n}", group_page(7, number=n).replace("43rd HWG", f"43rd HWG{n}")) for n in (1, 2)]
    for each in (one, many):
        each.environ["WGWATCH_FOLD"] = "0"
        each.watch(*urls)
    processes = [one.start("run"), *(many.start(name) for name in ("schedule", "work", "dispatch"))]
    wait_until(lambda: looks(one, 1) and looks(many, 1))
    for n, day, email in ((1, 12, "li.wei@harbour.example"), (2, 14, "mei.tan@harbour.example")):
        page = group_page(day, number=n, email=email)
        one.show(f"/{n}", page.replace("43rd HWG", f"43rd HWG{n}"))
    for each in (one, many):
        make_due(each)
    wait_until(lambda: len(one.hooks) == len(many.hooks) == 3)
    assert told(one) == told(many)
    for asked in ("events", "contacts", "groups", "changes"):
        assert without_times(one.json(asked)) == without_times(many.json(asked)), asked
    at_work = many.json("status")["processes"]
    assert [(process["kind"], process["alive"]) for process in at_work] == [
        (kind, True) for kind in ("dispatch", "schedule", "work")
    ]
    many.wgwatch("reparse", "--all", "--by-workers")
    wait_until(lambda: len(many.json("reparse", "--report")) == 2)
    for process in processes:
        process.terminate()
    assert [process.wait(30) for process in processes] == [0, 0, 0, 0]


def test_several_processes_are_refused_on_sqlite(sqlite_world: World) -> None:
    sqlite_world.watch(sqlite_world.show("/group", group_page(7)))
    for command in ("schedule", "work"):
        refused = sqlite_world.wgwatch(command, rc=2)
        assert "needs PostgreSQL" in refused.stderr
        assert "wgwatch run" in refused.stderr


def test_two_schedulers_have_no_page_looked_at_twice_for_one_due_time(
    server: tuple[postgres.Server, int], tmp_path: Path
) -> None:
    url = f"postgresql://postgres@127.0.0.1:{server[1]}/postgres"
    kinds = ("schedule", "schedule", "work", "work")
    with Site(40, 20, latency=0.05) as site, Cluster(tmp_path, site, lambda _: url, kinds) as cluster:
        cluster.begin("schedule 1")
        cluster.until(lambda: cluster.known() == 40, "the watchlist is brought in")
        cluster.begin(*cluster.names[1:])
        began = datetime.now(UTC) - timedelta(minutes=1)
        for turn in (1, 2, 3):
            cluster.until(lambda turn=turn: len(site.asked) >= 40 * turn, "every page was asked for")
            cluster.until(lambda since=began: cluster.looked_since(since) == 40, "every look was committed")
            time.sleep(3)
            assert Counter(page for _, page, _ in site.asked) == Counter(dict.fromkeys(range(40), turn))
            began = datetime.now(UTC)
            cluster.make_due()
