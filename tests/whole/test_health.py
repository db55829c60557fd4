"""What a running service answers over HTTP, its heartbeat, and its alarm where messages do not get out."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from world import Answer, World, group_page

from config.errors import StorageError
from config.settings import Settings
from storage.asking.overview import Undelivered
from wgwatch.running.alarm import Alarm
from wgwatch.running.health import Pulse
from wgwatch.running.heartbeat import heartbeat

SAMPLE = re.compile(r'([a-z_]+)(?:\{[a-z]+="((?:[^"\\]|\\.)*)"\})? (-?[0-9.e+]+)')
KEY = "b1946ac9-2492-4d23-9647"


def wait_until(what: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def serve(world: World) -> subprocess.Popen[str]:
    """A service that answers at a free port, once it does."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        world.environ["WGWATCH_HEALTH_LISTEN"] = str(found.getsockname()[1])
    service = world.start("run")
    wait_until(lambda: service.poll() is not None or answers(world))
    return service


def answers(world: World) -> bool:
    try:
        return get(world, "healthz")[0] > 0
    except OSError:
        return False


def get(world: World, name: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{world.environ['WGWATCH_HEALTH_LISTEN']}/{name}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def verdict(world: World, name: str) -> tuple[int, dict[str, Any]]:
    status, body = get(world, name)
    return status, json.loads(body)


def metrics(world: World) -> dict[str, dict[str, float]]:
    """The samples of each family by their label; every line has to be of the text format."""
    found: dict[str, dict[str, float]] = {}
    declared = set()
    for line in get(world, "metrics")[1].splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in declared
            assert kind == ("counter" if name.endswith("_total") else "gauge")
            declared.add(name)
        elif not line.startswith("# HELP "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in declared
            found.setdefault(match[1], {})[match[2] or ""] = float(match[3])
    return found


def stop(service: subprocess.Popen[str]) -> str:
    service.terminate()
    _, err = service.communicate(timeout=15)
    assert service.returncode == 0, err
    assert "Traceback" not in err
    return err


def test_a_running_service_says_that_it_is_well_and_what_it_did(world: World) -> None:
    world.watch(world.show("/group", group_page(7)), world.url + "/missing")
    service = serve(world)
    wait_until(lambda: sum(metrics(world)["wgwatch_looks_total"].values()) == 2)
    assert verdict(world, "healthz") == (200, {"status": "ok", "problems": []})
    assert verdict(world, "readyz") == (200, {"status": "ok", "problems": []})
    said = metrics(world)
    assert said["wgwatch_looks_total"] == dict.fromkeys(("unchanged", "changed", "suspect", "blocked"), 0) | {
        "baseline": 1,
        "failed": 1,
    }
    assert said["wgwatch_pages"] == {"ok": 1, "failed": 1}
    assert said["wgwatch_pages_due"] == {"": 0}
    assert said["wgwatch_deliveries"] == dict.fromkeys(("waiting", "sent", "dead", "discarded"), 0)
    assert said["wgwatch_delivery_stalled"] == dict.fromkeys(("email", "webhook", "chat", "file"), 0)
    assert said["wgwatch_database_up"] == {"": 1}
    assert said["wgwatch_database_bytes"][""] > 100_000
    assert 20e6 < said["process_resident_memory_bytes"][""] < 1e9
    assert said["wgwatch_job_runs_total"]["look"] >= 1
    assert said["wgwatch_job_age_seconds"]["look"] < 10
    stop(service)


def test_what_is_found_and_told_is_counted_and_the_documents_name_every_count(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_FOLD"] = "0"
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.watch(world.show("/group?utm_source=x", group_page(12)))  # another address of it: due at once
    service = serve(world)
    wait_until(lambda: metrics(world)["wgwatch_delivery_tries_total"]["sent"] == 2)
    said = metrics(world)
    assert said["wgwatch_changes_total"] == {"event.moved": 1}
    assert said["wgwatch_deliveries"]["sent"] == 2
    assert sorted(said) == sorted(documented())
    stop(service)


def documented() -> list[str]:
    text = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith(("| `wgwatch_", "| `process_"))]
    return re.findall(r"`((?:wgwatch|process)_\w+)`", "".join(row.split("|")[1] for row in rows))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_service_whose_database_is_away_is_alive_but_not_ready(world: World, postgres_server: str) -> None:
    world.watch(world.show("/group", group_page(7)))
    service = serve(world)
    wait_until(lambda: metrics(world)["wgwatch_looks_total"]["baseline"] == 1)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        name = urlsplit(world.environ["WGWATCH_DATABASE_URL"]).path.strip("/")
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        wait_until(lambda: verdict(world, "readyz")[0] == 503)
        assert "not currently accepting connections" in verdict(world, "readyz")[1]["problems"][0]
        assert verdict(world, "healthz")[0] == 200
        assert metrics(world)["wgwatch_database_up"] == {"": 0}
        connection.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    wait_until(lambda: verdict(world, "readyz")[0] == 200)
    stop(service)


def test_nothing_secret_and_no_address_is_in_what_it_answers(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_HEARTBEAT_URL"] = f"{world.url}/{KEY}"
    world.watch(world.show("/group", group_page(7)))
    service = serve(world)
    said = "".join(get(world, name)[1] for name in ("healthz", "readyz", "metrics"))
    assert world.url not in said
    assert KEY not in said
    assert "example" not in said
    assert get(world, "")[0] == 404
    assert KEY not in stop(service)


def test_a_port_that_is_asked_for_and_taken_is_told(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        world.environ["WGWATCH_HEALTH_LISTEN"] = str(port)
        _, err = (service := world.start("run")).communicate(timeout=20)
    assert service.returncode == 2
    assert f"WGWATCH_HEALTH_LISTEN: cannot listen at 127.0.0.1:{port}: Address already in use" in err
    assert "Traceback" not in err


def test_the_heartbeat_is_heard_while_all_goes_well(sqlite_world: World) -> None:
    world = sqlite_world
    world.pages[f"/{KEY}"] = Answer(b"OK")
    world.environ["WGWATCH_HEARTBEAT_URL"] = f"{world.url}/{KEY}"
    world.watch(world.show("/group", group_page(7)))
    service = serve(world)
    wait_until(lambda: world.statuses(f"/{KEY}") == [200])
    assert "heartbeat" not in stop(service)
    world.wgwatch("check")
    assert world.statuses(f"/{KEY}") == [200, 200]


@pytest.mark.parametrize(
    ("address", "networks", "problem"),
    [
        ("{url}/gone", "loopback", "it answered 404"),
        ("{url}/moved", "loopback", "it answered 302"),
        ("http://127.0.0.1:9/key", "10.0.0.0/8", "127.0.0.1 is not a public address"),
        ("http://localhost:9/key", "10.0.0.0/8", "is not a public address"),
        ("http://127.0.0.1:9/key", "loopback", "Connect"),
    ],
)
def test_a_heartbeat_that_is_not_heard_is_told_without_its_key(
    sqlite_world: World, address: str, networks: str, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")  # also where a test before has switched logging off
    world = sqlite_world
    world.show("/moved", "elsewhere", status=302, headers={"Location": f"{world.url}/group"})
    world.environ["WGWATCH_HEARTBEAT_URL"] = address.format(url=world.url)
    world.environ["WGWATCH_ALLOW_NETWORKS"] = networks
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check", rc=0 if networks == "loopback" else 1)
    [line] = [line for line in caplog.messages if "heartbeat" in line]
    assert problem in line
    assert not re.search("key|gone|moved", line)


def test_where_messages_do_not_get_out_the_alarm_rings_and_the_heart_stops(world: World) -> None:
    world.pages[f"/{KEY}"] = Answer(b"OK")
    world.environ["WGWATCH_HEARTBEAT_URL"] = f"{world.url}/{KEY}"
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.mail_answers = ["451 not now"] * 9
    world.wgwatch("check")
    assert world.json("status")["trouble"] == []
    assert len(world.statuses(f"/{KEY}")) == 2

    world.ahead = timedelta(hours=2)
    [trouble] = world.json("status")["trouble"]
    assert re.fullmatch(
        r"No e-mail got out since \S+ \S+ UTC: 1 message to 1 address wait. The last answer: .*451.*", trouble
    )
    checked = world.wgwatch("check")
    assert trouble[:60] in checked.stderr
    assert len(world.statuses(f"/{KEY}")) == 2

    world.mail_answers = []
    world.ahead = timedelta(hours=4)
    world.wgwatch("check")
    assert world.json("status")["trouble"] == []
    assert len(world.statuses(f"/{KEY}")) == 3


def test_messages_that_nobody_tried_to_send_are_trouble_too(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.hook_answers = [503]
    world.wgwatch("check")
    world.wgwatch("deliveries", "retry")
    world.ahead = timedelta(hours=2)
    service = world.json("status")
    assert "No webhook got out since" in service["trouble"][0]


def test_the_log_says_once_that_messages_do_not_get_out_and_once_that_they_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    alarm, since = Alarm(), datetime(2027, 9, 1, 10, 40, tzinfo=UTC)
    stuck = Undelivered("email", since, messages=3, targets=2, tried=True, answer="451 not now")
    untried = Undelivered("webhook", since, messages=1, targets=1, tried=False, answer=None)
    for found in ([], [stuck], [stuck], [stuck, untried], [untried], []):
        alarm.hear(found)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        (
            "ERROR",
            "No e-mail got out since 2027-09-01 10:40 UTC: 3 messages to 2 addresses wait. "
            "The last answer: 451 not now",
        ),
        (
            "ERROR",
            "No webhook got out since 2027-09-01 10:40 UTC: 1 message to 1 address wait. "
            "None was tried: does wgwatch run, or wgwatch dispatch?",
        ),
        ("INFO", "messages by e-mail get out again, or none waits any more"),
        ("INFO", "messages by webhook get out again, or none waits any more"),
    ]


def test_a_heartbeat_that_fails_for_long_is_logged_at_its_beginning_and_end(
    sqlite_world: World, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    world = sqlite_world
    caplog.set_level("INFO", "wgwatch")
    given = {"WGWATCH_HEARTBEAT_URL": f"{world.url}/{KEY}", "WGWATCH_ALLOW_NETWORKS": "loopback"}

    async def beats() -> None:
        async with heartbeat(Settings.load(given, tmp_path)) as beating:
            assert beating
            for answer in (200, 500, 503, 200, 200):
                world.pages[f"/{KEY}"] = Answer(b"", answer)
                await beating.beat()

    asyncio.run(beats())
    assert caplog.messages == [
        f"the heartbeat is not heard: {world.url}: it answered 500",
        f"the heartbeat is heard again: {world.url}",
    ]


class Hands:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_job_that_hangs_or_no_longer_comes_is_stuck() -> None:
    pulse = Pulse(hands := Hands())
    pulse.expect("look", patience=60)
    hands.now += 61
    assert pulse.stuck() == ["look has not run for 61 s"]
    with pulse.run("look"):
        assert pulse.stuck() == []
        hands.now += 70
        assert pulse.stuck() == ["look has not ended for 70 s"]
    assert pulse.stuck() == []
    assert pulse.ages() == {"look": 0}


def test_a_job_that_fails_fails_until_it_went_well_again() -> None:
    pulse = Pulse(Hands())
    assert pulse.failing() == ["it is starting"]
    pulse.expect("look")
    with pytest.raises(StorageError), pulse.run("look"):
        raise StorageError("the database is away")
    assert pulse.failing() == ["the database is away"]
    with pytest.raises(ZeroDivisionError), pulse.run("look"):
        _ = 1 / 0
    assert pulse.failing() == ["look ended in a defect of ours"]
    with pulse.run("look"):
        pass
    assert pulse.failing() == []
    assert pulse.stuck() == []
