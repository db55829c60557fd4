"""News of a part: one title a line, with its date and where it leads."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.extract.dates import Dates, first_date
from crawler.extract.lines import Line, lines_of_block
from crawler.extract.sections import Part, is_boilerplate
from storage.document import BlockKind
from storage.records import NewsItem

LONGEST = 260


def read_news(part: Part) -> list[NewsItem]:
    """The titles that a part lists; the blocks they were read from are marked as taken.

    Where entries are headings, what stands below them is their summary, not more news.
    """
    by_headings = any(block.kind is BlockKind.HEADING for block in part.blocks)
    items: list[NewsItem] = []
    waiting: Dates | None = None
    dates_follow = by_headings and part.blocks[0].kind is BlockKind.HEADING
    for index, block in enumerate(part.blocks):
        if by_headings and block.kind is not BlockKind.HEADING and not first_date(block.text):
            continue
        for line in lines_of_block(block, index):
            if is_boilerplate(line.text) or len(line.text) > LONGEST or line.text.endswith(":"):
                continue
            title, dates = _split(line)
            if not title:
                waiting = None if dates_follow else dates
                part.taken.add(index)
                if dates_follow and dates and items and items[-1].date is None:
                    items[-1] = replace(items[-1], date=dates.starts_on)
            elif not by_headings or line.is_heading:
                items.append(_item(line, title, dates or waiting, part.key))
                part.taken.add(index)
                waiting = None
    return _unique(items)


def _item(line: Line, title: str, dates: Dates | None, section: str) -> NewsItem:
    return NewsItem(
        title=title,
        date=dates.starts_on if dates else None,
        link=line.link,
        section=section,
        place=line.place,
    )


def _split(line: Line) -> tuple[str, Dates | None]:
    """A title and the date at its beginning or its end; one in its midst is part of it."""
    text = line.text
    dates = first_date(text)
    if dates is None:
        return text, None
    before, after = text[: dates.start].strip(" ,;:|–—-([•"), text[dates.end :].strip(" ,;:|–—-)]•.")
    if before and after:
        return text, None
    linked = any(link.text == before for link in line.links)
    if before and not linked and not re.search(r"[,;:|–—(\[-]\s*$", text[: dates.start]):
        return text, None
    return before or after, dates


def _unique(items: list[NewsItem]) -> list[NewsItem]:
    return list({(item.title, item.date): item for item in reversed(items)}.values())[::-1]
