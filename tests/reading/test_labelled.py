"""The set of labelled pages as a whole, and pages of no group at all. Floors stand a little below what is
measured; a page that a change reads worse shows in the text of the failure.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reading.labelling import KINDS, LabelledPage, Score, load_pages, score, score_pages

from crawler.reading import read
from storage.records import Reading

PAGES = Path(__file__).parent / "pages"
DOCUMENT = Path(__file__).parents[2] / "docs" / "reading.md"
FLOORS = {"events": 0.97, "contacts": 0.97, "projects": 0.97, "news": 0.98}
"""The least F1 of each kind."""
FIELDS_FLOOR = 0.98
"""The least share of right fields among all that the labels ask."""
MOST_FALSE = {"events": 1, "contacts": 3}
"""The most records that all pages of no group together may give."""


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return load_pages(PAGES / "groups")


@pytest.fixture(scope="module")
def measured(pages: list[LabelledPage]) -> Score:
    return score_pages(pages)


@pytest.fixture(scope="module")
def others() -> dict[str, Reading]:
    """What is read in newspaper articles, blogs, shops and empty shells."""
    return {
        path.stem: read(path.read_bytes(), url=f"https://pages.example/{path.stem}")
        for path in sorted((PAGES / "others").iterdir())
    }


def test_the_labelled_set_is_large_and_every_page_of_it_has_a_label(pages: list[LabelledPage]) -> None:
    sources = [path for path in (PAGES / "groups").iterdir() if path.suffix in {".html", ".txt"}]
    assert {page.path for page in pages} == set(sources)
    assert len(pages) >= 32


@pytest.mark.parametrize("kind", KINDS)
def test_records_of_each_kind_are_found_and_no_others(measured: Score, kind: str) -> None:
    assert measured.f1(kind) >= FLOORS[kind], _told(measured, f": {kind} ")


def test_the_fields_of_found_records_are_right(measured: Score) -> None:
    assert measured.accuracy() >= FIELDS_FLOOR, _told(measured, " of ")


def test_pages_of_no_group_give_no_coded_projects(others: dict[str, Reading]) -> None:
    assert len(others) >= 12
    assert [(n, p.code) for n, reading in others.items() for p in reading.projects if p.code] == []


def test_pages_of_no_group_give_next_to_no_contacts_and_events(others: dict[str, Reading]) -> None:
    events = [
        (n, e.title, e.starts_on) for n, r in others.items() for e in r.events if e.read_from != "prose"
    ]
    contacts = [(n, c.name, c.role) for n, reading in others.items() for c in reading.contacts]
    assert len(events) <= MOST_FALSE["events"], events
    assert len(contacts) <= MOST_FALSE["contacts"], contacts


@pytest.mark.parametrize("kind", KINDS)
def test_the_document_promises_no_more_than_is_measured(measured: Score, kind: str) -> None:
    row = re.search(rf"^\| {kind} \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", DOCUMENT.read_text("utf-8"), re.M)
    assert row is not None
    told = (measured.precision(kind), measured.recall(kind), measured.f1(kind))
    assert all(float(said) <= figure for said, figure in zip(row.groups(), told, strict=True)), told


def _told(measured: Score, about: str) -> str:
    return "\n".join(line for line in measured.problems if about in line)


LABEL: dict[str, object] = {
    "group": {"name": "Reef Group", "accept_name": ["Reef"]},
    "events": [{"title": "First Reef Meeting", "date": "2024-05-03", "city": "Lima"}],
    "assert_empty": ["contacts"],
}
RIGHT: dict[str, object] = {
    "group": {"name": "REEF  group."},
    "events": [{"title": "First Reef Meeting", "starts_on": "2024-05-03", "city": "Lima"}],
}


def test_a_reading_that_says_what_the_label_says_scores_full() -> None:
    full = score("page", LABEL, RIGHT)
    assert (full.f1("events"), full.accuracy(), full.problems) == (1.0, 1.0, [])


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({**RIGHT, "events": []}, "page: events missed: title='First Reef Meeting', date='2024-05-03'"),
        ({**RIGHT, "contacts": [{"name": "Mo"}]}, "page: contacts wrong: name='Mo'"),
        ({**RIGHT, "group": None}, "page: group.name of 'Reef Group': want 'Reef Group', got None"),
    ],
)
def test_the_score_names_what_was_missed_invented_or_misread(told: dict[str, object], problem: str) -> None:
    assert score("page", LABEL, told).problems == [problem]


def test_meetings_from_prose_and_optional_records_count_neither_way() -> None:
    label = {**LABEL, "contacts_optional": [{"name": "Mo"}]}
    prose = {"title": "Second Meeting", "starts_on": "2025-01-01", "read_from": "prose"}
    told = {**RIGHT, "contacts": [{"name": "Mo"}], "events": [*RIGHT["events"], prose]}  # type: ignore[misc]
    assert score("page", label, told).problems == []
