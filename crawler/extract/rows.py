"""Rows of tables that list events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from crawler.extract.attachments import names_papers, without_papers
from crawler.extract.codes import find_code
from crawler.extract.dates import Dates, find_dates, first_date, lone_month, lone_year
from crawler.extract.days import Naming
from crawler.extract.entries import take_apart
from crawler.extract.knowledge import Knowledge
from crawler.extract.months import without_accents
from crawler.extract.places import ONLY_MODE, Place, gazetteer
from crawler.extract.recurring import recurring_row
from crawler.extract.status import STATUS, find_status, state_of, without_old_dates
from crawler.extract.times import find_times
from crawler.extract.whereabouts import NOWHERE, read_where
from storage.document import Block
from storage.records import Event

COLUMNS = {
    "end": re.compile(r"^(?!.*\b(?:start|from|begin)).*\b(?:end|ends|until|to|bis|hasta|fin)\b", re.I),
    "date": re.compile(
        r"\b(?:dates?|when|days?|start|starts|period|from|schedule|fechas?|datum|datas?|tanggal|thoi gian|ngay)\b"
        r"|日期|日程|日時|时间|時間|開催日|날짜|일시|일정|기간",
        re.I,
    ),
    "month": re.compile(r"\b(?:months?|mes|mois|monat)\b", re.I),
    "economy": re.compile(r"\b(?:economy|country|host economy|pais|pays|land)\b", re.I),
    "city": re.compile(r"\b(?:city|town|ciudad|ville|stadt|cidade|kota)\b|城市|都市|도시", re.I),
    "place": re.compile(
        r"\b(?:venue|place|location|where|host|lugar|sede|lieu|ort|tempat|dia diem)\b|^local$|地点|地點|場所|会場|장소",
        re.I,
    ),
    "documents": re.compile(
        r"\b(?:documents?|agenda|minutes|reports?|slides|materials?|links?|files?|remarks?)\b", re.I
    ),
    "code": re.compile(r"\b(?:code|number|no\.?)\b|^project$", re.I),
    "frequency": re.compile(r"\b(?:frequency|recurrence|how often|cadence|frecuencia|frequence)\b", re.I),
    "status": re.compile(r"\b(?:status|estado|statut)\b|状态|状態|상태", re.I),
    "time": re.compile(r"\b(?:time|hora|heure|uhrzeit|jam)\b", re.I),
    "title": re.compile(
        r"\b(?:events?|meetings?|title|names?|activity|activities|subject|topic|what|workshops?|description|sessions?"
        r"|conferences?|seminars?|gatherings?|reunion(?:es)?|evento|actividad|titulo|evenement|veranstaltung|sitzung|tagung"
        r"|reuniao|atividade|kegiatan|acara|cuoc hop|hoi thao|su kien)\b"
        r"|会议|會議|会議|活动|名称|名稱|行事|イベント|회의|행사|제목",
        re.I,
    ),
}


def is_event_table(block: Block, period: str | None = None) -> bool:
    """The columns say so: a date, and an event or a place."""
    columns = _columns(block.headers)
    return (
        "date" in columns
        and ("title" in columns or "place" in columns)
        and any(first_date(cell, period) for cell in block.cells)
    )


def names_event_columns(block: Block) -> bool:
    """A first row that names the columns, though its markup does not say so."""
    if block.headers or any(ch.isdigit() for ch in block.text):
        return False
    columns = _columns(block.cells)
    return "date" in columns and ("title" in columns or {"place", "documents"} <= columns.keys())


def read_row(
    block: Block,
    headers: tuple[str, ...],
    knowledge: Knowledge,
    year: str | None,
    section: str,
    above: Naming | None = None,
) -> tuple[Event | None, tuple[str, ...]]:
    """The event of a row, if it is one, and the headers for the next: a first row may be the headers.

    A row of a day without a title is one of the meetings that stand `above`.
    """
    shown = block.headers or headers
    if not shown and len(_columns(block.cells)) > 1 and not find_dates(block.text, year):
        return None, tuple(block.cells)
    columns = _columns(shown)
    cells = tuple(without_old_dates(cell, year) for cell in block.cells)
    cell = {kind: cells[at].replace("\n", " ") for kind, at in columns.items() if at < len(cells)}
    dated, dates = _dates(cell, cells, year)
    if dates is None:
        return recurring_row(block, cell, section), shown
    return _event(block, cell, dated, dates, knowledge, section, above), shown


def _dates(cell: dict[str, str], cells: Sequence[str], year: str | None) -> tuple[str, Dates | None]:
    """The text that dates the row, and its date: one column, a day's and a month's, any other; else a year alone."""
    said = cell.get("date", "")
    for text in (said, f"{said} {cell['month']}" if "month" in cell else "", *cells):
        line = text.replace("\n", " ")
        dates = first_date(line, year)
        if dates is not None:
            return line, _until(dates, cell.get("end"))
    alone = lone_year(said) or lone_month(said, year)
    return said, Dates(alone, None, 0, len(said)) if alone else None


def _until(dates: Dates, end: str | None) -> Dates:
    until = first_date(end) if end and not dates.ends_on else None
    return replace(dates, ends_on=until.starts_on) if until and until.starts_on > dates.starts_on else dates


def _event(
    block: Block,
    cell: dict[str, str],
    dated: str,
    dates: Dates,
    knowledge: Knowledge,
    section: str,
    above: Naming | None,
) -> Event | None:
    known = gazetteer(knowledge)
    shown_place = cell.get("place") or ("" if "city" in cell else _place_cell(block.cells, dated, knowledge))
    documents = cell.get("documents", "")
    title = cell.get("title") or _title_cell(
        block.cells, (dated, shown_place, documents, *map(cell.get, PLAIN))
    )
    entry = take_apart(title, first_date(title), knowledge, known, frozenset())
    said = take_apart(dated, dates, knowledge, known, frozenset())
    rule = {}
    if not without_papers(entry.title):
        if not said.title and (above is None or not dates.is_day):
            return None
        rule = {"title": above.rule} if above and not said.title else {}
        entry = replace(entry, title=said.title or (above.title if above else ""))
    where = read_where(shown_place.replace("\n", ", "), known) if shown_place else None
    place = next((p for p in (where.place if where else entry.place, said.place) if _tells(p)), NOWHERE)
    city = cell.get("city", "").strip("* ") or (shown_place if _may_be_city(shown_place, place) else None)
    mode = place.mode or entry.place.mode or (city if city and ONLY_MODE.fullmatch(city) else None)
    code = find_code(cell.get("code", ""), knowledge)
    return Event(
        title=entry.title,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        time=cell.get("time") or said.time or entry.time,
        city=place.city or (city if city != mode else None),
        region=place.region,
        economy=place.economy or cell.get("economy") or None,
        venue=where.venue if where else entry.venue,
        mode=mode,
        project_code=entry.code or (code["code"] if code else None),
        link=_link(block, title, documents),
        status=_state(cell.get("status", "")) or entry.status or said.status or _status_beside(block.cells),
        section=section,
        place=block.place,
        confidence=1.0 if "title" in cell else 0.8,
        inferred=rule,
    )


LONGEST_REMARK = 60
PLAIN = ("city", "economy", "status", "time", "end", "month", "date")


def _status_beside(cells: Sequence[str]) -> str | None:
    """Of a cell that tells of nothing else: "Cancelled", "Postponed to August"."""
    return next((status for c in cells if len(c) <= LONGEST_REMARK and (status := _leading_status(c))), None)


def _leading_status(text: str) -> str | None:
    found = STATUS.match(text.strip(" ([（【*"))
    return state_of(found) if found else None


def _state(shown: str) -> str | None:
    """What a column of states says, in one word where it is a known one."""
    return _leading_status(shown) or shown or None


def _tells(place: Place) -> bool:
    return bool(place.city or place.economy or place.mode)


def _may_be_city(shown: str, place: Place) -> bool:
    if not shown or place.economy or place.mode or find_status(shown):
        return False
    return len(shown.split()) <= 3


def _link(block: Block, title: str, documents: str) -> str | None:
    """Where the title leads; another link of the row, but not one to a document beside it."""
    pages = [link for link in block.links if not link.target.lower().startswith(("mailto:", "tel:"))]
    named = next((link for link in pages if link.text and link.text in title), None)
    other = next((link for link in pages if not link.text or link.text not in documents), None)
    found = named or other
    return found.target if found else None


@lru_cache(maxsize=1024)
def _columns(headers: tuple[str, ...]) -> Mapping[str, int]:
    """Which column is what; the first that fits, each column once."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        for kind, shape in COLUMNS.items():
            if kind not in found and len(header) <= 40 and shape.search(without_accents(header)):
                found[kind] = at
                break
    return found


def _place_cell(cells: Sequence[str], dated: str, knowledge: Knowledge) -> str:
    known = gazetteer(knowledge)
    return next((c for c in cells if c and c != dated and read_where(c.replace("\n", ", "), known)), "")


def _title_cell(cells: Sequence[str], others: tuple[str | None, ...]) -> str:
    rest = (" ".join(cell.split()) for cell in cells)
    return max((c for c in rest if c and c not in others and not _is_beside(c)), key=len, default="")


def _is_beside(cell: str) -> bool:
    """A time of day, papers or a state: not what a meeting is called."""
    times = next(find_times(cell), None)
    return (times is not None and times.group().strip() == cell) or names_papers(cell)
