"""The demo as a user runs it: a process of its own, which checks itself and says how it went."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import aiosmtplib
import pytest

from wgwatch.demo.mailbox import open_mailbox

HOSTILE = {
    "WGWATCH_DATABASE_URL": "sqlite:////nowhere/at/all.db",
    "WGWATCH_WATCHLIST": "/nowhere/watchlist.yaml",
    "WGWATCH_NO_SUCH_SETTING": "1",
    "http_proxy": "http://192.0.2.1:9",
    "https_proxy": "http://192.0.2.1:9",
    "all_proxy": "http://192.0.2.1:9",
}
OVERHEARD = """
import json, runpy, sys
calls = open(sys.argv.pop(1), "a", buffering=1)
def hear(event, args):
    if event in ("socket.connect", "socket.bind", "socket.sendto"):
        calls.write(json.dumps([event, str(args[1][0])]) + "\\n")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        calls.write(json.dumps([event, str(args[0])]) + "\\n")
sys.addaudithook(hear)
runpy.run_module("wgwatch", run_name="__main__", alter_sys=True)
"""
UNMOVED = """
import runpy
from wgwatch.demo import editions
editions.MOVED = editions.BASE
runpy.run_module("wgwatch", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str
    folder: Path
    calls: list[tuple[str, str]]


def python(
    *args: str, cwd: Path, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WGWATCH_")}
    return subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        env={**clean, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run among settings that would lead it astray, with every call to the network written down."""
    place = tmp_path_factory.mktemp("demo")
    log = place / "calls"
    done = python("-c", OVERHEARD, str(log), "demo", cwd=place, environ={**HOSTILE, "TMPDIR": str(place)})
    folders = list(place.glob("wgwatch-demo-*"))
    calls = [tuple(json.loads(line)) for line in log.read_text().splitlines()]
    return Run(done.returncode, done.stdout, done.stderr, folders[0] if folders else place, calls)


def chapter(run: Run, number: int) -> str:
    """What is shown of an edition."""
    (text,) = re.findall(rf"^{number}  .*?(?=^\d  |^Every version)", run.out, re.M | re.S)
    return text


def test_everything_comes_out_as_it_should(run: Run) -> None:
    assert (run.code, run.err) == (0, "")
    assert "All as it should be" in run.out


def test_each_edition_has_its_outcome(run: Run) -> None:
    outcomes = re.findall(r"^   (baseline|unchanged|changed|blocked|failed|suspect)\b", run.out, re.M)
    quiet = ["baseline", "changed", "unchanged", "changed", "changed", "blocked"]
    assert outcomes == [*quiet, "suspect", "changed"]


def test_a_moved_meeting_is_one_change_in_one_mail_and_one_webhook(run: Run) -> None:
    told = chapter(run, 2)
    assert "43rd SMEWG moved to 2016-09-12 (was 2016-09-07)" in told
    assert "webhook    event.moved: signature verified" in told
    assert re.search(r"was +7 Sep 2016\n.*now +12 Sep 2016", told)
    assert told.count("   mail  ") == 1


@pytest.mark.parametrize("number", [1, 3, 6, 7])
def test_nobody_is_told_of_a_first_look_an_unchanged_page_a_challenge_or_a_doubt(
    run: Run, number: int
) -> None:
    assert "mail " not in chapter(run, number)
    assert "webhook " not in chapter(run, number)


def test_a_redesign_cancels_no_meeting(run: Run) -> None:
    told = chapter(run, 8)
    assert "page.redesigned" in told
    assert "event." not in told
    assert "no meeting or project was" in told


def test_the_past_answers_through_the_command_line(run: Run) -> None:
    before, now = re.findall(r"^\$ wgwatch contacts.*?\n(.*?)\n\n", run.out, re.M | re.S)
    assert "nxh@apec.org" in before
    assert "Obando" not in before
    assert "Obando" in now
    assert "protected" in now
    assert "NGHIEM" not in now


def test_it_speaks_to_this_machine_only(run: Run) -> None:
    assert {event for event, _ in run.calls} >= {"socket.connect", "socket.bind"}
    assert all(ip_address(host).is_loopback for _, host in run.calls)


def test_its_folder_is_there_to_go_on_with(run: Run) -> None:
    done = python("-m", "wgwatch", "changes", "--json", cwd=run.folder)
    kinds = Counter(change["kind"] for change in json.loads(done.stdout))
    assert kinds["event.moved"] == kinds["role.changed"] == kinds["page.redesigned"] == 1
    assert f"cd {run.folder}" in run.out


def test_what_does_not_come_out_is_named_and_exits_1(tmp_path: Path) -> None:
    done = python("-c", UNMOVED, "demo", "--dir", "here", cwd=tmp_path)
    assert done.returncode == 1
    assert "A meeting moves" in done.stderr
    assert "the check should say changed, it said unchanged" in done.stderr
    assert "no webhook came for event.moved" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["wgwatch.db", "watchlist.yaml"])
def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    done = python("-m", "wgwatch", "demo", "--dir", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert name in done.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_its_mail_server_takes_a_message_as_it_was_written() -> None:
    async def deliver() -> None:
        async with open_mailbox() as mailbox:
            message = "To: anna@paper.example\nSubject: Dots\n\n.one\n..two\n.\nend\n"
            await aiosmtplib.send(
                message,
                sender="webwatch@trade.example",
                recipients=["anna@paper.example"],
                hostname="127.0.0.1",
                port=mailbox.port,
                start_tls=False,
            )
            (letter,) = mailbox.take()
            assert (letter.to, letter.subject) == ("anna@paper.example", "Dots")
            assert letter.text == ".one\n..two\n.\nend\n"
            assert mailbox.take() == []

    asyncio.run(deliver())
