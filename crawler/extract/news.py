"""News of a part, and the publications and documents that one lists: a title, its date and where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from crawler.extract.dates import Dates, first_date
from crawler.extract.lines import Line, lines_of_block
from crawler.extract.places import Gazetteer
from crawler.extract.sections import Part, is_boilerplate
from crawler.extract.whereabouts import read_where
from storage.document import Block, BlockKind
from storage.records import NewsItem

LONGEST = 260
SAID = re.compile(
    r"[\s,;:|–—(\[-]*\b(?:(?:date(?:d| of publication)?|adopted|approved|published|released|issued|updated"
    r"|posted|added|endorsed"
    r"|publi[eé]e?|publicad[oa]|adoptad[oa]|aprobad[oa]|ver[oö]ffentlicht|dated|fecha|stand)"
    r"(?:\s+(?:on|in|le|el|am|en))?)\s*:?\s*$",
    re.I,
)
"""What leads from a title to its date: "- adopted on"."""
FILE = re.compile(
    r"[\W_]*(?:(?:pdf|docx?|xlsx?|pptx?|html|epub|zip|download|open|link|[\d.,]+\s*(?:kb|mb|pages?|pp?\.?)|[a-z]{2})\b[\W_]*)+",
    re.I,
)
BRACKET = re.compile(r"\s*[(\[]\s*(?:pdf|docx?|xlsx?|pptx?|html|epub)\b[^()\[\]]{0,40}[)\]]\s*$", re.I)
"""The file behind a title: "(PDF, 2.3 MB)"."""
YEAR = re.compile(r"(?:[(\[（]\s*|[,;|–—-]\s+)((?:19|20)\d\d)\s*[)\]）]?\s*\.?$|^((?:19|20)\d\d)\s*[:|–—-]\s")
"""The year alone, in front of a publication's title or behind it."""
ASKED = re.compile(r"(?:please|bitte|por favor|veuillez|s'il vous pla[iî]t)\b", re.I)
SENTENCE = re.compile(r"[^\W\d_]{3,}[.!?](?=\s+[A-ZÀ-Þ]|\s*$)")
LONG = 20
TITLE = re.compile(
    r"\b(?:title|name|document|publication|subject|report|titulo|titre|titel|documento)s?\b|标题|題名|제목",
    re.I,
)


@dataclass(slots=True)
class _List:
    """What was read, with the block that each item and date stood in."""

    items: list[NewsItem] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)


def read_news(part: Part, known: Gazetteer) -> list[NewsItem]:
    """The titles that a part lists; the blocks they were read from are marked as taken."""
    found = _Reader(part, known).read()
    part.taken |= found.taken
    return _unique(found.items)


def lists_papers(part: Part, known: Gazetteer) -> bool:
    """Whether a part under a heading of documents lists them: entries with dates, not just links."""
    items = _Reader(part, known).read().items
    dated = sum(item.date is not None for item in items)
    return dated > 0 and dated * 2 >= len(items)


class _Reader:
    """Goes down the lines; holds a date that waits for its title.

    Where entries are headings, what stands below them is their summary, not more news.
    """

    def __init__(self, part: Part, known: Gazetteer) -> None:
        self.part, self.known = part, known
        self.by_headings = any(
            block.kind is BlockKind.HEADING and not _is_period(block) for block in part.blocks
        )
        self.dates_follow = self.by_headings and part.blocks[0].kind is BlockKind.HEADING
        self.waiting: Dates | None = None
        self.last = -1
        self.found = _List()

    def read(self) -> _List:
        for index, block in enumerate(self.part.blocks):
            if block.kind is BlockKind.ROW and len(block.cells) > 1:
                self._row(block, index)
            elif self.by_headings and block.kind is not BlockKind.HEADING and not first_date(block.text):
                continue
            elif not _is_period(block):
                for line in lines_of_block(block, index):
                    self._line(line)
        return self.found

    def _line(self, line: Line) -> None:
        if is_boilerplate(line.text) or len(line.text) > LONGEST or line.text.endswith(":"):
            return
        if _is_told(line):
            return
        title, date = self._split(line)
        if not title:
            self._date(line, date)
        elif not self.by_headings or line.is_heading:
            if self.part.category and not (date or self.waiting or line.link):
                return
            self._add(line, title, date or (self.waiting.starts_on if self.waiting else None))

    def _add(self, line: Line, title: str, date: str | None) -> None:
        item = NewsItem(
            title=title,
            date=date,
            link=line.link,
            category=self.part.category or "news",
            section=self.part.key,
            place=line.place,
        )
        self.found.items.append(item)
        self.found.taken.add(line.index)
        self.last, self.waiting = line.index, None

    def _date(self, line: Line, date: str | None) -> None:
        """A date alone is of the title above where they share a block or headings are titles, else of the next."""
        self.found.taken.add(line.index)
        items = self.found.items
        if (
            items
            and items[-1].date is None
            and (self.dates_follow or (line.number and self.last == line.index))
        ):
            items[-1] = replace(items[-1], date=date)
        else:
            self.waiting = None if self.dates_follow else first_date(line.text)

    def _row(self, block: Block, index: int) -> None:
        """A row: the cell that is a date, and the one that is headed so, leads somewhere or is the longest."""
        cells = [" ".join(cell.split()) for cell in block.cells]
        dated = next((n for n, cell in enumerate(cells) if _is_date(cell)), None)
        rest = [(n, cell) for n, cell in enumerate(cells) if cell and n != dated and not FILE.fullmatch(cell)]
        headed = [c for n, c in rest if n < len(block.headers) and TITLE.search(block.headers[n])]
        linked = [c for _, c in rest if any(link.text == c for link in block.links)]
        if dated is None or not rest:
            return
        title = next(iter(headed or linked), max((c for _, c in rest), key=len))
        dates = first_date(cells[dated])
        line = Line(title, index, 0, block, block.links)
        self._add(line, title, dates.starts_on if dates else cells[dated])

    def _split(self, line: Line) -> tuple[str, str | None]:
        """A title and the date at its beginning or its end; one in its midst is part of it."""
        text = line.text
        dates = first_date(text)
        if dates is None:
            year = YEAR.search(text) if self.part.category else None
            rest = text.replace(year.group(), " ").strip(" ,;:|–—-.") if year else ""
            return (rest, year[1] or year[2]) if year and rest else (text, None)
        lead = SAID.sub("", text[: dates.start])
        is_said = lead != text[: dates.start]
        before, after = lead.strip(" ,;:|–—-([•"), text[dates.end :].strip(" ,;:|–—-)]•.")
        after = "" if FILE.fullmatch(after) or (is_said and not before and line.number) else after
        if (before and after) or (
            before and not is_said and not _is_apart(line, before, text[: dates.start])
        ):
            return text, None
        if before and not line.links and not line.is_heading and read_where(before, self.known):
            return "", dates.starts_on
        return BRACKET.sub("", before or after), dates.starts_on


def _is_told(line: Line) -> bool:
    """Not a title: a request to the reader, or a paragraph of several sentences."""
    if ASKED.match(line.text):
        return True
    is_plain = line.block.kind is BlockKind.PARAGRAPH and len(line.text.split()) >= LONG
    return is_plain and len(SENTENCE.findall(line.text)) > 1


def _is_apart(line: Line, before: str, lead: str) -> bool:
    if re.search(r"[,;:|–—(（\[-]\s*$", lead):
        return True
    return any(link.text.rstrip(".") == before.rstrip(".") for link in line.links)


def _is_period(block: Block) -> bool:
    return (
        block.kind is BlockKind.HEADING and re.fullmatch(r"(?:19|20)\d\d", block.text.strip(" :")) is not None
    )


def _is_date(cell: str) -> bool:
    if re.fullmatch(r"(?:19|20)\d\d", cell):
        return True
    dates = first_date(cell)
    return dates is not None and (dates.end - dates.start) * 10 >= len(cell) * 7


def _unique(items: list[NewsItem]) -> list[NewsItem]:
    return list({(item.title, item.date): item for item in reversed(items)}.values())[::-1]
