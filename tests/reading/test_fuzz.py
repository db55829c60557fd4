"""Whatever bytes come: they are read or refused with ReadError, in bounded time and memory."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from reading.hostile import hostile_pages

from config.errors import ReadError
from crawler.documents import parse
from crawler.reading import read

HERE = Path(__file__).parent
SECONDS = 5.0
"""The most that any one small input may take here; it takes milliseconds."""

bounded = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)

KINDS_OF_ANSWER = st.sampled_from(
    [
        None,
        "text/html",
        "text/html; charset=shift_jis",
        "text/html; charset=nonsense",
        "text/plain; charset=utf-16",
        "application/pdf",
        "text/calendar",
        "application/rss+xml",
        "application/ld+json",
        "application/octet-stream",
    ]
)
STARTS = st.sampled_from(
    [
        b"",
        b"%PDF-1.4\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:",
        b"<?xml version='1.0'?><rss><channel><item><title>",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><feed>&b;",
        b"\xff\xfe",
        b"\x00\x00\xfe\xff",
        b"PK\x03\x04",
    ]
)
TAGS = [
    *(
        "<ul>",
        "<li>",
        "</li>",
        "<table>",
        "<tr>",
        "<td rowspan=70000>",
        "<td colspan=-1>",
        "<th>",
        "</table>",
    ),
    *("<h2>Events</h2>", "<h2>Contacts</h2>", "<h2>Projects</h2>", "<h2>News</h2>", "<h3>", "</h3>"),
    *(
        "<dl>",
        "<dt>",
        "<dd>",
        "<p>",
        "</p>",
        "<b>",
        "<br>",
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
    ),
    *("<script>", "</script>", "<svg>", "<template>", "</template>", "<section hidden>", "<base href=::>"),
    *(
        "<time datetime=2024-99-99>",
        "<time>",
        "<a href=mailto:%>",
        "<a href=http://[::1>",
        "<a href=//>",
        "</a>",
    ),
    *("&#x110000;", "&nbsp;", "&bogus;", "<"),
]
SOUP = st.lists(
    st.one_of(
        st.sampled_from(TAGS),
        st.sampled_from(
            [
                " 31 February 2024 ",
                " 12 - 14 July 2016 ",
                "2024年99月1日",
                "Ms Ada Bee, Chair, ",
                "Lima, Peru ",
                "(SME 01 2015A) ",
                " 0 0 0000-00-00 ",
                "name at host dot org",
                "Last page update: ",
                "\x00\x0b\u202e\ufeff\U0010ffff",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=60,
).map("".join)


def survives(body: bytes, content_type: str | None) -> None:
    started = time.monotonic()
    try:
        parse(body, content_type, "https://fuzz.example/")
        read(body, content_type=content_type, url="https://fuzz.example/")
    except ReadError:
        pass
    assert time.monotonic() - started < SECONDS


@bounded
@given(STARTS, st.binary(max_size=3000), KINDS_OF_ANSWER)
@example(b"", b"", None)
@example(b"", "\ud800".encode("utf-8", "surrogatepass"), "text/html")
def test_bytes_of_any_kind_are_read_or_refused(start: bytes, body: bytes, content_type: str | None) -> None:
    survives(start + body, content_type)


@bounded
@given(SOUP, KINDS_OF_ANSWER)
def test_soup_of_markup_dates_and_names_is_read(soup: str, content_type: str | None) -> None:
    survives(soup.encode("utf-8", "replace"), content_type)


@bounded
@given(st.sampled_from(sorted((HERE / "pages" / "groups").glob("*.[ht]*"))), st.data())
def test_pages_cut_and_spliced_anywhere_are_read(path: Path, data: st.DataObject) -> None:
    body = path.read_bytes()
    one, two = (data.draw(st.integers(0, len(body))) for _ in range(2))
    survives(body[:one] + data.draw(st.binary(max_size=8)) + body[two:], "text/html")


HOSTILE = hostile_pages(0.1)
HOSTILE_SECONDS = 20.0
MEGABYTES = 300.0
OURS = {**os.environ, "PYTHONPATH": f"{HERE.parents[1]}{os.pathsep}{HERE}"}
MEMORY = """
from pathlib import Path
from crawler.reading import read
from hostile import hostile_pages
for make in hostile_pages(0.1).values():
    read(make().encode(), content_type="text/html", url="https://hostile.example/")
# not ru_maxrss: that one remembers the process which this one was forked from
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) / 1024)
"""


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_pages_are_read_in_bounded_time(what: str) -> None:
    started = time.monotonic()
    read(HOSTILE[what]().encode(), content_type="text/html", url="https://hostile.example/")
    assert time.monotonic() - started < HOSTILE_SECONDS


def test_hostile_pages_are_read_in_bounded_memory() -> None:
    """In a process of its own, as the peak of this one is that of all tests before."""
    told = subprocess.run(
        [sys.executable, "-c", MEMORY],
        cwd=HERE,
        env=OURS,
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    assert float(told.stdout) < MEGABYTES


SEEDS = {
    "calendar": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Tide Day\r\nDTSTART;TZID=Asia/Tokyo:"
    b"20240503T090000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\x03",
    "feed": b"<?xml version='1.0'?><rss version='2.0'><channel><title>Tide</title><item><title>Buoys</title>"
    b"<link>https://tide.example/1</link><pubDate>Fri, 03 May 2024 09:00:00 GMT</pubDate></item></channel></rss>\x04",
    "data": b"<html><script type='application/ld+json'>{'@type': 'Event', 'name': 'Tide Day'}</script>"
    b"<div itemscope itemtype='https://schema.org/Event'><b itemprop=name>Buoy Day</b></div></html>\x00",
}


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.timeout(120)
def test_mutations_guided_by_coverage_find_no_crash(tmp_path: Path) -> None:
    """libFuzzer leaves its process when it is done, so it runs in one of its own."""
    limits = [
        "-runs=1500",
        "-max_total_time=20",
        "-timeout=10",
        "-rss_limit_mb=1500",
        "-max_len=6000",
        "-seed=7",
    ]
    found, seeds = tmp_path / "found", HERE / "pages" / "groups"
    found.mkdir()
    for name, body in SEEDS.items():
        (found / name).write_bytes(body)
    command = [sys.executable, str(HERE / "fuzzing.py"), *limits, f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(
        [*command, str(found), str(seeds)],
        cwd=HERE.parents[1],
        env=OURS,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done" in done.stderr, done.stderr[-3000:]
