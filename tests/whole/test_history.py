"""What the pages said on any past day, from saved pages, in whatever order they came."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from world import World, group_page

OLD = (
    "http://www.apec.org/Groups/SOM-Steering-Committee-on-Economic-and-Technical-Cooperation/"
    "Working-Groups/Small-and-Medium-Enterprises.aspx"
)
NEW = (
    "https://www.apec.org/groups/som-steering-committee-on-economic-and-technical-cooperation/"
    "working-groups/small-and-medium-enterprises"
)


@pytest.fixture(params=["newest first", "oldest first"])
def smewg(request: pytest.FixtureRequest, world: World, cases: Path) -> World:
    """Both captures of the group's page, seven years apart, imported in both orders."""
    world.wgwatch("init")
    captures = [
        (cases / "seed-2023" / "page.txt", NEW, "2023-10-05"),
        (cases / "seed-2016" / "page.txt", OLD, "2016-09-23"),
    ]
    for path, url, at in captures if request.param == "newest first" else reversed(captures):
        world.wgwatch("import", str(path), "--url", url, "--at", at)
    return world


def test_both_addresses_are_one_page_with_two_captures(smewg: World) -> None:
    assert len(smewg.json("status")["pages"]) == 1
    assert [capture["first_seen"][:10] for capture in smewg.json("captures", OLD)] == [
        "2016-09-23",
        "2023-10-05",
    ]
    assert smewg.json("captures", NEW) == smewg.json("captures", "SMEWG")


def test_contacts_between_the_looks_are_those_of_the_last_look(smewg: World) -> None:
    found = {c["name"]: c for c in smewg.json("contacts", "--as-of", "2017-01-01")}
    assert {name: c["email"] for name, c in found.items()} == {
        "John M. Andersen": "john.andersen@trade.gov",
        "Xuan Hoa NGHIEM": "nxh@apec.org",
    }
    assert {c["last_seen"] for c in found.values()} == {"2016-09-23T00:00:00Z"}
    assert {c["next_look"] for c in found.values()} == {"2023-10-05T00:00:00Z"}
    assert {c["state"] for c in found.values()} == {"seen"}


def test_contacts_after_the_second_look(smewg: World) -> None:
    found = {c["name"]: c for c in smewg.json("contacts", "--as-of", "2023-11-01")}
    assert found.keys() == {"Aaron SYDOR", "Carlos Obando"}
    assert found["Aaron SYDOR"]["email_protected"] is True
    assert found["Aaron SYDOR"]["role"] is None
    assert found["Carlos Obando"]["email_protected"] is False
    assert {c["email"] for c in found.values()} == {None}


def test_events_are_there_then_and_known_from_history_later(smewg: World) -> None:
    assert len(smewg.json("events", "--as-of", "2017-01-01")) == 18
    assert smewg.json("events", "--as-of", "2023-11-01") == []
    past = smewg.json("events", "--as-of", "2023-11-01", "--history")
    assert len(past) == 18
    assert {e["last_seen"] for e in past} == {"2016-09-23T00:00:00Z"}
    assert {e["state"] for e in past} == {"section not shown"}
    assert len(smewg.json("projects", "--as-of", "2017-01-01")) == 8
    assert len(smewg.json("news", "--as-of", "2017-01-01")) == 68


def test_before_the_first_look_there_is_no_answer_but_a_sentence(smewg: World) -> None:
    result = smewg.wgwatch("contacts", "--as-of", "2010-01-01", rc=1)
    assert result.stdout == ""
    assert "the earliest look is of 2016-09-23" in result.stderr


def test_a_period_without_a_look_says_so(smewg: World) -> None:
    result = smewg.wgwatch("contacts", "--during", "2019", rc=1)
    assert "no look in 2019: the last before is of 2016-09-23, the next after of 2023-10-05" in result.stderr
    assert len(smewg.json("contacts", "--during", "2016-09..2023-10-05")) == 4


def test_events_held_in_a_period(smewg: World) -> None:
    held = smewg.json("events", "--as-of", "2017-01-01", "--held", "2016-09")
    assert len(held) == 5
    assert {event["starts_on"][:7] for event in held} == {"2016-09"}


def test_the_changes_of_seven_years_are_true(smewg: World) -> None:
    changes = smewg.json("changes")
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        by_kind.setdefault(change["kind"], []).append(change)
    [role] = by_kind["role.changed"]
    assert role["record"]["before"]["name"] == "Xuan Hoa NGHIEM"
    assert role["record"]["after"]["name"] == "Carlos Obando"
    [left], [came] = by_kind["contact.removed"], by_kind["contact.added"]
    assert left["record"]["before"]["name"] == "John M. Andersen"
    assert came["record"]["after"]["name"] == "Aaron SYDOR"
    assert came["record"]["after"]["email_protected"] is True
    assert {"events", "news"} <= {change["section"]["key"] for change in by_kind["section.gone"]}
    assert not any(kind.startswith(("event.", "project.", "news.")) for kind in by_kind)
    [group] = by_kind["group.modified"]
    assert group["fields"] == {"last_updated": ["2016-07-25", "2023-09"]}
    description = next(c for c in by_kind["text.changed"] if c["section"]["key"] == "description")
    was, now = description["sentences"][0]
    assert "20 per cent to 50 per cent" in was
    assert "40 percent to 60 percent" in now
    assert {change["state"] for change in changes} == {"derived"}
    assert {change["last_seen_before"] for change in changes} == {"2016-09-23T00:00:00Z"}
    assert {change["first_seen_after"] for change in changes} == {"2023-10-05T00:00:00Z"}


def test_an_import_again_adds_nothing(smewg: World, cases: Path) -> None:
    before = (smewg.json("changes"), smewg.json("contacts", "--history"), smewg.json("captures", "SMEWG"))
    page = str(cases / "seed-2016" / "page.txt")
    assert "known already" in smewg.wgwatch("import", page, "--url", OLD, "--at", "2016-09-23").stdout
    assert (
        smewg.json("changes"),
        smewg.json("contacts", "--history"),
        smewg.json("captures", "SMEWG"),
    ) == before


STATES = {
    "2020-01-01": 7,
    "2020-02-01": 7,
    "2020-03-01": 12,
    "2020-04-01": 7,
    "2020-05-01": 21,
}


def history_of(world: World) -> tuple[Any, ...]:
    def without(found: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
        return [{k: v for k, v in item.items() if k not in names} for item in found]

    return (
        without(world.json("captures", "HWG"), "id"),
        without(world.json("events", "--history"), "id"),
        [(c["kind"], c["fields"], c["first_seen_after"]) for c in world.json("changes")],
    )


def test_any_order_of_imports_gives_the_same_history(tmp_path_factory: pytest.TempPathFactory) -> None:
    histories = []
    for order in list(itertools.permutations(STATES))[::11]:
        folder = tmp_path_factory.mktemp("order")
        with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world:
            for at in order:
                page = folder / f"{at}.html"
                page.write_text(group_page(STATES[at]))
                world.wgwatch("import", str(page), "--url", "https://hwg.example/group", "--at", at)
            histories.append(history_of(world))
    captures, events, changes = histories[0]
    assert all(history == histories[0] for history in histories)
    assert [c["looks"] for c in captures] == [2, 1, 1, 1]
    assert [fields["starts_on"] for _, fields, _ in changes] == [
        ["2027-09-07", "2027-09-12"],
        ["2027-09-12", "2027-09-07"],
        ["2027-09-07", "2027-09-21"],
    ]
    assert len(events) == 3 + 3  # the meeting has four versions


def test_a_rebuild_of_what_checks_made_changes_nothing(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    for day, extra in (
        (7, ""),
        (12, ""),
        (12, "<h2>News</h2><ul><li>Port opened</li></ul>"),
        (7, ""),
        (12, ""),
    ):
        world.show("/group", group_page(day, extra=extra))
        world.wgwatch("check")
    asked = [("events", "--history"), ("contacts", "--history"), ("news", "--history"), ("changes",)]
    before = [world.json(*question) for question in asked]
    world.wgwatch("reparse", "--all")
    assert [world.json(*question) for question in asked] == before
    assert {change["state"] for change in world.json("changes")} == {"planned"}


def test_an_id_once_shown_is_found_after_an_earlier_capture_came_in(world: World, tmp_path: Path) -> None:
    world.watch(world.show("/group", group_page(12)))
    world.wgwatch("check")
    shown = {event["title"]: event["id"] for event in world.json("events")}
    old = tmp_path / "old.html"
    old.write_text(group_page(3))
    world.wgwatch("import", str(old), "--url", world.url + "/group", "--at", "2020-01-01")
    for title, record_id in shown.items():
        assert world.json("show", record_id)["label"] == title
    [moved] = [event for event in world.json("events") if "43rd" in event["title"]]
    assert moved["first_seen"].startswith("20")
    assert len(world.json("show", shown["43rd HWG Meeting"])["versions"]) == 2


def test_a_diff_of_any_two_versions(world: World, tmp_path: Path) -> None:
    for at, day in STATES.items():
        page = tmp_path / f"{at}.html"
        page.write_text(group_page(day))
        world.wgwatch("import", str(page), "--url", "https://hwg.example/group", "--at", at)
    [change] = world.json("diff", "HWG", "--from", "2020-03-01", "--to", "2020-05-01")
    assert change["fields"] == {"starts_on": ["2027-09-12", "2027-09-21"]}
    [newest] = world.json("diff", "https://hwg.example/group")
    assert newest["fields"] == {"starts_on": ["2027-09-07", "2027-09-21"]}
    assert "12 Sep 2027 43rd HWG Meeting" in world.wgwatch("page", "HWG", "--as-of", "2020-03-15").stdout
    raw = world.wgwatch("page", "HWG", "--as-of", "2020-03-15", "--raw").stdout
    assert raw == group_page(12)
