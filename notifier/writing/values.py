"""Values of a page as words for a person: dates at the precision shown, times in a zone, names of fields.

Whatever comes from a page goes through `plain`, so that it cannot break a line or turn the text around it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from notifier.writing import languages
from notifier.writing.languages import ENGLISH

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
LONGEST = 1000
"""Characters of a value that a message shows; the whole of it is in the archive."""

ISOLATE, POP = "\u2068", "\u2069"

_UNSEEN = frozenset("\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb")
"""They take no room and tell nothing apart for a reader; those that scripts need (ZWJ, ZWNJ) stay."""
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*Z")

_FIELD_NAMES = {
    "starts_on": "Starts",
    "ends_on": "Ends",
    "read_from": "Read from",
    "project_code": "Project code",
    "email": "E-mail",
    "email_protected": "E-mail protected",
    "last_updated": "Page's own date",
    "parent": "Part of",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reader is spoken to: in which zone times stand, in which language dates are written."""

    zone: tzinfo = UTC
    language: str = ENGLISH


PLAINLY = Manner()


def plain(text: object, longest: int = LONGEST) -> str:
    """One line: white space folded, control characters and marks that turn the writing direction removed."""
    kept = (" " if c.isspace() else c for c in str(text)[: longest * 4] if c.isspace() or not _is_unseen(c))
    return shortened(" ".join("".join(kept).split()), longest)


def shortened(text: str, longest: int) -> str:
    """Cut at a word where one is near, with an ellipsis in place of what is left out."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    space = cut.rfind(" ")
    kept = (cut[:space] if space > longest * 3 // 4 else cut).rstrip(" ,;:") + "…"
    return kept + POP * (kept.count(ISOLATE) - kept.count(POP))


def isolated(text: str) -> str:
    """What is written from right to left, so that it turns nothing of what stands around it (UAX 9, FSI and PDI)."""
    turns = any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text)
    return f"{ISOLATE}{text}{POP}" if turns and ISOLATE not in text else text


def shown_date(said: str, language: str = ENGLISH) -> str:
    """`2016-09-12` as `12 Sep 2016`, `2023-09` as `Sep 2023`, `2023` as it is, and so what is no date."""
    parts = _date_parts(said)
    if parts is None:
        return plain(said)
    year, month, day = parts
    if language != ENGLISH and month:
        return languages.day_in(language, date(year, month, day or 1), "yMMMd" if day else "yMMM")
    return " ".join(
        part for part in (str(day or ""), MONTHS[month - 1] if month else "", f"{year:04}") if part
    )


def shown_span(starts_on: str | None, ends_on: str | None, language: str = ENGLISH) -> str | None:
    """A first and a last day as people write them: `7–9 Sep 2016`, `30 Sep – 2 Oct 2016`, or None."""
    if not starts_on:
        return f"until {shown_date(ends_on, language)}" if ends_on else None
    first, last = _date_parts(starts_on), _date_parts(ends_on or starts_on)
    if first == last or not ends_on:
        return shown_date(starts_on, language)
    if not (first and last and first[2] and last[2] and first[0] == last[0]):
        return f"{shown_date(starts_on, language)} – {shown_date(ends_on, language)}"
    return shown_days(date(*first), date(*last), language)


def shown_days(first: date, last: date, language: str = ENGLISH, *, whole: bool = False) -> str:
    """`7–9 Sep 2016`; with `whole` names of months `7–9 September 2016`."""
    if language != ENGLISH:
        return languages.days_in(language, first, last)
    end = _english_day(last, whole)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    begin = _english_day(first, whole)
    return f"{begin.removesuffix(f' {last.year}')} – {end}"


def moment(stamp: str) -> datetime:
    """The aware time of a payload's ISO 8601 string."""
    return datetime.fromisoformat(stamp).astimezone(UTC)


def shown_day(when: datetime, manner: Manner = PLAINLY) -> str:
    return _day(when.astimezone(manner.zone).date(), manner.language)


def shown_time(when: datetime, manner: Manner = PLAINLY) -> str:
    """Day and minute in the reader's zone."""
    return f"{shown_day(when, manner)} {when.astimezone(manner.zone):%H:%M}"


def shown_gap(before: datetime, after: datetime) -> str:
    """How long two looks lie apart: `seven years`, `5 months` as words for `in these ...`."""
    days = (after - before).days
    for length, unit, least in (
        (365.25, "years", 730),
        (30.44, "months", 61),
        (7, "weeks", 21),
        (1, "days", 0),
    ):
        if days >= least:
            return f"{_number(round(days / length))} {unit}"
    return "days"


def field_name(field: str) -> str:
    """What a person calls a field of a record."""
    return _FIELD_NAMES.get(field) or plain(field.replace("_", " ").capitalize(), 40)


def shown_value(value: Any, manner: Manner = PLAINLY) -> str:
    """Any value of a field, on one line."""
    if value is None or value == "":
        return "not shown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown_value(each, manner) for each in value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return shown_time(moment(value), manner)
    is_date = isinstance(value, str) and _date_parts(value)
    return shown_date(value, manner.language) if is_date else plain(value)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _is_unseen(character: str) -> bool:
    if character in _TURNING or character in _UNSEEN or "\U000e0000" <= character <= "\U000e0fff":
        return True
    return unicodedata.category(character) in {"Cc", "Cs"}


def _day(day: date, language: str) -> str:
    return languages.day_in(language, day, "yMMMd") if language != ENGLISH else _english_day(day)


def _english_day(day: date, whole: bool = False) -> str:
    return f"{day.day} {(WHOLE_MONTHS if whole else MONTHS)[day.month - 1]} {day.year}"


def _date_parts(said: str) -> tuple[int, int, int] | None:
    """Year, month, day, 0 for what is not said; None for what is no date."""
    found = _DATE.fullmatch(said)
    if not found:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return year, month, day


def _number(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
