"""What `check` shows while it looks: a live bar on a terminal, lines elsewhere, next to nothing where asked so."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest
from world import World, group_page


def on_a_terminal(world: World, *args: str) -> str:
    """What the command shows on a terminal of its own, without the codes that move and color."""
    master, slave = pty.openpty()
    environ = {**world.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    with subprocess.Popen(
        [sys.executable, "-m", "wgwatch", *args], cwd=world.folder, env=environ, stdout=slave, stderr=slave
    ):
        os.close(slave)
        shown = b""
        while piece := _read(master):
            shown += piece
    os.close(master)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""


@pytest.fixture
def watched(sqlite_world: World) -> World:
    """Three pages, two of which were looked at before; the third is gone."""
    world = sqlite_world
    urls = [world.show(f"/g{n}", group_page(7, number=n)) for n in (1, 2)]
    world.watch(*urls)
    world.wgwatch("check")
    world.watch(*urls, f"{world.url}/gone")
    return world


def test_a_terminal_shows_a_bar_with_counts_rate_and_time_left(watched: World) -> None:
    watched.show("/g2", group_page(12, number=2))
    shown = on_a_terminal(watched, "check")
    assert re.search(r"━+ 3/3 1 changed, 1 unchanged, 1 failed, [\d.]+ a second 0:00:00 left", shown)
    assert re.search(r"\[\d/3\] changed   HWG", shown)
    assert "] unchanged" not in shown
    assert re.search(r"event\.moved: .* moved to 2027-09-12", shown)
    last = [line for line in shown.splitlines() if " pages in " in line]
    assert re.fullmatch(
        r"3 pages in [\d.]+ s \([\d.]+ a second\): 1 changed, 1 unchanged, 1 failed; 1 change",
        last[0].strip(),
    )


def test_elsewhere_each_page_has_a_line_and_the_last_one_sums_up(watched: World) -> None:
    lines = watched.wgwatch("check", rc=1).stdout.splitlines()
    assert sorted(line.split()[1] for line in lines[:-1]) == ["failed", "unchanged", "unchanged"]
    assert re.fullmatch(r"3 pages in [\d.]+ s \([\d.]+ a second\): 2 unchanged, 1 failed", lines[-1])


def test_a_quiet_check_says_only_what_went_wrong(watched: World) -> None:
    lines = watched.wgwatch("check", "--quiet", rc=1).stdout.splitlines()
    assert re.match(r"\[\d/3\] failed", lines[0])
    assert lines[1].endswith(": 2 unchanged, 1 failed")
    assert len(lines) == 2


def test_a_quiet_check_of_pages_that_are_well_says_nothing(watched: World) -> None:
    watched.show("/g2", group_page(12, number=2))
    done = watched.wgwatch("check", "-q", f"{watched.url}/g1", f"{watched.url}/g2")
    assert (done.stdout, done.stderr) == ("", "")
    assert watched.hooked()


def test_json_is_a_list_of_outcomes_and_nothing_else_even_on_a_terminal(watched: World) -> None:
    import json

    found = json.loads(on_a_terminal(watched, "check", "--json", "--no-send"))
    outcomes = sorted(each["outcome"] for each in found)  # they come as they are known
    assert outcomes == ["failed", "unchanged", "unchanged"]
