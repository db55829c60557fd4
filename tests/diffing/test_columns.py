"""Fields that a layout drops or adds, against facts that change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from storage.records import Contact, Event

Story = Any

EVENTS = tuple(
    Event(title=f"{n}th Meeting", starts_on=f"2027-0{n}-07", city="Lima", economy="Peru") for n in range(4, 8)
)
PEOPLE = tuple(Contact(name=f"Person {letter}", role="Adviser", organization="Quay") for letter in "ABCD")


def test_a_column_that_goes_is_one_change_of_the_page(story: Story) -> None:
    story.look(*EVENTS)
    [draft] = story.look(*(replace(event, economy=None) for event in EVENTS))
    assert draft.kind == "page.redesigned"
    assert draft.fields["columns"] == (["economy"], None)
    assert draft.summary == "Events redesigned: 4 entries show no longer economy"


def test_a_column_that_comes_is_one_change_too(story: Story) -> None:
    story.look(*PEOPLE)
    said = [replace(person, email=f"{person.name[-1]}@quay.example") for person in PEOPLE]
    [draft] = story.look(*said)
    assert (draft.kind, draft.fields["columns"]) == ("page.redesigned", (None, ["email"]))


def test_what_changes_beside_the_column_is_told(story: Story) -> None:
    story.look(*EVENTS)
    moved = replace(EVENTS[0], starts_on="2027-04-09")
    drafts = story.look(*(replace(event, economy=None) for event in (moved, *EVENTS[1:])))
    assert [(draft.kind, set(draft.fields)) for draft in drafts if draft.kind != "page.redesigned"] == [
        ("event.moved", {"starts_on"})
    ]


def test_a_field_that_one_row_still_has_is_no_column(story: Story) -> None:
    story.look(*EVENTS)
    assert story.kinds(*(replace(event, city=None) for event in EVENTS[1:]), EVENTS[0]) == ["event.moved"] * 3


def test_all_meetings_called_off_at_once_are_news_of_each(story: Story) -> None:
    story.look(*EVENTS)
    assert story.kinds(*(replace(event, status="cancelled") for event in EVENTS)) == ["event.cancelled"] * 4


def test_dates_that_are_fixed_for_all_are_news_of_each(story: Story) -> None:
    story.look(*(replace(event, starts_on=None) for event in EVENTS))
    assert story.kinds(*EVENTS) == ["event.modified"] * 4
