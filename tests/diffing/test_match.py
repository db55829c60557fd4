"""Which old record is which new one."""

from __future__ import annotations

import random

import pytest

from diffing.match import THRESHOLD, distinct, folded, identity, match, score
from storage.records import Contact, Event, Group, NewsItem, Project, Record

MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Lima", economy="Peru")
WORKSHOP = Event(
    title="Port Workshop", starts_on="2027-09-19", city="Lima", economy="Peru", project_code="HWG 01 2026A"
)
TAN = Contact(name="Mei Tan", role="Programme Director", email="mei.tan@harbour.example")
CRANE = Contact(name="Obadiah Crane", role="Chair")


def event(title: str, starts_on: str | None = "2027-09-07", **other: object) -> Event:
    return Event(title=title, starts_on=starts_on, **other)


def same(old: Record, new: Record) -> bool:
    return match([old], [new]).pairs == ((0, 0),)


@pytest.mark.parametrize("seed", range(5))
def test_a_list_in_another_order_is_the_same_list(seed: int) -> None:
    chance = random.Random(seed)
    old: list[Event] = [
        event(
            f"{chance.choice(['Port', 'Quay', 'Tide'])} Meeting {n // 2}", f"2027-0{1 + n % 9}-0{1 + n % 7}"
        )
        for n in range(30)
    ]
    new = chance.sample(old, len(old))
    found = match(old, new)
    assert (found.gone, found.come) == ((), ())
    assert all(identity(old[i]) == identity(new[j]) for i, j in found.pairs)


@pytest.mark.parametrize("seed", range(20))
def test_every_record_is_paired_once_or_left_over_whatever_the_lists(seed: int) -> None:
    chance = random.Random(seed)
    words = ["Port", "Quay", "Tide", "Meeting", "Workshop", "Forum", "42nd", "43rd"]

    def some() -> list[Event]:
        return [
            event(" ".join(chance.choices(words, k=2)), chance.choice([None, "2027-09", "2027-09-07"]))
            for _ in range(chance.randrange(12))
        ]

    old, new = some(), some()
    found = match(old, new)
    assert sorted([*(i for i, _ in found.pairs), *found.gone]) == list(range(len(old)))
    assert sorted([*(j for _, j in found.pairs), *found.come]) == list(range(len(new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MEETING, event("43rd HWG Meeting", "2027-09-12", city="Lima", economy="Peru")),
        (MEETING, event("43rd HWG Meeting", "2027-11-02", city="Ha Noi", economy="Viet Nam")),
        (MEETING, event("43rd Meeting of the HWG", city="Lima", economy="Peru")),
        (MEETING, event("HWG Meeting 43rd (rescheduled)", city="Lima", economy="Peru")),
        (event("Port Forum", None), event("Port Forum", "2027-09-12")),
        (WORKSHOP, event("Workshop for Ports", "2027-09-19", project_code="hwg-01-2026a")),
        (WORKSHOP, event("The Port Workshops", "2027-10-19", project_code="HWG 01 2026A")),
    ],
    ids=["moved", "moved far", "renamed", "re-worded", "dated", "by code and day", "by code and title"],
)
def test_a_meeting_that_moved_or_was_renamed_is_the_same(old: Event, new: Event) -> None:
    assert same(old, new)
    assert same(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MEETING, event("42nd HWG Meeting", "2027-09-07", city="Lima", economy="Peru")),
        (MEETING, event("44th HWG Meeting", "2028-03-07", city="Seoul", economy="Korea")),
        (MEETING, WORKSHOP),
        (event("Port Forum I"), event("Port Forum II")),
        (event("First Quay Dialogue"), event("Second Quay Dialogue")),
        (event("Ports Summit 2027"), event("Ports Summit 2028", "2028-09-07")),
        (event("Port Workshop", "2027-09-07", city="Lima"), event("Quay Seminar", "2027-09-08", city="Lima")),
        (event("Port Workshop", "2027-09"), event("Coastal Trade Dialogue", "2027-09")),
    ],
    ids=["42nd", "44th", "workshop", "numerals", "words", "years", "next day", "same month"],
)
def test_two_meetings_are_never_taken_for_one(old: Event, new: Event) -> None:
    assert score(old, new) < THRESHOLD
    assert not same(old, new)


def test_the_surest_pair_comes_first_and_not_the_first_in_the_list() -> None:
    old = [event("Port Workshop", "2027-09-07"), event("Port Workshop", "2027-10-07")]
    new = [event("Port Workshop", "2027-10-07"), event("Port Workshop", "2027-09-12")]
    assert match(old, new).pairs == ((0, 1), (1, 0))


def test_two_records_of_one_identity_are_two() -> None:
    twice = [event("Port Workshop", city="Lima"), event("Port Workshop", city="Cusco")]
    assert match(twice, twice).pairs == ((0, 0), (1, 1))
    assert match(twice, twice[:1]).gone == (1,)
    assert match(twice[:1], twice).come == (1,)


@pytest.mark.parametrize(
    "written",
    ["Tan Mei", "TAN, Mei", "mei  tan", "Méi Tan", "Mei\u00a0Tan", "Mei TAN"],
)
def test_a_name_in_another_order_case_or_spelling_is_the_same_person(written: str) -> None:
    assert same(TAN, Contact(name=written, role="Programme Director"))


def test_a_person_in_another_role_is_the_same_person() -> None:
    assert same(TAN, Contact(name="Mei Tan", role="Lead Shepherd"))
    assert same(TAN, Contact(name="Mei Tan"))


def test_an_address_that_stays_tells_a_new_family_name() -> None:
    assert same(TAN, Contact(name="Mei Tan-Olafsen", role="Adviser", email="Mei.Tan@harbour.example"))


def test_another_person_in_the_same_role_is_another_record() -> None:
    assert not same(TAN, Contact(name="Carlos Oban", role="Programme Director"))
    shared = {"email": "office@harbour.example", "role": "Chair"}
    assert not same(Contact(name="Sven Olafsen", **shared), Contact(name="Obadiah Crane", **shared))


def test_a_person_who_holds_two_roles_keeps_each() -> None:
    two = [TAN, Contact(name="Mei Tan", role="Chair")]
    assert match(two, list(reversed(two))).pairs == ((0, 1), (1, 0))
    assert match([*two, CRANE], [CRANE, two[1]]).gone == (0,)


def test_projects_are_known_by_their_code_however_it_is_written() -> None:
    old = Project(code="HWG 01 2026A", title="Small boats")
    assert same(old, Project(code="hwg-01-2026a", title="Boats of the small ports"))
    assert not same(old, Project(code="HWG 02 2026A", title="Small boats"))
    assert same(Project(code=None, title="Small boats"), Project(code="HWG 01 2026A", title="Small boats"))


def test_news_are_known_by_their_title_or_their_link() -> None:
    old = NewsItem(title="Port opened", link="https://harbour.example/news/1")
    assert same(old, NewsItem(title="Ports are open", link="https://harbour.example/news/1"))
    assert same(old, NewsItem(title="port  opened"))
    assert not same(old, NewsItem(title="Port 2 opened", link="https://harbour.example/news/2"))
    assert not same(NewsItem(title="Quarterly report 1"), NewsItem(title="Quarterly report 2"))


def test_a_page_has_one_group_whatever_it_is_called() -> None:
    assert same(Group(name="Harbour Working Group"), Group(name="Ports Working Group", acronym="PWG"))


def test_what_says_nothing_about_who_is_meant_is_folded() -> None:
    assert folded(" Vi\u1ec7t\u00a0 Nam. ") == folded("viet nam")
    assert folded("Mid\u2011term \u201creview\u201d") == folded('mid-term "Review"')
    assert folded("\U0001f6a2 Port Forum") == folded("port forum")
    assert folded(None) == folded("") == ""
    assert folded("Port 1") != folded("Port 2")


def test_what_a_reading_states_twice_is_one() -> None:
    again = Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Lima", economy="Peru", place=99)
    prose = event("43rd HWG Meeting", "2027-09-07", read_from="prose")
    other = event("Tide Dialogue", "2027-12-01", read_from="prose")
    assert distinct([MEETING, prose, again, other]) == [MEETING, other]
    assert distinct([prose, other]) == [prose, other]


def test_meetings_whose_title_the_page_does_not_give_are_told_apart_by_their_day() -> None:
    named = {"title": "page-title"}
    may = Event(title="Chapter of the Quays", starts_on="2027-05-06", inferred=named)
    june = Event(title="Chapter of the Quays", starts_on="2027-06-03", inferred=named)
    told = Event(title="Evening of talks", starts_on="2027-05-06")
    assert match([may], [june]).pairs == ()
    assert match([may], [told]).pairs == ((0, 0),)
