"""Dates and ranges of dates in a text, at the precision shown. No year is invented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from crawler.extract.months import MONTHS, WEEKDAY, WEEKDAYS, without_accents
from crawler.extract.shapes import (
    DAY_WITHOUT_YEAR,
    FROM_DAY,
    FROM_ERA,
    FROM_MONTH,
    FROM_YEAR,
    HAS_YEAR,
    MONTH_WITHOUT_YEAR,
    Shapes,
)
from crawler.extract.tongues import date_of_another_tongue

YEAR = r"(?:19|20)\d\d"
HAS_DIGIT = re.compile(r"\d")
WORD = re.compile(r"\d+|令和|平成|[^\W\d_]{3,}")
LEAD = re.compile(
    rf"(?:{WEEKDAY}\.?,?\s+(?:the\s+|den\s+)?|(?:thu\s+\w+,\s*|chu nhat,\s*)?ngay\s+)(?=[^\W_])", re.I
)
LEADING = WEEKDAYS | {"thu", "ngay", "chu"}
ERAS = {"令和": 2018, "平成": 1988}
LONGEST = 20_000
"""Characters: what is longer is no line that shows a date of its own."""
LONGEST_KEPT = 500
"""Characters of a text whose dates are remembered: lines are asked about several times."""
FURTHEST = 90
"""Characters between the beginning of a date and the end of its year."""
CJK = "\u2e80"


@dataclass(frozen=True, slots=True)
class Dates:
    """A date or a range in a text at `[start, end)`, as precise as shown; `ends_on` only of ranges."""

    starts_on: str
    ends_on: str | None
    start: int
    end: int

    @property
    def is_day(self) -> bool:
        return len(self.starts_on) == 10


def find_dates(text: str, year: str | None = None) -> tuple[Dates, ...]:
    """Every date in `text`, in order, none within another.

    `year` is one that the page shows elsewhere for this text (a heading "2016"), or a month of one
    ("2016-09"): dates without a year, or days without a month, are then read too. Days that no calendar has
    are passed over.
    """
    if len(text) > LONGEST or HAS_DIGIT.search(text) is None:
        return ()
    return _find(text, year) if len(text) < LONGEST_KEPT else _find.__wrapped__(text, year)


def first_date(text: str, year: str | None = None) -> Dates | None:
    """The first date in `text`."""
    return next(iter(find_dates(text, year)), None)


def lone_year(text: str) -> str | None:
    """The year of a heading that gives one: "2016", "Events in 2016"; not of one with a date or two years."""
    years = re.findall(rf"(?<![\w/-]){YEAR}(?![\w/-])", text)
    if len(years) != 1:
        years = re.findall(rf"^{YEAR}(?=年|년)", text.strip())
    return years[0] if len(years) == 1 and not first_date(text) else None


def lone_month(text: str, year: str | None = None) -> str | None:
    """The month of a heading that gives nothing else: "September 2016", "March" under a heading "2016"."""
    text = text.strip(" :")
    dates = first_date(text)
    if (
        dates
        and (dates.start, dates.end) == (0, len(text))
        and len(dates.starts_on) == 7
        and not dates.ends_on
    ):
        return dates.starts_on
    number = MONTHS.get(without_accents(text).lower()) if year else None
    return f"{year}-{number:02}" if year and number else None


@lru_cache(maxsize=8192)
def _find(text: str, year: str | None) -> tuple[Dates, ...]:
    if year is None and HAS_YEAR.search(text) is None:
        return ()
    plain = without_accents(text)
    years = None if year else [match.end() for match in HAS_YEAR.finditer(plain)]
    found: list[Dates] = []
    done = 0
    lead: re.Match[str] | None = None
    for word in WORD.finditer(plain):
        at = word.start()
        if at < done or _is_glued(plain, at) or (years is not None and _is_far(years, at)):
            continue
        if word.group().lower() in LEADING and (opening := LEAD.match(plain, at)):
            lead = opening
            continue
        start = lead.start() if lead and lead.end() == at else at
        dates, done = _at(plain, word.group(), (start, at), year)
        if dates is not None:
            found.append(dates)
    if not found and year is None:
        return tuple(Dates(day, None, *span) for day, span in date_of_another_tongue(text))
    return tuple(found)


def _is_glued(text: str, at: int) -> bool:
    """Part of a longer word, or behind a stroke; scripts that write without spaces are no words."""
    before = text[at - 1 : at]
    return bool(before) and before < CJK and (before.isalnum() or before in "_/")


def _is_far(years: list[int], at: int) -> bool:
    """No year ends soon behind `at`; drops those that lie before it."""
    while years and years[0] <= at:
        del years[0]
    return not years or years[0] - at > FURTHEST


def _at(plain: str, word: str, span: tuple[int, int], year: str | None) -> tuple[Dates | None, int]:
    """The date that begins with the word, and where to go on."""
    start, at = span
    for shape in _shapes(word, year):
        match = shape.match(plain, at)
        if match is None or (start == at and _is_number_of_title(plain, match)):
            continue
        dates = _dates(match, year[:4] if year else None, start)
        if dates is not None or _is_whole(match):
            return dates, match.end()
    if year and len(year) == 7 and word.isdigit():
        return _day_of_month(plain, word, span, year)
    return None, at


def _is_number_of_title(plain: str, match: re.Match[str]) -> bool:
    """As in "Plenary 5, October 2021": a comma parts a day from its month only behind a day of the week."""
    number = match.re.groupindex.get("d1") is not None and match["d1"] is not None
    at = match.start()
    return (
        number
        and match.start("d1") == at
        and plain[match.end("d1") : match.end("d1") + 1] == ","
        and plain[match.end("d1") + 1 :].lstrip()[:1].isalpha()
        and plain[:at].rstrip()[-1:].isalnum()
    )


def _shapes(word: str, year: str | None) -> Shapes:
    if word[0].isdigit():
        if len(word) == 4:
            return FROM_YEAR
        return () if len(word) > 2 else FROM_DAY + DAY_WITHOUT_YEAR if year else FROM_DAY
    if word in ERAS:
        return FROM_ERA
    if word.lower() not in MONTHS:
        return ()
    return FROM_MONTH + MONTH_WITHOUT_YEAR if year else FROM_MONTH


DAYS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?:\s*[-–—]\s*(\d{1,2})(?:st|nd|rd|th)?)?(?=\s*(?:[:,;|(]|[–—-](?!\s*\d)|$))"
    r"|(\d{1,2})\s*[-–—]\s*(\d{1,2})(?=\s+[^\W\d_])"
)


def _day_of_month(plain: str, word: str, span: tuple[int, int], month: str) -> tuple[Dates | None, int]:
    """A day at the beginning of a line under the heading of its month: "12-14: Meeting"."""
    match = DAYS.match(plain, span[1])
    if match is None or plain[: span[0]].strip():
        return None, span[1]
    year, number = month.split("-")
    first, last = match[1] or match[3], match[2] or match[4]
    starts, ends = _iso(year, int(number), int(first)), _iso(year, int(number), _day(last))
    if starts is None:
        return None, span[1]
    return Dates(starts, ends if last and ends and ends > starts else None, span[0], match.end()), match.end()


def _dates(match: re.Match[str], year: str | None, start: int) -> Dates | None:
    part = match.groupdict()
    year2 = _year(part.get("y2")) or _year(part.get("y1")) or year
    month2 = part.get("m2") or part.get("m1")
    month1 = part.get("m1") or month2
    year1 = _year(part.get("y1")) or year2
    if not (month1 and month2 and year1 and year2):
        return None
    first, second = _number(month1), _number(month2)
    day1, day2 = _day(part.get("d1")), _day(part.get("d2"))
    if part.get("sep") and max(first, second) > 12 >= max(day1 or 0, day2 or 0):
        (first, day1), (second, day2) = (day1 or 0, first), (day2 or day1 or 0, second)
    if not part.get("y1") and first > second and year1 == year2:
        year1 = str(int(year1) - 1)
    starts = _iso(year1, first, day1)
    has_end = bool(part.get("d2") or (part.get("m2") and not day1))
    ends = _iso(year2, second, day2) if has_end else None
    if starts is None or (has_end and (ends is None or ends < starts)):
        return None
    return Dates(starts, ends if ends != starts else None, start, match.end())


def _is_whole(match: re.Match[str]) -> bool:
    """A single day: one that no calendar has must not be read again as its month."""
    part = match.groupdict()
    return bool(part.get("d1")) and not part.get("d2")


def _year(shown: str | None) -> str | None:
    """Four digits of what is shown: 2016, '16, 令和5."""
    if not shown or (len(shown) == 4 and shown.isdigit()):
        return shown
    if shown[:2] in ERAS:
        count = shown[2:].strip()
        return str(ERAS[shown[:2]] + (1 if count == "元" else int(count)))
    return "20" + shown[-2:]


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
