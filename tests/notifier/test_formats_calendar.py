"""Calendars, read by a parser and held against the standard line by line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from content_lines import components, unfolded
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifier.formats.calendar import calendar_of, event_of

HOSTILE = [
    "Meeting\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "<script>alert(1)</script>",
    "{{ 7*7 }} ${HOME} %s",
    "\u202egnp.exe\u2066",
    "Lima\\nATTACH:file:///etc/passwd",
    'a;b,c:"d"\\',
    "M\u0435eting \u2028 line\x00\x1b[31m\x85",
    "é" * 5000,
]


def record(**other: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "title": "43rd Tide Meeting",
        "starts_on": "2016-09-12",
        "ends_on": "2016-09-14",
        "first_seen": "2016-07-25T08:00:00.5Z",
        "page": "https://harbour-forum.example/groups/tide",
        **other,
    }


def entry(**other: Any) -> dict[str, str]:
    (found,) = components(calendar_of([record(**other)], "TIDE"), "VEVENT")
    return found


def test_a_meeting_of_some_days_is_all_day_up_to_the_day_after():
    found = entry(city="Lima", economy="Peru", venue="Hall 2", group="TIDE", sequence=3)
    assert (found["DTSTART"], found["DTEND"]) == ("20160912", "20160915")
    assert (found["STATUS"], found["TRANSP"], found["SEQUENCE"]) == ("CONFIRMED", "OPAQUE", "3")
    assert (found["UID"], found["SUMMARY"]) == ("evt_1", "43rd Tide Meeting")
    assert (found["LOCATION"], found["CATEGORIES"]) == (r"Hall 2\, Lima\, Peru", "TIDE")
    assert found["DTSTAMP"] == found["LAST-MODIFIED"] == "20160725T080000Z"
    assert found["URL"] == "https://harbour-forum.example/groups/tide"


@pytest.mark.parametrize(
    ("shown", "start", "end"),
    [
        (("2023-09", None), "20230901", "20231001"),
        (("2023-12", None), "20231201", "20240101"),
        (("2023", None), "20230101", "20240101"),
        (("2023-09", "2023-11"), "20230901", "20231201"),
        (("2023-09-12", "2023-10"), "20230912", "20231101"),
    ],
)
def test_a_date_without_a_day_takes_all_of_its_month_or_year_and_nobody_is_busy(shown, start, end):
    found = entry(starts_on=shown[0], ends_on=shown[1])
    assert (found["DTSTART"], found["DTEND"]) == (start, end)
    assert (found["STATUS"], found["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
    assert "Date as shown: " in found["DESCRIPTION"]


@pytest.mark.parametrize("shown", [None, "", "2023-13", "2023-02-30", "soon", "0000-01-01"])
def test_an_event_without_a_date_has_no_place_in_a_calendar(shown):
    assert event_of(record(starts_on=shown, ends_on=None)) is None


def test_an_end_before_the_start_is_not_believed():
    assert entry(ends_on="2016-09-01")["DTEND"] == "20160913"


@pytest.mark.parametrize(
    ("time", "start", "end"),
    [
        ("18:30-21:00 UTC", "20160912T183000Z", "20160912T210000Z"),
        ("6:30-9pm UTC+8", "20160912T103000Z", "20160912T130000Z"),
        ("22:00-01:00 GMT", "20160912T220000Z", "20160913T010000Z"),
        ("14:00 (Europe/Paris)", "20160912T120000Z", None),
        ("9 am to 5 pm Asia/Singapore", "20160912T010000Z", "20160912T090000Z"),
        ("18:30", "20160912", "20160913"),
        ("18:30 CST", "20160912", "20160913"),
        ("25:70 UTC", "20160912", "20160913"),
        ("10:00 Nowhere/Atall", "20160912", "20160913"),
    ],
)
def test_hours_count_where_their_zone_is_beyond_doubt(time, start, end):
    found = entry(ends_on=None, time=time)
    assert (found["DTSTART"], found.get("DTEND")) == (start, end)
    assert time in found["DESCRIPTION"]


def test_what_is_cancelled_has_that_status_or_says_so_in_its_title():
    assert entry(status="cancelled")["STATUS"] == "CANCELLED"
    assert entry(state="cancelled")["SUMMARY"] == "43rd Tide Meeting"
    (found,) = components(calendar_of([record(status="cancelled")], "TIDE", cancelled="prefix"), "VEVENT")
    assert found["SUMMARY"] == "Cancelled: 43rd Tide Meeting"
    assert "STATUS" not in found


def test_what_is_not_settled_is_tentative():
    for status in ("tbc", "to be confirmed", "Tentative", "por confirmar", "待定"):
        assert entry(status=status)["STATUS"] == "TENTATIVE"
    assert entry(status="rescheduled")["STATUS"] == "CONFIRMED"
    postponed = entry(state="postponed")
    assert (postponed["STATUS"], postponed["SUMMARY"]) == ("TENTATIVE", "Postponed: 43rd Tide Meeting")
    prose = entry(read_from="prose")
    assert (prose["STATUS"], prose["SUMMARY"]) == ("TENTATIVE", "43rd Tide Meeting (from the text)")


def test_a_list_that_left_its_page_cancels_nothing():
    found = entry(state="section not shown")
    assert found["STATUS"] == "CONFIRMED"
    assert "does not say that this is off" in found["DESCRIPTION"]


def test_clients_are_told_what_the_calendar_is_called_and_how_often_to_ask():
    data = calendar_of([record()], "TIDE, events", url="https://watch.example/tide.ics")
    told = dict(unfolded(data))
    assert told["X-WR-CALNAME"] == told["NAME"] == r"TIDE\, events"
    assert told["REFRESH-INTERVAL"] == told["X-PUBLISHED-TTL"] == "PT6H"
    assert told["SOURCE"] == "https://watch.example/tide.ics"
    assert (told["VERSION"], data) == ("2.0", calendar_of([record()], "TIDE, events", url=told["SOURCE"]))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "field", ["title", "city", "status", "time", "page", "link", "group", "id", "recurrence"]
)
def test_what_a_page_says_cannot_break_out(field, text):
    data = calendar_of([record(**{field: text})], text, url=text)
    assert len(components(data, "VEVENT")) == 1
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert event["dtstart"].dt == date(2016, 9, 12)
    assert "ATTACH" not in event
    assert not event.errors


@given(st.text(), st.text(), st.text())
def test_any_text_stays_in_its_line(title, venue, link):
    (event,) = components(calendar_of([record(title=title, venue=venue, link=link)], title), "VEVENT")
    assert event["DTSTART"] == "20160912"
