"""Events as headings with their days below or above them: cards, and headings with paragraphs under them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from crawler.extract.codes import find_code
from crawler.extract.dates import Dates, first_date, lone_month, lone_year
from crawler.extract.entries import Entry, take_apart
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import Line, lines_of_block
from crawler.extract.months import without_accents
from crawler.extract.places import Gazetteer, gazetteer
from crawler.extract.status import find_status
from crawler.extract.times import find_times
from crawler.extract.whereabouts import Where, read_where
from crawler.extract.wording import LABEL, NOUNS
from crawler.extract.words import BESIDE, EVENTS, WORDS
from storage.document import Block, BlockKind
from storage.records import Event

NEAR = 3
"""Blocks below a heading among which its day stands."""
LONGEST = 160
PERIOD = BESIDE | WORDS[EVENTS]
"""Words beside the year of a heading that gives nothing but a period."""
SHARE = 0.6
"""Of the headings of a level, how many must have a day for them to be entries."""


@dataclass(frozen=True, slots=True)
class Titled:
    """An entry: the index of its heading, of the block with its day, and where its blocks begin and end."""

    heading: int
    dated: int
    start: int
    end: int


Finder = Callable[[Sequence[Block], int, int], Titled | None]
"""Looks for the day of the heading at an index, of which the blocks up to an end speak."""


def titled_entries(blocks: Sequence[Block], *, is_told: bool = False) -> list[Titled]:
    """The entries of a run of blocks, where headings are their titles; none where they are not most headings.

    One alone counts where the heading above tells of events (`is_told`) and nothing but its day is below it.
    """
    headings = [n for n, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    above, below = (_entries(blocks, headings, dates) for dates in (_above, _below))
    found = above if len(above) >= len(below) else below
    levels = Counter(blocks[entry.heading].level for entry in found)
    if not levels:
        return []
    level, count = levels.most_common(1)[0]
    entries = [entry for entry in found if blocks[entry.heading].level == level]
    first, last = entries[0].heading, entries[-1].heading
    alike = sum(blocks[n].level == level for n in headings if first <= n <= last)
    if count == 1:
        return entries if is_told and _is_day_alone(blocks[entries[0].dated]) else []
    return entries if count >= SHARE * alike else []


def _entries(blocks: Sequence[Block], headings: Sequence[int], dated: Finder) -> list[Titled]:
    """The entries among the headings, where `dated` looks for the day of each."""
    ends = [*headings[1:], len(blocks)]
    pairs = zip(headings, ends, strict=True) if headings else ()
    found = [entry for at, end in pairs if _is_title(blocks[at].text) and (entry := dated(blocks, at, end))]
    starts = [*(entry.start for entry in found[1:]), len(blocks)]
    return [replace(entry, end=min(entry.end, start)) for entry, start in zip(found, starts, strict=False)]


@lru_cache(maxsize=2048)
def _is_title(text: str) -> bool:
    """Not a period: "2016", "Events in 2016", "March"; "Harbour Days 2016" is a title."""
    if lone_month(text, "2000"):
        return False
    words = set(re.findall(r"[^\W\d_]+", without_accents(text.casefold())))
    if not any(ch.isdigit() for ch in text):
        return not words <= BESIDE
    is_period = lone_year(text) is not None and words <= PERIOD
    return first_date(text) is None and not is_period


def _above(blocks: Sequence[Block], at: int, end: int) -> Titled | None:
    """The day stands right above, or with the kind of meeting in between."""
    dated = at - 1 - (at > 1 and _is_label(blocks[at - 1]))
    return Titled(at, dated, dated, end) if dated >= 0 and _is_day_alone(blocks[dated]) else None


def _below(blocks: Sequence[Block], at: int, end: int) -> Titled | None:
    for below in range(at + 1, min(end, at + 1 + NEAR)):
        block = blocks[below]
        if block.kind is not BlockKind.ROW and any(_starts_with_day(line) for line in block.lines):
            return Titled(at, below, at, end)
    return None


def _is_label(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH and len(block.text.split()) <= 3 and not first_date(block.text)


def _is_day_alone(block: Block) -> bool:
    return block.kind not in {BlockKind.HEADING, BlockKind.ROW} and is_day_alone(block.text)


def is_day_alone(text: str) -> bool:
    """Nothing but a day and, perhaps, the time."""
    dates = first_date(text) if len(text) < 60 else None
    if dates is None or not dates.is_day:
        return False
    times = next(find_times(text[dates.end :]), None)
    shown = dates.end - dates.start + (times.end() - times.start() if times else 0)
    return shown * 10 >= len(text) * 7


def _starts_with_day(line: str) -> bool:
    if len(line) > LONGEST:
        return False
    label = LABEL.match(line)
    dates = first_date(line)
    return dates is not None and dates.is_day and dates.start <= (label.end() if label else 0) + 2


def own_event(blocks: Sequence[Block], knowledge: Knowledge) -> Event | None:
    """The event that the page is about: right below its title stand a day and a place, and nothing else."""
    at = next(
        (n for n, block in enumerate(blocks[:5]) if block.kind is BlockKind.HEADING and block.level == 1),
        None,
    )
    if at is None or NOUNS.search(blocks[at].text) is None:
        return None
    known = gazetteer(knowledge)
    for block in blocks[at + 1 : at + 3]:
        dates = first_date(block.text) if len(block.text) <= LONGEST else None
        if dates is None or not dates.is_day:
            continue
        beside = f"{block.text[: dates.start]} {block.text[dates.end :]}"
        where = read_where(beside, known)
        if where is None or where.place.economy is None:
            return None
        place = where.place
        return Event(
            title=blocks[at].text,
            starts_on=dates.starts_on,
            ends_on=dates.ends_on,
            city=place.city,
            region=place.region,
            economy=place.economy,
            venue=where.venue,
            mode=place.mode,
            place=blocks[at].place,
            confidence=0.8,
        )
    return None


def read_titled(
    blocks: Sequence[Block], entries: Sequence[Titled], knowledge: Knowledge, section: str
) -> Iterator[tuple[Event, set[int]]]:
    """The event of each entry, with the indexes of the blocks that say it."""
    known = gazetteer(knowledge)
    for entry in entries:
        lines = [line for n in range(entry.start, entry.end) for line in lines_of_block(blocks[n], n)]
        dated = next(
            line
            for line in lines
            if line.index == entry.dated and (entry.dated < entry.heading or _starts_with_day(line.text))
        )
        yield _event(lines, dated, entry.heading, knowledge, known, section)


def _event(
    lines: Sequence[Line], dated: Line, heading: int, knowledge: Knowledge, known: Gazetteer, section: str
) -> tuple[Event, set[int]]:
    dates = first_date(dated.text)
    assert dates is not None
    title = next(line for line in lines if line.index == heading)
    named = take_apart(title.text, None, knowledge, known, frozenset())
    said = take_apart(dated.text, dates, knowledge, known, frozenset())
    at = _place_line(lines, {title, dated}, known)
    where = at[1] if at else said if said.place.economy or said.place.city else named
    status = next((s for line in lines if len(line.text) < 80 and (s := find_status(line.text))), None)
    event = Event(
        title=title.text
        if where is not named and _ends_in_name(title.text, named)
        else named.title or title.text,
        starts_on=dates.starts_on,
        ends_on=_end(dates, lines, dated),
        time=said.time or named.time,
        city=where.place.city,
        region=where.place.region,
        economy=where.place.economy,
        venue=where.venue,
        mode=where.place.mode or named.place.mode or said.place.mode,
        project_code=named.code or _code(lines, knowledge),
        link=title.link,
        status=named.status or said.status or status,
        section=section,
        place=title.place,
        confidence=0.9,
    )
    return event, {title.index, dated.index, *([at[0].index] if at else [])}


def _ends_in_name(title: str, named: Entry) -> bool:
    """As in "HarbourCon Japan", where the place is told elsewhere: the country is part of the title."""
    return re.fullmatch(r"\s+[^,(–—-]+", title.removeprefix(named.title)) is not None and not named.code


def _place_line(lines: Sequence[Line], others: set[Line], known: Gazetteer) -> tuple[Line, Where] | None:
    for line in lines:
        if line not in others and len(line.text) <= LONGEST and (where := read_where(line.text, known)):
            return line, where
    return None


def _end(dates: Dates, lines: Sequence[Line], dated: Line) -> str | None:
    """Of a range, or of a line "End date: ..." behind."""
    if dates.ends_on:
        return dates.ends_on
    for line in lines:
        if line is not dated and line.text.casefold().startswith(("end", "to ", "until", "ends")):
            until = first_date(line.text)
            return until.starts_on if until and until.starts_on > dates.starts_on else None
    return None


def _code(lines: Sequence[Line], knowledge: Knowledge) -> str | None:
    codes = (find_code(line.text, knowledge) for line in lines if len(line.text) <= LONGEST)
    return next((code["code"] for code in codes if code), None)
