"""Values of a page as words for a person: dates at the precision shown, times in a zone, names of fields.

Whatever comes from a page goes through `plain`, so that it cannot break a line or turn the text around it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from typing import Any

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
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
    return (cut[:space] if space > longest * 3 // 4 else cut).rstrip(" ,;:") + "…"


def shown_date(date: str) -> str:
    """`2016-09-12` as `12 Sep 2016`, `2023-09` as `Sep 2023`, `2023` as it is, and so what is no date."""
    parts = _date_parts(date)
    if parts is None:
        return plain(date)
    year, month, day = parts
    return " ".join(
        part for part in (str(day or ""), MONTHS[month - 1] if month else "", f"{year:04}") if part
    )


def shown_span(starts_on: str | None, ends_on: str | None) -> str | None:
    """A first and a last day as people write them: `7–9 Sep 2016`, `30 Sep – 2 Oct 2016`, or None."""
    if not starts_on:
        return f"until {shown_date(ends_on)}" if ends_on else None
    first, last = _date_parts(starts_on), _date_parts(ends_on or starts_on)
    if first == last or not ends_on:
        return shown_date(starts_on)
    if not (first and last and first[2] and last[2] and first[0] == last[0]):
        return f"{shown_date(starts_on)} – {shown_date(ends_on)}"
    if first[1] == last[1]:
        return f"{first[2]}–{shown_date(ends_on)}"
    return f"{first[2]} {MONTHS[first[1] - 1]} – {shown_date(ends_on)}"


def moment(stamp: str) -> datetime:
    """The aware time of a payload's ISO 8601 string."""
    return datetime.fromisoformat(stamp).astimezone(UTC)


def shown_day(when: datetime, zone: tzinfo) -> str:
    local = when.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def shown_time(when: datetime, zone: tzinfo) -> str:
    """Day and minute in the reader's zone."""
    return f"{shown_day(when, zone)} {when.astimezone(zone):%H:%M}"


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


def shown_value(value: Any, zone: tzinfo = UTC) -> str:
    """Any value of a field, on one line."""
    if value is None or value == "":
        return "not shown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown_value(each, zone) for each in value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return shown_time(moment(value), zone)
    return shown_date(value) if isinstance(value, str) and _date_parts(value) else plain(value)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _is_unseen(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in {"Cc", "Cs"}


def _date_parts(date: str) -> tuple[int, int, int] | None:
    found = _DATE.fullmatch(date)
    if not found:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    return (year, month, day) if month <= 12 else None


def _number(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
