"""Which calendars and feeds a page offers."""

from __future__ import annotations

from crawler.links.calendars import Offers, offers_in

HERE = "https://forum.example/groups/ports"


def offers(html: str) -> Offers:
    return offers_in(html.encode(), "text/html", HERE)


def calendars(html: str) -> list[str]:
    return [link.target for link in offers(html).calendars]


def test_calendars_are_known_by_type_scheme_or_file_name() -> None:
    assert (
        calendars(
            """<head><link rel="alternate" type="text/calendar; charset=utf-8" href="/groups/ports?ical=1"></head>
        <a href="webcal://forum.example/all">Subscribe</a> <a href="webcals://forum.example/safe">Safely</a>
        <a href="Ports.ICS?v=2">Download</a> <a type="text/calendar" href="/export">Export</a>"""
        )
        == [
            "https://forum.example/groups/ports?ical=1",
            "https://forum.example/all",
            "https://forum.example/safe",
            "https://forum.example/export",
            "https://forum.example/groups/Ports.ICS?v=2",
        ][:4]
    )


def test_a_calendar_linked_twice_is_one() -> None:
    link = "forum.example/ports.ics"
    assert calendars(f'<a href="https://{link}">File</a><a href="webcal://{link}">App</a>') == [
        f"https://{link}"
    ]


def test_many_files_are_downloads_of_single_meetings() -> None:
    files = "".join(f'<a href="/meetings/{n}.ics">Add to calendar</a>' for n in range(5))
    assert calendars(files) == []
    assert calendars(files + '<a href="webcal://forum.example/all.ics">All</a>') == [
        "https://forum.example/all.ics"
    ]


def test_words_about_calendars_offer_none() -> None:
    html = '<a href="/calendar">Calendar of text/calendar</a><link rel="stylesheet" type="text/css" href="ics.css">'
    assert offers(html + "<p>webcal: and .ics are explained here</p>") == Offers()


def test_feeds_are_the_alternates_of_the_page_without_those_of_comments() -> None:
    found = offers(
        """<link rel="alternate" type="application/rss+xml" title="News" href="/feed/">
        <link rel="alternate" type="application/atom+xml" href="/atom.xml">
        <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">"""
    )
    assert [link.target for link in found.feeds] == [
        "https://forum.example/feed/",
        "https://forum.example/atom.xml",
    ]
    assert found.calendars == ()


def test_broken_markup_and_other_formats_offer_nothing_and_do_no_harm() -> None:
    assert offers_in(b"\x00\xff<a href='webcal://[::1'>", "text/html", HERE).calendars == ()
    assert offers_in(b"%PDF-1.7 <a href='/x.ics'>", "text/html", HERE) == Offers()
