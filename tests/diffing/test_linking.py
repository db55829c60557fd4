"""Which records of two pages are one."""

from __future__ import annotations

import pytest

from diffing.linking import SURE, Observed, components, keys, likeness
from storage.records import Contact, Event, Group, NewsItem, Project, Record

HWG = frozenset({"hwg", "harbour working group"})


def on(page: int, *records: Record, groups: frozenset[str] = HWG) -> Observed:
    return Observed(f"{page}-{records[0].label}", page, records, groups)


def one(a: Observed, b: Observed) -> bool:
    return bool(keys(a) & keys(b)) and likeness(a, b) >= SURE


MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Lima", economy="Peru")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (MEETING, Event(title="43rd HWG meeting", starts_on="2027-09-07")),
        (MEETING, Event(title="43rd HWG Meeting", starts_on="2027-09-12")),
        (MEETING, Event(title="43rd HWG Meeting")),
        (
            Event(title="Agentic Summit (with Quay Project)", starts_on="2027-09-07"),
            Event(title="Agentic Summit (joint event with Quay Project)", starts_on="2027-09-07"),
        ),
        (
            Event(title="Small boats", starts_on="2027-09-07", project_code="HWG 01 2026A"),
            Event(title="Fishing vessels", starts_on="2027-09-07", project_code="HWG 01 2026A"),
        ),
        (Project(code="HWG 01 2026A", title="Boats"), Project(code="HWG 01 2026 A", title="Small boats")),
        (Contact(name="Mei Tan", role="Chair"), Contact(name="TAN Mei", role="chair", group="HWG")),
        (
            Group(name="Harbour Working Group", acronym="HWG"),
            Group(name=None, acronym="HWG", read_from="list"),
        ),
        (NewsItem(title="Port opened", date="2027-09-01"), NewsItem(title="Port opened", date="2027-09-01")),
        (
            NewsItem(title="Port opened", link="https://harbour.example/1"),
            NewsItem(title="A port is open", link="https://harbour.example/1"),
        ),
    ],
)
def test_the_same_on_two_pages_is_one(mine: Record, theirs: Record) -> None:
    assert one(on(1, mine), on(2, theirs))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (MEETING, Event(title="42nd HWG Meeting", starts_on="2027-09-07")),
        (MEETING, Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Piura")),
        (MEETING, Event(title="43rd HWG Meeting", starts_on="2029-09-07")),
        (
            Event(title="Workshop on Small Boats", starts_on="2027-09-07"),
            Event(title="Workshop on Small Ports", starts_on="2027-09-07"),
        ),
        (
            Event(title="Quay Forum", starts_on="2027-09-07"),
            Event(title="Quay Forum", starts_on="2027-10-07"),
        ),
        (Contact(name="Mei Tan", role="Chair"), Contact(name="Mei Tan", role="Technical Lead")),
        (Contact(name="Mei Tan", role="Chair"), Contact(name="Mei Tan", role="Chair", group="QWG")),
        (Contact(name=None, role="Chair"), Contact(name=None, role="Chair")),
        (Project(code="HWG 01 2026A", title="Boats"), Project(code="HWG 02 2026A", title="Boats")),
        (Group(name="Harbour Working Group", acronym="HWG"), Group(name="Harbour Group", acronym="HG")),
        (NewsItem(title="Port opened", date="2027-09-01"), NewsItem(title="Port opened", date="2027-10-01")),
    ],
)
def test_what_may_be_another_is_another(mine: Record, theirs: Record) -> None:
    assert not one(on(1, mine), on(2, theirs))


def test_a_numbered_meeting_of_another_group_is_another() -> None:
    theirs = on(2, Event(title="43rd HWG Meeting", starts_on="2027-09-12"), groups=frozenset({"qwg"}))
    assert not one(on(1, MEETING), theirs)


def test_any_version_that_a_page_ever_said_may_be_the_one() -> None:
    moved = on(
        1,
        Event(title="Quay Forum", starts_on="2027-09-07"),
        Event(title="Quay Forum", starts_on="2027-10-07"),
    )
    assert one(moved, on(2, Event(title="Quay Forum", starts_on="2027-10-07")))


def test_two_records_of_one_page_are_never_put_together() -> None:
    mine = on(1, Event(title="Quay Forum", starts_on="2027-09-07"))
    close = on(2, Event(title="Quay Forum", starts_on="2027-09-07"))
    closer = on(2, Event(title="Quay Forum, Day One", starts_on="2027-09-07"))
    [group] = components([mine, closer, close], [(0, 1), (0, 2), (1, 2)])
    assert group == [mine, close]
