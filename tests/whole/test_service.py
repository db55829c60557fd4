"""`wgwatch run`: due pages are looked at by themselves, one service a database, a clean end."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable

from world import World, group_page


def wait_until(what: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def stop(service: subprocess.Popen[str]) -> str:
    began = time.monotonic()
    service.terminate()
    _, err = service.communicate(timeout=15)
    assert service.returncode == 0, err
    assert time.monotonic() - began < 10
    assert "Traceback" not in err
    return err


def runs(world: World, service: subprocess.Popen[str]) -> bool:
    return f"/{service.pid}/" in (world.json("status")["service"] or "")


def looks(world: World) -> int:
    """How many looks at the first page have been committed."""
    if world.wgwatch("status", rc=None).exit_code:
        return 0
    return next((page["looks"] for page in world.json("status")["pages"]), 0)


def make_due(world: World) -> None:
    """Let every page's time have come."""
    from datetime import UTC, datetime

    from storage import pages
    from storage.engine import Database

    database = Database(
        world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    )
    with database.write() as connection:
        for page in pages.all_pages(connection):
            pages.update(connection, page.id, next_check_at=datetime.now(UTC))
    database.close()


def test_a_running_service_looks_when_a_page_is_due_and_tells(world: World) -> None:
    world.environ["WGWATCH_FOLD"] = "1"
    world.watch(world.show("/group", group_page(7)))
    service = world.start("run")
    wait_until(lambda: looks(world) == 1)
    world.show("/group", group_page(12))
    make_due(world)
    wait_until(lambda: world.mails and world.hooks)
    err = stop(service)
    assert "baseline" in err
    assert [hook["type"] for hook in world.hooked()] == ["event.moved"]


def test_alerts_to_one_address_are_folded_into_one_mail(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_FOLD"] = "4"
    meetings = {n: f"4{n}rd HWG" for n in (1, 2, 3)}  # the same one on several pages would be told once
    urls = [
        world.show(f"/g{n}", group_page(7).replace("43rd HWG", meeting)) for n, meeting in meetings.items()
    ]
    world.watch(*urls)
    world.wgwatch("check")
    for n, meeting in meetings.items():
        world.show(f"/g{n}", group_page(12).replace("43rd HWG", meeting))
    make_due(world)
    service = world.start("run")
    wait_until(lambda: len(world.hooks) == 3)
    assert world.mails == []
    wait_until(lambda: world.mails)
    time.sleep(1.5)
    stop(service)
    assert len(world.mails) == 1


def test_a_second_service_on_one_database_is_refused(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    first = world.start("run")
    wait_until(lambda: looks(world) == 1)
    second = world.start("run")
    _, err = second.communicate(timeout=20)
    assert second.returncode == 1
    assert "already runs" in err
    assert str(first.pid) in err
    stop(first)
    third = world.start("run")
    wait_until(lambda: runs(world, third))
    stop(third)


def test_a_killed_service_leaves_its_place_free_at_once(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    first = world.start("run")
    wait_until(lambda: looks(world) == 1)
    world.kill(first)
    second = world.start("run")
    wait_until(lambda: runs(world, second))
    stop(second)


def test_a_bad_edit_of_the_watchlist_keeps_the_last_good_one(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    service = world.start("run")
    wait_until(lambda: looks(world) == 1)
    (world.folder / "watchlist.yaml").write_text("sources: nonsense\n")
    time.sleep(6)
    assert service.poll() is None
    make_due(world)
    wait_until(lambda: looks(world) == 2)
    assert "watchlist.yaml:1" in stop(service)


def test_a_service_ends_within_seconds_while_a_page_hangs(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    asked: list[str] = []

    def hang(event: str) -> None:
        if event == "asked":
            asked.append(event)
            time.sleep(12)

    world.on_event = hang
    service = world.start("run")
    wait_until(lambda: asked)
    stop(service)


def test_a_receiver_that_hangs_delays_neither_planning_nor_the_others(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_FOLD"] = "1"
    hanging, free = threading.Event(), threading.Event()

    def hang(event: str) -> None:
        if event == "hook":
            hanging.set()
            free.wait(30)

    world.on_event = hang
    world.watch(world.show("/group", group_page(7)))
    service = world.start("run")
    wait_until(lambda: looks(world) == 1)
    for day in (12, 13):
        world.show("/group", group_page(day))
        make_due(world)
        wait_until(lambda day=day: len(world.mails) == day - 11, 15)
    assert hanging.is_set()
    free.set()
    wait_until(lambda: len(world.hooks) == 2)
    stop(service)
