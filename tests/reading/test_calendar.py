from __future__ import annotations

import random

import pytest

from config.errors import ReadError
from crawler.documents import parse
from crawler.documents.recurrence import in_words
from crawler.reading import read
from storage.records import Event, Reading

URL = "https://reef.example/calendar.ics"


def calendar(*events: str, head: str = "X-WR-CALNAME:Reef Group") -> bytes:
    told = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//reef\n{head}\n{told}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def reading_of(*events: str, head: str = "X-WR-CALNAME:Reef Group") -> Reading:
    return read(calendar(*events, head=head), content_type="text/calendar; charset=utf-8", url=URL)


def event_of(event: str, head: str = "X-WR-CALNAME:Reef Group") -> Event:
    (found,) = reading_of(event, head=head).events
    return found


def test_an_entry_becomes_an_event_with_all_that_it_says() -> None:
    event = event_of(
        "UID:1\nSUMMARY:12th Meeting\\, plenary\nDTSTART;TZID=America/Lima:20240909T090000\n"
        "DTEND;TZID=America/Lima:20240909T173000\nLOCATION:Hotel Sol\\, Lima\\, Peru\n"
        "URL:https://reef.example/12\nSTATUS:TENTATIVE"
    )
    assert (event.title, event.starts_on, event.ends_on) == ("12th Meeting, plenary", "2024-09-09", None)
    assert event.time == "09:00-17:30 America/Lima"
    assert (event.venue, event.city, event.economy) == ("Hotel Sol", "Lima", "Peru")
    assert (event.link, event.status) == ("https://reef.example/12", "tentative")


@pytest.mark.parametrize(
    ("when", "days"),
    [
        ("DTSTART;VALUE=DATE:20240909\nDTEND;VALUE=DATE:20240912", ("2024-09-09", "2024-09-11", None)),
        ("DTSTART;VALUE=DATE:20240909\nDTEND;VALUE=DATE:20240910", ("2024-09-09", None, None)),
        ("DTSTART;VALUE=DATE:20240909\nDURATION:P3D", ("2024-09-09", "2024-09-11", None)),
        ("DTSTART;VALUE=DATE:20240909", ("2024-09-09", None, None)),
        ("DTSTART:20240909T090000Z\nDURATION:PT90M", ("2024-09-09", None, "09:00-10:30 UTC")),
        ("DTSTART:20240909T090000", ("2024-09-09", None, "09:00")),
        ("DTSTART:20240909T190000\nDTEND:20240910T010000", ("2024-09-09", None, "19:00-01:00")),
        ("DTSTART:20240909T090000\nDTEND:20240911T170000", ("2024-09-09", "2024-09-11", "09:00")),
    ],
)
def test_days_and_times_are_exact(when: str, days: tuple[str | None, ...]) -> None:
    event = event_of(f"SUMMARY:Meeting\n{when}")
    assert (event.starts_on, event.ends_on, event.time) == days


def test_a_time_in_utc_is_told_in_the_zone_of_its_calendar() -> None:
    event = event_of("SUMMARY:Call\nDTSTART:20240101T223000Z", head="X-WR-TIMEZONE:Asia/Tokyo")
    assert (event.starts_on, event.time) == ("2024-01-02", "07:30 Asia/Tokyo")


def test_a_cancelled_entry_is_kept_as_cancelled_and_a_call_has_no_place() -> None:
    event = event_of(
        "SUMMARY:Call\nDTSTART:20240101T100000Z\nSTATUS:CANCELLED\nLOCATION:https://zoom.example/j/1"
    )
    assert (event.status, event.mode, event.venue) == ("cancelled", "online", None)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "weekly on Monday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday"),
        ("FREQ=MONTHLY;BYDAY=1MO", "monthly on the first Monday"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=6", "monthly on the last Friday, 6 times"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "monthly on the first Monday or Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "monthly on day 15"),
        ("FREQ=YEARLY;BYMONTH=3,9;UNTIL=20261220T000000Z", "yearly in March and September, until 2026-12-20"),
    ],
)
def test_a_rule_is_put_into_words(rule: str, words: str) -> None:
    event = event_of(f"SUMMARY:Call\nDTSTART:20240101T100000Z\nRRULE:{rule}")
    assert (event.starts_on, event.recurrence) == ("2024-01-01", words)


def test_a_rule_of_another_kind_has_no_words() -> None:
    assert in_words({}) is None
    assert in_words({"FREQ": ["SECONDLY"]}) is None


def test_descriptions_are_text_and_entries_are_not_repeated_in_it() -> None:
    reading = reading_of(
        "SUMMARY:Forum\nDTSTART:20240101T100000Z\nDESCRIPTION:Bring <b>maps</b>.\\nAnd pens."
    )
    assert reading.sections[0].holds == "events"
    assert reading.sections[0].paragraphs == ("Bring maps . And pens.",)
    assert reading.title == "Reef Group"


def test_the_order_of_entries_and_their_stamps_say_nothing() -> None:
    one, other = "SUMMARY:A\nDTSTART:20240101T100000Z", "SUMMARY:B\nDTSTART:20240201T100000Z"
    first = parse(calendar(f"{one}\nDTSTAMP:20240101T000000Z\nSEQUENCE:1", other))
    second = parse(calendar(other, f"{one}\nDTSTAMP:20250101T000000Z\nSEQUENCE:9"))
    assert first.digest() == second.digest()
    assert first.digest() != parse(calendar(one)).digest()


def test_a_calendar_is_known_by_its_text_and_its_events_by_their_line() -> None:
    reading = read(calendar("SUMMARY:A\nDTSTART:20240101T100000Z"), content_type="text/plain")
    assert [(e.title, e.place) for e in reading.events] == [("A", 5)]


def test_a_broken_entry_is_passed_over_and_said() -> None:
    reading = reading_of("DTSTART:20240101", "SUMMARY:Good\nDTSTART:20240101T100000Z")
    assert [e.title for e in reading.events] == ["Good"]
    assert reading.warnings == ("events of the calendar that could not be read: 1",)


def test_a_broken_calendar_says_so() -> None:
    with pytest.raises(ReadError, match="calendar is broken"):
        parse(calendar("SUMMARY:A")[:-20], "text/calendar")


def test_a_damaged_calendar_is_read_or_refused_in_words() -> None:
    body = calendar(
        "UID:1\nSUMMARY:12th Meeting\nDTSTART;TZID=America/Lima:20240909T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4",
        "UID:2\nSUMMARY:Forum\nDTSTART;VALUE=DATE:20240909\nDURATION:P3D\nLOCATION:Lima\\, Peru\nSTATUS:CANCELLED",
    )
    draw = random.Random(5)
    for _ in range(400):
        changed = bytearray(body)
        for _ in range(draw.choice([1, 3, 20])):
            changed[draw.randrange(len(changed))] = draw.choice(b"0123456789:;=,TZ\r\n-PDA\\")
        try:
            read(bytes(changed), content_type="text/calendar", url=URL)
        except ReadError as error:
            assert "calendar" in str(error)  # noqa: PT017 - most of them are read
