"""Pages of 30 to 200 KB for measuring cost: labelled pages, filled up as the pages of real sites are."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

SMALLEST, LARGEST = 30_000, 200_000
TALK = (
    "members agreed a plan for the coming year and asked the secretariat to report on progress at the next "
    "session while experts from ports universities and ministries shared what they had learned from trials"
)


def big_pages(sources: Sequence[Path], count: int) -> Iterator[tuple[str, str]]:
    """`count` pages as name and HTML, of sizes spread evenly between the smallest and the largest."""
    for n in range(count):
        source = sources[n * len(sources) // count]
        size = SMALLEST + (LARGEST - SMALLEST) * n // max(count - 1, 1)
        yield source.stem, _filled(source.read_text(encoding="utf-8"), size, random.Random(n))


def _filled(page: str, size: int, dice: random.Random) -> str:
    """The page with a site's menus and scripts around it; its own content and prose by turns up to `size`."""
    content = re.search(r"<body[^>]*>(.*)</body>", page, re.S | re.I)
    inner = content[1] if content else page
    head, tail = (
        f"<!DOCTYPE html><html><head><title>Page</title>{_scripts()}</head><body>{_menu()}",
        "</body></html>",
    )
    parts = [head, inner]
    length = len(head) + len(inner) + len(tail)
    while length < size - len(inner) - 2_500:
        parts += [_prose(dice), inner]
        length += len(parts[-1]) + len(parts[-2])
    while length < size - 900:
        parts.append(_prose(dice, 1))
        length += len(parts[-1])
    return "".join([*parts, tail])


def _scripts() -> str:
    return "<script>var settings = {'a': 1};</script><style>.c { margin: 0 }</style>" * 20


def _menu() -> str:
    items = "".join(f'<li class="menu-item"><a href="/page/{n}">Page {n}</a></li>' for n in range(80))
    return f'<nav class="main-menu"><ul>{items}</ul></nav>'


def _prose(dice: random.Random, paragraphs: int = 3) -> str:
    told = (" ".join(dice.choices(TALK.split(), k=90)).capitalize() for _ in range(paragraphs))
    return "".join(
        f'<div class="text"><p>{text}, as <a href="/report">reported</a>.</p></div>' for text in told
    )
