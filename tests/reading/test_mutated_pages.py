"""Pages built from known records: however they are laid out and dressed, the same records are read."""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading.labelling import LabelledPage, load_pages

from crawler.reading import read
from storage.records import Reading

bounded = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)

MONTHS = calendar.month_name[1:]
PLACES = [
    ("Lima", "Peru"),
    ("Ha Noi", "Viet Nam"),
    ("Kobe", "Japan"),
    ("Oslo", "Norway"),
    ("Quito", "Ecuador"),
]
TITLES = [
    "Meeting of the Tide Group",
    "Workshop on Mooring Standards",
    "Seminar on Buoy Design",
    "Ministerial Meeting on Harbours",
    "Training Course for Pilots",
    "Symposium on Sea Ice",
]
PEOPLE = [
    ("Ms", "Amina Yusuf", "Chair", "Ministry of Transport"),
    ("Mr", "Tomas Novak", "Vice Chair", "University of Brno"),
    ("Dr", "Grace Liu", "Program Director", "Institute of Oceanography"),
    ("Mr", "Pedro Alvarez", "Secretary", "National Port Authority"),
]
NEWS = ["Pilots Share a New Map of Shoals", "Harbours Cut Noise at Night", "Buoys Report Waves Each Hour"]
PROJECTS = [("TDG 01 2019A", "Maps for Small Boats"), ("TDG 03 2020", "Lights That Last")]


@dataclass(frozen=True)
class Meeting:
    title: str
    day: int
    days: int
    month: int
    year: int
    city: str
    economy: str

    @property
    def shown(self) -> str:
        days = str(self.day) if self.days == 1 else f"{self.day}-{self.day + self.days - 1}"
        return f"{days} {MONTHS[self.month - 1]} {self.year}"

    @property
    def known(self) -> tuple[str, str, str | None, str, str]:
        start, end = (f"{self.year}-{self.month:02}-{d:02}" for d in (self.day, self.day + self.days - 1))
        return self.title, start, end if self.days > 1 else None, self.city, self.economy


def meeting(title: str) -> st.SearchStrategy[Meeting]:
    numbers = [st.integers(1, 25), st.integers(1, 3), st.integers(1, 12), st.integers(2008, 2030)]
    return st.tuples(*numbers, st.sampled_from(PLACES)).map(lambda n: Meeting(title, *n[:4], *n[4]))


meetings = st.permutations(TITLES).flatmap(lambda titles: st.tuples(*(meeting(t) for t in titles[:4])))

Events = Sequence[Meeting]


def as_list(events: Events) -> str:
    return f"<ul>{''.join(f'<li>{e.shown} {e.title}, {e.city}, {e.economy}</li>' for e in events)}</ul>"


def as_list_date_last(events: Events) -> str:
    return f"<ul>{''.join(f'<li>{e.title}, {e.shown}, {e.city}, {e.economy}</li>' for e in events)}</ul>"


def as_table(events: Events) -> str:
    rows = "".join(f"<tr><td>{e.shown}<td>{e.title}<td>{e.city}, {e.economy}</tr>" for e in events)
    return f"<table><tr><th>Date<th>Meeting<th>Venue</tr>{rows}</table>"


def as_lines(events: Events) -> str:
    return f"<p>{'<br>'.join(f'{e.shown} {e.title}, {e.city}, {e.economy}' for e in events)}</p>"


def as_definitions(events: Events) -> str:
    pairs = "".join(f"<dt>{e.shown}<dd>{e.title}, {e.city}, {e.economy}" for e in events)
    return f"<dl>{pairs}</dl>"


def as_headings(events: Events) -> str:
    return "".join(f"<h3>{e.title}</h3><p>{e.shown}<br>{e.city}, {e.economy}</p>" for e in events)


def as_cards(events: Events) -> str:
    return "".join(
        f"<div class=card><span>{e.shown}</span><h4><a href=/e/{n}>{e.title}</a></h4><p>{e.city}, {e.economy}</p></div>"
        for n, e in enumerate(events)
    )


def as_wide_table(events: Events) -> str:
    rows = "".join(
        f"<tr><td>{e.known[1]}<td>{e.known[2] or e.known[1]}<td>{e.title}<td>{e.city}<td>{e.economy}</tr>"
        for e in events
    )
    return f"<table><tr><th>From<th>To<th>Title<th>City<th>Country</tr>{rows}</table>"


def as_years(events: Events) -> str:
    return "".join(
        f"<h3>{year}</h3><ul>"
        + "".join(
            f"<li>{e.shown.removesuffix(str(year))}: {e.title}, {e.city}, {e.economy}</li>"
            for e in events
            if e.year == year
        )
        + "</ul>"
        for year in sorted({e.year for e in events})
    )


LAYOUTS = [
    as_list,
    as_list_date_last,
    as_table,
    as_wide_table,
    as_lines,
    as_definitions,
    as_headings,
    as_cards,
    as_years,
]


def people_as_paragraphs() -> str:
    return "".join(
        f"<p>{honorific} {name}<br>{role}<br>{body}<br>Email: <a href='mailto:{mailbox(name)}'>{mailbox(name)}</a></p>"
        for honorific, name, role, body in PEOPLE
    )


def people_as_table() -> str:
    rows = "".join(
        f"<tr><td>{honorific} {name}</td><td>{role}</td><td>{body}</td><td>{mailbox(name)}</td></tr>"
        for honorific, name, role, body in PEOPLE
    )
    return f"<table><tr><th>Name<th>Position<th>Organization<th>E-mail</tr>{rows}</table>"


def people_as_items() -> str:
    items = "".join(
        f"<li>{role}: {honorific} {name}, {body}, {mailbox(name)}</li>"
        for honorific, name, role, body in PEOPLE
    )
    return f"<ul>{items}</ul>"


def mailbox(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@tide.example"


def project_table() -> str:
    rows = "".join(f"<tr><td>{code}<td>{title}<td>Peru</tr>" for code, title in PROJECTS)
    return f"<table><tr><th>Project No.<th>Project title<th>Proposing economy</tr>{rows}</table>"


def project_list() -> str:
    return f"<ul>{''.join(f'<li>{code} {title} (Peru)</li>' for code, title in PROJECTS)}</ul>"


def news_list() -> str:
    return f"<ul>{''.join(f'<li><a href=/n/{n}>{title}</a></li>' for n, title in enumerate(NEWS))}</ul>"


def people(reading: Reading) -> set[tuple[str | None, ...]]:
    return {(c.honorific, c.name, c.role, c.organization, c.email) for c in reading.contacts}


def listed(reading: Reading) -> list[tuple[str | None, ...]]:
    found = [e for e in reading.events if e.read_from == "list"]
    return sorted(((e.title, e.starts_on, e.ends_on, e.city, e.economy) for e in found), key=str)


def of(body: str) -> Reading:
    return read(f"<!DOCTYPE html><title>Tide Group</title><body>{body}".encode(), content_type="text/html")


def page(*sections: tuple[str, str]) -> str:
    told = "".join(f"<h2>{heading}</h2>{body}" for heading, body in sections)
    return f"<h1>Tide Group</h1><p>The Tide Group looks after gauges.</p>{told}"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@bounded
@given(meetings)
def test_meetings_are_the_same_in_every_layout(layout: Callable[[Events], str], events: Events) -> None:
    assert listed(of(page(("Meetings", layout(events))))) == sorted((e.known for e in events), key=str)


@pytest.mark.parametrize(
    "layout", [people_as_paragraphs, people_as_table, people_as_items], ids=lambda layout: layout.__name__
)
def test_people_are_the_same_in_every_layout(layout: Callable[[], str]) -> None:
    wanted = {(honorific, name, role, body, mailbox(name)) for honorific, name, role, body in PEOPLE}
    assert people(of(page(("Contacts", layout())))) == wanted


@pytest.mark.parametrize("layout", [project_table, project_list], ids=lambda layout: layout.__name__)
def test_projects_are_the_same_in_a_table_and_in_a_list(layout: Callable[[], str]) -> None:
    found = of(page(("Projects", layout()))).projects
    assert [(p.code, p.title, p.economy) for p in found] == [(*known, "Peru") for known in PROJECTS]


@bounded
@given(meetings, st.permutations(range(4)), st.randoms(use_true_random=False))
def test_the_order_of_sections_and_their_dress_change_no_record(
    events: Events, order: Sequence[int], dice: random.Random
) -> None:
    sections = [
        ("Events", as_table(events)),
        ("Contacts", people_as_paragraphs()),
        ("Projects", project_table()),
        ("News", news_list()),
    ]
    plain, dressed = of(page(*sections)), of(dress(page(*(sections[n] for n in order)), dice))
    assert listed(dressed) == listed(plain) == sorted((e.known for e in events), key=str)
    assert people(dressed) == people(plain)
    assert {(p.code, p.title) for p in dressed.projects} == set(PROJECTS)
    assert [n.title for n in dressed.news] == NEWS


def dress(body: str, dice: random.Random) -> str:
    """The same page with classes and ids, wrappers, comments and blank lines that say nothing."""

    def marked(tag: re.Match[str]) -> str:
        return f"<{tag[1]} class='c{dice.randrange(999)} x-{dice.randrange(99)}' id=i{dice.randrange(10**6)}"

    def spaced(tag: re.Match[str]) -> str:
        return tag[0] + dice.choice(["", "\n\n", "\t\n", "<!-- note -->", "\n<!-- <p>old</p> -->\n"])

    body = re.sub(r"<(h2|p|ul|li|table|div)(?=[ >])", marked, body)
    body = re.sub(r"</(?:h1|h2|p|ul|li|table)>", spaced, body)
    depth = dice.randrange(6)
    return f"{'<div>' * depth}{body}{'</div>' * depth}"


PAGES = [p for p in load_pages(Path(__file__).parent / "pages" / "groups") if p.path.suffix == ".html"]


@pytest.mark.parametrize("labelled", PAGES, ids=lambda labelled: labelled.name)
def test_comments_wrappers_and_blank_lines_change_no_record_of_a_page(labelled: LabelledPage) -> None:
    source = labelled.path.read_text(encoding="utf-8")
    mutated = re.sub(
        r"(</(?:p|ul|table|h[1-6]|section|article)>)", r"\1\n\n<!-- 3 of 4 -->\n\n", source, flags=re.I
    )
    mutated = re.sub(r"(<body[^>]*>)", r"\1<div><div class=outer>", mutated, flags=re.I)
    assert said(mutated) == said(source)


def said(source: str) -> list[dict[str, object]]:
    reading = read(source.encode(), content_type="text/html", url="https://pages.example/")
    return [record.said() for record in reading.records()]
