"""A Document into records. Nothing here knows of bytes, networks or databases."""

from __future__ import annotations

from crawler.extract.contacts import read_contacts
from crawler.extract.events import find_entries, read_events
from crawler.extract.extraction import Extraction
from crawler.extract.group import read_group
from crawler.extract.knowledge import DEFAULT, Knowledge
from crawler.extract.news import read_news
from crawler.extract.places import gazetteer
from crawler.extract.projects import coded_projects, merged, projects_of_events, read_projects
from crawler.extract.prose import read_prose
from crawler.extract.runs import find_run
from crawler.extract.sections import CONTACTS, EVENTS, NEWS, PROJECTS, TEXT, Part, cut, name_parts
from crawler.extract.structured import structured_events
from storage.document import Document
from storage.records import Contact, Event, Project, SectionText

__all__ = ["DEFAULT", "Extraction", "Knowledge", "extract"]


def extract(document: Document, *, url: str | None = None, knowledge: Knowledge = DEFAULT) -> Extraction:
    """All that the document says, by general rules and the knowledge given. No page makes it raise."""
    parts = _parts(document, knowledge)
    group = read_group(document)
    events = _events(document, parts, knowledge)
    contacts = _contacts(parts, knowledge)
    news = [item for part in parts if part.holds == NEWS for item in read_news(part)]
    projects = _projects(parts, events, knowledge)
    told = read_prose([part for part in parts if part.holds in (TEXT, EVENTS)], knowledge, events)
    sections = tuple(
        SectionText(part.key, part.title or part.key.capitalize(), part.holds, part.left(), part.references())
        for part in parts
    )
    return Extraction(
        group,
        (*events, *told),
        tuple(contacts),
        tuple(projects),
        tuple(news),
        sections,
        tuple(_warnings(parts)),
    )


def _parts(document: Document, knowledge: Knowledge) -> list[Part]:
    """The page's sections, with the lists that stand in others without a heading cut out as their own."""
    parts: list[Part] = []
    for part in cut(document, knowledge):
        parts.append(part)
        if part.holds != TEXT:
            continue
        for holds in (CONTACTS, EVENTS):
            run = (
                find_run(part.blocks, gazetteer(knowledge))
                if holds == CONTACTS
                else find_entries(part.blocks, knowledge)
            )
            if run is not None:
                parts.append(part.carve(*run, holds))
    name_parts(parts)
    return parts


def _events(document: Document, parts: list[Part], knowledge: Knowledge) -> list[Event]:
    stated = structured_events(document)
    days = {event.starts_on: event.title.casefold() for event in stated}
    read = [e for part in parts if part.holds == EVENTS for e in read_events(part, knowledge, document.title)]
    return stated + [
        e for e in read if e.starts_on not in days or days[e.starts_on][:20] not in e.title.casefold()
    ]


def _contacts(parts: list[Part], knowledge: Knowledge) -> list[Contact]:
    known = gazetteer(knowledge)
    return [contact for part in parts if part.holds == CONTACTS for contact in read_contacts(part, known)]


def _projects(parts: list[Part], events: list[Event], knowledge: Knowledge) -> list[Project]:
    listed = [p for part in parts if part.holds == PROJECTS for p in read_projects(part, knowledge)]
    coded = [p for part in parts if part.holds == TEXT for p in coded_projects(part, knowledge)]
    return merged([*listed, *projects_of_events(events), *coded])


def _warnings(parts: list[Part]) -> list[str]:
    """Sections that by their heading hold records, of which none could be read."""
    return [
        f"nothing was read from the section {part.title!r}"
        for part in parts
        if part.holds != TEXT and part.blocks and not part.taken
    ]
