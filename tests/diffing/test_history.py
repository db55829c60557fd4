"""A page's history, step by step: what is told, under which id, and what is passed over in silence."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diffing import history
from diffing.drafts import Look
from storage.records import Contact, Event, Group, NewsItem, Project, Record

Story = Any

MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Lima", economy="Peru")
MOVED = replace(MEETING, starts_on="2027-09-12")
WORKSHOP = Event(title="Port Workshop", starts_on="2027-09-19", project_code="HWG 01 2026A")
TAN = Contact(name="Mei Tan", role="Programme Director")
CRANE = Contact(name="Obadiah Crane", role="Chair")
OBAN = Contact(name="Carlos Oban", role="Programme Director")
PROJECT = Project(code="HWG 01 2026A", title="Small boats")
NEWS = NewsItem(title="Port opened")
GROUP = Group(name="Harbour Working Group", acronym="HWG", last_updated="2027-01")
ALL: tuple[Record, ...] = (GROUP, MEETING, WORKSHOP, TAN, CRANE, PROJECT, NEWS)


def test_a_first_look_tells_nothing(story: Story) -> None:
    assert story.kinds(*ALL) == []
    assert story.ids().keys() == {record.label for record in ALL}


def test_the_same_again_tells_nothing(story: Story) -> None:
    story.look(*ALL)
    assert story.kinds(*ALL) == []
    assert all(version.last_seen is None for version in story.state.open)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_in_another_order_and_place_tells_nothing(story: Story, seed: int) -> None:
    chance = random.Random(seed)
    records: list[Record] = [
        *(
            replace(MEETING, title=f"{n // 3}th Quay Meeting", starts_on=f"2027-0{1 + n % 9}-11")
            for n in range(12)
        ),
        *(Contact(name=f"Person {chr(65 + n)}", role=chance.choice(["Chair", "Adviser"])) for n in range(6)),
        *(Project(code=f"HWG 0{n} 2026") for n in range(6)),
        *(NewsItem(title=f"Port {n} opened") for n in range(6)),
    ]
    story.look(*records)
    ids = sorted(story.ids().values())
    for _ in range(3):
        shuffled = chance.sample(records, len(records))
        assert story.look(*(replace(r, place=chance.randrange(999)) for r in shuffled)) == []
    assert sorted(story.ids().values()) == ids


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (MEETING, MOVED, "event.moved"),
        (MEETING, replace(MEETING, city="Cusco"), "event.moved"),
        (MEETING, replace(MEETING, title="43rd Meeting of the HWG"), "event.renamed"),
        (MEETING, replace(MEETING, venue="Port Hall"), "event.modified"),
        (MEETING, replace(MEETING, ends_on="2027-09-09"), "event.modified"),
        (MEETING, replace(MEETING, status="cancelled"), "event.cancelled"),
        (MEETING, replace(MOVED, status="postponed"), "event.postponed"),
        (replace(MEETING, status="cancelled"), MEETING, "event.restored"),
        (replace(MEETING, status="postponed"), MOVED, "event.restored"),
        (TAN, replace(TAN, name="Mei Tans"), "contact.renamed"),
        (TAN, replace(TAN, role="Lead Shepherd"), "contact.modified"),
        (TAN, replace(TAN, email="mei.tan@harbour.example"), "contact.modified"),
        (PROJECT, replace(PROJECT, title="Boats"), "project.renamed"),
        (PROJECT, replace(PROJECT, status="completed"), "project.modified"),
        (GROUP, replace(GROUP, last_updated="2027-02"), "group.modified"),
    ],
)
def test_a_record_that_the_page_says_otherwise(story: Story, old: Record, new: Record, kind: str) -> None:
    story.look(old)
    [record_id] = story.ids().values()
    [draft] = story.look(new)
    assert (draft.kind, draft.record_id) == (kind, record_id)
    assert (draft.before.label, draft.after.label) == (old.label, new.label)
    assert set(draft.fields) == {name for name, value in new.said().items() if old.said()[name] != value}
    assert set(story.ids().values()) == {record_id}


@pytest.mark.parametrize(
    ("record", "come", "gone"),
    [
        (MEETING, ["event.added"], ["event.removed"]),
        (replace(MEETING, starts_on="2026-09-07"), ["event.added"], ["event.ended"]),
        (TAN, ["contact.added"], ["contact.removed"]),
        (PROJECT, ["project.added"], ["project.removed"]),
        (NEWS, ["news.added"], []),
        (GROUP, ["group.added"], ["group.removed"]),
        (replace(MEETING, read_from="prose"), [], []),
    ],
)
def test_a_record_that_comes_and_goes(story: Story, record: Record, come: list[str], gone: list[str]) -> None:
    story.look(CRANE)
    assert story.kinds(CRANE, record) == come
    assert story.kinds(CRANE) == gone


def test_versions_say_when_they_were_seen_and_when_the_next_look_was(story: Story) -> None:
    for record in (MEETING, MEETING, MOVED, MEETING):
        story.look(record)
    first, second, third = story.versions(MEETING.label)
    looks = story.looks
    assert (first.first_seen, first.last_seen) == (looks[0].first_seen, looks[1].last_seen)
    assert (first.next_look, first.verdict) == (looks[2].first_seen, "modified")
    assert (second.first_seen, second.next_look) == (looks[2].first_seen, looks[3].first_seen)
    assert (third.last_seen, third.verdict) == (None, None)


def test_a_spelling_is_a_new_version_and_no_news(story: Story) -> None:
    story.look(MEETING)
    assert story.look(replace(MEETING, title="43rd HWG MEETING", city="LIMA")) == []
    assert [v.record.label for v in story.state.open] == ["43rd HWG MEETING"]


def test_back_at_an_earlier_state_it_is_the_same_record(story: Story) -> None:
    story.look(MEETING)
    ids = story.ids()
    assert [d.fields["starts_on"] for d in story.look(MOVED)] == [("2027-09-07", "2027-09-12")]
    assert [d.fields["starts_on"] for d in story.look(MEETING)] == [("2027-09-12", "2027-09-07")]
    assert story.ids() == ids


def test_an_event_that_comes_back_is_restored_and_a_person_is_added_again(story: Story) -> None:
    story.look(MEETING, TAN)
    ids = story.ids()
    assert story.kinds() == ["contact.removed", "event.removed"]
    assert story.kinds(MEETING, TAN) == ["contact.added", "event.restored"]
    assert story.ids() == ids


def test_one_who_leaves_a_role_and_one_who_comes_into_it_are_one_change(story: Story) -> None:
    story.look(TAN, CRANE)
    ids = story.ids()
    [draft] = story.look(CRANE, OBAN)
    assert draft.kind == "role.changed"
    assert (draft.before, draft.after) == (
        replace(TAN, section="contacts"),
        replace(OBAN, section="contacts"),
    )
    assert draft.before_id == ids["Mei Tan"]
    assert draft.record_id == story.ids()["Carlos Oban"] != ids["Mei Tan"]
    assert [v.verdict for v in story.versions("Mei Tan")] == ["replaced"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((replace(TAN, role=None),), (replace(OBAN, role=None),)),
        ((TAN,), (replace(OBAN, role=None),)),
        ((TAN,), (replace(OBAN, role="Chair"),)),
        ((TAN, replace(CRANE, role=TAN.role)), (OBAN, Contact(name="Sven Olafsen", role=TAN.role))),
        ((TAN,), (OBAN, Contact(name="Sven Olafsen", role=TAN.role))),
    ],
    ids=["no role", "role of one", "other role", "two for two", "two for one"],
)
def test_nobody_is_said_to_follow_another_where_the_page_does_not(
    story: Story, old: tuple[Contact, ...], new: tuple[Contact, ...]
) -> None:
    story.look(*old)
    assert story.kinds(*new) == ["contact.added"] * len(new) + ["contact.removed"] * len(old)


def test_a_post_that_falls_empty_and_one_that_is_taken_are_changes_of_the_role(story: Story) -> None:
    empty = replace(TAN, name=None)
    story.look(TAN)
    [left] = story.look(empty)
    [taken] = story.look(OBAN)
    assert (left.kind, left.before.name, left.after.name) == ("role.changed", "Mei Tan", None)
    assert (taken.kind, taken.before.name, taken.after.name) == ("role.changed", None, "Carlos Oban")


def test_two_people_who_held_a_post_one_after_the_other_are_two_records(story: Story) -> None:
    story.look(TAN)
    tan = story.ids()["Mei Tan"]
    story.look(replace(TAN, name=None))
    story.look(OBAN)
    assert story.ids()["Carlos Oban"] != story.register.resolve(tan)


def test_a_list_that_is_no_longer_shown_is_news_of_the_page_alone(story: Story) -> None:
    story.look(*ALL)
    drafts = story.look(
        GROUP, TAN, CRANE, PROJECT, NEWS, sections=("description", "contacts", "projects", "news")
    )
    [gone] = drafts
    assert (gone.kind, gone.section, gone.fields) == (
        "section.gone",
        ("events", "Events"),
        {"records": (2, None)},
    )
    assert [v.verdict for v in story.versions(MEETING.label)] == ["section not shown"]


def test_a_list_that_is_shown_again_brings_its_records_back_in_silence(story: Story) -> None:
    story.look(*ALL)
    ids = story.ids()
    for _ in range(2):
        story.look(*ALL[3:], GROUP, sections=("description", "contacts", "projects", "news"))
    assert story.kinds(*ALL) == ["section.back"]
    assert story.ids() == ids
    assert story.kinds(*ALL) == []


def test_what_changed_while_its_list_was_not_shown_is_told_when_it_is(story: Story) -> None:
    story.look(*ALL)
    ids = story.ids()
    story.look(*ALL[3:], GROUP, sections=("description", "contacts", "projects", "news"))
    new = replace(WORKSHOP, title="Tide Dialogue", starts_on="2027-12-01", project_code=None)
    drafts = {draft.kind: draft for draft in story.look(GROUP, MOVED, new, *ALL[3:])}
    assert drafts.keys() == {"section.back", "event.moved", "event.added"}
    assert drafts["event.moved"].record_id == ids[MEETING.label]
    assert drafts["event.moved"].fields == {"starts_on": ("2027-09-07", "2027-09-12")}


def test_a_list_under_another_heading_loses_nobody(story: Story) -> None:
    story.look(MEETING, WORKSHOP)
    moved = [replace(record, section="meetings") for record in (MEETING, WORKSHOP)]
    drafts = story.look(*moved, sections=("description", "meetings", "contacts", "projects", "news"))
    assert [draft.kind for draft in drafts] == ["section.gone"]
    assert drafts[0].fields == {"records": (2, None)}


def test_half_of_the_sections_gone_at_once_is_a_redesign(story: Story) -> None:
    story.look(*ALL)
    drafts = story.look(GROUP, TAN, CRANE, sections=("contacts", "join us"))
    assert sorted({draft.kind for draft in drafts}) == ["page.redesigned", "section.gone"]
    [redesign] = [draft for draft in drafts if draft.kind == "page.redesigned"]
    was, now = redesign.fields["sections"]
    assert (len(was), now) == (5, ["Contacts", "Join Us"])


def test_a_meeting_of_a_sentence_that_gets_its_entry_is_modified_and_not_added(story: Story) -> None:
    story.look(Event(title="43rd HWG Meeting", read_from="prose", section="description"))
    ids = story.ids()
    [draft] = story.look(MEETING)
    assert (draft.kind, draft.record_id) == ("event.modified", ids[MEETING.label])
    assert draft.fields["starts_on"] == (None, "2027-09-07")


def test_a_meeting_that_was_held_has_not_moved_to_the_next_of_its_series(story: Story) -> None:
    held = Event(title="Monthly Port Call", starts_on="2027-01-05")
    following = replace(held, starts_on="2027-02-02")
    for day in (1, 10):
        story.look(held, on=datetime(2027, 1, day, tzinfo=UTC))
    assert story.kinds(following, on=datetime(2027, 1, 11, tzinfo=UTC)) == ["event.added", "event.ended"]
    assert len({version.record_id for version in story.versions("Monthly Port Call")}) == 2


def test_what_a_reading_states_twice_is_one_record(story: Story) -> None:
    story.look(MEETING, replace(MEETING, place=40))
    assert len(story.state.open) == 1
    assert story.kinds(MEETING) == []
    assert story.kinds(MEETING, replace(MEETING, place=40)) == []


def test_two_records_of_one_title_and_day_have_two_ids_that_stay(story: Story) -> None:
    lima, cusco = replace(MEETING, city="Lima"), replace(MEETING, city="Cusco")
    story.look(lima, cusco)
    ids = {v.record.city: v.record_id for v in story.state.open}
    assert len(set(ids.values())) == 2
    assert story.look(lima, cusco) == []
    [draft] = story.look(lima)
    assert (draft.kind, draft.record_id) == ("event.removed", ids["Cusco"])
    [back] = story.look(lima, cusco)
    assert (back.kind, back.record_id) == ("event.restored", ids["Cusco"])


def test_two_found_to_be_one_leave_a_redirect_to_the_older(story: Story) -> None:
    story.look(MEETING)
    older = story.ids()[MEETING.label]
    story.look()
    story.look(MOVED)
    younger = story.ids()[MEETING.label]
    story.look(MEETING)
    assert story.ids()[MEETING.label] == older
    assert story.register.resolve(younger) == older


def test_a_text_that_changed_names_its_section_and_sentence(story: Story) -> None:
    story.look(text=["Ports trade.", "They hold 20 per cent."])
    [draft] = story.look(text=["Ports trade.", "They hold 40 per cent."])
    assert (draft.kind, draft.section) == ("text.changed", ("description", "Description"))
    assert draft.sentences == (("They hold 20 per cent.", "They hold 40 per cent."),)


def test_a_changed_link_behind_the_same_text_is_told(story: Story) -> None:
    story.look(text=["Read the agenda."], references=["link: https://harbour.example/a"])
    [draft] = story.look(text=["Read the agenda."], references=["link: https://harbour.example/b"])
    assert draft.kind == "text.changed"
    assert draft.sentences == (("link: https://harbour.example/a", "link: https://harbour.example/b"),)


def test_a_new_section_is_told_by_its_text(story: Story) -> None:
    story.look(sections=("events",))
    [draft] = story.look(sections=("events", "description"), text=["Ports trade."])
    assert (draft.kind, draft.sentences) == ("text.changed", ((None, "Ports trade."),))


def test_what_matters_most_stands_first(story: Story) -> None:
    story.look(GROUP, MEETING, TAN, text=["They hold 20 per cent."])
    drafts = story.look(
        replace(GROUP, last_updated="2027-02"), MOVED, OBAN, NEWS, text=["They hold 40 per cent."]
    )
    assert [draft.kind for draft in drafts] == [
        "role.changed",
        "event.moved",
        "text.changed",
        "news.added",
        "group.modified",
    ]


def test_new_rules_read_the_old_answer_in_silence_and_keep_the_ids(story: Story) -> None:
    story.look(MEETING, TAN)
    ids = story.ids()
    old = story.looks[-1]
    read_better = replace(MEETING, venue="Port Hall", section="events")
    new = Look(
        old.first_seen,
        old.last_seen,
        old.sha256,
        replace(old.reading, events=(read_better, WORKSHOP), rules="new"),
    )
    history.reread(story.state, new, story.register)
    story.looks[-1] = new
    assert story.look(replace(MEETING, venue="Port Hall"), WORKSHOP, TAN) == []
    assert {label: story.ids()[label] for label in ids} == ids


@pytest.mark.parametrize("seed", range(15))
def test_whatever_a_page_shows_each_id_is_open_once_and_told_by_true_steps(
    new_story: Callable[[], Story], seed: int
) -> None:
    """From look to look: what came was not there, what went is not there any more, and nothing else is said."""
    chance = random.Random(seed)
    titles = ["Port Forum", "Quay Forum", "43rd HWG Meeting", "44th HWG Meeting"]
    days = ["2027-09-07", "2027-09-12", "2027-10-03", None]
    story = new_story()
    shown: set[str] = set()
    for number in range(12):
        records = [
            Event(title=chance.choice(titles), starts_on=chance.choice(days))
            for _ in range(chance.randrange(5))
        ]
        drafts = story.look(*records, on=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number))
        open_ids = [version.record_id for version in story.state.open]
        now = {story.register.resolve(record_id) for record_id in open_ids}
        assert len(open_ids) == len(set(open_ids)) == len(now)
        before = {story.register.resolve(record_id) for record_id in shown}
        told: dict[str, set[str]] = {}
        for draft in drafts:
            told.setdefault(draft.kind, set()).add(story.register.resolve(draft.record_id))
        if number:
            arrived = told.get("event.added", set()) | told.get("event.restored", set())
            assert arrived == now - before
            assert told.get("event.removed", set()) == before - now
        assert story.look(*records) == []
        shown = now
