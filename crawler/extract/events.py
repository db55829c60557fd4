"""Events of a part: entries of lists, rows of tables, headings with dates, cards of several lines."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import date

from crawler.extract.dates import Dates, find_dates, first_date, lone_month, lone_year
from crawler.extract.entries import Entry, guess_city, learn_cities, read_pure_place, take_apart
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import Line, lines_of, lines_of_block
from crawler.extract.listings import is_by_headings, is_prose, period_of
from crawler.extract.places import gazetteer
from crawler.extract.recurring import recurring, recurs
from crawler.extract.rows import read_row
from crawler.extract.sections import LAST_UPDATE, Part, is_boilerplate
from crawler.extract.titled import read_titled, titled_entries
from storage.document import BlockKind
from storage.records import Event


def read_events(part: Part, knowledge: Knowledge, page_title: str = "") -> list[Event]:
    """The events that a part lists, each once; the blocks they were read from are marked as taken."""
    entries = titled_entries(part.blocks)
    reader = _Reader(part, knowledge, page_title, {n for e in entries for n in range(e.start, e.end)})
    for event, indexes in read_titled(part.blocks, entries, knowledge, part.key):
        reader.events.append(event)
        part.taken |= indexes
    reader.read()
    unique: dict[tuple[str, str | None], Event] = {}
    for event in reader.events:
        unique.setdefault((event.title.casefold(), event.starts_on), event)
    return list(unique.values())


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
        self.heading_level = 0
        self.day_first = False

    def read(self) -> None:
        headers: tuple[str, ...] = ()
        for index, block in enumerate(self.part.blocks):
            if index in self.read_already:
                continue
            if block.kind is BlockKind.ROW:
                event, headers = read_row(block, headers, self.knowledge, self.year, self.part.key)
                if event is not None:
                    self.events.append(event)
                    self.part.taken.add(index)
                continue
            for line in lines_of_block(block, index):
                self._line(line)
        self._flush_date()

    def _line(self, line: Line) -> None:
        if is_boilerplate(line.text) or LAST_UPDATE.match(line.text) or is_prose(line.text):
            return
        if line.is_heading and (year := lone_year(line.text)) and len(line.text.split()) <= 5:
            self.year = year
            return
        if line.is_heading and (month := lone_month(line.text, self.year[:4] if self.year else None)):
            self.year = month
            return
        if not line.is_heading and recurs(line.text) and self._recurring(line):
            return
        found = find_dates(line.text, self.year)
        if not found:
            self._undated(line)
        elif not self.by_headings or line.is_heading:
            self._dated(line, found[0])

    def _undated(self, line: Line) -> None:
        if self.date is not None and not line.text.endswith(":"):
            dates, at, said = self.date
            self.date = None
            if self._add(
                line, dates, take_apart(line.text, None, self.knowledge, self.known, self.cities), said
            ):
                self.part.taken |= {at.index, line.index}
                self.day_first = True
            return
        if self.events and not self.by_headings and self._place_of_last(line):
            return
        if not self.by_headings and len(line.text) <= 250 and not line.text.endswith((":", ".")):
            self.title = line

    def _place_of_last(self, line: Line) -> bool:
        """A place alone on its line belongs to the event above it, when that has none yet."""
        last = self.events[-1]
        entry = None if last.city or last.economy else read_pure_place(line.text, self.known)
        if entry is None or line.is_heading:
            return False
        self.events[-1] = _with_place(last, entry)
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
        self._add(self.title, dates, above, said)
        self.title = None

    def _is_day_of_last(self, line: Line, dates: Dates) -> bool:
        """As in "Evening 1: Monday 28 November 2016" below an event of that week is its programme."""
        if not self.events or line.block.level <= self.heading_level or dates.start == 0:
            return False
        return _days_between(self.events[-1].starts_on, dates.starts_on) <= 7

    def _flush_date(self) -> None:
        """A date that no title followed is no event."""
        self.date = None

    def _recurring(self, line: Line) -> bool:
        event = recurring(line, self.page_title, self.part.key)
        if event is None:
            return False
        self.events.append(event)
        self.part.taken.add(line.index)
        return True

    def _add(self, line: Line, dates: Dates, entry: Entry, said: Entry | None = None) -> bool:
        title, inferred = entry.title, {}
        if not title:
            title, inferred = self.page_title or line.text, {"title": "page-title"}
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
                confidence=0.7 if entry.is_guessed or inferred else 1.0,
                inferred=inferred,
            )
        )
        return True

    def _lacks_city(self, economy: str) -> bool:
        """The list gives cities, and the economy is not one itself ("Hong Kong, China")."""
        if self.known.is_city(economy.partition(",")[0]):
            return False
        return sum(event.city is not None for event in self.events) * 2 >= len(self.events) > 0


def _with_place(event: Event, entry: Entry) -> Event:
    place = entry.place
    return replace(
        event,
        city=place.city,
        region=place.region,
        economy=place.economy,
        mode=event.mode or place.mode,
        venue=event.venue or entry.venue,
    )


def _days_between(one: str | None, other: str) -> int:
    if one is None or len(one) < 10 or len(other) < 10:
        return 10_000
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
