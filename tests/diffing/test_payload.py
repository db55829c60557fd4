"""Changes as they are told: ids that stay, one for each time that something happens."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from diffing.payload import PageFacts, change_id, changes_of, health_change
from storage.changes import Change
from storage.records import Contact, Event, Group

MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-07")
MOVED = replace(MEETING, starts_on="2027-09-12")
TAN = Contact(name="Mei Tan", role="Chair", inferred={"economy": "domain"})
OBAN = Contact(name="Carlos Oban", role="Chair")
PAGE = PageFacts(1, "harbour.example/group", "https://harbour.example/group", ("harbour",), "HWG")


def told(story: Any, *records: Any, page: PageFacts = PAGE, seen: Counter[str] | None = None) -> list[Change]:
    """The changes of the next look, numbered as a check numbers them, and remembered in `seen`."""
    drafts = story.look(*records)
    before, after = story.looks[-2:]
    known = seen if seen is not None else Counter()
    found = changes_of(drafts, page, before, after, story.register, lambda what: known[what])
    known.update(change.payload["what"] for change in found)
    return found


@pytest.fixture
def moved(new_story: Callable[[], Any]) -> Callable[..., Change]:
    """The same move, made anew."""

    def moved(page: PageFacts = PAGE) -> Change:
        story = new_story()
        story.look(MEETING, TAN)
        [change] = told(story, MOVED, TAN, page=page)
        return change

    return moved


def test_the_same_change_has_the_same_id_wherever_it_is_found(moved: Callable[..., Change]) -> None:
    assert moved().id == moved().id
    assert moved() == moved()
    assert moved(replace(PAGE, id=99, sources=())).id == moved().id
    assert moved(replace(PAGE, key="quay.example/group")).id != moved().id


def test_each_time_that_something_happens_has_an_id_of_its_own(story: Any) -> None:
    seen: Counter[str] = Counter()
    story.look(MEETING)
    found = [change for n in range(6) for change in told(story, MEETING if n % 2 else MOVED, seen=seen)]
    assert len({change.id for change in found}) == 6
    assert sorted(seen.values()) == [3, 3]
    assert [change_id(found[0].payload["what"], n) for n in range(3)] == [c.id for c in found[::2]]


def test_changes_of_one_step_have_ids_of_their_own(story: Any) -> None:
    story.look(MEETING, TAN, Group(name="Harbour"))
    workshop = Event(title="Port Workshop", starts_on="2027-10-01")
    found = told(story, MOVED, OBAN, workshop, Group(name="Ports"))
    assert len({change.id for change in found}) == len(found) == 4


def test_a_payload_says_it_all_in_plain_values(story: Any) -> None:
    story.look(MEETING, Group(name="Harbour Working Group", acronym="HWG"))
    [change] = told(story, MOVED, Group(name="Harbour Working Group", acronym="HWG"))
    payload = json.loads(json.dumps(change.payload))
    assert payload["fields"] == {"starts_on": ["2027-09-07", "2027-09-12"]}
    assert payload["last_seen_before"] == "2027-01-01T01:00:00Z"
    assert payload["first_seen_after"] == "2027-01-02T00:00:00Z"
    assert (payload["group"], payload["page"], payload["sources"]) == (
        "HWG",
        "https://harbour.example/group",
        ["harbour"],
    )
    record = payload["record"]
    assert record["id"] == record["before"]["id"] == record["after"]["id"] == change.record_id
    assert (record["before"]["starts_on"], record["after"]["starts_on"]) == ("2027-09-07", "2027-09-12")
    looks = [look.sha256 for look in story.looks]
    assert payload["evidence"] == {"sha256_before": looks[0], "sha256_after": looks[1]}


def test_a_role_that_changed_hands_names_both_people_under_their_own_ids(story: Any) -> None:
    story.look(TAN)
    [tan_id] = story.ids().values()
    [change] = told(story, OBAN)
    record = change.payload["record"]
    assert record["before"]["id"] == tan_id
    assert record["after"]["id"] == record["id"] == change.record_id != tan_id
    assert record["before"]["inferred"] == {"economy": "domain"}


def test_a_change_of_the_page_has_no_record(story: Any) -> None:
    story.look(MEETING)
    drafts = story.look(sections=("description", "contacts", "projects", "news"))
    [change] = changes_of(drafts, PAGE, *story.looks, story.register, lambda what: 0)
    assert change.record_id is None
    assert change.payload["record"] is None
    assert change.payload["section"] == {"key": "events", "title": "Events"}


def test_what_the_page_is_called_is_said_by_the_profile_or_else_by_itself(story: Any) -> None:
    story.look(MEETING, Group(name="Harbour Working Group", acronym="HARB"))
    [change] = told(story, MOVED, page=replace(PAGE, acronym=None), seen=None)[:1]
    assert (change.group, change.payload["group_name"]) == ("HARB", "Harbour Working Group")


def test_each_trouble_of_a_page_is_told_under_an_id_of_its_own() -> None:
    def trouble(kind: str, hour: int) -> Change:
        since = datetime(2027, 9, 1, hour, tzinfo=UTC)
        return health_change(
            PAGE, kind, now=since, since=since, last_good=None, reason="a challenge page", weight=0.5
        )

    ids = {trouble(*each).id for each in (("page.blocked", 1), ("page.blocked", 2), ("page.recovered", 1))}
    assert len(ids) == 3
    assert trouble("page.blocked", 1) == trouble("page.blocked", 1)
    assert trouble("page.blocked", 1).payload["health"]["reason"] == "a challenge page"
