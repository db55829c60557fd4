"""A full disk: one clear message, and all is told once there is room again."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest
from world import World, group_page

PAGES = 12


def run_with_full_disk(world: World, limit: int, *args: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process that may let no file grow beyond `limit` bytes."""
    return subprocess.run(
        [sys.executable, "-m", "wgwatch", *args],
        cwd=world.folder,
        env={**world.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_clear_message(done: subprocess.CompletedProcess[str], world: World) -> None:
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    [said] = [line for line in done.stderr.splitlines() if line.startswith("wgwatch: ")]
    assert str(world.folder / "wgwatch.db") in said


def fill(world: World, day: int) -> list[str]:
    """Pages with a meeting of its own each: the same one on several would be told once."""
    pages = (group_page(day, number=n).replace("43rd HWG", f"43rd HWG{n}") for n in range(PAGES))
    return [world.show(f"/g{n}", page) for n, page in enumerate(pages)]


@pytest.mark.parametrize("room", [4_000, 200_000], ids=["from the beginning", "half way"])
def test_a_check_that_finds_the_disk_full_says_so_and_the_next_tells_everything(
    sqlite_world: World, room: int
) -> None:
    world = sqlite_world
    world.watch(*fill(world, 7))
    world.wgwatch("check")
    fill(world, 12)
    assert_one_clear_message(run_with_full_disk(world, room, "check"), world)
    world.wgwatch("check")
    changes = world.json("changes")
    assert Counter(change["kind"] for change in changes) == {"event.moved": PAGES}
    told = Counter(hook["data"]["id"] for hook in world.hooked())
    assert told.keys() == {change["id"] for change in changes}
    assert {change["state"] for change in changes} == {"planned"}


def test_an_import_that_finds_the_disk_full_says_so_and_can_be_done_again(sqlite_world: World) -> None:
    world = sqlite_world
    page = world.folder / "old.html"
    page.write_text(group_page(7))
    imported = ("import", str(page), "--url", "https://hwg.example/group", "--at", "2020-01-01")
    assert_one_clear_message(run_with_full_disk(world, 4_000, *imported), world)
    world.wgwatch(*imported)
    page.write_text(group_page(12))
    later = (*imported[:-1], "2020-02-01")
    assert_one_clear_message(run_with_full_disk(world, 4_000, *later), world)
    assert len(world.json("captures", "HWG")) == 1
    world.wgwatch(*later)
    assert [change["kind"] for change in world.json("changes")] == ["event.moved"]
