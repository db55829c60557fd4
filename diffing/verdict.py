"""Why a record is no longer on its page."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

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


def of_missing(record: Record, now: Reading, looked_at: datetime) -> Verdict:
    """The verdict for a record that a later reading no longer has."""
    if record.section and not any(section.key == record.section for section in now.sections):
        return Verdict.SECTION_GONE
    if isinstance(record, NewsItem) or (isinstance(record, Event) and is_past(record, looked_at.date())):
        return Verdict.ENDED
    return Verdict.REMOVED


def is_past(event: Event, today: date) -> bool:
    """Whether the last day that the page's date can mean lies before `today`; a series that goes on is never past."""
    if event.recurrence:
        return False
    shown = event.ends_on or event.starts_on
    return bool(shown) and shown < today.isoformat()[: len(shown)] if shown else False
