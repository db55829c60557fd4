"""The two captures that the product starts from, against what a person read in them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.reading import read
from storage.records import Reading

Case = Callable[[str], Path]


def reading_of(folder: Path) -> tuple[Reading, dict[str, Any]]:
    page = (folder / "page.txt").read_bytes()
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return read(page, url=expected["url"]), expected


def listed(reading: Reading) -> list[tuple[Any, ...]]:
    return [
        (e.title, e.starts_on, e.ends_on, e.city, e.economy, e.project_code)
        for e in reading.events
        if e.read_from == "list"
    ]


def test_every_event_of_2016_is_read_in_order_with_city_economy_and_code(case: Case) -> None:
    reading, expected = reading_of(case("seed-2016"))
    wanted = [
        (e["title"], e["date"], None, e["city"], e["economy"], e["project_code"]) for e in expected["events"]
    ]
    assert listed(reading) == wanted


def test_news_of_2016_are_the_titles_and_nothing_else(case: Case) -> None:
    reading, expected = reading_of(case("seed-2016"))
    assert [item.title for item in reading.news] == expected["news"]


def test_projects_of_2016_carry_the_title_of_their_event(case: Case) -> None:
    reading, expected = reading_of(case("seed-2016"))
    wanted = {(p["code"], p["title"], None) for p in expected["projects"]}
    assert {(p.code, p.title, p.economy) for p in reading.projects} == wanted


@pytest.mark.parametrize("name", ["seed-2016", "seed-2023"])
def test_contacts_are_read_exactly(case: Case, name: str) -> None:
    reading, expected = reading_of(case(name))
    fields = ("name", "honorific", "role", "organization", "department", "economy", "email")
    wanted = [(*(c[f] for f in fields), c["email_obfuscated"]) for c in expected["contacts"]]
    assert [(*(getattr(c, f) for f in fields), c.email_protected) for c in reading.contacts] == wanted


@pytest.mark.parametrize("name", ["seed-2016", "seed-2023"])
def test_group_facts_are_read(case: Case, name: str) -> None:
    reading, expected = reading_of(case(name))
    assert reading.group is not None
    group = expected["group"]
    assert (reading.group.name, reading.group.acronym) == (group["name"], group["acronym"])
    assert reading.group.last_updated == group["last_updated"]


def test_2023_has_no_lists_and_its_meetings_are_marked_as_prose(case: Case) -> None:
    reading, expected = reading_of(case("seed-2023"))
    assert (reading.projects, reading.news, listed(reading)) == ((), (), [])
    told = [(e.title, e.starts_on, e.economy) for e in reading.events]
    assert told == [(e["title"], e["date"], e["economy"]) for e in expected["prose_events_optional"]]


def test_sections_of_2016_fold_their_sub_headings_and_leave_records_out(case: Case) -> None:
    reading, expected = reading_of(case("seed-2016"))
    sections = {s.key: s for s in reading.sections}
    assert list(sections) == [
        "description",
        "current-activities",
        "achievements",
        "contacts",
        "news",
        "events",
    ]
    description = sections["description"].paragraphs
    assert len(description) == expected["group"]["description"]["paragraphs"]
    assert description[-1].endswith(expected["group"]["description"]["ends_with"])
    assert "Nurturing Start-ups" in sections["current-activities"].paragraphs
    assert [(s.holds, s.paragraphs) for s in reading.sections[3:]] == [
        ("contacts", ()),
        ("news", ()),
        ("events", ()),
    ]


def test_sections_of_2023_know_the_contacts_without_a_heading(case: Case) -> None:
    reading, _ = reading_of(case("seed-2023"))
    assert [(s.key, s.holds, len(s.paragraphs)) for s in reading.sections] == [
        ("description", "text", 10),
        ("contacts", "contacts", 0),
        ("current-activities", "text", 3),
    ]
    said = " ".join(p for s in reading.sections for p in s.paragraphs)
    assert "Skip to main" not in said
    assert "Subscribe" not in said
    assert "Last page update" not in said


def test_a_shuffled_event_list_gives_the_same_events(case: Case) -> None:
    text = (case("seed-2016") / "page.txt").read_text(encoding="utf-8")
    before, _, events = text.partition("\nEvents\n\n")
    lines = events.strip().split("\n")
    random.Random(7).shuffle(lines)
    mutated = read(f"{before}\nEvents\n\n{chr(10).join(lines)}\n".encode())
    assert sorted(listed(mutated), key=str) == sorted(listed(read(text.encode())), key=str)


@pytest.mark.parametrize(
    "change", [("\n", "\n\n"), ("\n", "\r\n"), ("\nEvents\n\n", "\nEvents\n"), (" ", " \u00a0")]
)
def test_white_space_changes_no_record(case: Case, change: tuple[str, str]) -> None:
    text = (case("seed-2016") / "page.txt").read_text(encoding="utf-8")
    told, mutated = read(text.encode()), read(text.replace(*change).encode())
    assert [e.said() for e in mutated.events] == [e.said() for e in told.events]
    assert [c.said() for c in mutated.contacts] == [c.said() for c in told.contacts]
    assert [n.said() for n in mutated.news] == [n.said() for n in told.news]


def test_the_lines_that_date_a_page_are_read(case: Case) -> None:
    expected = json.loads((case("last-update-variants") / "expected.json").read_text(encoding="utf-8"))
    wrong = []
    for line in expected["lines"]:
        reading = read(f"The group meets twice a year.\n\n{line['text']}\n\nCurrent Activities\n".encode())
        got = reading.group.last_updated if reading.group else None
        if str(got or "null") not in str(line["last_updated"] or "null"):
            wrong.append((line["text"], got))
    assert wrong == []
