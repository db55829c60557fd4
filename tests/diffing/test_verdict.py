"""Why a record is no longer there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from diffing.verdict import Verdict, is_past, of_missing
from storage.records import Contact, Event, NewsItem, Reading, Record, SectionText

TODAY = datetime(2027, 9, 10, 8, tzinfo=UTC)
MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-20", section="events")
SHOWN = Reading(rules="r", digest="d", sections=(SectionText("events", "Events", "events"),))
REDESIGNED = Reading(rules="r", digest="d", sections=(SectionText("about", "About", "text"),))


@pytest.mark.parametrize(
    ("record", "now", "verdict"),
    [
        (MEETING, SHOWN, Verdict.REMOVED),
        (MEETING, REDESIGNED, Verdict.SECTION_GONE),
        (replace(MEETING, starts_on="2027-09-07"), SHOWN, Verdict.ENDED),
        (replace(MEETING, starts_on="2027-09-07", ends_on="2027-09-10"), SHOWN, Verdict.REMOVED),
        (replace(MEETING, starts_on="2027-09-07"), REDESIGNED, Verdict.SECTION_GONE),
        (replace(MEETING, starts_on=None), SHOWN, Verdict.REMOVED),
        (replace(MEETING, section=""), REDESIGNED, Verdict.REMOVED),
        (NewsItem(title="Port opened", section="events"), SHOWN, Verdict.ENDED),
        (Contact(name="Mei Tan", section="contacts"), SHOWN, Verdict.SECTION_GONE),
        (Contact(name="Mei Tan", section="events"), SHOWN, Verdict.REMOVED),
    ],
)
def test_the_verdict_on_a_missing_record(record: Record, now: Reading, verdict: Verdict) -> None:
    assert of_missing(record, now, TODAY) is verdict


@pytest.mark.parametrize(
    ("starts", "ends", "past"),
    [
        ("2027-09-09", None, True),
        ("2027-09-10", None, False),
        ("2027-09-01", "2027-09-10", False),
        ("2027-09-01", "2027-09-09", True),
        ("2027-09", None, False),
        ("2027-08", None, True),
        ("2027", None, False),
        ("2026", None, True),
        ("2026-12-31", "2027", False),
        (None, None, False),
    ],
)
def test_an_event_is_past_when_the_last_day_that_its_date_can_mean_is(
    starts: str | None, ends: str | None, past: bool
) -> None:
    assert is_past(Event(title="a", starts_on=starts, ends_on=ends), date(2027, 9, 10)) is past
