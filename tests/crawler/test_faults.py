"""Answers that are not the page, through the real `wgwatch check`: nobody hears of a change, all hear of the page."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from faults.control import ADDITIONS, EDITS, TOPICS, topical
from faults.server import HTML, TARGETS, FaultySite, all_faults
from world import World

from crawler.answers import Answer
from crawler.engine import CrawlOptions
from crawler.guard import Past, judge
from wgwatch.application import Application

GROUPS = Path(__file__).parents[1] / "reading" / "pages" / "groups"
PEERS = Path(__file__).parents[3] / "shared" / "peers"
FAULTS = all_faults()
OF_PEERS = ("500", "challenge200", "challenge403", "maint200", "empty200", "trunc_cl", "trunc_clean", "reset")
HOUR = timedelta(hours=1)
NOW = datetime(2037, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[FaultySite]:
    with FaultySite() as running:
        for path, body in TARGETS.items():
            running.show(path, body)
        yield running


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Seconds (`timeout`) that are waited for an answer; what never ends is given up at a megabyte."""
    asked: Callable[..., CrawlOptions] = Application.crawl_options
    waits = {"timeout": 20.0}

    def options(self: Application, url: str | None = None) -> CrawlOptions:
        return replace(asked(self, url), timeout=waits["timeout"], max_bytes=1_000_000)

    monkeypatch.setattr(Application, "crawl_options", options)
    return waits


def true_pages(number: int) -> list[str]:
    """Pages of groups with an end, the longer ones first."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(GROUPS.glob("*.html"))]
    whole = [
        text for text in texts if "</html>" in text and "charset=" not in text.replace('charset="utf-8"', "")
    ]
    whole.sort(key=len, reverse=True)
    return [whole[n % len(whole)] for n in range(number)]


def edited(page: str, addition: str) -> str:
    """The page with something more at the end of its text."""
    head, closing, tail = page.rpartition("</body>")
    return f"{head}{addition}{closing}{tail}"


def answered(page: str) -> Answer:
    return Answer(
        page_id=1,
        url="https://harbour.example/group",
        final_url="https://harbour.example/group",
        status=200,
        headers=(("Content-Type", HTML),),
        body=page.encode(),
        asked_at=NOW,
        received_at=NOW,
    )


def last_good(page: str, content_type: str = HTML) -> Past:
    body = page.encode()
    return Past(
        sha256(body).hexdigest(), len(body), content_type, "https://harbour.example/group", lambda: body
    )


def outcomes(world: World, after: timedelta = HOUR) -> dict[str, dict[str, Any]]:
    """What a check said, by the path of the page."""
    world.ahead += after
    return {said["url"].rpartition("/")[2]: said for said in world.json("check", rc=None)}


def told(world: World) -> Counter[str]:
    return Counter(body["type"] for body in world.hooked())


def test_no_fault_is_told_as_a_change_and_each_is_told_as_the_pages_health(
    sqlite_world: World, site: FaultySite, patience: dict[str, float]
) -> None:
    world = sqlite_world
    paths = {name: f"/{n}" for n, name in enumerate(FAULTS)}
    pages = dict(zip(paths, true_pages(len(paths)), strict=True))
    world.watch(*(site.show(path, pages[name]) for name, path in paths.items()))
    assert {said["outcome"] for said in outcomes(world).values()} == {"baseline"}
    before = len(world.json("changes"))

    patience["timeout"] = 0.3
    site.faults = {path: FAULTS[name] for name, path in paths.items()}
    names = {path[1:]: name for name, path in paths.items()}
    for _ in range(3):
        seen = outcomes(world, 6 * HOUR)
        fooled = {
            names[at]: said for at, said in seen.items() if said["outcome"] not in {"blocked", "failed"}
        }
        assert not fooled
        assert all(said["reasons"] for said in seen.values())
    assert set(told(world)) <= {"page.blocked", "page.failing"}
    assert told(world).total() == len(FAULTS)
    outcomes(world)
    assert told(world).total() == len(FAULTS)

    patience["timeout"] = 20
    site.faults = {}
    assert {said["outcome"] for said in outcomes(world).values()} == {"unchanged"}
    assert told(world)["page.recovered"] == len(FAULTS)
    again = [body["data"] for body in world.hooked() if body["type"] == "page.recovered"]
    assert {change["summary"].rpartition(", ")[2] for change in again} == {"after 14 hours"}
    assert all(change["health"]["reason"] for change in again)
    assert len(world.json("changes")) == before + 2 * len(FAULTS)


def test_true_pages_and_true_changes_are_never_taken_for_anything_else(
    sqlite_world: World, site: FaultySite
) -> None:
    world = sqlite_world
    firsts = [topical(title, text) for title, text in TOPICS.items()]
    thens = [topical(title, text, EDITS[n % len(EDITS)]) for n, (title, text) in enumerate(TOPICS.items())]
    groups = true_pages(30)
    firsts += groups
    thens += [edited(text, f"<p>{EDITS[n % len(EDITS)]}</p>") for n, text in enumerate(groups)]
    for addition in ADDITIONS.values():
        firsts.append(topical("Harbour Group", TOPICS["Robots"]))
        thens.append(topical("Harbour Group", TOPICS["Robots"] + addition, EDITS[0]))
    assert len(firsts) >= 60
    paths = [f"/{n}" for n in range(len(firsts))]
    world.watch(*(site.show(path, text) for path, text in zip(paths, firsts, strict=True)))
    looks = [outcomes(world)]
    for path, text in zip(paths, thens, strict=True):
        site.show(path, text)
    looks.append(outcomes(world))
    for look, outcome in zip(looks, ("baseline", "changed"), strict=True):
        assert not {path: said["reasons"] for path, said in look.items() if said["outcome"] != outcome}


def test_a_page_that_becomes_another_true_page_is_not_taken_for_a_fault() -> None:
    pages = true_pages(60)
    for old, new in pairwise(pages):
        verdict = judge(answered(new), last_good(old))
        assert verdict.outcome == "page", verdict


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The server on which others were measured, in a thread: `ctl` tells it what to do, `url` is where it is."""
    if not PEERS.is_dir():
        pytest.skip(f"there is no server for faults at {PEERS}")
    monkeypatch.syspath_prepend(str(PEERS))
    monkeypatch.setitem(sys.modules, "uvloop", ModuleType("uvloop"))  # faster, and not needed here
    server = importlib.import_module("server")
    server.S = server.State(10, 1)
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(server.P, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield SimpleNamespace(url=url, ctl=lambda what: server._ctl(f"/ctl/{what}"))
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    listening.close()
    loop.close()
    for name in ("server", "pagegen"):
        sys.modules.pop(name, None)


def test_the_faults_that_others_were_measured_with_tell_no_change(sqlite_world: World, peers: Any) -> None:
    world = sqlite_world
    world.watch(*(f"{peers.url}/p/{n}" for n in range(10)))
    outcomes(world)
    before = world.json("changes")
    for mode in OF_PEERS:
        failing = {str(n) for n in peers.ctl(f"fail?mode={mode}&k=50")}
        fooled = {
            at: said
            for at, said in outcomes(world).items()
            if (at in failing) == (said["outcome"] == "unchanged")
        }
        assert not fooled, mode
        peers.ctl("fail?mode=none")
        assert {said["outcome"] for said in outcomes(world).values()} == {"unchanged"}, mode
    assert not world.hooked()
    assert world.json("changes") == before


def test_what_is_rightly_no_longer_the_page_is_taken_for_it_once_it_is_imported(
    sqlite_world: World, site: FaultySite
) -> None:
    world = sqlite_world
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:harbour\r\nEND:VCALENDAR\r\n"
    url = site.show("/meetings", calendar, "text/calendar")
    world.watch(url)
    assert outcomes(world)["meetings"]["outcome"] == "baseline"
    page = topical("Meetings", TOPICS["Robots"])
    site.show("/meetings", page)
    said = outcomes(world)["meetings"]
    assert said["outcome"] == "failed"
    assert said["reasons"][1] == "it is a web page where a calendar was"
    (world.folder / "meetings.html").write_text(page, encoding="utf-8")
    world.ahead += timedelta(days=3)
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    world.wgwatch("import", "meetings.html", "--url", url, "--at", tomorrow)
    assert outcomes(world)["meetings"]["outcome"] == "unchanged"
