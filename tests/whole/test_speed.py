"""Looks that find nothing new share their transactions, and are as good as any other look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from world import World, group_page

from storage.engine import Database

PAGES = 14
MORE = 40
LONG = 10_000
"""So many parts of a page that others are fetched while it is read."""


@pytest.fixture
def watched(world: World) -> World:
    world.watch(*(world.show(f"/groups/{n}", own_page(n)) for n in range(PAGES)))
    world.wgwatch("check")
    return world


def own_page(n: int, day: int = 7) -> str:
    """A page with a meeting of its own: the same one on several would be told once."""
    return group_page(day, number=n).replace("43rd HWG", f"43rd HWG{n}")


@contextmanager
def counted_writes() -> Iterator[list[int]]:
    count = [0]
    write = Database.write

    def counting(self: Database, **how: bool) -> object:
        count[0] += 1
        return write(self, **how)

    with patch.object(Database, "write", counting):
        yield count


def looks(world: World) -> set[int]:
    return {page["looks"] for page in world.json("status")["pages"]}


def query(world: World, text: str) -> list[tuple[object, ...]]:
    url = world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    database = Database(url)
    with database.read() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(text))]
    database.close()
    return found


def test_pages_that_say_nothing_new_share_their_transactions(watched: World) -> None:
    with counted_writes() as writes:
        watched.wgwatch("check")
    assert set(watched.statuses("/groups/7")) == {200, 304}
    assert looks(watched) == {2}
    assert writes[0] < PAGES


def test_the_same_bytes_are_as_quiet_as_not_modified(watched: World) -> None:
    for page in watched.pages.values():
        page.status, page.headers["ETag"] = 203, '"another"'  # the site knows no 304 for these
    with counted_writes() as writes:
        watched.wgwatch("check")
    assert watched.statuses("/groups/7") == [200, 203]
    assert looks(watched) == {2}
    assert writes[0] < PAGES
    assert query(watched, "SELECT DISTINCT etag FROM pages") == [('"another"',)]
    assert set(watched.conditions[-PAGES:]) != {'"another"'}
    watched.wgwatch("check")
    assert set(watched.conditions[-PAGES:]) == {'"another"'}


def noisy(n: int, token: str, day: int = 7) -> str:
    """The page with a token where nobody reads it."""
    return f'<meta name="csrf-token" content="{token}"><script>let t="{token}"</script>{own_page(n, day)}'


@pytest.fixture
def restless(world: World) -> World:
    world.watch(*(world.show(f"/groups/{n}", noisy(n, "one")) for n in range(PAGES)))
    world.wgwatch("check")
    return world


def show_again(world: World, token: str) -> None:
    for n in range(PAGES):
        world.show(f"/groups/{n}", noisy(n, token))


def test_what_differs_where_nobody_reads_is_stored_and_not_read(restless: World) -> None:
    for token in ("two", "three"):
        show_again(restless, token)
        with counted_writes() as writes, patch("crawler.looks.look_at", side_effect=AssertionError):
            outcomes = {said["outcome"] for said in restless.json("check")}
        assert outcomes == {"unchanged"}
        assert writes[0] < PAGES
    assert query(restless, "SELECT count(*) FROM captures") == [(3 * PAGES,)]
    assert query(restless, "SELECT count(DISTINCT digest) FROM captures WHERE page_id = 1") == [(1,)]
    assert query(restless, "SELECT count(*) FROM blobs WHERE length(data) > 300 AND base_id > 0") == [(0,)]
    assert query(restless, "SELECT count(*) FROM sightings WHERE headers IS NULL") == [(0,)]
    assert restless.hooks == restless.mails == []
    restless.wgwatch("verify")
    assert '"three"' in restless.wgwatch("page", f"{restless.url}/groups/7", "--raw").stdout


def test_a_true_change_among_such_answers_is_told(restless: World) -> None:
    show_again(restless, "two")
    restless.show("/groups/7", noisy(7, "two", day=12))
    outcomes = {said["url"]: said["outcome"] for said in restless.json("check")}
    assert outcomes.pop(f"{restless.url}/groups/7") == "changed"
    assert set(outcomes.values()) == {"unchanged"}
    assert [hook["type"] for hook in restless.hooked()] == ["event.moved"]
    show_again(restless, "three")
    restless.wgwatch("check")
    assert [hook["type"] for hook in restless.hooked()] == ["event.moved"] * 2


def test_an_answer_cut_off_where_nobody_reads_is_still_looked_at(restless: World) -> None:
    cut = "<script>let t"
    restless.show("/groups/7", noisy(7, "one") + cut)
    said = {said["url"]: said["outcome"] for said in restless.json("check", rc=1)}
    assert said[f"{restless.url}/groups/7"] == "failed"


def test_new_reading_rules_read_again_what_only_looks_the_same(restless: World) -> None:
    show_again(restless, "two")
    with (
        patch("crawler.history.derivation.reading_rules", lambda knowledge: "newer"),
        counted_writes() as writes,
    ):
        assert {said["outcome"] for said in restless.json("check")} == {"unchanged"}
    assert writes[0] >= PAGES


def test_quiet_looks_are_links_of_the_chain_as_any_other(watched: World) -> None:
    watched.wgwatch("check")
    watched.wgwatch("verify")
    assert query(watched, "SELECT count(*) FROM captures") == [(PAGES,)]
    assert query(watched, "SELECT DISTINCT looks FROM captures") == [(2,)]
    assert query(watched, "SELECT DISTINCT outcome FROM sightings WHERE number = 2") == [("unchanged",)]


def test_quiet_looks_count_for_the_habits_of_pages(watched: World) -> None:
    [(before,)] = query(watched, "SELECT max(habit_days) FROM pages")
    watched.wgwatch("check")
    [(after,)] = query(watched, "SELECT min(habit_days) FROM pages")
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after > before


def test_one_changed_page_among_quiet_ones_is_told(watched: World) -> None:
    watched.show("/groups/7", own_page(7, 12))
    outcomes = {said["url"]: said["outcome"] for said in watched.json("check")}
    assert outcomes.pop(f"{watched.url}/groups/7") == "changed"
    assert set(outcomes.values()) == {"unchanged"}
    assert [hook["type"] for hook in watched.hooked()] == ["event.moved"]


def test_a_page_that_was_ill_recovers_although_it_says_what_it_said(watched: World) -> None:
    path = "/groups/7"
    watched.pages[path].status = 500
    watched.wgwatch("check", rc=1)
    watched.pages[path].status = 200
    watched.wgwatch("check")
    assert query(watched, "SELECT DISTINCT health, bad_looks FROM pages") == [("ok", 0)]


def test_many_changed_pages_at_once_are_each_told(watched: World) -> None:
    for n in range(PAGES):
        watched.show(f"/groups/{n}", own_page(n, 12))
    watched.wgwatch("check")
    assert [hook["type"] for hook in watched.hooked()] == ["event.moved"] * PAGES


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads Linux's /proc")
def test_reading_processes_end_with_a_check_that_is_killed(sqlite_world: World) -> None:
    world = sqlite_world
    pages = [own_page(n) for n in range(MORE)]
    long = "".join(f"<h2>Part {n}</h2><p>The group studied berth {n}.</p>" for n in range(LONG))
    pages[0] = group_page(extra=long)
    world.watch(*(world.show(f"/groups/{n}", page) for n, page in enumerate(pages)))
    check = world.start("check")
    wait_for(lambda: len(family(check.pid)) > 2 or check.poll() is not None)
    assert check.poll() is None, check.communicate()
    processes = family(check.pid)
    world.kill(check)
    wait_for(lambda: not any(is_alive(pid) for pid in processes))


def wait_for(what: object, seconds: float = 90) -> None:
    assert callable(what)
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def family(pid: int) -> list[int]:
    """The process and its living descendants."""
    found = [pid]
    stats = {
        int(entry.name): stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()
    }
    for one in found:
        found += [child for child, said in stats.items() if said and int(said[1]) == one]
    return found


def stat(pid: int) -> list[str]:
    """State, parent and more, nothing where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    return stat(pid)[:1] not in ([], ["Z"])
