"""Dates and ranges of dates as pages write them, at the precision shown. No year is invented."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero ene janeiro gennaio januari",
            "february feb februar fevrier fevr febrero fevereiro febbraio februari",
            "march mar marz maerz mars marzo marco maart",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio mei",
            "june jun juni juin junio junho giugno",
            "july jul juli juillet juil julio julho luglio",
            "august aug aout agosto ago augustus",
            "september sept sep septembre septiembre setiembre setembro settembre",
            "october oct oktober okt octobre octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec dezember dez decembre diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = (
    r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
)
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_W = rf"(?:{WEEKDAYS}\b\.?,?\s+)?"
_DAY = r"\d{1,2}(?:\s?(?:st|nd|rd|th|h|er|º|ª)\b|\.)?"
_YEAR = r"(?:19|20)\d\d"
_TO = r"\s*(?:[-\u2010-\u2015\u2212~&]|\b(?:to|and|through|until|till|bis|au|al|a|y)\b)\s*"
_OF = r"\s*(?:of\s+|de\s+)?"
_COMMA = r"\s*,?\s*(?:de\s+)?"

# Each shape: what it looks like, with the groups d1 m1 y1 d2 m2 y2. The longer ones come first.
_SHAPES = (
    r"(?P<y1>{Y})-(?P<m1>\d\d)-(?P<d1>\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"
    r"(?:(?:\s*[-–—/]\s*|\s+to\s+)(?P<y2>{Y})-(?P<m2>\d\d)-(?P<d2>\d\d))?",
    r"(?P<y1>{Y})\s*年\s*(?P<m1>\d{{1,2}})\s*月(?:\s*(?P<d1>\d{{1,2}})\s*日)?(?:\s*[-–—~～至]\s*(?:(?P<m2>\d{{1,2}})\s*月\s*)?(?P<d2>\d{{1,2}})\s*日)?",
    r"(?P<y1>{Y})\s*년\s*(?P<m1>\d{{1,2}})\s*월(?:\s*(?P<d1>\d{{1,2}})\s*일)?",
    r"{W}(?P<d1>{D}){OF}(?P<m1>{M}){C}(?P<y1>{Y}){T}{W}(?P<d2>{D}){OF}(?P<m2>{M}){C}(?P<y2>{Y})",
    r"{W}(?P<d1>{D})(?:{OF}(?P<m1>{M}))?{T}{W}(?P<d2>{D}){OF}(?P<m2>{M}){C}(?P<y2>{Y})",
    r"{W}(?P<d1>{D}){OF}(?P<m1>{M}){C}(?P<y1>{Y})",
    r"{W}(?P<m1>{M})\s*(?P<d1>{D}),?\s*(?P<y1>{Y}){T}{W}(?P<m2>{M})\s*(?P<d2>{D}),?\s*(?P<y2>{Y})",
    r"{W}(?P<m1>{M})\s*(?P<d1>{D}){T}{W}(?:(?P<m2>{M})\s*)?(?P<d2>{D})\s*,?\s*(?P<y2>{Y})",
    r"{W}(?P<m1>{M})\s*(?P<d1>{D})\s*,?\s*(?P<y1>{Y})",
    r"(?P<y1>{Y})[/.](?P<m1>\d{{1,2}})[/.](?P<d1>\d{{1,2}})",
    r"(?P<d1>\d{{1,2}})(?P<sep>[/.-])(?P<m1>\d{{1,2}})(?P=sep)(?P<y1>{Y})",
    r"(?P<m1>{M})(?:\s*,?\s*(?P<y1>{Y}))?{T}(?P<m2>{M}){C}(?P<y2>{Y})",
    r"(?P<m1>{M}){C}(?P<y1>{Y})",
    r"(?P<y1>{Y})-(?P<m1>\d\d)(?![-\d])",
)
_YEARLESS = (
    r"{W}(?P<d1>{D})(?:{OF}(?P<m1>{M}))?{T}{W}(?P<d2>{D}){OF}(?P<m2>{M})",
    r"{W}(?P<d1>{D}){OF}(?P<m1>{M})",
    r"{W}(?P<m1>{M})\s*(?P<d1>{D}){T}{W}(?:(?P<m2>{M})\s*)?(?P<d2>{D})",
    r"{W}(?P<m1>{M})\s*(?P<d1>{D})",
)


def _compiled(shapes: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    parts = {"W": _W, "D": _DAY, "M": _MONTH, "Y": _YEAR, "T": _TO, "OF": _OF, "C": _COMMA}
    return tuple(re.compile(rf"(?<![\w/])(?:{shape.format(**parts)})(?!\d)", re.I) for shape in shapes)


HAS_YEAR = re.compile(_YEAR)
HAS_DIGIT = re.compile(r"\d")
LONGEST = 20_000
"""Characters: what is longer is no line that shows a date of its own."""
SHAPES = _compiled(_SHAPES)
YEARLESS = _compiled(_YEARLESS)


@dataclass(frozen=True, slots=True)
class Dates:
    """A date or a range in a text at `[start, end)`, as precise as shown; `ends_on` only of ranges."""

    starts_on: str
    ends_on: str | None
    start: int
    end: int


def find_dates(text: str, year: str | None = None) -> tuple[Dates, ...]:
    """Every date in `text`, in order, none within another.

    `year` is one that the page shows elsewhere for this text (a heading "2016"): dates without a year are
    then read too. Days that no calendar has are passed over.
    """
    if len(text) > LONGEST or not (HAS_YEAR if year is None else HAS_DIGIT).search(text):
        return ()
    return _find(text, year)


@lru_cache(maxsize=4096)
def _find(text: str, year: str | None) -> tuple[Dates, ...]:
    plain = _without_accents(text)
    found: list[Dates] = []
    taken: list[tuple[int, int]] = []
    for shape in SHAPES + (YEARLESS if year else ()):
        for match in shape.finditer(plain):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            dates = _dates(match, year)
            if dates is not None:
                found.append(dates)
            if dates is not None or _is_whole(match):
                taken.append(match.span())
    return tuple(sorted(found, key=lambda dates: dates.start))


def first_date(text: str, year: str | None = None) -> Dates | None:
    """The first date in `text`."""
    return next(iter(find_dates(text, year)), None)


def lone_year(text: str) -> str | None:
    """The year of a heading that gives one: "2016", "Events in 2016"; not of one with a date or two years."""
    years = re.findall(rf"(?<![\w/-]){_YEAR}(?![\w/-])", text)
    return years[0] if len(years) == 1 and not first_date(text) else None


def read_day(text: str) -> str | None:
    """The calendar day of an ISO 8601 date or time, in its own zone."""
    found = re.match(r"\s*(\d{4}-\d\d-\d\d)(?:[T ]|\s*$)", text)
    return found.group(1) if found and _is_day(found.group(1)) else None


def _without_accents(text: str) -> str:
    """Same length: letters lose their accents, dashes and spaces stay."""
    if text.isascii():
        return text
    return "".join(unicodedata.normalize("NFD", ch)[0] for ch in text)


def _dates(match: re.Match[str], year: str | None) -> Dates | None:
    part = match.groupdict()
    year2 = part.get("y2") or part.get("y1") or year
    month2 = part.get("m2") or part.get("m1")
    month1 = part.get("m1") or month2
    year1 = part.get("y1") or year2
    if not (month1 and year1):
        return None
    first, second = _number(month1), _number(month2 or month1)
    day1 = _day(part.get("d1"))
    if part.get("sep") and first > 12 >= (day1 or 0):
        first, day1 = day1 or 0, first
    if not part.get("y1") and first > second and year1 == year2:
        year1 = str(int(year1) - 1)
    starts = _iso(year1, first, day1)
    has_end = bool(part.get("d2") or part.get("m2"))
    ends = _iso(year2 or year1, second, _day(part.get("d2"))) if has_end else None
    if starts is None or (has_end and (ends is None or ends < starts)):
        return None
    return Dates(starts, ends if ends != starts else None, match.start(), match.end())


def _is_whole(match: re.Match[str]) -> bool:
    """A single day: one that no calendar has must not be read again as its month."""
    part = match.groupdict()
    return bool(part.get("d1")) and not part.get("d2")


def _number(month: str) -> int:
    return int(month) if month.isdigit() else MONTHS[month.rstrip(".").lower()]


def _day(day: str | None) -> int | None:
    found = re.match(r"\d+", day) if day else None
    return int(found.group()) if found else None


def _iso(year: str, month: int, day: int | None) -> str | None:
    if day is None:
        return f"{year}-{month:02}" if 1 <= month <= 12 else None
    text = f"{year}-{month:02}-{day:02}"
    return text if _is_day(text) else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


TIME = re.compile(
    r"(?<![\d:/.-])(?:2[0-3]|[01]?\d)(?:[:.h][0-5]\d)?\s*(?:[ap]\.?m\b\.?)?"
    r"(?:\s*(?:[-–—]|to)\s*(?:2[0-3]|[01]?\d)(?:[:.][0-5]\d)?\s*(?:[ap]\.?m\b\.?)?)?"
    r"(?:\s*\(?\b(?:UTC|GMT|CET|CEST|EST|EDT|PST|PDT|PT|ET|BST|JST|KST|SGT)\b(?:[+-]\d{1,2}(?::\d\d)?)?\)?)?(?!\d)",
    re.I,
)


def find_times(text: str) -> Iterator[re.Match[str]]:
    """Times of day as written ("6:00pm", "18:30-21:00 UTC"); bare numbers are none."""
    for match in TIME.finditer(text):
        if re.search(r"\d[:h]\d\d|\d\s*[ap]\.?m", match.group(), re.I):
            yield match
