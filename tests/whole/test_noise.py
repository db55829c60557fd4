"""What differs at every look is learned, shown and not told; a real edit in between is told, and alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from world import World

BANNERS = ("Join the quay forum this summer", "Read our report on small docks", "Ports need more pilots")
FEE = "The yearly fee of a member is 200 dollars."
NEWS = (
    "Ports open late",
    "Quays close for repairs",
    "Locks get new doors",
    "Tides turn early",
    "Docks dry up",
)


def page(
    world: World, *, look: int = 0, fee: str = FEE, noisy: bool = True, news: str = "", day: int = 7
) -> str:
    today = datetime.now(UTC) + world.ahead
    noise = (
        f"<p>You are visitor number {10_000 + look * 7}.</p>"
        f"<p>Today is {today:%A, %d %B %Y}.</p>"
        f"<p>Page built at {today:%H:%M:%S}, session {random.Random(look).getrandbits(64):016x}a1.</p>"
        f"<p>{BANNERS[look % 2]}</p>"
    )
    return (
        "<title>Harbour Working Group</title><h1>Harbour Working Group (HWG)</h1>"
        f"<h2>Membership</h2><p>Any port may be a member of the group and send one person.</p><p>{fee}</p>"
        f"{noise if noisy else ''}<h2>Events</h2><ul><li>{day:02} Sep 2037 43rd HWG Meeting Lima, Peru</li>"
        f"<li>19 Sep 2037 Port Workshop (HWG 01 2036A) Lima, Peru</li></ul>{news}"
    )


def looks(
    world: World, number: int, *, begin: int = 0, every: timedelta = timedelta(hours=1)
) -> Iterator[int]:
    for look in range(begin, begin + number):
        world.ahead += every
        yield look
        world.wgwatch("check")


def texts(world: World) -> list[Any]:
    return [hook["data"]["sentences"] for hook in world.hooked() if hook["type"] == "text.changed"]


@pytest.fixture
def learned(sqlite_world: World) -> World:
    return learn(sqlite_world)


def learn(world: World) -> World:
    now = datetime.now(UTC)
    morning = now.replace(hour=6, minute=0) + timedelta(days=1)
    world.ahead = morning - now
    world.watch(world.show("/group", page(world)))
    world.wgwatch("check")
    for look in looks(world, 4, begin=1):
        world.show("/group", page(world, look=look))
    world.hooks.clear()
    world.mails.clear()
    return world


def test_ten_looks_at_a_restless_page_tell_the_one_real_edit_and_nothing_else(world: World) -> None:
    learn(world)
    for look in looks(world, 10, begin=6):
        fee = FEE if look < 11 else FEE.replace("200", "250")
        world.show("/group", page(world, look=look, fee=fee))
    assert texts(world) == [[[FEE, FEE.replace("200", "250")]]]
    assert len(world.hooks) == len(world.mails) == 1
    told = [change for change in world.json("changes") if change["state"] == "planned"]
    assert told[-1]["summary"] == f"Membership: “{FEE}”, now “{FEE.replace('200', '250')}”"


def test_a_mark_says_what_was_learned_and_from_what(learned: World) -> None:
    marks = {mark["pattern"]: mark for mark in learned.json("noise", "HWG") if mark["state"] == "active"}
    assert "You are visitor number {number}." in marks
    assert "Page built at {time}, session {token}." in marks
    assert {BANNERS[0], BANNERS[1]} <= marks.keys()
    counter = marks["You are visitor number {number}."]
    assert (counter["origin"], counter["section"]) == ("learned", "membership")
    assert counter["examples"][0].startswith("You are visitor number 100")
    assert "{number}" in learned.wgwatch("noise", "HWG").stdout


def test_noise_is_kept_shown_on_request_and_moves_no_schedule(learned: World) -> None:
    [state] = learned.json("status")["pages"]
    before, captures = len(learned.json("changes")), len(learned.json("captures", "HWG"))
    noisy = len(learned.json("changes", "--noise"))
    for look in looks(learned, 2, begin=6):
        learned.show("/group", page(learned, look=look))
    [after] = learned.json("status")["pages"]
    assert after["last_change"] == state["last_change"]
    assert len(learned.json("captures", "HWG")) == captures + 2
    assert len(learned.json("changes")) == before
    noise = [change for change in learned.json("changes", "--noise") if change.get("noise")]
    assert len(learned.json("changes", "--noise")) == noisy + 2
    assert {change["state"] for change in noise} == {"derived"}


def test_a_check_calls_a_page_unchanged_where_only_noise_differs(learned: World) -> None:
    for look in looks(learned, 1, begin=6):
        learned.show("/group", page(learned, look=look))
    learned.show("/group", page(learned, look=8))
    [outcome] = learned.json("check")
    assert (outcome["outcome"], outcome["changes"]) == ("unchanged", [])


def test_the_day_is_learned_though_it_changes_once_a_day(sqlite_world: World) -> None:
    world = sqlite_world

    def show() -> None:
        today = datetime.now(UTC) + world.ahead
        text = page(world, noisy=False).replace(FEE, f"{FEE}</p><p>Today is {today:%d %B %Y}.")
        world.show("/group", text)

    show()
    world.watch(world.url + "/group")
    world.wgwatch("check")
    for _ in looks(world, 12, every=timedelta(hours=8)):
        show()
    assert len(texts(world)) == 3
    for _ in looks(world, 6, begin=12, every=timedelta(hours=8)):
        show()
    assert len(texts(world)) == 3


def test_dates_of_meetings_are_never_learned(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", page(world, noisy=False)))
    world.wgwatch("check")
    for look in looks(world, 6, begin=8):
        fee = f"{FEE} The deadline is 1{look % 10} May 2037."
        world.show("/group", page(world, noisy=False, day=look, fee=fee))
    moved = [hook for hook in world.hooked() if hook["type"] == "event.moved"]
    assert (len(moved), len(texts(world))) == (6, 6)


def test_edits_that_are_a_day_and_more_apart_teach_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", page(world, noisy=False)))
    world.wgwatch("check")
    for look in looks(world, 5, every=timedelta(hours=30)):
        world.show("/group", page(world, noisy=False, fee=FEE.replace("200", str(300 + look))))
    assert len(texts(world)) == 5
    assert all(mark["state"] == "watching" for mark in world.json("noise", "HWG"))


def test_a_number_that_stands_still_in_between_is_not_learned(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", page(world, noisy=False)))
    world.wgwatch("check")
    for look in looks(world, 8):
        world.show("/group", page(world, noisy=False, fee=FEE.replace("200", str(300 + look // 2))))
    assert len(texts(world)) == 4


def test_news_that_comes_back_is_told_once(sqlite_world: World) -> None:
    world = sqlite_world

    def listed(look: int) -> str:
        shown = (NEWS[(look + n) % len(NEWS)] for n in range(3))
        return "<h2>News</h2><ul>" + "".join(f'<li><a href="/n/{n}">{n}</a></li>' for n in shown) + "</ul>"

    world.watch(world.show("/group", page(world, noisy=False, news=listed(0))))
    world.wgwatch("check")
    for look in looks(world, 10, begin=1):
        world.show("/group", page(world, noisy=False, news=listed(look)))
    added = [change["summary"] for change in world.json("changes", "--kind", "news")]
    assert len(added) == len(set(added)) == 2


def test_a_pattern_set_by_hand_is_noise_at_once_until_it_is_cleared(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", page(world, noisy=False)))
    world.wgwatch("check")
    [mark] = world.json("noise", "HWG", "--set", "The yearly fee of a member is *")
    assert (mark["origin"], mark["state"], mark["section"]) == ("set", "active", None)
    world.show("/group", page(world, noisy=False, fee=FEE.replace("200", "250")))
    world.wgwatch("check")
    assert (world.hooks, world.json("changes")) == ([], [])
    assert world.json("noise", "HWG", "--clear", str(mark["id"])) == []
    world.show("/group", page(world, noisy=False))
    world.wgwatch("check")
    assert texts(world) == [[[FEE.replace("200", "250"), FEE]]]


def test_what_was_cleared_is_told_again_and_not_learned_again(learned: World) -> None:
    [counter] = [m for m in learned.json("noise", "HWG") if m["pattern"].startswith("You are visitor")]
    learned.wgwatch("noise", "HWG", "--clear", str(counter["id"]))
    for look in looks(learned, 5, begin=6):
        learned.show("/group", page(learned, look=look))
    assert len(texts(learned)) == 5
    assert all("visitor" in pair[0] for pairs in texts(learned) for pair in pairs)


def test_a_rebuild_keeps_marks_and_what_was_told(learned: World) -> None:
    for look in looks(learned, 2, begin=6):
        learned.show("/group", page(learned, look=look))
    before, marks = learned.json("changes", "--noise"), learned.json("noise", "HWG")
    learned.wgwatch("reparse", "--all")
    learned.wgwatch("check")
    after = learned.json("changes", "--noise")
    assert [(c["id"], c["state"]) for c in after] == [(c["id"], c["state"]) for c in before]
    assert [m["pattern"] for m in learned.json("noise", "HWG") if m["state"] == "active"] == [
        m["pattern"] for m in marks if m["state"] == "active"
    ]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--set", " ** "), "the pattern has to say something beside *"),
        (("--clear", "4711"), "HWG has no mark 4711"),
    ],
)
def test_a_mark_that_cannot_be_is_a_clear_error(learned: World, args: tuple[str, str], said: str) -> None:
    failed = learned.wgwatch("noise", "HWG", *args, rc=2)
    assert said in failed.stderr
