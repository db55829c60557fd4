"""What is read out of sitemaps, whatever they are."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime

import pytest

from crawler.fetching.sitemaps import MOST_ADDRESSES, part_jobs, read_sitemap

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SITEMAP = f"""{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://forum.example/groups/ports </loc><lastmod>2027-05-04T09:30:00+08:00</lastmod></url>
<url><loc>https://forum.example/groups/quays</loc><lastmod>2027-05-04</lastmod></url>
<url><loc>https://forum.example/groups/tides</loc></url>
<url><loc>https://forum.example/groups/locks</loc><lastmod>in May</lastmod></url>
<url><lastmod>2027-05-04</lastmod></url></urlset>"""
INDEX = f"""{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://forum.example/one.xml.gz</loc></sitemap>
<sitemap><loc>https://elsewhere.example/two.xml</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize("packed", [False, True])
def test_pages_with_the_time_of_their_last_change(packed: bool) -> None:
    body = gzip.compress(SITEMAP.encode()) if packed else SITEMAP.encode()
    assert read_sitemap(body).modified == {
        "https://forum.example/groups/ports": datetime(2027, 5, 4, 1, 30, tzinfo=UTC),
        "https://forum.example/groups/quays": datetime(2027, 5, 4, tzinfo=UTC),
    }


def test_an_index_names_files_and_only_those_of_the_host_are_asked_for() -> None:
    said = read_sitemap(INDEX.encode())
    assert said.parts == ("https://forum.example/one.xml.gz", "https://elsewhere.example/two.xml")
    assert [job.url for job in part_jobs(said.parts, "forum.example")] == ["https://forum.example/one.xml.gz"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><p>Not found<br></html>",
        b"\x1f\x8b broken",
        b"\xff\xfe\x00",
        HEAD.encode() + b"<urlset><url><loc>x",
        b"https://forum.example/groups/ports\n",
    ],
)
def test_what_is_no_sitemap_says_nothing(body: bytes) -> None:
    assert read_sitemap(body).modified == {}


def test_a_file_that_breaks_off_says_what_it_said() -> None:
    assert len(read_sitemap(SITEMAP[:250].encode()).modified) == 1


def test_hostile_files_cost_little() -> None:
    began = time.monotonic()
    laughs = '<!DOCTYPE x [<!ENTITY a0 "ha">'
    for n in range(12):
        laughs += f'<!ENTITY a{n + 1} "' + f"&a{n};" * 10 + '">'
    assert (
        read_sitemap(f"{HEAD}{laughs}]><urlset><url><loc>&a11;</loc></url></urlset>".encode()).modified == {}
    )
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    assert read_sitemap(bomb).modified == {}
    entry = "<url><loc>https://forum.example/{}</loc><lastmod>2027-05-04</lastmod></url>"
    many = "<urlset>" + "".join(entry.format(n) for n in range(MOST_ADDRESSES + 5_000)) + "</urlset>"
    assert len(read_sitemap(many.encode()).modified) == MOST_ADDRESSES
    assert time.monotonic() - began < 10
