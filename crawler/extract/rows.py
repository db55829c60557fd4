"""Rows of tables that list events."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.dates import find_dates, first_date
from crawler.extract.entries import code_shape, read_pure_place, take_apart
from crawler.extract.knowledge import Knowledge
from crawler.extract.places import gazetteer
from storage.document import Block
from storage.records import Event

COLUMNS = {
    "date": re.compile(r"\b(?:dates?|when|day|start|starts|period)\b", re.I),
    "end": re.compile(r"\b(?:end|ends|until)\b", re.I),
    "title": re.compile(
        r"\b(?:events?|meetings?|title|name|activity|activities|subject|topic|what|workshops?|description)\b",
        re.I,
    ),
    "place": re.compile(r"\b(?:venue|place|location|where|city|host)\b", re.I),
    "economy": re.compile(r"\b(?:economy|country|host economy)\b", re.I),
    "code": re.compile(r"\b(?:code|number|no\.?|project)\b", re.I),
    "time": re.compile(r"\btime\b", re.I),
    "status": re.compile(r"\bstatus\b", re.I),
}


def is_event_table(block: Block) -> bool:
    """The columns say so: a date, and an event or a place."""
    columns = _columns(block.headers)
    return (
        "date" in columns
        and ("title" in columns or "place" in columns)
        and first_date(block.text) is not None
    )


def read_row(
    block: Block, headers: tuple[str, ...], knowledge: Knowledge, year: str | None, section: str
) -> tuple[Event | None, tuple[str, ...]]:
    """The event of a row, if it is one, and the headers for the next: a first row may be the headers."""
    shown = block.headers or headers
    if not shown and len(_columns(block.cells)) > 1 and not find_dates(block.text, year):
        return None, tuple(block.cells)
    columns = _columns(shown)
    cell = {kind: block.cells[at] for kind, at in columns.items() if at < len(block.cells)}
    dated = cell.get("date") or next((c for c in block.cells if find_dates(c, year)), "")
    found = find_dates(dated, year)
    if not found:
        return None, shown
    return _event(block, cell, (dated, year), knowledge, section), shown


def _event(
    block: Block, cell: dict[str, str], when: tuple[str, str | None], knowledge: Knowledge, section: str
) -> Event | None:
    known = gazetteer(knowledge)
    dated, year = when
    dates = find_dates(dated, year)[0]
    end = first_date(cell.get("end", ""))
    shown_place = cell.get("place") or _place_cell(block.cells, dated, knowledge)
    title = cell.get("title") or _title_cell(block.cells, (dated, shown_place))
    entry = take_apart(title.replace("\n", " "), first_date(title), knowledge, known, frozenset())
    said = take_apart(
        dated.replace("\n", " "), find_dates(dated.replace("\n", " "), year)[0], knowledge, known, frozenset()
    )
    if not entry.title:
        return None
    where = read_pure_place(shown_place.replace("\n", ", "), known) if shown_place else None
    place = where.place if where else entry.place
    code = code_shape(knowledge).search(cell.get("code", ""))
    economy = cell.get("economy")
    return Event(
        title=entry.title,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on or (end.starts_on if end and end.starts_on > dates.starts_on else None),
        time=cell.get("time") or said.time or entry.time,
        city=place.city
        or (
            shown_place
            if shown_place and not place.economy and len(shown_place.split()) <= 3 and not place.mode
            else None
        ),
        region=place.region,
        economy=place.economy or economy or None,
        venue=where.venue if where else entry.venue,
        mode=place.mode,
        project_code=entry.code or (code["code"] if code else None),
        link=next((link.target for link in block.links if not link.target.startswith("mailto:")), None),
        status=(cell.get("status") or entry.status or said.status or None),
        section=section,
        place=block.place,
    )


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """Which column is what; the first that fits, each column once."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        for kind, shape in COLUMNS.items():
            if kind not in found and len(header) <= 40 and shape.search(header):
                found[kind] = at
                break
    return found


def _place_cell(cells: Sequence[str], dated: str, knowledge: Knowledge) -> str:
    known = gazetteer(knowledge)
    return next((c for c in cells if c and c != dated and read_pure_place(c.replace("\n", ", "), known)), "")


def _title_cell(cells: Sequence[str], others: tuple[str, ...]) -> str:
    return max((c for c in cells if c and c not in others), key=len, default="")
