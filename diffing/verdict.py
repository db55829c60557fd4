"""Why a record is no longer on its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from diffing import text
from diffing.match import folded
from storage import observations
from storage.records import Event, NewsItem, Reading, Record


class Verdict(StrEnum):
    """How a version of an observation came to its end."""

    MODIFIED = "modified"
    """The page says it differently now: the next version follows."""
    REMOVED = "removed"
    """Its section stands, it alone is gone."""
    ENDED = "ended"
    """A past event, or an old news item, left its list."""
    SECTION_GONE = observations.SECTION_GONE
    """The list it stood in is no longer shown: news about the page, not about the record."""
    REPLACED = "replaced"
    """Another person stands in the same role."""
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    """It is no longer listed, and the page says why in a sentence that it had not said before."""


_CALLED_OFF = {
    Verdict.CANCELLED: re.compile(
        r"\b(?:cancell?ed|cancell?ation|called off|will not (?:take place|be held)|cancelad[oa]|annulée?"
        r"|hủy|huỷ|abgesagt)|取消|中止|취소"
    ),
    Verdict.POSTPONED: re.compile(
        r"\b(?:postponed|postponement|deferred|rescheduled|put off|aplazad[oa]|pospuest[oa]|reportée?|hoãn"
        r"|verschoben)|延期|推迟|연기"
    ),
}


def of_missing(record: Record, now: Reading, looked_at: datetime, before: Reading | None = None) -> Verdict:
    """The verdict for a record that a later reading no longer has, with the reading that had it."""
    if isinstance(record, Event) and (said := _called_off(record, now, before)):
        return said
    if record.section and not any(section.key == record.section for section in now.sections):
        return Verdict.SECTION_GONE
    if isinstance(record, NewsItem) or (isinstance(record, Event) and is_past(record, looked_at.date())):
        return Verdict.ENDED
    return Verdict.REMOVED


def _called_off(event: Event, now: Reading, before: Reading | None) -> Verdict | None:
    """What a new sentence that names the event says of it. A title without a number needs its day beside it."""
    title = folded(event.title)
    known = set(_sentences(before)) if before else set()
    for sentence in _sentences(now):
        if sentence in known or title not in folded(sentence):
            continue
        if not re.search(r"\d", title) and not _names_day(sentence, event.starts_on):
            continue
        found = [verdict for verdict, words in _CALLED_OFF.items() if words.search(sentence.casefold())]
        if found:
            return found[0]
    return None


def _names_day(sentence: str, day: str | None) -> bool:
    return bool(day) and str(day).count("-") == 2 and str(int(str(day)[-2:])) in re.findall(r"\d+", sentence)


def _sentences(reading: Reading) -> Iterator[str]:
    for section in reading.sections:
        yield from text.sentences(section.paragraphs)


def is_past(event: Event, today: date) -> bool:
    """Whether the last day that the page's date can mean lies before `today`; a series that goes on is never past."""
    if event.recurrence:
        return False
    shown = event.ends_on or event.starts_on
    return bool(shown) and shown < today.isoformat()[: len(shown)] if shown else False
