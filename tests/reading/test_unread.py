"""What nobody reads of a page makes no difference, and what makes none to its outline makes none at all."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from reading.hostile import hostile_pages

from config.errors import ReadError
from crawler.documents import outline, parse
from crawler.links.calendars import offers_in
from crawler.links.pagers import links_in

URL = "https://lagoon.example/groups/tide"
KIND = "text/html; charset=utf-8"
PAGES = sorted((Path(__file__).parent / "pages" / "groups").glob("*.html"))
SHARED = Path(__file__).parents[3] / "shared" / "cases"
MUTATIONS = 12
PIECES = (
    *("<script>", "</script>", "<style>", "</style>", "<!--", "-->", "<p>", "</p>", "<div hidden>", "</div>"),
    *(
        "<noscript>",
        "<title>",
        "</title>",
        "<textarea>",
        "<template>",
        "<base href='/x/'>",
        "<svg>",
        "</svg>",
    ),
    *(
        '<meta itemprop="name" content="z">',
        '<input type="hidden" value="z">',
        "<input value=z aria-label=y>",
    ),
    *(
        '<link rel="next" href="/z">',
        '<link rel="stylesheet" href="/z">',
        '<img src="z.png" alt="">',
        "&#46;",
    ),
    *('<script type="application/ld+json">', '{"@type": "Event"}', '<div style="direction:rtl;unicode-bidi:'),
    *(
        'bidi-override">',
        " itemscope ",
        ' itemprop="name" ',
        ' href="/z.ics" ',
        '"',
        "<",
        ">",
        "&",
        "=",
        "\0",
    ),
    *("<a href='/cdn-cgi/l/email-protection#0a6b4a6824656d'>", "<b data-cfemail='0a6b4a6824656d'>", "\u00e9"),
)

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Tide Group</title>
<meta name="csrf-token" content="{a}"><link rel="preload stylesheet" href="/site.css?v={a}" nonce="{a}">
<link rel="alternate" type="text/calendar" href="/tide.ics"><style nonce="{a}">.c{a} {{ color: red }}</style>
<script nonce="{a}" src="/x.js?{a}">var token = "{a}";</script>
<script type="application/ld+json" nonce="{a}">{{"@type": "Event", "name": "Tide Day", "startDate": "2030-05-06"}}
</script></head><body><!-- built at {a} --><form><input type="hidden" name="id-{a}" id="{a}" value="{a}">
<input name="q" value="{a}" aria-label="Search the tides"></form><h1>Tide Group</h1>
<p>Write to <a href="/cdn-cgi/l/email-protection#{code}" class="mail">[email protected]</a> or
<span data-cfemail="{code}">[email protected]</span>.</p><img src="/map.png?{a}" srcset="/{a}.png 2x" alt="A map">
<iframe src="/video?{a}"></iframe></body></html>"""


def protected(address: str, key: int) -> str:
    """A code as Cloudflare writes it: another key, another code."""
    return bytes([key, *(key ^ byte for byte in address.encode())]).hex()


def variant(mark: str, key: int) -> bytes:
    return PAGE.format(a=mark, code=protected("chair@tide.example", key)).encode()


def everything(body: bytes, content_type: str = KIND) -> tuple[object, ...]:
    """All that is made of an answer: its Document and its links."""
    try:
        said = parse(body, content_type, URL).digest()
    except ReadError as error:
        return (str(error),)
    return said, links_in(body, content_type, URL), offers_in(body, content_type, URL)


def test_tokens_in_the_markup_leave_the_outline_as_it_is() -> None:
    one, other = variant("f00dcafe", 17), variant("0123456789", 201)
    assert outline(one, KIND, URL) == outline(other, KIND, URL) is not None
    assert everything(one) == everything(other)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("Tide Group</h1>", "Tide Groups</h1>"),
        ("2030-05-06", "2030-05-07"),
        ('alt="A map"', 'alt="A chart"'),
        ('aria-label="Search the tides"', 'aria-label="Find"'),
        ('href="/tide.ics"', 'href="/tides.ics"'),
        ('class="mail"', 'class="navigation"'),
        ("<p>Write", "<p hidden>Write"),
        ('lang="en"', 'lang="fr"'),
        ("</iframe>", "</iframe><p></p>"),
    ],
)
def test_whatever_may_be_read_changes_the_outline(said: str, instead: str) -> None:
    page = variant("f00dcafe", 17)
    changed = page.replace(said.encode(), instead.encode())
    assert changed != page
    assert outline(changed, KIND, URL) != outline(page, KIND, URL)


def test_another_address_in_a_protected_code_changes_the_outline() -> None:
    one = PAGE.format(a="x", code=protected("chair@tide.example", 17)).encode()
    other = PAGE.format(a="x", code=protected("other@tide.example", 17)).encode()
    assert outline(one, KIND, URL) != outline(other, KIND, URL)


def test_microdata_in_an_element_that_is_else_unread_is_read() -> None:
    page = (
        b'<html><body itemscope itemtype="https://schema.org/Event"><h1 itemprop="name">Tide Day</h1>'
        b'<meta itemprop="startDate" content="2030-05-06"><p>Hello</p></body></html>'
    )
    assert "2030-05-06" in "".join(parse(page, KIND, URL).data)
    assert outline(page.replace(b"-06", b"-07"), KIND, URL) != outline(page, KIND, URL)


def test_a_script_within_microdata_is_no_part_of_what_it_says() -> None:
    page = (
        b'<html><body itemscope itemtype="https://schema.org/Event"><h1 itemprop="name">Tide Day'
        b'<script>var token = 1</script></h1><meta itemprop="startDate" content="2030-05-06"></body></html>'
    )
    (fact,) = parse(page, KIND, URL).data
    assert '"title": "Tide Day"' in fact


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7 x", b"PK\x03\x04", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", b"Hello."]
)
def test_other_formats_have_no_outline(body: bytes) -> None:
    assert outline(body, "text/plain", URL) is None


def test_an_address_is_part_of_the_outline_as_links_are_relative_to_it() -> None:
    page = variant("f00dcafe", 17)
    assert outline(page, KIND, URL) != outline(page, KIND, f"{URL}/old")


@pytest.mark.parametrize("page", PAGES[::3], ids=lambda path: path.stem)
def test_pages_of_one_outline_are_read_alike(page: Path) -> None:
    assert_sound(page.read_bytes(), random.Random(page.stem))


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/cases beside the checkout")
def test_real_pages_of_one_outline_are_read_alike() -> None:
    for page in sorted(SHARED.glob("*/page.html")):
        assert_sound(page.read_bytes(), random.Random(page.parent.name))


def assert_sound(body: bytes, chance: random.Random) -> None:
    """However a page's markup is broken: where the outline is the same, so is all that is read of it.

    Mutations follow each other, so that what an unclosed script hides is mutated, too.
    """
    said: dict[bytes | None, tuple[object, ...]] = {outline(body, KIND, URL): everything(body)}
    text = body.decode("utf-8", "replace")
    for _ in range(MUTATIONS):
        text = chance.choice(MUTATORS)(text, chance)
        mutated = text.encode("utf-8", "replace")
        seen = outline(mutated, KIND, URL)
        if seen in said:
            assert said[seen] == everything(mutated)
        elif seen is not None:
            said[seen] = everything(mutated)


def insert(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(PIECES) + text[at:]


def cut(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randrange(1, 40) :]


def in_markup(text: str, chance: random.Random) -> str:
    """Somewhere in a tag, a comment or a script: where most of what is unread stands."""
    found = list(re.finditer(r"<(?:script|style|meta|link|input|img|!--)[^>]*>[^<]*", text))
    at = chance.randrange(*chance.choice(found).span()) if found else chance.randrange(len(text))
    return text[:at] + chance.choice((*"ax1 ", chance.choice(PIECES))) + text[at + 1 :]


MUTATORS: tuple[Callable[[str, random.Random], str], ...] = (insert, cut, in_markup, in_markup)


def test_hostile_pages_have_outlines_in_bounded_time() -> None:
    began = time.process_time()
    for make in hostile_pages(0.1).values():
        outline(make().encode("utf-8", "replace"), KIND, URL)
    assert time.process_time() - began < 5
