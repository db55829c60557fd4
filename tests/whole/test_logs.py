"""The log: each line names the check or the message that it is about, in JSON one object a line and nothing else."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
from datetime import datetime
from typing import Any

from world import SECRET, World, group_page

PASSWORD = "s3cret-of-the-mail-server"


def parsed(text: str) -> list[dict[str, Any]]:
    """Every line as an object; anything else fails."""
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert line.keys() >= {"time", "level", "logger", "message"}
        assert datetime.fromisoformat(line["time"]).tzinfo is not None
    return lines


def of_looks(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if "check" in line]


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What a process has said on standard error up to a line with these words."""
    assert process.stderr is not None
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if words in line:
            return "".join(said)
    raise AssertionError("".join(said))


def end(process: subprocess.Popen[str]) -> str:
    process.terminate()
    _, err = process.communicate(timeout=15)
    assert process.returncode == 0, err
    return err


def make_due(world: World) -> None:
    with sqlite3.connect(world.folder / "wgwatch.db") as connection:
        connection.execute("UPDATE pages SET next_check_at = '2020-01-01 00:00:00'")


def test_a_service_logs_each_look_and_each_message_as_an_object(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ |= {"WGWATCH_LOG_FORMAT": "json", "WGWATCH_FOLD": "0"}
    world.environ |= {"WGWATCH_SMTP_USER": "webwatch", "WGWATCH_SMTP_PASSWORD": PASSWORD}
    world.hook_answers = [500]
    url = world.show("/group", group_page(7))
    world.watch(world.url + "/missing", url)  # in this order: the webhook is told of when both were looked at
    world.wgwatch("check", rc=1)
    world.show("/group", group_page(12))
    make_due(world)
    service = world.start("run")
    err = read_until(service, '"channel": "webhook"')
    lines = parsed(err + end(service))

    looked = {line["page"]: line for line in of_looks(lines)}
    again, missing = looked[url], looked[world.url + "/missing"]
    assert (again["check"], again["outcome"], again["changes"]) == ("2/2", "changed", 1)
    assert (again["host"], again["sources"]) == ("127.0.0.1", ["harbour"])
    assert missing["outcome"] == "failed"
    assert "404" in missing["reasons"][0]

    waiting = next(line for line in lines if line.get("channel") == "webhook")
    assert (waiting["level"], waiting["outcome"]) == ("WARNING", "waiting")
    assert world.json("deliveries", "show", waiting["delivery"])["channel"] == "webhook"
    assert PASSWORD not in err
    assert SECRET not in err


def test_a_check_logs_in_the_place_of_its_remarks(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_LOG_FORMAT"] = "json"
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.hook_answers = [500]
    world.show("/group", group_page(12))
    result = world.wgwatch("check")
    lines = parsed(result.stderr)
    assert [line["outcome"] for line in of_looks(lines)] == ["changed"]
    assert sorted(line["outcome"] for line in lines if "delivery" in line) == ["sent", "waiting"]
    assert "1 changed" in result.stdout


def test_lines_for_people_end_with_the_ids(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    service = world.start("run")
    assert read_until(service, "baseline").endswith("/group [check 1/1]\n")
    end(service)


def test_a_check_says_in_its_own_words_what_was_not_sent(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.hook_answers = [500]
    world.show("/group", group_page(12))
    err = world.wgwatch("check").stderr
    assert "to be tried again" in err
    assert err.count("500") == 1


def test_what_ends_a_command_is_in_its_log(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_LOG_FORMAT"] = "json"
    world.watch("nonsense")
    for command in ("run", "check"):
        [line] = parsed(world.wgwatch(command, rc=2).stderr)
        assert (line["level"], "watchlist.yaml" in line["message"]) == ("ERROR", True)


def test_the_pages_alone_are_announced_in_the_log(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("apply")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    world.environ |= {"WGWATCH_LOG_FORMAT": "json", "WGWATCH_WEB_ADDRESS": port}
    service = world.start("serve")
    [line] = parsed(read_until(service, port))
    assert line["message"] == f"web pages at http://127.0.0.1:{port}"
    end(service)


def test_an_unknown_form_is_refused(sqlite_world: World) -> None:
    world = sqlite_world
    world.environ["WGWATCH_LOG_FORMAT"] = "xml"
    assert "WGWATCH_LOG_FORMAT: 'xml' is neither text nor json" in world.wgwatch("status", rc=2).stderr
