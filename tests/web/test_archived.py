"""Archived answers: disarmed by us, and boxed in by the browser, each proven alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from traps import SVG, VECTORS
from website import Answer, Site, served
from world import World, group_page

from wgwatch.web import archived


def disarmed(body: str) -> str:
    made = archived.shown(f"<html><body>{body}<p>Quay</p></body></html>".encode(), "text/html", is_html=True)
    assert made is not None
    return made.body.decode()


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_nothing_that_runs_or_loads_is_left(vector: str) -> None:
    html = disarmed(vector)
    assert "Quay" in html
    assert "evil.example" not in html
    tags, attributes, values = parts_of(html)
    assert not tags & {"script", "iframe", "object", "embed", "link", "base", "video", "frame", "template"}
    assert not attributes & {"http-equiv", "srcdoc", "srcset", "action", "formaction", "ping", "background"}
    assert not [name for name in attributes if name.startswith("on")]
    assert not [value for value in values if "javascript:" in value.lower()]


def parts_of(html: str) -> tuple[set[str], set[str], set[str]]:
    """The names of elements and attributes, and the attributes' values."""
    tags, attributes, values = set(), set(), set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            attributes.update(name for name, _ in attrs)
            values.update("".join((value or "").split()) for _, value in attrs)

    Reader().feed(html)
    return tags, attributes, values


def test_what_a_page_looked_like_stays() -> None:
    picture = "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()
    html = disarmed(
        f'<style>p{{color:green}}</style><p style="margin:2em" class="a">Mooring</p><img src="{picture}" alt="Quay">'
        '<a href="https://harbour.example/x">out</a><a href="#end">down</a>'
    )
    for kept in ("p{color:green}", "margin:2em", picture, 'href="https://harbour.example/x"', 'href="#end"'):
        assert kept in html


def test_a_page_too_big_for_a_browser_is_not_shown() -> None:
    assert archived.shown(b"<p>x" * (archived.MOST_ELEMENTS + 1), "text/html", is_html=True) is None
    assert archived.shown(b"x" * (archived.BIGGEST + 1), "text/html", is_html=True) is None


@pytest.mark.parametrize(
    ("body", "content_type", "media_type", "is_download"),
    [
        (b"%PDF-1.7\n", "text/html", "application/pdf", True),
        (SVG.encode(), "image/svg+xml", "text/plain; charset=utf-8", False),
        (b"alert(1)", "text/javascript", "text/plain; charset=utf-8", False),
        (
            "Hafen, naïve".encode("latin-1"),
            "text/plain; charset=iso-8859-1",
            "text/plain; charset=utf-8",
            False,
        ),
        (b"PK\x03\x04\0\0", "application/zip", "application/octet-stream", True),
        (b"\0\1\2", None, "application/octet-stream", True),
    ],
)
def test_what_is_no_html_is_plain_text_or_saved(
    body: bytes, content_type: str | None, media_type: str, is_download: bool
) -> None:
    made = archived.shown(body, content_type, is_html=False)
    assert made is not None
    assert (made.media_type, made.is_download) == (media_type, is_download)


@pytest.fixture
def hostile(sqlite_world: World) -> Iterator[tuple[Site, str]]:
    """A site whose one page is full of traps, and the address of its archived answer."""
    world = sqlite_world
    saved = world.folder / "saved.html"
    saved.write_text(group_page(7, extra="".join(text for name, text in VECTORS.items() if name != "math")))
    world.wgwatch("import", str(saved), "--url", "https://harbour.example/hwg", "--at", "2021-05-01")
    with served(world) as site:
        found = re.search(r"/captures/([0-9a-f]{64})", site.page("/pages/1").text)
        assert found
        yield site, found[1]


def headers_of(answer: Answer) -> str:
    assert answer.status == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    return answer.headers["Content-Security-Policy"]


def test_archived_answers_are_sent_into_a_sandbox(hostile: tuple[Site, str]) -> None:
    site, sha256 = hostile
    policy = headers_of(site.get(f"/archived/{sha256}"))
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "default-src 'none'" in policy
    taken = site.get(f"/archived/{sha256}/bytes")
    assert headers_of(taken).startswith("sandbox;")
    assert taken.headers["Content-Disposition"].startswith("attachment;")
    assert b"top.hit='script'" in taken.body  # the very bytes


def test_the_text_stands_beside_it(hostile: tuple[Site, str]) -> None:
    site, sha256 = hostile
    answer = site.page(f"/captures/{sha256}")
    assert re.search(rf'<iframe[^>]*src="/archived/{sha256}" sandbox ', answer.text)
    assert "studies small ports" in answer.words


def test_bytes_that_were_removed_are_said_so(sqlite_world: World) -> None:
    world = sqlite_world
    saved = world.folder / "saved.html"
    for day, at in ((3, "2019-05-01"), (9, "2021-05-01")):
        saved.write_text(group_page(day))
        world.wgwatch("import", str(saved), "--url", "https://harbour.example/hwg", "--at", at)
    first = world.json("captures", "https://harbour.example/hwg")[0]
    world.wgwatch("redact", first["sha256"], "--reason", "asked to")
    with served(world) as site:
        answer = site.get(f"/archived/{first['sha256']}")
        assert answer.status == 410
        assert "asked to" in answer.words
        assert "Its bytes were removed." in site.page(f"/captures/{first['sha256']}").words
        assert "these bytes were removed" in site.page("/pages/1/diff").words
