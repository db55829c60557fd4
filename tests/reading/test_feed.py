from __future__ import annotations

import random
import time

import pytest

from config.errors import ReadError
from crawler.documents import parse
from crawler.reading import read
from storage.records import Reading

URL = "https://reef.example/news/feed"
NAMES = (
    'xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:xCal="urn:ietf:params:xml:ns:xcal" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(*items: str) -> bytes:
    told = "".join(f"<item>{item}</item>\n" for item in items)
    page = f"<channel><title>Reef News</title><language>en-GB</language>\n{told}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {NAMES}>{page}</rss>'.encode()


def reading_of(*items: str) -> Reading:
    return read(rss(*items), content_type="application/rss+xml", url=URL)


def test_entries_of_rss_are_news_with_their_own_day() -> None:
    reading = reading_of(
        "<title>Tides &amp;amp; &lt;b&gt;moons&lt;/b&gt;</title><link>/n/1</link>"
        "<pubDate>Mon, 09 Sep 2024 23:30:00 -0500</pubDate><description>&lt;p&gt;Long&lt;/p&gt;</description>",
        "<title>Undated</title><link>https://reef.example/n/2</link>",
    )
    assert [(n.title, n.date, n.link) for n in reading.news] == [
        ("Tides & moons", "2024-09-09", "https://reef.example/n/1"),
        ("Undated", None, "https://reef.example/n/2"),
    ]
    assert [n.place for n in reading.news] == [3, 4]
    assert (reading.title, reading.events, reading.sections[0].holds) == ("Reef News", (), "news")
    assert reading.sections[0].paragraphs == ("Long",)


def test_entries_of_atom_are_news() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Reef</title><updated>2025-01-01T00:00:00Z</updated>'
        '<entry><title>Maps</title><link href="https://reef.example/m"/><published>2024-05-01T23:00:00-07:00'
        "</published><updated>2024-06-01T00:00:00Z</updated></entry></feed>"
    )
    (item,) = read(body.encode(), content_type="application/xml", url=URL).news
    assert (item.title, item.date, item.link) == ("Maps", "2024-05-01", "https://reef.example/m")


def test_an_entry_that_says_when_it_starts_is_an_event() -> None:
    reading = reading_of(
        "<title>12th Meeting</title><link>/e/1</link><ev:startdate>2024-10-01T09:00</ev:startdate>"
        "<ev:enddate>2024-10-03</ev:enddate><ev:location>Lima, Peru</ev:location>",
        "<title>Forum</title><xCal:dtstart>20241101T100000Z</xCal:dtstart>",
    )
    assert reading.news == ()
    meeting, forum = reading.events
    assert (meeting.starts_on, meeting.ends_on, meeting.time) == ("2024-10-01", "2024-10-03", "09:00")
    assert (meeting.city, meeting.economy, meeting.link) == ("Lima", "Peru", "https://reef.example/e/1")
    assert (forum.starts_on, forum.time) == ("2024-11-01", "10:00 UTC")


def test_the_time_at_which_a_feed_was_built_says_nothing() -> None:
    item = "<title>Maps</title><guid>{}</guid>"
    built = rss(item.format("a")).replace(b"<language>", b"<lastBuildDate>now</lastBuildDate><language>")
    assert parse(built).digest() == parse(rss(item.format("b"))).digest()
    assert parse(built).digest() != parse(rss("<title>Charts</title>")).digest()


def test_a_feed_that_breaks_off_is_read_as_far_as_it_goes_and_says_so() -> None:
    body = rss("<title>One</title>", "<title>Two</title>")[:-40]
    reading = read(body, content_type="application/rss+xml", url=URL)
    assert reading.news[0].title == "One"
    assert reading.warnings == ("the feed is broken: entries of it may be missing",)


def test_a_page_that_shows_the_source_of_a_feed_is_no_feed() -> None:
    assert parse(b"<html><body><p>Write &lt;rss&gt; first</p></body></html>").format == "html"
    assert parse(b"<p>x</p><rss></rss>", "text/html").format == "html"


def test_entities_reach_no_file_and_do_not_multiply() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "aaaa"><!ENTITY f SYSTEM "file:///etc/hostname">{levels}]>'
    body = f"{head}<rss version='2.0'><channel><item><title>&f;&a11;</title></item></channel></rss>".encode()
    started = time.monotonic()
    try:
        shown = str(parse(body, "application/rss+xml").blocks)
    except ReadError:
        shown = ""
    assert time.monotonic() - started < 10
    assert len(shown) < 100_000
    with open("/etc/hostname") as hostname:  # noqa: PTH123
        assert hostname.read().strip() not in shown


def test_a_damaged_feed_is_read_or_refused_in_words() -> None:
    body = rss(
        "<title>Maps</title><link>/n/1</link><pubDate>Mon, 09 Sep 2024 23:30:00 -0500</pubDate>",
        "<title>Meeting</title><ev:startdate>2024-10-01T09:00</ev:startdate>",
    )
    draw = random.Random(6)
    for _ in range(200):
        changed = bytearray(body)
        for _ in range(draw.choice([1, 3, 20])):
            changed[draw.randrange(len(changed))] = draw.choice(b"<>/&;:0123456789ab \"'![]\xff")
        try:
            read(bytes(changed), content_type="application/rss+xml", url=URL)
        except ReadError as error:
            assert "feed" in str(error)  # noqa: PT017 - most of them are read


def test_a_large_feed_is_read_in_time() -> None:
    body = rss(*(f"<title>News {n}</title><description>{'word ' * 80}</description>" for n in range(3000)))
    started = time.monotonic()
    assert len(parse(body).data) == 1000
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("body", [b"<rss", b"<rdf:RDF"])
def test_what_is_no_feed_after_all_says_so(body: bytes) -> None:
    with pytest.raises(ReadError, match="feed is broken"):
        parse(body, "application/xml")
