from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from crawler.documents import parse
from crawler.reading import read
from storage.records import Reading

Read = Callable[[str], Reading]

MEETING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "BusinessEvent",
    "name": "12th Harbour Meeting &amp; Dinner",
    "startDate": "2024-09-09T18:30:00+02:00",
    "endDate": "2024-09-11T12:00:00+02:00",
    "eventStatus": "https://schema.org/EventPostponed",
    "location": {
        "@type": "Place",
        "name": "Old Mill",
        "address": {"@type": "PostalAddress", "addressLocality": "Oslo", "addressCountry": "Norway"},
    },
    "url": "/meetings/12",
}


def script(said: Any) -> str:
    text = said if isinstance(said, str) else json.dumps(said)
    return f'<script type="application/ld+json">{text}</script>'


def test_an_event_is_read_as_stated(read_html: Read) -> None:
    (event,) = read_html(script(MEETING) + "<p>Hello</p>").events
    assert (event.title, event.starts_on, event.ends_on) == (
        "12th Harbour Meeting & Dinner",
        "2024-09-09",
        "2024-09-11",
    )
    assert (event.time, event.status) == ("18:30 UTC+02:00", "postponed")
    assert (event.venue, event.city, event.economy) == ("Old Mill", "Oslo", "Norway")
    assert event.link == "https://lagoon.example/meetings/12"


@pytest.mark.parametrize(
    "wrapped",
    [
        [MEETING],
        {"@graph": [{"@type": "WebSite", "name": "x"}, MEETING]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": MEETING}]},
        {"@type": "Organization", "name": "Port Group", "event": MEETING},
        {"@graph": [{"@type": "ItemList", "itemListElement": [{"@id": "#m"}]}, {**MEETING, "@id": "#m"}]},
        f"<!-- {json.dumps(MEETING)} -->",
        "/*<![CDATA[*/" + json.dumps(MEETING)[:-1] + ",}/*]]>*/",
    ],
)
def test_it_does_not_matter_how_an_event_is_wrapped(read_html: Read, wrapped: Any) -> None:
    assert [e.starts_on for e in read_html(script(wrapped) + "<p>Hello</p>").events] == ["2024-09-09"]


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("Lima, Peru", (None, "Lima", "Peru", None)),
        ("Hotel Sol, Lima, Peru", ("Hotel Sol", "Lima", "Peru", None)),
        ({"@type": "Place", "name": "Lima, Peru"}, (None, "Lima", "Peru", None)),
        ({"@type": "Place", "name": "Sol", "address": "Lima, Peru"}, ("Sol", "Lima", "Peru", None)),
        ({"@type": "VirtualLocation", "url": "https://zoom.example/1"}, (None, None, None, "online")),
        (
            [{"@type": "VirtualLocation"}, {"@type": "Place", "address": {"addressLocality": "Lima"}}],
            (None, "Lima", None, "hybrid"),
        ),
    ],
)
def test_a_place_is_read_from_any_form(read_html: Read, location: Any, shown: tuple[str | None, ...]) -> None:
    (event,) = read_html(script({**MEETING, "location": location}) + "<p>Hello</p>").events
    assert (event.venue, event.city, event.economy, event.mode) == shown


def test_parts_of_an_event_and_a_schedule_are_read(read_html: Read) -> None:
    part = {
        "@type": "Event",
        "name": "Dinner of all ports",
        "startDate": "2024-09-10T19:00",
        "endDate": "2024-09-11T01:00",
    }
    call = {
        "@type": "Event",
        "name": "Call",
        "eventSchedule": {
            "@type": "Schedule",
            "repeatFrequency": "P1W",
            "byDay": "https://schema.org/Monday",
        },
    }
    found = read_html(script([{**MEETING, "subEvent": [part]}, call]) + "<p>Hello</p>").events
    assert {(e.title, e.starts_on, e.ends_on, e.time, e.recurrence) for e in found} >= {
        ("Dinner of all ports", "2024-09-10", None, "19:00-01:00", None),
        ("Call", None, None, None, "weekly on Monday"),
    }


def test_the_page_and_its_data_give_one_event_in_the_words_of_the_page(read_html: Read) -> None:
    page = "<h2>Upcoming Events</h2><ul><li>9 September 2024 12th Harbour Meeting and Dinner</li></ul>"
    (event,) = read_html(page + script(MEETING)).events
    assert event.title == "12th Harbour Meeting and Dinner"
    assert (event.city, event.ends_on, event.status) == ("Oslo", "2024-09-11", "postponed")
    assert event.place > 0


def test_a_page_and_data_that_disagree_are_not_two_events_but_a_warning(read_html: Read) -> None:
    page = "<h2>Upcoming Events</h2><ul><li>8 September 2024 12th Harbour Meeting &amp; Dinner</li></ul>"
    reading = read_html(page + script(MEETING))
    assert [e.starts_on for e in reading.events] == ["2024-09-08"]
    assert any("2024-09-08" in warning and "2024-09-09" in warning for warning in reading.warnings)


def test_one_title_on_several_days_is_several_events(read_html: Read) -> None:
    days = ("2024-09-09", "2024-10-09", "2024-11-09")
    reading = read_html(
        script([{**MEETING, "startDate": day, "endDate": day} for day in days]) + "<p>Hello</p>"
    )
    assert tuple(e.starts_on for e in reading.events) == days


def test_microdata_is_read_as_json_ld_is(read_html: Read) -> None:
    (event,) = read_html(
        "<div itemscope itemtype='https://schema.org/Event'><a itemprop=url href='/e/7'>"
        "<b itemprop=name>Tide Forum</b></a><time itemprop=startDate datetime='2025-05-05T10:00'>soon</time>"
        "<div itemprop=location itemscope itemtype='https://schema.org/Place'><i itemprop=name>Old Mill</i>"
        "<p itemprop=address itemscope itemtype='https://schema.org/PostalAddress'>"
        "<i itemprop=addressLocality>Oslo</i></p></div></div>"
    ).events
    assert (event.title, event.starts_on, event.time) == ("Tide Forum", "2025-05-05", "10:00")
    assert (event.venue, event.city, event.link) == ("Old Mill", "Oslo", "https://lagoon.example/e/7")


def test_people_with_a_post_are_contacts_and_writers_are_not(read_html: Read) -> None:
    ana = {
        "@type": "Person",
        "name": "Ana Lee",
        "jobTitle": "Chair",
        "honorificPrefix": "Dr",
        "worksFor": {"@type": "Organization", "name": "Ministry of Tides"},
        "email": "mailto:ana@reef.example",
    }
    writer = {"@type": "Person", "@id": "#w", "name": "Bo Okafor", "jobTitle": "Reporter"}
    article = {"@type": "NewsArticle", "author": {"@id": "#w"}}
    reading = read_html(
        script([{"@graph": [article, writer]}, ana, {"@type": "Person", "name": "Cy"}]) + "<p>Hello</p>"
    )
    (contact,) = reading.contacts
    assert (contact.name, contact.role, contact.honorific) == ("Ana Lee", "Chair", "Dr")
    assert (contact.organization, contact.email) == ("Ministry of Tides", "ana@reef.example")


def test_a_contact_of_the_page_is_filled_from_its_data(read_html: Read) -> None:
    ana = {"@type": "Person", "name": "Ana Lee", "email": "ana@reef.example", "jobTitle": "Head of it all"}
    page = "<h2>Contacts</h2><p>Dr Ana Lee<br>Chair<br>Ministry of Tides, Peru</p>"
    (contact,) = read_html(page + script(ana)).contacts
    assert (contact.role, contact.email, contact.economy) == ("Chair", "ana@reef.example", "Peru")


BODY = {
    "@type": "Organization",
    "name": "Tidal Trade Forum",
    "alternateName": "TTF",
    "parentOrganization": {"name": "Ocean Council"},
    "contactPoint": {"@type": "ContactPoint", "contactType": "Secretariat", "email": "ttf@reef.example"},
}


def test_the_body_that_a_page_is_about_completes_its_group(read_html: Read) -> None:
    reading = read_html(
        script({"@type": "WebPage", "mainEntity": BODY}) + "<h1>Tidal Trade Forum</h1><p>Hello</p>"
    )
    assert reading.group is not None
    assert (reading.group.name, reading.group.acronym) == ("Tidal Trade Forum", "TTF")
    assert reading.group.parent == "Ocean Council"
    assert [(c.name, c.role, c.email) for c in reading.contacts] == [
        (None, "Secretariat", "ttf@reef.example")
    ]


def test_the_body_that_runs_a_site_is_not_the_group(read_html: Read) -> None:
    reading = read_html(
        script({"@graph": [{**BODY, "name": "Acme Hosting"}]}) + "<h1>Tidal Trade Group</h1><p>Hello</p>"
    )
    assert reading.group is not None
    assert (reading.group.name, reading.group.acronym) == ("Tidal Trade Group", None)
    assert reading.contacts == ()


def test_broken_data_are_passed_over_with_a_warning(read_html: Read) -> None:
    reading = read_html(script('{"@type": "Event", ') + script(MEETING) + "<p>Hello</p>")
    assert len(reading.events) == 1
    assert any("JSON-LD" in warning for warning in reading.warnings)


def test_what_is_not_read_of_the_data_changes_no_digest() -> None:
    def digest(*said: Any) -> str:
        return parse("".join(map(script, said)).encode() + b"<p>Hello</p>", "text/html").digest()

    noise = {**MEETING, "@id": "#n42", "dateModified": "2024-01-01", "offers": {"price": 3}, "image": "a.png"}
    other = {"@type": "Event", "name": "Forum", "startDate": "2024-01-01"}
    assert digest(MEETING, other) == digest(other, dict(reversed(noise.items())), {"@type": "WebSite"})
    assert digest(MEETING) != digest({**MEETING, "startDate": "2024-09-10"})


# -- hostile


@pytest.mark.parametrize(
    "said",
    [
        "[" * 100_000,
        "[" * 900 + "]" * 900,
        '{"@type":"Event","name":' * 900 + '"x"' + "}" * 900,
        json.dumps({"@id": "#a", "@type": "Event", "name": "A", "subEvent": {"@id": "#a"}}),
        json.dumps([{"@type": "Event", "name": f"E{n}", "startDate": "2024-01-01"} for n in range(20_000)]),
        json.dumps({"@type": ["Event", 3, None], "name": [[["x"]]], "startDate": {"a": 1}, "location": 7}),
        json.dumps({"@type": "Event", "name": "x" * 3_000_000, "startDate": "2024-13-45"}),
        "9" * 10_000,
    ],
)
def test_no_data_make_reading_fail_or_hang(read_html: Read, said: str) -> None:
    started = time.monotonic()
    read_html(script(said) + "<p>Hello</p>")
    assert time.monotonic() - started < 10


def test_nested_microdata_are_read_in_time() -> None:
    opening = "<div itemscope itemtype='https://schema.org/Event' itemprop=subEvent>"
    body = (opening + "<b itemprop=name>x</b>") * 20_000
    started = time.monotonic()
    parse(body.encode(), "text/html")
    assert time.monotonic() - started < 15


def test_damaged_data_never_raise() -> None:
    text = json.dumps({"@graph": [MEETING, BODY, {"@type": "Person", "name": "Ana", "jobTitle": "Chair"}]})
    draw = random.Random(7)
    values: list[Any] = [None, 3, True, [], {}, "", [[]], {"@id": "#x"}, "2024-02-30", "\x00", 1e400]
    for _ in range(300):
        said = json.loads(text)
        _damage(said, draw, values)
        read(script(said).encode() + b"<h1>Tidal Trade Forum</h1>", content_type="text/html")


def _damage(said: Any, draw: random.Random, values: list[Any]) -> None:
    """Puts a value of another kind in the place of some."""
    for key in list(said) if isinstance(said, dict) else range(len(said)) if isinstance(said, list) else ():
        if draw.random() < 0.15:
            said[key] = draw.choice(values)
        else:
            _damage(said[key], draw, values)
