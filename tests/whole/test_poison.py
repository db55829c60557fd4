"""A page that ends every process that reads it: the others are looked at all the same, and it is set aside."""

from __future__ import annotations

import multiprocessing

from dying import POISON
from poison import look_at_what_is_due
from world import World, group_page

from storage.work.trials import MOST

SLACK = 3
"""Processes that end before the page is known, and one that sets it aside."""


def rounds_until_one_ends_well(world: World) -> int:
    """How many processes the round took."""
    context = multiprocessing.get_context("forkserver")
    for count in range(1, 10):
        process = context.Process(
            target=look_at_what_is_due, args=(world.folder, world.environ["WGWATCH_DATABASE_URL"])
        )
        process.start()
        process.join(60)
        if process.exitcode == 0:
            return count
        assert process.exitcode == 9
    raise AssertionError("no process ever came to its end")


def test_a_page_that_ends_its_process_again_and_again_is_set_aside_and_reported(sqlite_world: World) -> None:
    world = sqlite_world
    urls = [world.show(f"/{n}", group_page(7, number=n)) for n in range(3)]
    poisoned = world.show("/0", group_page(7, extra=POISON.decode()))
    world.watch(*urls)
    world.wgwatch("apply")
    assert rounds_until_one_ends_well(world) <= MOST + SLACK
    status = world.json("status")
    assert {page["url"]: page["health"] for page in status["pages"]} == {
        poisoned: "failed",
        urls[1]: "ok",
        urls[2]: "ok",
    }
    [trouble] = [trouble for trouble in status["trouble"] if poisoned in trouble]
    assert f"ended {MOST} processes" in trouble
    assert rounds_until_one_ends_well(world) == 1
    world.show("/0", group_page(7))
    world.wgwatch("check", poisoned)
    assert world.json("status")["trouble"] == []
