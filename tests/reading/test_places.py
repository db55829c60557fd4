from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.knowledge import DEFAULT
from crawler.extract.places import gazetteer
from crawler.extract.whereabouts import read_where
from storage.records import Reading

Read = Callable[[str], Reading]


@pytest.mark.parametrize(
    ("text", "city", "economy", "mode"),
    [
        ("中国青岛", "青岛", "中国", None),
        ("韩国釜山", "釜山", "韩国", None),
        ("東京、日本", "東京", "日本", None),
        ("부산, 한국", "부산", "한국", None),
        ("여수시", "여수시", None, None),
        ("Alofi, Niue", "Alofi", "Niue", None),
        ("Video teleconference (VTC)", None, None, "Video teleconference (VTC)"),
        ("Venue: Online meeting", None, None, "Online meeting"),
        ("hybrid - Smallhaven, Chile", "Smallhaven", "Chile", "hybrid"),
        ("in-person/hybrid", None, None, "in-person/hybrid"),
    ],
)
def test_a_line_that_is_a_place_is_read(
    text: str, city: str | None, economy: str | None, mode: str | None
) -> None:
    where = read_where(text, gazetteer(DEFAULT))
    assert where is not None
    assert (where.place.city, where.place.economy, where.place.mode) == (city, economy, mode)


@pytest.mark.parametrize("text", ["标准化工作", "Annual report, final", "회의 안내"])
def test_other_lines_are_no_place(text: str) -> None:
    assert read_where(text, gazetteer(DEFAULT)) is None


@pytest.mark.parametrize(
    ("entry", "title", "city"),
    [
        ("Meeting: Piura, Peru - 2 October 2018", "Meeting", "Piura"),
        ("2 October 2018, Seoul, South Korea (hybrid): Tides in practice", "Tides in practice", "Seoul"),
        ("Plenary 19, 2 October 2018, Seoul, South Korea: Tides in practice", "Plenary 19", "Seoul"),
        (
            "2 October 2018 Atelier sur les vasières Saint-Brac (France)",
            "Atelier sur les vasières",
            "Saint-Brac",
        ),
        ("2018年10月2日 国际渔具论坛(韩国釜山)", "国际渔具论坛", "釜山"),
    ],
)
def test_where_an_entry_is_held_is_no_part_of_its_title(
    read_html: Read, entry: str, title: str, city: str
) -> None:
    (event,) = read_html(f"<h1>Tides</h1><h2>Events</h2><ul><li>{entry}</ul>").events
    assert (event.title, event.starts_on, event.city) == (title, "2018-10-02", city)


def test_one_entry_under_upcoming_and_past_is_read(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tides</h1><h2>Events</h2><h3>Upcoming</h3><p>12 May 2027 - 5th Tide Meeting, Oslo, Norway</p>"
        "<h3>Past</h3><h4>4th Tide Meeting</h4><p>12 May 2026</p><p>Bergen, Norway</p>"
    )
    assert sorted((e.title, e.starts_on, e.city) for e in reading.events) == [
        ("4th Tide Meeting", "2026-05-12", "Bergen"),
        ("5th Tide Meeting", "2027-05-12", "Oslo"),
    ]


def test_dates_alone_under_a_kind_of_meeting_are_its_meetings(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tides</h1><h2>Upcoming Board Meetings</h2><ul><li>17 January 2024, 21:00 UTC<li>21 February 2024</ul>"
    )
    assert [(e.title, e.starts_on, e.time, dict(e.inferred)) for e in reading.events] == [
        ("Upcoming Board Meetings", "2024-01-17", "21:00 UTC", {"title": "section-title"}),
        ("Upcoming Board Meetings", "2024-02-21", None, {"title": "section-title"}),
    ]


def test_labels_in_any_order_make_one_event(read_html: Read) -> None:
    (event,) = read_html(
        "<h1>Tides</h1><h2>Next Meetup</h2><p><b>When:</b> 19 March 2025 18:30<br><b>Where:</b> Old Boathouse, Bergen, "
        "Norway<br><b>Topic:</b> Threats to harbours</p>"
    ).events
    assert (event.title, event.starts_on, event.city) == ("Threats to harbours", "2025-03-19", "Bergen")
