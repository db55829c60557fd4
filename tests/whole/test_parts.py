"""The parts of a cluster as their operator meets them: health, chores by workers, a process that has become too old."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable

import psycopg
import pytest
from world import World, group_page

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]
PARTS = ("schedule", "work", "dispatch")


def wait_until(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer(port: int, name: str) -> str | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=10) as given:
            return str(given.read().decode())
    except OSError:
        return None


def execute(world: World, statement: str) -> None:
    with psycopg.connect(world.environ["WGWATCH_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # it is no literal


def at_work(world: World) -> list[str]:
    if world.wgwatch("status", rc=None).exit_code:
        return []  # there are no tables yet
    return [process["kind"] for process in world.json("status")["processes"] if process["alive"]]


def begin(world: World, *parts: str) -> list[subprocess.Popen[str]]:
    """Some parts; the scheduler first, as it makes the tables."""
    processes = []
    for number, part in enumerate(parts, 1):
        processes.append(world.start(part))
        wait_until(lambda number=number: len(at_work(world)) == number)
    return processes


def end(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert "Traceback" not in err


def test_each_part_answers_for_its_own_health(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    ports = {}
    processes = []
    for part in PARTS:
        ports[part] = free_port()
        world.environ["WGWATCH_HEALTH_LISTEN"] = str(ports[part])
        processes += begin(world, part) if not processes else [world.start(part)]
    for part, port in ports.items():
        wait_until(lambda port=port: answer(port, "readyz"))
        assert json.loads(answer(port, "healthz") or "") == {"status": "ok", "problems": []}, part
    wait_until(
        lambda: 'wgwatch_looks_total{outcome="baseline"} 1' in (answer(ports["work"], "metrics") or "")
    )
    assert 'wgwatch_looks_total{outcome="baseline"} 0' in (answer(ports["dispatch"], "metrics") or "")
    end(*processes)


def test_workers_prune_and_verify_and_what_is_broken_is_trouble_until_asked_anew(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    for day in (8, 9, 10):
        world.show("/group", group_page(day, extra=f"<p>Notice {day}</p>"))
        world.wgwatch("check")
    scheduler, worker, sender = begin(world, *PARTS)
    pruning = ("prune", "--keep", "at least 1", "--with-proof")
    assert world.wgwatch(*pruning, "--dry-run").stdout.startswith("3 answers would go")
    asked = world.wgwatch(*pruning, "--by-workers")
    assert asked.stdout == "1 part put into the queue for wgwatch work\n"
    wait_until(lambda: world.wgwatch(*pruning, "--dry-run").stdout.startswith("0 answers"))
    assert world.json("verify")["problems"] == []
    execute(world, "UPDATE blobs SET data = 'rotten' WHERE id = (SELECT max(id) FROM blobs)")
    asked = world.wgwatch("verify", "--by-workers")
    assert asked.stdout == "1 part put into the queue for wgwatch work\n"
    wait_until(lambda: world.json("status")["trouble"])
    (trouble,) = world.json("status")["trouble"]
    assert trouble.startswith("1 part of wgwatch verify failed: the workers' logs say why")
    end(worker)
    world.wgwatch("verify", "--by-workers")
    assert world.json("status")["trouble"] == ["No wgwatch work lives: nobody looks at what is due."]
    end(scheduler, sender)


def test_a_process_that_a_newer_wgwatch_has_made_too_old_ends_with_a_sentence(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    scheduler, worker, sender = begin(world, *PARTS)
    execute(world, "INSERT INTO readable_since VALUES ('9041')")
    execute(world, "UPDATE alembic_version SET version_num = '9041'")
    for process in (scheduler, worker, sender):
        _, err = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "was made by a newer wgwatch (schema 9041): update wgwatch" in err.splitlines()[-1]
        assert "Traceback" not in err
