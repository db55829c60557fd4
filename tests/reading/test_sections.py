from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.knowledge import DEFAULT
from crawler.extract.sections import holds_by_words
from crawler.reading import parse_digest, read, read_document, reading_rules
from storage.records import Reading

Read = Callable[[str], Reading]


@pytest.mark.parametrize(
    ("title", "holds"),
    [
        ("Contacts", "contacts"),
        ("Key contacts:", "contacts"),
        ("TG Leadership", "contacts"),
        ("Upcoming Events", "events"),
        ("Past meetings 2016", "events"),
        ("EVENTS", "events"),
        ("Latest News", "news"),
        ("Project News", "news"),
        ("Subprojects", "projects"),
        ("Subscribe to our news", "text"),
        ("Current Activities", "text"),
        ("Meeting the needs of small firms", "text"),
        ("News travels fast in Lima", "text"),
    ],
)
def test_a_heading_tells_what_its_section_holds(title: str, holds: str) -> None:
    assert holds_by_words(title, DEFAULT) == holds


def test_text_under_the_pages_title_is_the_description(read_html: Read) -> None:
    reading = read_html(
        "<p>Before.</p><h1>Tide Group</h1><p>About tides.</p><h2>Aims</h2><p>More.</p><h3>Details</h3><p>Much.</p>"
    )
    assert [(s.key, s.title, s.paragraphs) for s in reading.sections] == [
        ("description", "Description", ("Before.", "About tides.")),
        ("aims", "Aims", ("More.", "Details", "Much.")),
    ]


def test_a_key_survives_case_white_space_and_punctuation(read_html: Read) -> None:
    one = read_html("<h1>T</h1><h2>Current Activities</h2><p>x</p>").sections[-1].key
    other = read_html("<h1>T</h1><h2> CURRENT \n activities: </h2><p>x</p>").sections[-1].key
    assert one == other == "current-activities"


def test_two_sections_of_a_kind_have_keys_of_their_own(read_html: Read) -> None:
    reading = read_html("<h2>Events</h2><p>x</p><h2>Past events</h2><p>y</p><h2>Past events</h2><p>z</p>")
    assert [s.key for s in reading.sections] == ["events", "events-past-events", "events-past-events-2"]


def test_a_section_that_holds_nothing_readable_is_warned_of(read_html: Read) -> None:
    assert read_html("<h2>Events</h2><p>See the calendar.</p>").warnings == (
        "nothing was read from the section 'Events'",
    )


def test_news_are_titles_with_their_dates_and_links(read_html: Read) -> None:
    reading = read_html(
        "<h2>News</h2><ul><li><a href='/1'>Harbours Open</a> <span>2 May 2024</span></li><li>3 "
        "May 2024 - Buoys Rise</li></ul>"
        "<h2>Events</h2><p>x</p><h2>Latest news</h2><article><h3>Moon Seen on 4 May 2020 in Lima</h3><p>1 May 2025</p>"
        "<p>We saw it.</p></article><article><h3>Sun Set</h3></article><p>Read more</p>"
    )
    assert [(n.title, n.date, n.link) for n in reading.news] == [
        ("Harbours Open", "2024-05-02", "https://lagoon.example/1"),
        ("Buoys Rise", "2024-05-03", None),
        ("Moon Seen on 4 May 2020 in Lima", "2025-05-01", None),
        ("Sun Set", None, None),
    ]


def test_projects_are_read_from_tables_lists_and_codes_in_text(read_html: Read) -> None:
    reading = read_html(
        "<h2>Projects</h2><table><tr><th>Project No.</th><th>Project Title</th><th>Proposing "
        "Economy</th><th>Status</th></tr>"
        "<tr><td>TG 01 2024A</td><td>Mapping Reefs</td><td>Fiji</td><td>Ongoing</td></tr></table>"
        "<h2>Reports</h2><ul><li>Dredging Handbook (M TG 02 2023A-5)</li></ul>"
    )
    assert [(p.code, p.title, p.economy, p.status) for p in reading.projects] == [
        ("TG 01 2024A", "Mapping Reefs", "Fiji", "Ongoing"),
        ("M TG 02 2023A-5", "Dredging Handbook", None, None),
    ]


def test_one_code_is_one_project_and_another_suffix_another(read_lines: Read) -> None:
    reading = read_lines(
        "Events\n\n5 May 2025 Tide Forum (TG 02 2024) Lima, Peru\n6 May 2025 Reef Forum (TG 02 2024S) Lima, Peru\n"
        "7 May 2025 Tide Forum Two (TG 02 2024) Lima, Peru\n"
    )
    assert [(p.code, p.title) for p in reading.projects] == [
        ("TG 02 2024", "Tide Forum"),
        ("TG 02 2024S", "Reef Forum"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "acronym"),
    [
        (
            "Reef’s Tidal Trade Working Group (TTWG) meets. The TTWG is old. The Trade Committee (TC) too.",
            "Tidal Trade Working Group",
            "TTWG",
        ),
        (
            "It was formerly the Old Tide Working Group (OTWG). In 2000 it became the Tide "
            "Working Group (TWG). TWG works.",
            "Tide Working Group",
            "TWG",
        ),
        ("# Tide Dialogue\n\nThe Reef Tide Dialogue (TD) works.", "Tide Dialogue", "TD"),
        ("# Committee on Tides (COT)\n\nNothing.", "Committee on Tides", "COT"),
        ("# Tide Special Interest Group\n\nNothing.", "Tide Special Interest Group", None),
    ],
)
def test_the_group_is_named_as_its_page_names_it(
    read_lines: Read, text: str, name: str, acronym: str | None
) -> None:
    group = read_lines(text + "\n").group
    assert group is not None
    assert (group.name, group.acronym) == (name, acronym)


def test_the_digest_alone_spares_the_reading() -> None:
    document, digest = parse_digest(b"<h2>Events</h2><p>x", content_type="text/html")
    assert read_document(document, digest=digest) == read(b"<h2>Events</h2><p>x", content_type="text/html")
    assert digest == document.digest()


def test_the_rules_are_one_hash_a_process() -> None:
    assert reading_rules(DEFAULT) == reading_rules(DEFAULT)
    assert len(reading_rules(DEFAULT)) == 64


@pytest.mark.parametrize(
    "body",
    [
        b"<h2>Contacts</h2>" + b"Mr. A Bo, " * 3000,
        b"Events\n\n5 May 2016 " + b"-" * 100_000,
        b"A" * 300_000,
        b"<ul><li>5 May 2016 Forum " * 3000,
        b"<table><tr><td>" * 5000,
        b"<table>" + b"<tr><td rowspan=1000 colspan=60>x<td>y" * 300,
        b"a@" * 100_000,
    ],
)
@pytest.mark.timeout(20)
def test_hostile_pages_take_bounded_time(body: bytes) -> None:
    read(body)


def test_requests_and_paragraphs_of_sentences_are_no_titles_of_news(read_html: Read) -> None:
    told = "The harbour day was held in the old hall, and many came to the quay. " * 2
    reading = read_html(
        "<h1>Tide Chapter</h1><h2>Local News</h2><p>Please join our <a href='/l'>mailing list</a> for the schedule."
        f"</p><p>{told}</p><ul><li>New tide tables are out</li></ul>"
    )
    assert [item.title for item in reading.news] == ["New tide tables are out"]
