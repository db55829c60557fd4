"""Events of a part: entries of lists, rows of tables, headings with dates, cards of several lines."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace
from datetime import date

from crawler.extract.attachments import names_papers
from crawler.extract.dates import Dates, find_dates, first_date, lone_month, lone_year
from crawler.extract.days import LEAST, bare_day, days_of_row, name_above
from crawler.extract.entries import Entry, guess_city, learn_cities, take_apart
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import Line, lines_of, lines_of_block
from crawler.extract.listings import is_by_headings, is_prose, period_of
from crawler.extract.people import is_sentence
from crawler.extract.places import gazetteer
from crawler.extract.prose import told_entry
from crawler.extract.recurring import recurring, recurs
from crawler.extract.rows import read_row
from crawler.extract.sections import LAST_UPDATE, Part, is_boilerplate
from crawler.extract.status import without_old_dates
from crawler.extract.titled import read_titled, titled_entries
from crawler.extract.whereabouts import Where, read_where
from crawler.extract.wording import NOUNS, PLACE_LABEL
from storage.document import Block, BlockKind
from storage.records import Event


def read_events(part: Part, knowledge: Knowledge, page_title: str = "") -> list[Event]:
    """The events that a part lists, each once; the blocks they were read from are marked as taken."""
    entries = titled_entries(part.blocks, is_told=bool(part.title))
    reader = _Reader(part, knowledge, page_title, {n for e in entries for n in range(e.start, e.end)})
    for event, indexes in read_titled(part.blocks, entries, knowledge, part.key):
        reader.events.append(event)
        part.taken |= indexes
    reader.read()
    unique: dict[tuple[str, str | None], Event] = {}
    for event in reader.events:
        unique.setdefault((event.title.casefold(), event.starts_on), event)
    return list(unique.values())


PERIOD = re.compile(r"(?:19|20)\d\d\s*:?")
"""A year that stands alone, as an item over the entries of that year too."""
SEPARATED = re.compile(r"\s*[:–—-]\s+\w")
"""What parts the day of an entry in a cell from its title."""


class _Reader:
    """Goes down the lines; holds a date that waits for its title and a title that waits for its date."""

    def __init__(self, part: Part, knowledge: Knowledge, page_title: str, read: Set[int]) -> None:
        self.read_already = read
        self.part, self.knowledge, self.page_title = part, knowledge, page_title
        self.known = gazetteer(knowledge)
        self.cities = learn_cities([line.text for line in lines_of(part.blocks)], knowledge, self.known)
        self.by_headings = is_by_headings(part.blocks)
        self.year = period_of(part.title)
        self.events: list[Event] = []
        self.date: tuple[Dates, Line, Entry] | None = None
        self.title: Line | None = None
        self.where: tuple[Line, Where] | None = None
        self.heading_level = 0
        self.day_first = False
        self.above = name_above((part.title, part.above), page_title)
        self.lists_days = self.above is not None and self._days_alone() >= LEAST

    def read(self) -> None:
        headers: tuple[str, ...] = ()
        for index, block in enumerate(self.part.blocks):
            if index in self.read_already:
                continue
            if (
                block.kind is BlockKind.ROW
                and not (block.headers or headers)
                and self._cell_of_entries(block, index)
            ):
                continue
            if block.kind is BlockKind.ROW and not headers and self._days_of_row(block, index):
                continue
            if block.kind is BlockKind.ROW:
                event, headers = read_row(
                    block, headers, self.knowledge, self.year, self.part.key, self.above
                )
                if event is not None:
                    self.events.append(event)
                    self.part.taken.add(index)
                continue
            for line in lines_of_block(block, index):
                self._line(line)
        self._flush_date()

    def _days_alone(self) -> int:
        return sum(bare_day(line.text, self.year) is not None for line in lines_of(self.part.blocks))

    def _days_of_row(self, block: Block, index: int) -> bool:
        if self.above is None or not (days := days_of_row(block, self.year)):
            return False
        for day in days:
            self._add(
                Line(block.text, index, 0, block), day, Entry(self.above.title), inferred=self.above.rule
            )
        self.part.taken.add(index)
        return True

    def _cell_of_entries(self, block: Block, index: int) -> bool:
        """A cell whose every line is an entry, beside one that names a period: "Q1 | 14 January - Drafting team"."""
        for cell in block.cells:
            lines = cell.split("\n")
            if len(block.cells) <= 3 and all(self._is_entry(line) for line in lines):
                for number, text in enumerate(lines):
                    self._line(Line(text, index, number, block))
                return True
        return False

    def _is_entry(self, text: str) -> bool:
        dates = first_date(text, self.year)
        return (
            dates is not None
            and dates.is_day
            and dates.start <= 2
            and SEPARATED.match(text[dates.end :]) is not None
        )

    def _line(self, line: Line) -> None:
        if is_boilerplate(line.text) or LAST_UPDATE.match(line.text):
            return
        if not line.is_heading and recurs(line.text) and self._recurring(line):
            return
        if told := told_entry(line, self.known, self.part.key):
            self.events.append(told)
            self.part.taken.add(line.index)
            return
        if is_prose(line.text):
            return
        is_over_others = line.is_heading or PERIOD.fullmatch(line.text) is not None
        if is_over_others and (year := lone_year(line.text)) and len(line.text.split()) <= 5:
            self.year = year
            return
        if line.is_heading and (month := lone_month(line.text, self.year[:4] if self.year else None)):
            self.year = month
            return
        line = replace(line, text=without_old_dates(line.text, self.year))
        found = find_dates(line.text, self.year)
        if not found:
            self._undated(line)
        elif not self.by_headings or line.is_heading:
            self._dated(line, found[0])

    def _undated(self, line: Line) -> None:
        if self.lists_days and names_papers(line.text):
            return
        if self.date is not None and PLACE_LABEL.match(line.text):
            self._place_of_date(line)
            return
        if self.date is not None and not line.text.endswith(":"):
            dates, at, said = self.date
            self.date = None
            if self._add(
                line, dates, take_apart(line.text, None, self.knowledge, self.known, self.cities), said
            ):
                self.part.taken |= {at.index, line.index}
                self.day_first = True
            return
        if self.title is not None and self._place_of_title(line):
            return
        if self.events and not self.by_headings and self._place_of_last(line):
            return
        if not self.by_headings and len(line.text) <= 250 and not line.text.endswith((":", ".")):
            self.title = line

    def _place_of_title(self, line: Line) -> bool:
        """As in a title, its place below it, and its date below that."""
        assert self.title is not None
        where = read_where(line.text, self.known) if 0 <= line.index - self.title.index <= 1 else None
        if where is None or line.is_heading or not (where.place.city or where.place.economy):
            return False
        self.where = line, where
        return True

    def _place_of_date(self, line: Line) -> None:
        """As in "Where: Lima, Peru" below "When: 5 May 2024", with the title still to come."""
        assert self.date is not None
        dates, at, said = self.date
        where = read_where(line.text, self.known)
        if where is not None:
            self.date = dates, at, replace(said, place=where.place, venue=where.venue)
        self.part.taken.add(line.index)

    def _place_of_last(self, line: Line) -> bool:
        """A place alone on its line belongs to the event above it, when that has none yet."""
        last = self.events[-1]
        is_told = last.city or last.economy or is_sentence(line.text)
        where = None if is_told else read_where(line.text, self.known)
        if where is None or line.is_heading:
            return False
        self.events[-1] = _with_place(last, where)
        self.part.taken.add(line.index)
        return True

    def _dated(self, line: Line, dates: Dates) -> None:
        if line.is_heading and self._is_day_of_last(line, dates):
            return
        self._flush_date()
        entry = take_apart(line.text, dates, self.knowledge, self.known, self.cities)
        if entry.title:
            self._add(line, dates, entry)
            self.part.taken.add(line.index)
        elif self.title is not None and (self.title.is_heading or self._is_title_first(line)):
            self._titled_above(line, dates, entry)
        elif line.is_heading and not self._has_title_below(line):
            self._add(line, dates, entry)
            self.part.taken.add(line.index)
        else:
            self.date = (dates, line, entry)
        if line.is_heading:
            self.heading_level = line.block.level

    def _has_title_below(self, line: Line) -> bool:
        """The very next block is a heading that names something: not "TALKS", not another entry."""
        below = self.part.blocks[line.index + 1 : line.index + 2]
        if not below or below[0].kind is not BlockKind.HEADING or first_date(below[0].text):
            return False
        return len(below[0].text.split()) > 2 and not below[0].text.isupper() and below[0].text[-1] != ":"

    def _is_title_first(self, line: Line) -> bool:
        """The title of a date alone stands above it when they share a block or nothing came between."""
        if self.title is None or line.block.kind is BlockKind.TERM:
            return False
        return 0 <= line.index - self.title.index <= (0 if self.day_first else 1)

    def _titled_above(self, line: Line, dates: Dates, said: Entry) -> None:
        assert self.title is not None
        above = take_apart(self.title.text, None, self.knowledge, self.known, self.cities)
        self.part.taken |= {self.title.index, line.index}
        if self.where is not None and 0 <= line.index - self.where[0].index <= 1:
            said = replace(said, place=self.where[1].place, venue=self.where[1].venue)
            self.part.taken.add(self.where[0].index)
        self._add(self.title, dates, above, said)
        self.title = None

    def _is_day_of_last(self, line: Line, dates: Dates) -> bool:
        """As in "Evening 1: Monday 28 November 2016" below an event of that week is its programme."""
        if not self.events or line.block.level <= self.heading_level or dates.start == 0:
            return False
        return _days_between(self.events[-1].starts_on, dates.starts_on) <= 7

    def _flush_date(self) -> None:
        """A date that no title followed is no event, unless it stands in a list of such under a kind of meeting."""
        if self.date is not None and self.above is not None and self._is_listed(*self.date[:2]):
            dates, at, said = self.date
            self._add(at, dates, replace(said, title=self.above.title), inferred=self.above.rule)
            self.part.taken.add(at.index)
        self.date = None

    def _is_listed(self, dates: Dates, line: Line) -> bool:
        is_alone = line.block.kind is BlockKind.ITEM and len(line.block.lines) <= 1
        return dates.is_day and (self.lists_days or (is_alone and NOUNS.search(self.part.title) is not None))

    def _recurring(self, line: Line) -> bool:
        event = recurring(line, self.page_title, self.part.key)
        if event is None:
            return False
        self.events.append(event)
        self.part.taken.add(line.index)
        return True

    def _add(
        self, line: Line, dates: Dates, entry: Entry, said: Entry | None = None, inferred: str = ""
    ) -> bool:
        title, rule = entry.title, {"title": inferred} if inferred else {}
        if not title:
            title, rule = self.page_title or line.text, {"title": "page-title"}
        if not entry.place.city and entry.place.economy and self._lacks_city(entry.place.economy):
            entry = guess_city(entry)
            title = entry.title or title
        place = entry.place
        other = said.place if said else place
        self.events.append(
            Event(
                title=title,
                starts_on=dates.starts_on,
                ends_on=dates.ends_on,
                time=entry.time or (said.time if said else None),
                city=place.city or other.city,
                region=place.region or other.region,
                economy=place.economy or other.economy,
                venue=entry.venue or (said.venue if said else None),
                mode=place.mode or other.mode,
                project_code=entry.code,
                link=line.link,
                status=entry.status or (said.status if said else None),
                section=self.part.key,
                place=line.place,
                confidence=0.7 if entry.is_guessed or rule else 1.0,
                inferred=rule,
            )
        )
        return True

    def _lacks_city(self, economy: str) -> bool:
        """The list gives cities, and the economy is not one itself ("Hong Kong, China")."""
        if self.known.is_city(economy.partition(",")[0]):
            return False
        return sum(event.city is not None for event in self.events) * 2 >= len(self.events) > 0


def _with_place(event: Event, where: Where) -> Event:
    place = where.place
    return replace(
        event,
        city=place.city,
        region=place.region,
        economy=place.economy,
        mode=event.mode or place.mode,
        venue=event.venue or where.venue,
    )


def _days_between(one: str | None, other: str) -> int:
    if one is None or len(one) < 10 or len(other) < 10:
        return 10_000
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
