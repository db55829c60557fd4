"""Days that stand alone, with nothing but the time, a state or papers beside them: meetings named by what is above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.attachments import names_papers, without_papers
from crawler.extract.dates import Dates, first_date
from crawler.extract.status import find_status, without_old_dates, without_status
from crawler.extract.times import find_times
from crawler.extract.wording import NOUNS
from storage.document import Block, BlockKind

LONGEST, SOON = 120, 40
EDGE = re.compile(r"[\W_]+")
NUMBER = re.compile(r"[\d一二三四五六七八九十]")
NO_MEETINGS = re.compile(
    r"\b(?:deadlines?|due|submissions?|submit|fil(?:e|ing)|holidays?|clos(?:ed|ures?)|expir\w+|publi(?:shed|cations?)"
    r"|releases?|posted|updated|registration|fristen?|plazos?|feriados?|échéances?)\b",
    re.I,
)
LEAST = 2
INTRODUCED = 3
"""So many blocks above the first day may name the meetings."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What meetings without a title of their own are called, and by which rule."""

    title: str
    rule: str


def name_above(titles: Sequence[str], page_title: str) -> Naming | None:
    """The first of the titles above that tells of meetings; the page's own where a list has no other above."""
    for title in titles:
        if names_meetings(title):
            return Naming(title.strip(" :"), "section-title")
    is_named = names_meetings(page_title) or not titles[0]
    return Naming(page_title, "page-title") if page_title and is_named else None


def names_meetings(text: str) -> bool:
    """Whether a heading or an introduction tells of meetings, and not of deadlines or days off."""
    return NOUNS.search(text) is not None and NO_MEETINGS.search(text) is None


def bare_day(text: str, year: str | None = None) -> Dates | None:
    """The day of a line that says nothing else than the time, a state ("cancelled") and papers."""
    may_be = len(text) <= LONGEST and NUMBER.search(text, 0, SOON)
    text = without_old_dates(text, year) if may_be else ""
    dates = first_date(text, year) if text else None
    if dates is None or not dates.is_day or EDGE.sub("", text[: dates.start]):
        return None
    rest = text[dates.end :]
    for times in reversed(list(find_times(rest))):
        rest = f"{rest[: times.start()]} {rest[times.end() :]}"
    rest = EDGE.sub(" ", without_status(rest)).strip() if find_status(rest) else EDGE.sub(" ", rest).strip()
    return dates if not rest or not without_papers(rest) else None


def days_of_row(block: Block, year: str | None) -> tuple[Dates, ...]:
    """The days of a row of nothing else: a schedule laid out as a grid."""
    shown = [cell for cell in block.cells if cell] if not block.headers else []
    days = [bare_day(cell.replace("\n", " "), year) for cell in shown]
    return tuple(day for day in days if day) if len(days) >= LEAST and all(days) else ()


def find_days(blocks: Sequence[Block], title: str, period: str | None) -> tuple[int, int] | None:
    """Where days alone are listed below words that tell of meetings: `title`, or a line not far above."""
    bare = [n for n, block in enumerate(blocks) if _is_bare(block, period)]
    rows = [n for n, block in enumerate(blocks) if block.kind is BlockKind.ROW and days_of_row(block, period)]
    days = bare if len(bare) >= LEAST else rows
    if not days:
        return None
    above = (block.text for block in blocks[max(0, days[0] - INTRODUCED) : days[0]])
    if not any(map(names_meetings, (title, *above))):
        return None
    end = days[0]
    while end < len(blocks) and (end in days or _belongs(blocks[end], days, end)):
        end += 1
    return days[0], end


def _is_bare(block: Block, period: str | None) -> bool:
    if block.kind is BlockKind.ROW or not block.lines:
        return False
    return all(bare_day(line, period) for line in block.lines)


def _belongs(block: Block, days: Sequence[int], at: int) -> bool:
    """Papers of the day above, or anything that stands between two days."""
    if block.kind is BlockKind.HEADING:
        return False
    return names_papers(block.text) or any(at < day <= at + INTRODUCED for day in days)
