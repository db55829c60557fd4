"""Where a page of a PDF links to, and the words under each link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from crawler.documents.folding import fold
from crawler.documents.pdf_lines import Char, Line, lines_of
from storage.document import Link

Box = tuple[float, float, float, float]


def links_of(page: Any) -> list[tuple[Box, str]]:
    """Where the page links to, with the box of each link."""
    found = []
    try:
        annotations = page.annots
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
    ):  # broken ones: the text still stands
        return []
    for annotation in annotations:
        target = annotation.get("uri")
        target = target.decode("utf-8", "replace") if isinstance(target, bytes) else target
        if isinstance(target, str) and target.lower().startswith(("http://", "https://", "mailto:")):
            box = (annotation["x0"], annotation["top"], annotation["x1"], annotation["bottom"])
            found.append((box, target.strip()))
    return found


def linked(line: Line, links: list[tuple[Box, str]]) -> Line:
    box = (line.x0, line.top, line.x1, line.bottom)
    targets = [(link, target) for link, target in links if meets(link, box)]
    if not targets:
        return line
    shown = tuple(Link(_text_in(link, line), target) for link, target in targets)
    return replace(line, links=shown)


def meets(link: Box, box: Box) -> bool:
    """The middle of the link's height is on the line, and some of its width."""
    middle = (link[1] + link[3]) / 2
    return box[1] <= middle <= box[3] and link[0] < box[2] and link[2] > box[0]


def _text_in(link: Box, line: Line) -> str:
    """The text under a link, by the share of the width of each piece."""
    parts = []
    for piece in line.pieces:
        wide = max(piece.x1 - piece.x0, 0.1)
        first, last = (max(0.0, min(1.0, (x - piece.x0) / wide)) for x in (link[0], link[2]))
        parts.append(_whole_words(piece.text, round(first * len(piece.text)), round(last * len(piece.text))))
    return fold(" ".join(parts))


def _whole_words(text: str, start: int, end: int) -> str:
    words = [
        m
        for m in re.finditer(r"\S+", text)
        if (m.start() + m.end()) / 2 > start and (m.start() + m.end()) / 2 < end
    ]
    return text[words[0].start() : words[-1].end()] if words else ""


def words_in(box: Box, chars: Iterable[Char]) -> str:
    found = [char for char in chars if is_within(char, box)]
    return fold(" ".join(line.text for line in lines_of(found, box[0], box[2])))


def is_within(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])
