"""The web pages as processes: serve and run, their addresses, and how they end."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from http.client import HTTPConnection

import pytest
from website import Site, moved
from world import World, group_page


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def asked(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def answered(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            asked(port, "/healthz")
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize("command", ["serve", "run"])
def test_pages_and_health_are_answered_until_it_is_stopped(sqlite_world: World, command: str) -> None:
    world = moved(sqlite_world)
    port = free_port()
    world.environ["WGWATCH_WEB_ADDRESS"] = str(port)
    process = world.start(command)
    answered(process, port)
    assert "43rd HWG Meeting moved to 2027-09-12" in asked(port, "/")
    assert '"status":"ok"' in asked(port, "/healthz").replace(" ", "")
    assert "wgwatch_pages" in asked(port, "/metrics")
    if command == "serve":
        assert '"status":"ok"' in asked(port, "/readyz").replace(" ", "")
    process.terminate()
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    if command == "serve":
        assert f"web pages at http://127.0.0.1:{port}" in out


def test_a_folder_without_a_database_has_nothing_to_show(sqlite_world: World) -> None:
    refused = sqlite_world.wgwatch("serve", rc=1)
    assert "there is no database at" in refused.stderr
    assert not list(sqlite_world.folder.glob("*.db"))


def test_answers_on_one_connection_do_not_wait_for_each_others_receipt(site: Site) -> None:
    connection = HTTPConnection(site.url.removeprefix("http://"), timeout=20)
    took = []
    for _ in range(15):
        started = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took.append(time.perf_counter() - started)
    connection.close()
    assert min(took[1:]) < 0.03  # 0.04 where Nagle's algorithm is on


def test_health_may_be_answered_apart_without_pages(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    apart = free_port()
    world.environ |= {"WGWATCH_WEB_ADDRESS": "off", "WGWATCH_HEALTH_LISTEN": str(apart)}
    process = world.start("run")
    answered(process, apart)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        asked(apart, "/changes")
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("0.0.0.0:8765", "can be reached from other machines, and there is no operator who could log in"),
        ("0.0.0.0:8765", "wgwatch users add NAME --role operator"),
        ("[::]:8765", "can be reached from other machines"),
        ("off", "there is nothing to serve"),
        ("{taken}", "cannot listen at 127.0.0.1:{taken}: Address already in use"),
    ],
)
def test_an_address_that_will_not_do_is_refused_with_the_reason(
    sqlite_world: World, address: str, said: str
) -> None:
    sqlite_world.wgwatch("db", "upgrade")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        sqlite_world.environ["WGWATCH_WEB_ADDRESS"] = address.format(taken=port)
        refused = sqlite_world.wgwatch("serve", rc=2)
    assert "WGWATCH_WEB_ADDRESS" in refused.stderr
    assert said.format(taken=port) in refused.stderr


def test_an_address_for_others_is_answered_at_once_an_operator_can_log_in(sqlite_world: World) -> None:
    world, port = sqlite_world, free_port()
    world.environ["WGWATCH_WEB_ADDRESS"] = f"0.0.0.0:{port}"
    world.wgwatch("users", "add", "mei", "--role", "operator", "--no-password")
    assert "wgwatch users add" in world.wgwatch("serve", rc=2).stderr
    world.wgwatch("users", "password", "mei", "--generate")
    process = world.start("serve")
    answered(process, port)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        asked(port, "/")
    assert "Log in" in asked(port, "/login")
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert "passwords cross the network in the clear" in err
