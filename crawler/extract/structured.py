"""Records that a page, a calendar or a feed states as data: what it says there needs no guessing.

Where the visible page tells of the same record, its wording stands and the data fill what it leaves open.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from rapidfuzz import fuzz

from crawler.extract.codes import code_shape
from crawler.extract.extraction import Extraction
from crawler.extract.group import read_group
from crawler.extract.knowledge import Knowledge
from crawler.extract.places import EDGES, gazetteer, read_place
from crawler.extract.projects import merged, projects_of_events
from crawler.extract.sections import EVENTS, NEWS, Part
from storage.document import Block, BlockKind, Document
from storage.records import Contact, Event, Group, NewsItem, SectionText

WHOLLY_STATED = {"calendar": EVENTS, "feed": NEWS}
"""Formats whose documents are nothing but data, and what their entries are."""
ALIKE = 90
MOST_COMPARED = 200
FILLED = (
    "time",
    "city",
    "region",
    "economy",
    "venue",
    "mode",
    "project_code",
    "link",
    "status",
    "recurrence",
)
OF_PEOPLE = ("honorific", "role", "organization", "economy", "email", "phone", "link")

Fact = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a document states: records in the order of its data, bodies that it names, and warnings."""

    events: tuple[Event, ...] = ()
    contacts: tuple[Contact, ...] = ()
    news: tuple[NewsItem, ...] = ()
    bodies: tuple[Group, ...] = ()
    warnings: tuple[str, ...] = ()


def read_stated(document: Document, knowledge: Knowledge) -> Stated:
    """The records of the document's data. Never raises."""
    facts = [json.loads(text) for text in document.data]
    own = {_folded(b.text) for b in document.blocks if b.kind is BlockKind.HEADING and b.level == 1}
    of_page = [f for f in facts if _is_of_page(f, own)]
    return Stated(
        tuple(_event(f, knowledge) for f in facts if f["kind"] == "event" and f.get("title")),
        tuple(_contact(f) for f in of_page if f["kind"] == "contact"),
        tuple(
            NewsItem(title=f["title"], date=f.get("date"), link=f.get("link"), section=NEWS)
            for f in facts
            if f["kind"] == "news"
        ),
        tuple(
            Group(name=f.get("name"), acronym=f.get("acronym"), parent=f.get("parent"))
            for f in of_page
            if f["kind"] == "organization"
        ),
        tuple(f["text"] for f in facts if f["kind"] == "note"),
    )


def _is_of_page(fact: Fact, own: set[str]) -> bool:
    """Bodies count, and who answers for them, only where the page is about them: its main entity or its title."""
    if fact["kind"] == "organization":
        return bool(fact.get("is_main")) or _folded(fact.get("name") or "") in own
    if "of" in fact or "of_main" in fact:
        return bool(fact.get("of_main")) or _folded(fact.get("of") or "") in own
    return bool(fact.get("name"))


def _event(fact: Fact, knowledge: Knowledge) -> Event:
    title, code = _without_code(fact["title"], knowledge)
    place = _place(fact, knowledge)
    return Event(
        title=title,
        starts_on=fact.get("starts_on"),
        ends_on=fact.get("ends_on"),
        time=fact.get("time"),
        city=place["city"],
        region=place["region"],
        economy=place["economy"],
        venue=place["venue"],
        mode=fact.get("mode") or place["mode"],
        project_code=code,
        link=fact.get("link"),
        status=fact.get("status"),
        recurrence=fact.get("recurrence"),
        section=EVENTS,
    )


def _without_code(title: str, knowledge: Knowledge) -> tuple[str, str | None]:
    code = code_shape(knowledge).search(title)
    if code is None:
        return title, None
    rest = " ".join(f"{title[: code.start()]} {title[code.end() :]}".split()).strip(EDGES)
    return rest or title, code["code"]


def _place(fact: Fact, knowledge: Knowledge) -> dict[str, str | None]:
    """Parts that the data tell apart; a place in one text is read as any other."""
    said = {name: fact.get(name) for name in ("city", "region", "economy", "venue", "mode")}
    text = fact.get("where") or ("" if said["city"] or said["economy"] else said["venue"])
    if not text:
        return said
    read = read_place(text[:300], gazetteer(knowledge))
    if not (read.city or read.economy or read.mode):
        return {**said, "venue": said["venue"] or text}
    venue = said["venue"] if said["venue"] != text else None
    return {
        "city": read.city,
        "region": read.region,
        "economy": read.economy,
        "venue": venue or read.rest or None,
        "mode": read.mode,
    }


def _contact(fact: Fact) -> Contact:
    return Contact(
        name=fact.get("name"),
        honorific=fact.get("honorific"),
        role=fact.get("role"),
        organization=fact.get("organization"),
        economy=fact.get("economy"),
        email=fact.get("email"),
        phone=fact.get("phone"),
        link=fact.get("link"),
        section="contacts",
        confidence=1.0 if fact.get("name") else 0.5,
    )


# -- beside what the page shows


def merge_events(shown: Iterable[Event], stated: Iterable[Event]) -> tuple[list[Event], list[str]]:
    """The events of a page, each once, those that only its data state last; and where the two disagree."""
    events, stated = list(shown), list(stated)
    doubts: list[str] = []
    added: dict[tuple[str, str | None], Event] = {}
    free = _by_day(events)
    names = Counter(_folded(event.title) for event in (*events, *stated))
    dated = {_folded(event.title): event.starts_on for event in events if event.starts_on}
    for event in stated:
        name = _folded(event.title)
        near = islice(_candidates(event, free), MOST_COMPARED)
        at = next((n for n in near if _is_same(event, events[n])), None)
        if at is not None:
            free[events[at].starts_on or ""].remove(at)
            events[at] = _filled(events[at], event)
        elif event.starts_on and names[name] == 2 and name in dated:
            # Where no third has the title, another day is an error of somebody, not another event.
            doubts.append(f"{event.title!r}: the page shows {dated[name]}, its data {event.starts_on}")
        else:
            added.setdefault((name, event.starts_on), event)
    return [*events, *added.values()], doubts


def _by_day(events: Iterable[Event]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for n, event in enumerate(events):
        found.setdefault(event.starts_on or "", []).append(n)
    return found


def _candidates(event: Event, shown: Mapping[str, list[int]]) -> Iterator[int]:
    """Those whose dates agree as far as both are precise, the precise ones first."""
    day = event.starts_on or ""
    if len(day) == 10:
        return chain.from_iterable(shown.get(part, ()) for part in (day, day[:7], day[:4], ""))
    days = (known for known in shown if known.startswith(day) or day.startswith(known))
    return chain.from_iterable(shown[known] for known in sorted(days, key=len, reverse=True))


def _is_same(one: Event, other: Event) -> bool:
    return _are_alike(one.title, other.title) or (one.link is not None and one.link == other.link)


def _filled(shown: Event, stated: Event) -> Event:
    values = {name: getattr(stated, name) for name in FILLED if not getattr(shown, name)}
    if not shown.starts_on or len(shown.starts_on) < len(stated.starts_on or ""):
        values |= {"starts_on": stated.starts_on, "ends_on": stated.ends_on}
    elif not shown.ends_on:
        values["ends_on"] = stated.ends_on
    inferred = {**shown.inferred}
    if inferred.pop("title", None):
        values["title"] = stated.title
    return replace(shown, **values, inferred=inferred)


def merge_contacts(shown: Iterable[Contact], stated: Iterable[Contact]) -> list[Contact]:
    """The contacts of a page, each once; a protected address that its data give in the open is known."""
    contacts = list(shown)
    for contact in stated:
        at = next((n for n, other in enumerate(contacts) if _is_same_contact(contact, other)), None)
        if at is None:
            contacts.append(contact)
            continue
        empty = {name: getattr(contact, name) for name in OF_PEOPLE if not getattr(contacts[at], name)}
        protected = contacts[at].email_protected and not empty.get("email")
        contacts[at] = replace(contacts[at], **empty, email_protected=protected)
    return contacts


def _is_same_contact(one: Contact, other: Contact) -> bool:
    if one.name and other.name:
        return _folded(one.name) == _folded(other.name)
    return one.email is not None and one.email.casefold() == (other.email or "").casefold()


def complete_group(shown: Group, bodies: Iterable[Group]) -> Group:
    """The group as the page names it; what it leaves open is filled from the body that the page is about."""
    body = next((b for b in bodies if b.name and (not shown.name or _are_alike(b.name, shown.name))), None)
    if body is None:
        return shown
    return replace(
        shown,
        name=shown.name or body.name,
        acronym=shown.acronym or body.acronym,
        parent=shown.parent or body.parent,
    )


# -- documents that are nothing but data


def extract_stated(document: Document, stated: Stated) -> Extraction:
    """A calendar or a feed: its entries are its records, their descriptions its text."""
    holds = WHOLLY_STATED[document.format]
    items = {n: block for n, block in enumerate(document.blocks) if block.kind is BlockKind.ITEM}
    part = Part(document.title or holds.capitalize(), 1, holds, document.blocks, holds, set(items))
    places = {_mark(block): block.place for block in reversed(items.values())}
    return Extraction(
        read_group(replace(document, blocks=())),
        tuple(replace(e, place=places.get((e.title, e.starts_on or ""), 0)) for e in stated.events),
        stated.contacts,
        tuple(merged(projects_of_events(stated.events))),
        tuple(replace(n, place=places.get((n.title, n.date or ""), 0)) for n in stated.news),
        (SectionText(part.key, part.title, part.holds, part.left(), part.references()),),
        stated.warnings,
    )


def _mark(block: Block) -> tuple[str, str]:
    details = block.lines[1] if len(block.lines) > 1 else ""
    return block.lines[0], details[:10] if details[:4].isdigit() else ""


def _are_alike(one: str, other: str) -> bool:
    one, other = _folded(one), _folded(other)
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 8 and (short in long or fuzz.token_set_ratio(one, other) >= ALIKE)


def _folded(text: str) -> str:
    return " ".join("".join(ch if ch.isalnum() else " " for ch in text.casefold()).split())
