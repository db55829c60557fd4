"""Which lines of a PDF are one, and how they begin: what only the width of a column parted is put together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.documents.pdf_lines import Line

MARK = re.compile(r"[•▪◦‣·●○■□❖➢✓]\s*(?=\S)|[*\-–—]\s+(?=\S)|o\s+(?=[A-Z])")
NUMBER = re.compile(r"(?:\d{1,2}[.)]|\([a-z\d]{1,2}\)|[a-z]\)|[ivx]{1,4}[.)])\s+(?=[^\W\d_])")
MONTH = re.compile(r"\d{1,2}\.\s+(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])", re.I)
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def is_elsewhere(last: Line, line: Line) -> bool:
    """On another page or in another column."""
    return line.place // 1000 != last.place // 1000 or line.top < last.top or line.left != last.left


def is_broken_off(before: str, after: str) -> bool:
    return before[-1:] not in ".:;!?" and after[:1].islower() and not ADDRESS.match(after)


def marker_of(text: str) -> str:
    found = MARK.match(text) or (None if MONTH.match(text) else NUMBER.match(text))
    return found.group() if found else ""


def wraps(above: Line, below: Line) -> bool:
    """The line above was full: the first word below would not have fitted into it."""
    if above.size != below.size and abs(above.size - below.size) > 1:
        return False
    word = below.text.split(" ", 1)[0]
    if ("@" in word or "://" in word) and len(above.text) < 60:
        return False
    return above.x1 + 0.25 * above.size + below.pieces[0].first_word > above.right - 1


def joined(lines: Sequence[Line]) -> tuple[str, ...]:
    """The lines as they are meant: those that only the width of the column parted are one again."""
    texts: list[str] = []
    for n, line in enumerate(lines):
        text = line.text
        if n and (is_elsewhere(lines[n - 1], line) or _is_one(lines[n - 1], line)):
            texts[-1] = _glued(texts[-1], text)
        else:
            texts.append(text)
    return tuple(filter(None, texts))


def _is_one(above: Line, below: Line) -> bool:
    """One sentence over both lines: the first is full, or what begins the second goes on with it."""
    return wraps(above, below) or (len(above.text) >= 20 and is_broken_off(above.text, below.text))


def _glued(before: str, after: str) -> str:
    if re.search(r"[^\W\d_]-$", before) and after[:1].islower():
        return before[:-1] + after
    return f"{before}{after}" if re.search(r"\S(?:://\S+/|[/_@])$", before) else f"{before} {after}"
