"""What a page may lose by an edit, and what is doubted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from diffing.losses import losses
from storage.records import Contact, Event, Group, NewsItem, Project, Reading, SectionText

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def reading(
    *, events: int = 0, past: int = 0, prose: int = 0, contacts: int = 0, projects: int = 0, news: int = 0
) -> Reading:
    coming = [Event(title=f"Meeting {n}", starts_on="2027-05-01") for n in range(events)]
    held = [Event(title=f"Old meeting {n}", starts_on="2020-05-01") for n in range(past)]
    mentioned = [Event(title=f"Talk {n}", starts_on="2027-05-01", read_from="prose") for n in range(prose)]
    return Reading(
        rules="r",
        digest="d",
        group=Group(name="Harbour Working Group"),
        events=(*coming, *held, *mentioned),
        contacts=tuple(Contact(name=f"Person {n}") for n in range(contacts)),
        projects=tuple(Project(code=f"HWG {n:02} 2026A") for n in range(projects)),
        news=tuple(NewsItem(title=f"Item {n}") for n in range(news)),
    )


def sections(*titles: str, text: str = "", links: int = 0) -> tuple[SectionText, ...]:
    references = tuple(f"link: /{n}" for n in range(links))
    return tuple(SectionText(title, title, "text", (text,), references) for title in titles)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (reading(events=14, contacts=6), reading(events=2), ("2 of 14 events", "0 of 6 contacts")),
        (reading(contacts=3), reading(), ("0 of 3 contacts",)),
        (reading(projects=40), reading(projects=19), ("19 of 40 projects",)),
        (reading(events=2, contacts=2, projects=1), reading(), ("0 of 5 records",)),
        (reading(events=1, past=12), reading(), ("0 of 13 events",)),
    ],
)
def test_most_records_of_a_kind_gone_at_once_are_doubted(
    before: Reading, after: Reading, said: tuple[str, ...]
) -> None:
    assert losses(before, after, NOW) == said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (reading(contacts=2), reading(contacts=1)),
        (reading(contacts=1), reading()),
        (reading(contacts=2), reading()),
        (reading(events=6), reading(events=3)),
        (reading(events=2, past=12), reading(events=2)),
        (reading(past=20), reading()),
        (reading(news=10), reading()),
        (reading(prose=5), reading()),
        (reading(events=3), reading(events=30)),
        (reading(), reading()),
    ],
)
def test_what_pages_lose_by_an_edit_or_as_time_goes_by_is_not(before: Reading, after: Reading) -> None:
    assert losses(before, after, NOW) == ()


def test_text_sections_and_links_that_collapse_are_doubted() -> None:
    whole = replace(
        reading(), sections=sections("Aims", "Events", "Join", text="Small ports trade. " * 20, links=8)
    )
    bare = replace(reading(), sections=sections("Aims", text="Small ports trade.", links=1))
    assert losses(whole, bare, NOW) == ("1 of 3 sections", "1 % of the text", "4 % of the links")


def test_a_section_that_leaves_and_a_text_that_is_cut_are_not() -> None:
    whole = replace(reading(), sections=sections("Aims", "Events", "Join", text="Small ports trade. " * 20))
    two = replace(reading(), sections=sections("Aims", "Join", text="Small ports trade. " * 16))
    assert losses(whole, two, NOW) == ()


def test_small_texts_may_go() -> None:
    whole = replace(reading(), sections=sections("Aims", text="Small ports trade. " * 10))
    bare = replace(reading(), sections=sections("Aims"))
    assert losses(whole, bare, NOW) == ()
