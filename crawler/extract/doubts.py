"""Dates of one text that disagree: a day of the week that does not fit, two days for one meeting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from crawler.extract.dates import Dates, find_dates
from crawler.extract.lines import lines_of
from crawler.extract.months import without_accents
from crawler.extract.sections import Part
from storage.records import Event

_DAYS = (
    "mon monday lundi lunes montag segunda-feira senin lunedi 月 월",
    "tue tues tuesday mardi martes dienstag terca-feira selasa martedi 火 화",
    "wed weds wednesday mercredi miercoles mittwoch quarta-feira rabu mercoledi 水 수",
    "thu thur thurs thursday jeudi jueves donnerstag quinta-feira kamis giovedi 木 목",
    "fri friday vendredi viernes freitag sexta-feira jumat venerdi 金 금",
    "sat saturday samedi sabado samstag sabtu sabato 土 토",
    "sun sunday dimanche domingo sonntag minggu domenica 日 일",
)
DAYS = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
_NAMES = "|".join(sorted((name for name in DAYS if name.isascii()), key=len, reverse=True))
LEAD = re.compile(rf"\b({_NAMES})\b\.?,?\s+(?:the\s+|den\s+)?$", re.I)
INSIDE = re.compile(rf"^(?:({_NAMES})\b\.?,?\s|)", re.I)
BEHIND = re.compile(
    rf"^\.?\s*(?:[(（]\s*({_NAMES}|[月火水木金土日월화수목금토일])\.?(?:曜日?|요일)?\s*[)）]"
    rf"|,\s*({_NAMES})\b(?=\s*(?:$|[,;:)–—-])))",
    re.I,
)
HAS_NUMBER = re.compile(
    r"\b\d{1,3}(?:st|nd|rd|th|º|ª|e|[eè]me)\b|第\s?\d+|제\s?\d+\s?[회차]|\b[XVL]+[IVXL]+\b"
    r"|\b(?:\w+-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|\w+tieth)"
    r"\s+(?:\w+\s+){0,3}(?:meeting|session|plenary)",
    re.I,
)
"""An ordinal: a meeting of its own, of which there is one."""
FAR = 400
"""Days between two meetings that may share a title with a number in it, such as a session's."""
LONGEST = 400


def doubts_of(parts: Iterable[Part], events: Iterable[Event]) -> Iterator[str]:
    """A sentence for each disagreement; `events` are those listed and those told in prose."""
    for part in parts:
        for line in lines_of(block for n, block in enumerate(part.blocks) if n in part.taken):
            if len(line.text) <= LONGEST:
                yield from _wrong_weekdays(line.text)
    yield from _two_days(events)


def _wrong_weekdays(text: str) -> Iterator[str]:
    for dates in find_dates(text):
        said = _weekday(without_accents(text), dates) if dates.is_day else None
        if said and DAYS[said.casefold()] != date.fromisoformat(dates.starts_on).weekday():
            yield f"{dates.starts_on} is no {said}: {' '.join(text.split())[:120]!r}"


def _weekday(plain: str, dates: Dates) -> str | None:
    """The day of the week beside the first day: in front of it, or in a bracket behind one day."""
    found = INSIDE.match(plain[dates.start : dates.end]) or LEAD.search(plain[: dates.start])
    if found and found[1]:
        return str(found[1])
    if lead := LEAD.search(plain[: dates.start]):
        return lead[1]
    behind = None if dates.ends_on else BEHIND.match(plain[dates.end :])
    inner = re.search(
        r"[(（]\s*([^()（）\d]{1,12}?)\.?(?:曜日?|요일)?\s*[)）]$", plain[dates.start : dates.end]
    )
    said = (behind[1] or behind[2]) if behind else inner[1] if inner and not dates.ends_on else None
    return said if said and said.casefold() in DAYS else None


def _two_days(events: Iterable[Event]) -> Iterator[str]:
    """A meeting with a number of its own is held once: another day of it is an error of somebody."""
    met: dict[str, Event] = {}
    for event in events:
        if not event.starts_on or len(event.starts_on) < 10 or not HAS_NUMBER.search(event.title):
            continue
        other = met.setdefault(" ".join(event.title.casefold().split()), event)
        if other.starts_on and other.starts_on != event.starts_on and _days_apart(other, event) <= FAR:
            yield f"{event.title!r}: the page shows {other.starts_on} and {event.starts_on}"


def _days_apart(one: Event, other: Event) -> int:
    days = [date.fromisoformat(event.starts_on or "") for event in (one, other)]
    return abs((days[0] - days[1]).days)
