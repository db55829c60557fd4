"""Lists of meetings whose entries are sentences, or have their day in brackets behind."""

from __future__ import annotations

from collections.abc import Callable

from crawler.extract.extraction import Extraction

Read = Callable[[str], Extraction]


def test_items_that_are_sentences_are_entries(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>Workshops</h2><ul>"
        "<li>The 1st Tide Workshop was held on May 3-5, 2001 in Lima, Peru (<a href='/1'>link</a>)</li>"
        "<li>The 2nd Tide Workshop was held on June 7-9, 2003 Seoul, Korea (<a href='/2'>link</a>)</li></ul>"
    )
    told = [(e.title, e.starts_on, e.ends_on, e.city, e.economy, e.read_from) for e in reading.events]
    assert told == [
        ("1st Tide Workshop", "2001-05-03", "2001-05-05", "Lima", "Peru", "list"),
        ("2nd Tide Workshop", "2003-06-07", "2003-06-09", "Seoul", "Korea", "list"),
    ]


def test_days_in_brackets_make_entries_of_lines(read_lines: Read) -> None:
    text = "Annex\n\n1st meeting (18-21 March 1997, Lima)\n\n2nd meeting (9-14 February 1998, Lima)\n"
    assert [(e.title, e.starts_on, e.city) for e in read_lines(text).events] == [
        ("1st meeting", "1997-03-18", "Lima"),
        ("2nd meeting", "1998-02-09", "Lima"),
    ]


def test_news_of_meetings_are_none(read_lines: Read) -> None:
    text = "News\n\nBoard meeting moved (2 March 2024)\n\nHarbour workshop draws crowd (8 February 2024)\n"
    assert not read_lines(text).events


def test_papers_of_meetings_are_none(read_lines: Read) -> None:
    text = (
        "Annex\n\nReport of the 1st meeting (18 March 1997)\n\nMinutes of the 2nd meeting (9 February 1998)\n"
    )
    assert not read_lines(text).events
