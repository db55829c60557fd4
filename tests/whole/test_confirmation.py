"""A page that loses more than it should is looked at again before anybody hears of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from world import World

MINUTES = timedelta(minutes=1)
FIRST = [
    ("Mei Tan", "Programme Director"),
    ("Carlos Obando", "Chair"),
    ("Aki Mori", "Deputy Chair"),
    ("Lan Pham", "Secretary"),
]
AIMS = "The group studies small ports and how they trade. It meets twice a year and writes reports for ministers. "


def page(people: int = 4, *, events: int = 3, aims: int = 4, day: int = 7) -> str:
    listed = "".join(
        f"<p>{name}<br>{role}<br>Harbour Secretariat<br>{name.split()[0].lower()}@harbour.example</p>"
        for name, role in FIRST[:people]
    )
    meetings = "".join(
        f"<li>{day + n:02} Sep 2037 {40 + n}th HWG Meeting Lima, Peru</li>" for n in range(events)
    )
    said = "".join(f"<p>{AIMS}That is aim number {n}.</p>" for n in range(aims))
    return (
        "<title>Harbour Working Group</title><h1>Harbour Working Group (HWG)</h1>"
        f"<h2>Aims</h2>{said}<h2>Events</h2><ul>{meetings}</ul><h2>Contacts</h2>{listed}"
    )


REDESIGNED = (
    "<title>Harbour Working Group</title><h1>Harbour Working Group (HWG)</h1><h2>Welcome</h2>"
    "<p>Our new site is here. Write to us with questions of any kind.</p>"
)


@pytest.fixture
def watched(sqlite_world: World) -> World:
    return watch(sqlite_world)


def watch(world: World) -> World:
    world.watch(world.show("/group", page()))
    world.wgwatch("check")
    return world


def look(world: World, *, after: timedelta = timedelta(), rc: int = 0) -> Any:
    """Drive the clock on, check, and answer what the check said of the page."""
    world.ahead += after
    [outcome] = world.json("check", rc=rc)
    return outcome


def told(world: World) -> Counter[str]:
    return Counter(hook["type"] for hook in world.hooked())


def states(world: World) -> Counter[str]:
    return Counter(change["state"] for change in world.json("changes"))


def test_a_big_loss_is_suspect_and_nobody_hears_of_it(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    outcome = look(watched, rc=1)
    assert outcome["outcome"] == "suspect"
    assert outcome["reasons"][0] == "shows 0 of 3 events, 0 of 4 contacts"
    assert (watched.hooks, watched.mails) == ([], [])
    assert states(watched).keys() == {"held"}
    assert len(watched.json("contacts")) == 4


def test_status_says_that_it_looks_broken_and_when_it_is_looked_at_again(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    [state] = watched.json("status")["pages"]
    seen, again = (datetime.fromisoformat(state[name]) for name in ("last_look", "next_look"))
    assert state["health"] == "suspect"
    assert again - seen == 5 * MINUTES
    assert f"looks broken, looking again at {again:%H:%M}" in watched.wgwatch("status").stdout


def test_a_page_that_comes_back_whole_takes_the_held_news_with_it(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    watched.show("/group", page())
    assert look(watched, after=5 * MINUTES)["outcome"] == "unchanged"
    watched.wgwatch("dispatch", "--once")
    assert watched.hooks == []
    assert watched.json("changes") == []
    assert {change["state"] for change in watched.json("changes", "--withdrawn")} == {"withdrawn"}
    [state] = watched.json("status")["pages"]
    assert (state["health"], state["reason"]) == ("ok", None)
    assert len(watched.json("captures", "HWG")) == 1


def test_a_page_that_comes_back_with_an_edit_tells_the_edit(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    watched.show("/group", page(events=2))
    look(watched, after=5 * MINUTES)
    assert told(watched) == {"event.removed": 1}


def test_a_loss_that_lasts_an_hour_is_told_with_the_time_when_it_was_first_seen(world: World) -> None:
    watch(world)
    world.show("/group", page(0, events=0))
    look(world, rc=1)
    held = {change["id"]: change for change in world.json("changes")}
    assert look(world, after=6 * MINUTES, rc=1)["outcome"] == "suspect"
    [state] = world.json("status")["pages"]
    assert (
        datetime.fromisoformat(state["next_look"]) - datetime.fromisoformat(state["last_look"]) > 58 * MINUTES
    )
    outcome = look(world, after=61 * MINUTES)
    assert outcome["outcome"] == "changed"
    assert {change["id"] for change in outcome["changes"]} == held.keys()
    assert {hook["data"]["id"] for hook in world.hooked()} <= held.keys()
    assert told(world)["contact.removed"] == 4
    for change in world.json("changes"):
        assert change["state"] == "planned"
        assert change["first_seen_after"] == held[change["id"]]["first_seen_after"]
    assert world.json("contacts") == []
    assert world.json("status")["pages"][0]["health"] == "ok"


def test_a_confirmed_loss_is_rebuilt_as_it_was_told(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    look(watched, after=70 * MINUTES)
    before = watched.json("changes")
    watched.wgwatch("reparse")
    assert watched.json("changes") == before
    assert {change["state"] for change in before} == {"planned"}
    looks = [capture["looks"] for capture in watched.json("captures", "HWG")]
    assert looks == [1, 2]


def test_a_look_that_comes_too_early_confirms_nothing(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    for _ in range(4):
        assert look(watched, after=MINUTES, rc=1)["outcome"] == "suspect"
    assert watched.hooks == []


def test_cron_alone_confirms_at_its_next_look(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    assert look(watched, after=timedelta(hours=6))["outcome"] == "changed"
    assert told(watched)["event.removed"] == 3


def test_a_loss_of_another_kind_begins_a_new_doubt(watched: World) -> None:
    watched.show("/group", page(0))
    look(watched, rc=1)
    watched.show("/group", page(events=0))
    assert look(watched, after=70 * MINUTES, rc=1)["outcome"] == "suspect"
    assert watched.hooks == []
    assert look(watched, after=70 * MINUTES)["outcome"] == "changed"
    assert told(watched) == {"event.removed": 3}
    seemed = [c["kind"] for c in watched.json("changes", "--withdrawn") if c["state"] == "withdrawn"]
    assert set(seemed) == {"contact.removed"}


def test_a_page_that_looks_broken_in_another_way_each_time_is_told_as_failing(watched: World) -> None:
    for number in range(5):
        watched.show("/group", page(0) if number % 2 else page(events=0))
        assert look(watched, after=180 * MINUTES, rc=1)["outcome"] == "suspect"
    assert told(watched) == {"page.failing": 1}
    assert len(watched.json("contacts")) == 4
    watched.show("/group", page())
    look(watched)
    assert told(watched) == {"page.failing": 1, "page.recovered": 1}


def test_a_second_doubt_about_the_same_bytes_has_ids_of_its_own(watched: World) -> None:
    for _ in range(2):
        watched.show("/group", page(0, events=0))
        look(watched, after=MINUTES, rc=1)
        watched.show("/group", page())
        look(watched, after=MINUTES)
    watched.show("/group", page(0, events=0))
    look(watched, after=MINUTES, rc=1)
    held = {change["id"] for change in watched.json("changes") if change["state"] == "held"}
    look(watched, after=66 * MINUTES)
    assert {hook["data"]["id"] for hook in watched.hooked()} <= held
    assert told(watched)["contact.removed"] == 4


def test_a_redesign_is_told_once_and_as_such(watched: World) -> None:
    watched.show("/group", REDESIGNED)
    assert look(watched, rc=1)["outcome"] == "suspect"
    look(watched, after=70 * MINUTES)
    kinds = told(watched)
    assert kinds["page.redesigned"] == 1
    assert not {kind for kind in kinds if kind.endswith(".removed")}
    look(watched, after=70 * MINUTES)
    assert told(watched) == kinds


@pytest.mark.parametrize(
    "smaller",
    [page(3), page(2, events=2), page(events=2, aims=3), page(4, events=1), page(3, events=1, aims=2)],
    ids=["one contact", "half the contacts", "a meeting and an aim", "two meetings", "some of all"],
)
def test_what_a_page_loses_by_an_edit_is_told_at_once(watched: World, smaller: str) -> None:
    watched.show("/group", smaller)
    assert look(watched)["outcome"] == "changed"
    assert watched.hooks


def test_past_meetings_that_leave_together_are_no_doubt(watched: World) -> None:
    watched.show("/group", page(events=0))
    watched.ahead += timedelta(days=365 * 12)
    assert look(watched)["outcome"] == "changed"


def test_an_import_never_doubts(watched: World) -> None:
    saved = watched.folder / "saved.html"
    saved.write_text(page(0, events=0))
    watched.ahead += timedelta(days=1)
    at = (datetime.now().astimezone() + timedelta(hours=12)).isoformat()
    watched.wgwatch("import", str(saved), "--url", watched.url + "/group", "--at", at)
    assert watched.json("contacts") == []


def test_what_is_imported_meanwhile_begins_the_doubt_anew(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    saved = watched.folder / "saved.html"
    saved.write_text(page(events=2))
    watched.ahead += 10 * MINUTES
    at = (datetime.now(UTC) + watched.ahead).isoformat()
    watched.wgwatch("import", str(saved), "--url", watched.url + "/group", "--at", at)
    assert look(watched, after=60 * MINUTES, rc=1)["outcome"] == "suspect"
    assert watched.hooks == []
    assert look(watched, after=70 * MINUTES)["outcome"] == "changed"
    assert told(watched) == {"contact.removed": 4, "event.removed": 2}
    [state] = watched.json("status")["pages"]
    assert (state["health"], state["suspect_since"], state["suspect_looks"]) == ("ok", None, 0)


def test_the_validators_of_a_doubted_answer_are_not_sent(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    look(watched, after=6 * MINUTES, rc=1)
    assert watched.statuses("/group") == [200, 200, 200]
    watched.show("/group", page())
    look(watched, after=6 * MINUTES)
    assert watched.statuses("/group")[-1] == 304


def test_a_blocked_look_in_between_leaves_the_doubt_as_it_is(watched: World) -> None:
    watched.show("/group", page(0, events=0))
    look(watched, rc=1)
    watched.show("/group", "no", status=403)
    assert look(watched, after=5 * MINUTES, rc=1)["outcome"] == "blocked"
    assert states(watched).keys() == {"held"}
    watched.show("/group", page(0, events=0))
    assert look(watched, after=65 * MINUTES)["outcome"] == "changed"
    assert told(watched)["contact.removed"] == 4


class Killer:
    """Kills a check when an event has happened so many times."""

    def __init__(self, world: World, event: str, times: int) -> None:
        self.event, self.left = event, times
        self.process = world.start("check")
        world.on_event = self

    def __call__(self, event: str) -> None:
        self.left -= event == self.event
        if self.left == 0:
            self.process.kill()


PAGES = 5


def show_all(world: World, people: int, events: int) -> list[str]:
    shown = page(people, events=events)
    return [world.show(f"/{n}", shown.replace("HWG", f"HWG{n}")) for n in range(PAGES)]


def begin(world: World, *, ago: timedelta) -> None:
    world.ahead = -ago
    world.watch(*show_all(world, 4, 3))
    world.wgwatch("check")
    show_all(world, 0, 0)


def kill_and_go_on(world: World, event: str, times: int, *, rc: int) -> None:
    killer = Killer(world, event, times)
    killer.process.communicate(timeout=60)
    world.on_event = lambda event: None
    assert killer.process.returncode == -9, "the moment never came"
    world.wgwatch("check", rc=rc)


@pytest.mark.parametrize(("event", "times"), [("answered", 1), ("answered", 4), ("hooked", 7)])
def test_a_confirmation_that_was_killed_is_made_good(sqlite_world: World, event: str, times: int) -> None:
    world = sqlite_world
    begin(world, ago=70 * MINUTES)
    world.wgwatch("check", rc=1)
    held = {change["id"]: change["kind"] for change in world.json("changes")}
    world.ahead = timedelta()
    kill_and_go_on(world, event, times, rc=0)
    hooked = {hook["data"]["id"] for hook in world.hooked() if hook["type"] == "event.removed"}
    assert hooked == {id for id, kind in held.items() if kind == "event.removed"}
    assert len(hooked) == 3 * PAGES
    assert states(world).keys() == {"planned"}


def test_a_doubt_that_was_killed_is_begun_again_and_tells_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    begin(world, ago=timedelta())
    kill_and_go_on(world, "answered", 4, rc=1)
    assert states(world).keys() == {"held"}
    assert Counter(c["kind"] for c in world.json("changes"))["event.removed"] == 3 * PAGES
    assert world.hooks == []
