from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crawler.extract.knowledge import Knowledge
from crawler.reading import read
from storage.records import Event, Reading

Read = Callable[[str], Reading]

ROWS = [
    ("17 Nov 2024", "Harbour Summit", "Lima, Peru"),
    ("9 - 11 Sep 2024", "12th Harbour Working Group Meeting. (HT 02 2024A)", "Ha Noi, Viet Nam"),
    ("3 June 2024", "Forum on Ports and the Digital Economy", "Hong Kong, China"),
    ("1 May 2024", "Workshop on Cranes (CRANE)", "Online"),
]
FACTS = [
    ("Harbour Summit", "2024-11-17", None, "Lima", "Peru", None, None),
    (
        "12th Harbour Working Group Meeting",
        "2024-09-09",
        "2024-09-11",
        "Ha Noi",
        "Viet Nam",
        "HT 02 2024A",
        None,
    ),
    ("Forum on Ports and the Digital Economy", "2024-06-03", None, None, "Hong Kong, China", None, None),
    ("Workshop on Cranes (CRANE)", "2024-05-01", None, None, None, None, "Online"),
]


def facts(event: Event) -> tuple[Any, ...]:
    return (
        event.title,
        event.starts_on,
        event.ends_on,
        event.city,
        event.economy,
        event.project_code,
        event.mode,
    )


def as_items(rows: list[tuple[str, str, str]]) -> str:
    return "<ul>" + "".join(f"<li>{d} <a href='/e'>{t}</a>, {p}</li>" for d, t, p in rows) + "</ul>"


def as_table(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(f"<tr><td>{t}</td><td>{d}</td><td>{p}</td></tr>" for d, t, p in rows)
    return f"<table><tr><th>Event</th><th>Date</th><th>Venue</th></tr>{cells}</table>"


def as_plain_table(rows: list[tuple[str, str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{d}<td>{t}<td>{p}</tr>" for d, t, p in rows) + "</table>"


def as_cards(rows: list[tuple[str, str, str]]) -> str:
    return "".join(f"<div class='x9'><h3>{t}</h3><p>Date: {d}</p><p>Venue: {p}</p></div>" for d, t, p in rows)


def as_dated_cards(rows: list[tuple[str, str, str]]) -> str:
    return "".join(f"<div><div>{d}</div><div>{t}</div><div>{p}</div></div>" for d, t, p in rows)


def as_headings(rows: list[tuple[str, str, str]]) -> str:
    return "".join(f"<h3>{t}, {d}, {p}</h3><p>It was held on 2 January 2020 too.</p>" for d, t, p in rows)


@pytest.mark.parametrize(
    "layout", [as_items, as_table, as_plain_table, as_cards, as_dated_cards, as_headings]
)
def test_the_same_events_are_read_from_every_layout(read_html: Read, layout: Callable[..., str]) -> None:
    reading = read_html(f"<h1>Harbours</h1><h2>Upcoming Events</h2>{layout(ROWS)}<h2>Notes</h2><p>None.</p>")
    assert [facts(e) for e in reading.events if e.read_from == "list"] == FACTS


def test_the_order_of_entries_and_class_names_do_not_matter(read_html: Read) -> None:
    one = read_html(f"<h2>Events</h2>{as_items(ROWS)}")
    other = read_html(f"<h2 class='q'>Events</h2><div id='list'>{as_items(ROWS[::-1])}</div>")
    assert sorted(map(facts, one.events), key=str) == sorted(map(facts, other.events), key=str)


def test_a_list_of_events_needs_no_heading(read_html: Read) -> None:
    reading = read_html(f"<h1>Harbours</h1><p>What we do.</p>{as_items(ROWS)}<p>That is all.</p>")
    assert [facts(e) for e in reading.events] == FACTS
    assert {s.key: s.paragraphs for s in reading.sections} == {
        "description": ("What we do.", "That is all."),
        "events": (),
    }


def test_a_year_in_the_heading_completes_the_dates_below_it(read_html: Read) -> None:
    reading = read_html(
        "<h2>Events in 2025</h2><ul><li>3-5 March: Tide Workshop, Lisbon, Portugal</ul>"
        "<h2>2024</h2><ul><li>5 May - Tide Meeting, Bergen, Norway</ul>"
    )
    assert [(e.title, e.starts_on) for e in reading.events] == [
        ("Tide Workshop", "2025-03-03"),
        ("Tide Meeting", "2024-05-05"),
    ]


def test_without_any_year_nothing_is_dated(read_html: Read) -> None:
    assert read_html("<h2>Events</h2><ul><li>3-5 March: Tide Workshop, Lisbon, Portugal</ul>").events == ()


def test_an_unlisted_city_is_known_by_its_comma(read_lines: Read) -> None:
    reading = read_lines(
        "Events\n\n5 May 2025 Tide Forum, Smallhaven, Norway\n6 May 2025 Tide Week, Oslo, Norway\n"
    )
    assert [(e.title, e.city) for e in reading.events] == [
        ("Tide Forum", "Smallhaven"),
        ("Tide Week", "Oslo"),
    ]


def test_what_looks_like_a_code_and_is_none_stays_in_the_title(read_lines: Read) -> None:
    reading = read_lines("Events\n\n5 May 2025 Forum on Goods (EGS) and Services (SOM1) Lima, Peru\n")
    assert [(e.title, e.project_code) for e in reading.events] == [
        ("Forum on Goods (EGS) and Services (SOM1)", None)
    ]
    assert reading.projects == ()


def test_a_status_is_told_and_leaves_the_title(read_html: Read) -> None:
    reading = read_html("<h2>Meetings</h2><ul><li>5 May 2025 Tide Forum (cancelled), Oslo, Norway</ul>")
    assert [(e.title, e.status, e.city) for e in reading.events] == [("Tide Forum", "cancelled", "Oslo")]


def test_recurring_meetings_have_no_date(read_html: Read) -> None:
    (event,) = read_html(
        "<h2>Meetings</h2><ul><li>Tide Meeting (West): <a href='https://call.example/1'>Mondays "
        "at 15:00 UTC</a> (weekly).</ul>"
    ).events
    assert (event.title, event.starts_on, event.time) == ("Tide Meeting (West)", None, "15:00 UTC")
    assert event.recurrence == "Mondays at 15:00 UTC (weekly)"


def test_dated_headings_are_events_and_their_programme_is_not(read_html: Read) -> None:
    reading = read_html(
        "<h2>Past Events</h2><h3>Thursday, 4th May 2023 6:00pm "
        "(in-person/hybrid)</h3><h4>TALKS</h4><ul><li>9 May 2020 talk</ul>"
        "<h3>Monday, 1 May 2023 (Old Mill) Tide Hackathon</h3><h4>Evening 2: Tuesday 2nd May 2023</h4>"
    )
    assert [(e.title, e.starts_on, e.time, e.mode, e.venue) for e in reading.events] == [
        ("Page", "2023-05-04", "6:00pm", "in-person/hybrid", None),
        ("Tide Hackathon", "2023-05-01", None, None, "Old Mill"),
    ]
    assert reading.events[0].inferred == {"title": "page-title"}


def test_meetings_told_in_prose_are_marked(read_lines: Read) -> None:
    reading = read_lines(
        "Tide Group\n\nThe 29th Tide Ministerial Meeting was held in Seattle, Washington in the "
        "United States on 21 August 2023. "
        "The 30th Tide Ministerial Meeting will take place in Peru, while the 57th and 58th TG "
        "meetings will be held in "
        "Indonesia and Peru, respectively.\n"
    )
    assert [(e.title, e.starts_on, e.city, e.economy, e.read_from) for e in reading.events] == [
        ("29th Tide Ministerial Meeting", "2023-08-21", "Seattle", "United States", "prose"),
        ("30th Tide Ministerial Meeting", None, None, "Peru", "prose"),
        ("57th TG meeting", None, None, "Indonesia", "prose"),
        ("58th TG meeting", None, None, "Peru", "prose"),
    ]


def test_a_meeting_both_listed_and_told_is_one(read_html: Read) -> None:
    reading = read_html(
        "<h2>About</h2><p>The 3rd Tide Meeting will take place in Oslo, Norway on 5 May 2025.</p>"
        "<h2>Events</h2><ul><li>5 May 2025 3rd Tide Meeting, Oslo, Norway</ul>"
    )
    assert [e.read_from for e in reading.events] == ["list"]


def test_events_stated_as_data_need_no_layout(read_html: Read) -> None:
    data = (
        '{"@context":"https://schema.org","@graph":[{"@type":"BusinessEvent","name":"Tide '
        'Forum","startDate":"2025-05-05T23:30:00-0400",'
        '"endDate":"2025-05-06","location":{"@type":"Place","name":"Old '
        'Mill","address":{"addressLocality":"Oslo","addressCountry":"NO"}},'
        '"eventStatus":"https://schema.org/EventCancelled"}]}'
    )
    (event,) = read_html(f"<script type='application/ld+json'>{data}</script><p>Hello</p>").events
    assert facts(event) == ("Tide Forum", "2025-05-05", "2025-05-06", "Oslo", "NO", None, None)
    assert (event.venue, event.status) == ("Old Mill", "cancelled")


def test_a_profile_adds_economies_codes_and_section_words() -> None:
    knowledge = Knowledge.of({"Lagoonia": ["Lagoon Isles"]}, [r"LG-\d{3}"], {"events": ["What's on"]})
    page = (
        "<h2>What's on</h2><ul><li>5 May 2025 Tide Forum (LG-007) Port Blue, Lagoon Isles"
        "<li>6 May 2025 Reef Talk Port Blue, Lagoonia</ul>"
    )
    reading = read(page.encode(), content_type="text/html", knowledge=knowledge)
    assert [(e.title, e.project_code, e.city, e.economy) for e in reading.events] == [
        ("Tide Forum", "LG-007", "Port Blue", "Lagoon Isles"),
        ("Reef Talk", None, "Port Blue", "Lagoonia"),
    ]
    assert reading.rules != read(page.encode()).rules


def test_a_year_as_an_item_is_that_of_the_items_below(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>Meetings</h2><ul><li>2017<ul><li><a href='/a'>CG July 6th video call</a></li>"
        "<li><a href='/b'>WG September 15th video call</a></li></ul></li></ul>"
    )
    assert [(e.title, e.starts_on) for e in reading.events] == [
        ("CG video call", "2017-07-06"),
        ("WG video call", "2017-09-15"),
    ]


def test_a_sentence_that_ends_in_a_country_is_no_place_of_a_meeting(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Chapter</h1><h2>Upcoming events</h2><h3>June 16 2022</h3><p>Location: Quay Works</p>"
        "<h4>Bio:</h4><p>Before that, Ada led the advisory work of Reef Works Netherlands.</p>"
    )
    assert [(e.starts_on, e.economy) for e in reading.events] == [("2022-06-16", None)]
