"""Meetings that only a sentence announces: "The 30th Ministerial Meeting will take place in Peru"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.extract.dates import find_dates
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import Line
from crawler.extract.places import MODE, Gazetteer, gazetteer
from crawler.extract.recurring import recurring_sentence, recurs
from crawler.extract.sections import Part
from crawler.extract.whereabouts import read_where
from crawler.extract.wording import NOUNS
from storage.document import Block, BlockKind
from storage.records import Event

SENTENCE = re.compile(r"(?<=[^A-Z][.!?])\s+(?=[A-Z“\"])")
_VERB = (
    r"(?:will\s+(?:also\s+)?(?:be\s+(?:held|hosted|convened|organi[sz]ed)|take\s+place)|(?:was|were|is|are)\s+(?:being\s+)?(?:to\s+be\s+)?"
    r"(?:held|hosted|convened|organi[sz]ed|scheduled)|took\s+place|takes\s+place)"
)
VERBS = ("held", "hosted", "convened", "organi", "scheduled", "place")
"""One of them is in every sentence that `_VERB` finds: a test that costs next to nothing."""
TOLD = re.compile(
    rf"(?P<title>(?:\d{{1,3}}(?:st|nd|rd|th)(?:\s+and\s+\d{{1,3}}(?:st|nd|rd|th))?\s+|[A-Z])[^.;:“”\"]{{0,140}}?)\s+{_VERB}\b(?P<rest>[^;]*)"
)
POINTER = re.compile(r"\s*\((?:link|web ?site|web|url|site|details|more|lien|enlace)\)\.?\s*$", re.I)
PAIR = re.compile(r"(?P<one>\d+(?:st|nd|rd|th))\s+and\s+(?P<other>\d+(?:st|nd|rd|th))\s+(?P<what>.+)")
OPENING = re.compile(r"^(?:In|On|At|From|During)\s[^,]{3,60},\s+")
LEAD = re.compile(
    r"^(?:.*\b(?:while|whereas|and|margins? of|before|after)\s+)?"
    r"(?:[Tt]he|[Ii]ts|[Oo]ur|[Aa]n?|[Tt]his|[Nn]ext)\s+"
)
IN = re.compile(r"\b(?:in|at)\s+(?:the\s+)?(?=[A-Z])")
CLAUSE = re.compile(
    r",?\s+\b(?:while|whereas|under the theme|with the|where|which|that|to|and was|and will|followed)\b"
)


def read_prose(parts: list[Part], knowledge: Knowledge, page_title: str = "") -> list[Event]:
    """Events told in sentences (`read_from="prose"`), each once; `unlisted` leaves out those that a list shows."""
    known = gazetteer(knowledge)
    found: dict[tuple[str, str | None], Event] = {}
    for part in parts:
        for index, block in enumerate(part.blocks):
            if index in part.taken or len(block.text) > 5000:
                continue
            for event in _of_block(block.text, known, part.key, block.place):
                found.setdefault((event.title.casefold(), event.starts_on), event)
            for event in _recurring(block, index, page_title, part.key):
                found.setdefault((event.title.casefold(), event.recurrence), event)
    return list(found.values())


def unlisted(told: list[Event], listed: list[Event]) -> list[Event]:
    """The told events that no list shows, by title or by day."""
    days = {event.starts_on for event in listed if event.starts_on and len(event.starts_on) == 10}
    titles = {event.title.casefold() for event in listed}
    recurs = any(event.recurrence for event in listed)
    return [
        event
        for event in told
        if event.starts_on not in days
        and event.title.casefold() not in titles
        and not (recurs and event.recurrence)
    ]


def told_entry(line: Line, known: Gazetteer, section: str) -> Event | None:
    """The meeting of a list's item that is a sentence: "The 3rd Workshop was held on 5 May 2001 in Ischia, Italy"."""
    if line.block.kind is not BlockKind.ITEM or not any(verb in line.text for verb in VERBS):
        return None
    text = POINTER.sub("", line.text)
    told = next(_of_clause(text, known, section, line.place), None)
    if told is None or told.starts_on is None or len(told.starts_on) < 10:
        return None
    behind = read_where(text[find_dates(text)[-1].end :], known)
    if behind is not None and not (told.city or told.economy):  # "on April 11-13, 2005 Poitiers, France"
        told = replace(told, city=behind.place.city, economy=behind.place.economy)
    return replace(told, read_from="list", link=line.link, confidence=0.8)


def _recurring(block: Block, index: int, page_title: str, section: str) -> Iterator[Event]:
    """As in "We meet every second Tuesday at 15:00 UTC"."""
    if block.kind is BlockKind.ROW or not recurs(block.text):
        return
    for sentence in SENTENCE.split(block.text):
        event = recurring_sentence(Line(sentence, index, 0, block), page_title, section)
        if event is not None:
            yield replace(event, read_from="prose", confidence=0.5)


def _of_block(text: str, known: Gazetteer, section: str, place: int) -> Iterator[Event]:
    if not any(verb in text for verb in VERBS):
        return
    for sentence in SENTENCE.split(text):
        if not any(verb in sentence for verb in VERBS):
            continue
        for clause in re.split(r",?\s+(?:while|whereas)\s+", sentence):
            yield from _of_clause(clause, known, section, place)


def _of_clause(clause: str, known: Gazetteer, section: str, place: int) -> Iterator[Event]:
    told = TOLD.search(clause)
    if told is None:
        return
    title = _title(OPENING.sub("", told["title"]))
    if title is None:
        return
    pair = PAIR.fullmatch(title)
    if pair:
        yield from _of_pair(pair, told["rest"], known, section, place)
        return
    where, when = told["rest"], find_dates(told["rest"]) or find_dates(told["title"])
    city, region, economy = _place(where, known)
    mode = MODE.search(where)
    if not (when or economy or city):
        return
    yield Event(
        title=title,
        starts_on=when[0].starts_on if when else None,
        ends_on=when[0].ends_on if when else None,
        city=city,
        region=region,
        economy=economy,
        mode=mode.group() if mode else None,
        read_from="prose",
        section=section,
        place=place,
        confidence=0.6,
    )


def _of_pair(pair: re.Match[str], rest: str, known: Gazetteer, section: str, place: int) -> Iterator[Event]:
    """As in "The 57th and 58th meetings will be held in Indonesia and Peru, respectively"."""
    what = re.sub(r"s$", "", pair["what"])
    where = re.sub(r",?\s*respectively.*$", "", rest)
    places = [piece for piece in re.split(r"\s+and\s+", IN.split(where, maxsplit=1)[-1].strip(" .")) if piece]
    for ordinal, at in zip(
        (pair["one"], pair["other"]), places if len(places) == 2 else places * 2, strict=False
    ):
        city, region, economy = _place(f"in {at}", known)
        if economy or city:
            yield Event(
                title=f"{ordinal} {what}",
                city=city,
                region=region,
                economy=economy,
                read_from="prose",
                section=section,
                place=place,
                confidence=0.6,
            )


def _title(text: str) -> str | None:
    """The name of the meeting: what follows the last article, if it names a kind of meeting and is a name."""
    text = LEAD.sub("", text.strip()).strip(" ,")
    if not NOUNS.search(text) or len(text.split()) > 14:
        return None
    is_name = text[:1].isdigit() or sum(w[:1].isupper() for w in text.split()) * 2 >= len(text.split())
    return text if is_name and len(text.split()) > 1 else None


def _place(text: str, known: Gazetteer) -> tuple[str | None, str | None, str | None]:
    """City, region and economy behind "in" or "at", read up to the date or the next clause."""
    opened = IN.search(text)
    if opened is None:
        return None, None, None
    dates = find_dates(text)
    end = next((d.start for d in dates if d.start > opened.end()), len(text))
    said = CLAUSE.split(text[opened.end() : end])[0]
    said = re.sub(r"\s*,?\s*\b(?:on|from|between)\s*$", "", said).strip(" ,.()")
    pieces = [p.strip() for p in re.split(r",(?:\s+the\b)?|\bin\b(?:\s+the)?", said) if p.strip()]
    names = [p for p in pieces if p[:1].isupper() and len(p.split()) <= 4]
    economy = next((p for p in names if known.is_economy(p)), None)
    others = [p for p in names if p != economy]
    city = next((p for p in others if known.is_city(p)), others[0] if others and economy else None)
    region = next((p for p in others if p != city), None)
    return city, region if city else None, economy
