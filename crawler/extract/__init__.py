"""A Document into records. Nothing here knows of bytes, networks or databases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crawler.extract.contacts import read_contacts
from crawler.extract.days import find_days
from crawler.extract.doubts import doubts_of
from crawler.extract.events import read_events
from crawler.extract.extraction import Extraction
from crawler.extract.forms import read_form
from crawler.extract.group import read_group, unless_event
from crawler.extract.groups import read_groups
from crawler.extract.knowledge import DEFAULT, Knowledge
from crawler.extract.listings import find_entries, period_of, spread
from crawler.extract.members import find_members, holds_members
from crawler.extract.news import lists_papers, read_news
from crawler.extract.papers import category_of
from crawler.extract.places import gazetteer
from crawler.extract.projects import coded_projects, merged, projects_of_events, read_projects
from crawler.extract.prose import read_prose, unlisted
from crawler.extract.runs import find_run, holds_cards, holds_people
from crawler.extract.sections import (
    CONTACTS,
    DESCRIPTION,
    EVENTS,
    NEWS,
    PROJECTS,
    TEXT,
    Part,
    cut,
    name_parts,
)
from crawler.extract.sentences import read_sentences
from crawler.extract.structured import (
    WHOLLY_STATED,
    complete_group,
    extract_stated,
    merge_contacts,
    merge_events,
    read_stated,
)
from crawler.extract.titled import own_event
from crawler.extract.words import NO_LONGER, OF_OTHERS
from storage.document import Document
from storage.records import Contact, Event, Group, Project, SectionText

__all__ = ["DEFAULT", "Extraction", "Knowledge", "extract"]


def extract(document: Document, *, url: str | None = None, knowledge: Knowledge = DEFAULT) -> Extraction:
    """All that the document says, by general rules and the knowledge given. No page makes it raise."""
    stated = read_stated(document, knowledge)
    if document.format in WHOLLY_STATED:
        return extract_stated(document, stated)
    parts = _parts(document, knowledge)
    group = unless_event(complete_group(read_group(document), stated.bodies), stated.events)
    form = _form(parts, group.name, knowledge)
    events, doubts = merge_events(_events(document, parts, knowledge), stated.events)
    groups, named = _groups(document, parts, group, knowledge)
    shown = _with_others([*form.contacts, *_contacts(parts, knowledge)], named)
    shown = _with_others(shown, _told(parts, knowledge))
    contacts = merge_contacts(shown, stated.contacts)
    news = [item for part in parts if part.holds == NEWS for item in read_news(part, gazetteer(knowledge))]
    projects = merged([*form.projects, *_projects(parts, events, knowledge)])
    told = read_prose([part for part in parts if part.holds in (TEXT, EVENTS)], knowledge, document.title)
    doubts = [*doubts, *doubts_of([part for part in parts if part.holds == EVENTS], [*events, *told])]
    sections = tuple(
        SectionText(part.key, part.title or part.key.capitalize(), part.holds, part.left(), part.references())
        for part in parts
    )
    return Extraction(
        group,
        (*events, *unlisted(told, events)),
        tuple(contacts),
        tuple(projects),
        tuple(news),
        sections,
        (*_warnings(parts), *stated.warnings, *doubts),
        groups,
    )


@dataclass(slots=True)
class _Forms:
    projects: list[Project] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


def _form(parts: list[Part], name: str | None, knowledge: Knowledge) -> _Forms:
    """What forms of single projects say, each under its heading or on a page of its own, called `name`.

    Their blocks are taken, so that nothing else reads them.
    """
    forms = _Forms()
    for part in parts:
        heading = name if part.key == DESCRIPTION else part.title
        found = (
            read_form(part.blocks, knowledge, part.key, heading) if part.holds in (TEXT, PROJECTS) else None
        )
        if found is not None:
            forms.projects.append(found[0])
            forms.contacts.extend(found[1])
            part.taken |= found[2]
    return forms


def _groups(
    document: Document, parts: list[Part], own: Group, knowledge: Knowledge
) -> tuple[tuple[Group, ...], list[Contact]]:
    """The groups that the page as a whole lists, or else its parts, and the people that their entries name."""
    known = gazetteer(knowledge)
    whole = Part(own.name or document.title, 1, TEXT, document.blocks, DESCRIPTION)
    groups, contacts = read_groups(whole, known)
    title = ""
    for part in parts if not groups else ():
        title = part.title or title  # what was carved out of a part stands under its title too
        listed, named = read_groups(replace(part, title=title), known)
        groups.extend(listed)
        contacts.extend(named)
    unique = {(group.name or "").casefold(): group for group in reversed(groups) if group.name != own.name}
    return tuple(reversed(unique.values())), contacts


def _parts(document: Document, knowledge: Knowledge) -> list[Part]:
    """The page's sections, with the lists that stand in others without a heading cut out as their own."""
    parts: list[Part] = []
    for part in cut(document, knowledge):
        parts.append(part)
        known = gazetteer(knowledge)
        if part.holds == TEXT and (holds_people(part, known) or holds_members(part, known)):
            part.holds = CONTACTS
        if part.holds != TEXT or _lists_papers(part, knowledge):
            continue
        part.blocks = tuple(spread(part.blocks, period_of(part.title)))
        is_ours = OF_OTHERS.search(part.title) is None and NO_LONGER.isdisjoint(part.title.casefold().split())
        for holds in (CONTACTS, EVENTS) if is_ours else (EVENTS,):
            period = period_of(part.title)
            run = (
                find_run(part.blocks, gazetteer(knowledge))
                if holds == CONTACTS
                else find_entries(part.blocks, knowledge, period)
                or find_days(part.blocks, part.title if part.level else document.title, period)
            )
            if run is not None and holds == EVENTS and period:
                part.holds = EVENTS
            elif run is not None:
                parts.append(part.carve(*run, holds))
        if part.holds == TEXT and holds_cards(part, known):
            part.holds = CONTACTS
        elif is_ours and (members := find_members(part.blocks, known)):
            parts.append(part.carve(*members, CONTACTS))
    name_parts(parts)
    return parts


def _lists_papers(part: Part, knowledge: Knowledge) -> bool:
    """Publications and documents stand in a list as news do; a part that holds such is marked so."""
    part.category = category_of(part.title)
    if part.category is None or not lists_papers(part, gazetteer(knowledge)):
        part.category = None
        return False
    part.holds = NEWS
    return True


def _events(document: Document, parts: list[Part], knowledge: Knowledge) -> list[Event]:
    found = [
        e for part in parts if part.holds == EVENTS for e in read_events(part, knowledge, document.title)
    ]
    own = own_event(document.blocks, knowledge)
    if own is not None and all(event.starts_on != own.starts_on for event in found):
        return [replace(own, section=parts[0].key), *found]
    return found


def _contacts(parts: list[Part], knowledge: Knowledge) -> list[Contact]:
    known = gazetteer(knowledge)
    return [contact for part in parts if part.holds == CONTACTS for contact in read_contacts(part, known)]


def _told(parts: list[Part], knowledge: Knowledge) -> list[Contact]:
    """Who holds a role, as sentences say outside of news, projects and what speaks of others."""
    known = gazetteer(knowledge)
    said = (TEXT, CONTACTS, EVENTS)
    ours = (part for part in parts if part.holds in said and not OF_OTHERS.search(part.title))
    return [contact for part in ours for contact in read_sentences(part, known)]


def _with_others(shown: list[Contact], others: list[Contact]) -> list[Contact]:
    """The contacts shown, and those of the others who are none of them."""
    names = {contact.name for contact in shown}
    return [*shown, *(contact for contact in others if contact.name not in names)]


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
