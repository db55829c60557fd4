"""Where events are listed that no heading announces: runs of lines, cards and rows that are dated entries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.dates import first_date, lone_month, lone_year
from crawler.extract.entries import take_apart
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import lines_of_block
from crawler.extract.places import gazetteer
from crawler.extract.prose import told_entry
from crawler.extract.rows import is_event_table, names_event_columns
from crawler.extract.titled import Titled, is_day_alone, titled_entries
from crawler.extract.whereabouts import read_where
from crawler.extract.wording import NOUNS
from storage.document import Block, BlockKind

TOLD = re.compile(
    r"\b(?:will|was|were|is|are|has|have|met|meets)\b.*\b(?:held|place|hosted|organi[sz]ed|convened?|been|met|be)\b",
    re.I,
)
LONGEST = 330
LEAST_SPREAD = 3
"""Dated lines in a paragraph of others too, from which on they are a list in it."""


LEAD = re.compile(r"\W{0,2}(?:(?:from|on|du|le|les|del?|el|vom|am|dal|dari|từ|ngày)\s+)?", re.I)
"""What may stand in front of the day of an entry."""
NEXT = re.compile(
    rf"(?:the\s+)?(?:next|last|previous|latest|upcoming|forthcoming|pr[oó]xim[ao]|prochaine?|n[aä]chste)\s+(?:\w+\s+){{0,3}}?"
    rf"{NOUNS.pattern}\s*(?::|\s[–—-]\s)",
    re.I,
)
"""A line that announces one meeting: "Next meeting: Geneva, 3-14 March 2025"."""
PAPER = re.compile(
    r"\b(?:reports?|minutes|agendas?|summary|summaries|notes|slides|presentations?|proceedings|papers?"
    r"|documents?|recordings?|videos?|photos?|invitation|registration|results?|outcomes?"
    r"|press|news\w*|articles?|statement|call for|actas?|informe|compte[- ]rendu|rapports?|protokoll|pdf)\b",
    re.I,
)
ORDINAL = re.compile(
    r"(?:the )?(?:\d{1,3}\s?(?:st|nd|rd|th|[aªºo°.]|e|[èe]me|er)\b"
    r"|(?:fir|fourth|fif|six|seven|eigh|nin|ten|eleven|twelf)\w+|second|third)\s",
    re.I,
)
SENTENCES = re.compile(r"[a-z\d][.!?] [A-Z][a-z]+ ")


def period_of(title: str) -> str | None:
    """The year or the month that a heading gives to what stands under it."""
    return lone_year(title) or lone_month(title)


def find_entries(
    blocks: Sequence[Block], knowledge: Knowledge, period: str | None = None
) -> tuple[int, int] | None:
    """Where a list of events stands that no heading announces: two or more dated entries.

    `period` is the year or month that the heading above gives.
    """
    dated = [
        n
        for n, block in enumerate(blocks)
        if is_entry_heading(block) and _is_event_like(block.text, knowledge)
    ]
    if len(dated) > 1:
        lines = _first_run([_counts_entries(block, knowledge, period) for block in blocks[: dated[0]]])
        return lines[0] if lines else dated[0], len(blocks)
    titled = titled_entries(blocks)
    if titled and sum(_names_meeting(blocks, entry, knowledge) for entry in titled) * 3 > len(titled) * 2:
        return titled[0].start, titled[-1].end
    rows = [
        n for n, block in enumerate(blocks) if block.kind is BlockKind.ROW and is_event_table(block, period)
    ]
    if rows:
        return rows[0], rows[-1] + 1
    head = next((n for n, b in enumerate(blocks) if b.kind is BlockKind.ROW and names_event_columns(b)), None)
    if head is not None:
        others = (n for n in range(head, len(blocks)) if blocks[n].kind is not BlockKind.ROW)
        return head, next(others, len(blocks))
    placed = [n for n, block in enumerate(blocks) if _is_placed_row(block, knowledge, period)]
    if len(placed) > 1:
        return placed[0], placed[-1] + 1
    return _first_run([_counts_entries(block, knowledge, period) for block in blocks])


def spread(blocks: Sequence[Block], period: str | None = None) -> list[Block]:
    """The blocks, where paragraphs of lines of which some are dated are cut into their lines, the dated as items."""
    cut: list[Block] = []
    for n, block in enumerate(blocks):
        may = block.kind is BlockKind.PARAGRAPH and len(block.lines) > LEAST_SPREAD
        days = [_shows_day(line, period) for line in block.lines] if may else []
        if sum(days) < LEAST_SPREAD or all(days):
            cut.append(block)
            continue
        for line, is_dated in zip(lines_of_block(block, n), days, strict=True):
            kind = BlockKind.ITEM if is_dated else BlockKind.PARAGRAPH
            cut.append(
                Block(kind, line.text, (line.text,), int(is_dated), line.links, place=line.block.place)
            )
    return cut


def _shows_day(line: str, period: str | None) -> bool:
    dates = first_date(line, period) if len(line) <= LONGEST else None
    return dates is not None and dates.is_day


def _names_meeting(blocks: Sequence[Block], entry: Titled, knowledge: Knowledge) -> bool:
    """A heading that names a kind of meeting, or whose day has a place beside it."""
    if NOUNS.search(blocks[entry.heading].text):
        return True
    return any(_is_placed_day(line, knowledge) for line in blocks[entry.dated].lines)


def _is_placed_day(line: str, knowledge: Knowledge) -> bool:
    dates = first_date(line) if len(line) <= LONGEST else None
    where = read_where(line[dates.end :], gazetteer(knowledge)) if dates else None
    return where is not None and where.place.mode is None


def _is_placed_row(block: Block, knowledge: Knowledge, period: str | None) -> bool:
    """A row without headers: a cell that is a day, one that is a place with its economy, one more."""
    if block.kind is not BlockKind.ROW or block.headers or not 3 <= len(block.cells) <= 6:
        return False
    known = gazetteer(knowledge)
    places = (read_where(cell, known) for cell in block.cells if cell)
    return any(where is not None and (where.place.economy or where.place.mode) for where in places) and any(
        dates is not None and dates.is_day and (dates.end - dates.start) * 10 >= len(cell) * 7
        for cell in block.cells
        if (dates := first_date(cell, period))
    )


def is_entry_heading(block: Block) -> bool:
    """A heading that is an entry itself: it shows a day."""
    dates = first_date(block.text) if block.kind is BlockKind.HEADING else None
    return dates is not None and len(dates.starts_on) == 10


def _counts_entries(block: Block, knowledge: Knowledge, period: str | None) -> int:
    """How many lines of the block are entries, when all are; a block of a day and its title is one.

    "Next meeting: Geneva, 3-14 March 2025" counts for two: it tells enough alone.
    """
    if block.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
        return 0
    if len(block.lines) > 1 and is_day_alone(block.lines[0]) and _is_event_like(block.text, knowledge):
        return 1
    if all(NEXT.match(line) and first_date(line, period) for line in block.lines):
        return 2
    if len(block.lines) == 1 and told_entry(lines_of_block(block, 0)[0], gazetteer(knowledge), ""):
        return 1
    good = [
        line
        for line in block.lines
        if (_starts_with_day(line, period) and _is_event_like(line, knowledge))
        or (block.kind is BlockKind.ITEM and _is_placed(line, knowledge, period))
        or _ends_in_day(line)
    ]
    return len(good) if len(good) == len(block.lines) else 0


def _ends_in_day(line: str) -> bool:
    """A meeting with its day in brackets behind: "2nd meeting (9-14 February 1998, Bangkok)"; not its papers."""
    opened = max(line.rfind("("), line.rfind("（"))
    if opened < 1 or len(line) > LONGEST or not line.rstrip(" .").endswith((")", "）")):
        return False
    dates = first_date(line[opened:])
    if dates is None or not (dates.ends_on or ORDINAL.match(line)):
        return False
    is_meeting = NOUNS.search(line[:opened]) is not None and PAPER.search(line[:opened]) is None
    return is_meeting and dates.is_day and dates.start <= 30


def _is_placed(line: str, knowledge: Knowledge, period: str | None) -> bool:
    """A title, a date and a place: no news and no document is listed so."""
    dates = first_date(line, period) if len(line) <= LONGEST and not is_prose(line) else None
    if dates is None:
        return False
    entry = take_apart(line, dates, knowledge, gazetteer(knowledge), frozenset())
    return bool(entry.title and (entry.place.city or entry.place.economy or entry.place.mode))


def _first_run(counts: list[int]) -> tuple[int, int] | None:
    """The first run of blocks that together have two entries or more."""
    start = 0
    while start < len(counts):
        end = next((n for n in range(start, len(counts)) if not counts[n]), len(counts))
        if sum(counts[start:end]) > 1:
            return start, end
        start = end + 1
    return None


def is_by_headings(blocks: Sequence[Block]) -> bool:
    """The entries are headings, and dates below them details: not where more lines than headings start with a day."""
    headings = sum(is_entry_heading(block) for block in blocks)
    if headings < 2:
        return False
    others = (block for block in blocks if block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM})
    return headings >= sum(_starts_with_day(line) for block in others for line in block.lines)


def _starts_with_day(line: str, period: str | None = None) -> bool:
    dates = first_date(line, period) if len(line) <= LONGEST else None
    return (
        dates is not None and len(dates.starts_on) == 10 and LEAD.fullmatch(line[: dates.start]) is not None
    )


def _is_event_like(text: str, knowledge: Knowledge) -> bool:
    if len(text) > LONGEST or is_prose(text):
        return False
    return NOUNS.search(text) is not None or gazetteer(knowledge).economy_at_end(text) is not None


def is_prose(text: str) -> bool:
    """A sentence that tells of something, or too long for an entry."""
    if len(text) > LONGEST:
        return True
    ends = text.rstrip().endswith((".", "!", ":")) or text.startswith(("The ", "Our ", "This "))
    ends = ends or SENTENCES.search(text) is not None
    if not ends or text.count(" ") < 8:
        return False
    return TOLD.search(text) is not None
