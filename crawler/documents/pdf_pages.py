"""Pages of a PDF into a Document: what is common to its pages goes, the rest becomes blocks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from config.errors import ReadError
from crawler.documents.data import facts_as_text
from crawler.documents.folding import fold
from crawler.documents.pdf_blocks import blocks_of
from crawler.documents.pdf_lines import Char, Line, Piece, lines_of
from crawler.documents.pdf_links import Box, is_within, linked, links_of, meets, words_in
from crawler.documents.pdf_tables import Row
from storage.document import BlockKind, Document, Link

MOST_PAGES = 200
MOST_EDGES = 4000
"""Ruling lines of a page: beyond, it is a drawing, and looking for tables would take too long."""
MARGIN = 0.12
"""The part of a page's height, at its top and at its foot, where what repeats is its frame."""
PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page|p\.|seite|página|pág\.?|trang)?\s*\d{1,4}(?:\s*(?:of|/|de|von)\s*\d{1,4})?[\W_]*", re.I
)
NO_TITLE = re.compile(
    r"(?:untitled|microsoft \w+ - .*|.*\.(?:docx?|pdf|xlsx?|pptx?|indd|rtf)|document\s?\d*|\W*)", re.I
)
UNMAPPED = re.compile(r"\(cid:\d+\)")
SYMBOLS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "▪",
    "\uf0fc": "•",
    "\uf0e0": "→",
    "(cid:127)": "•",
    "(cid:183)": "•",
}
NO_TEXT = "this PDF shows no text: it is scanned, or its pages are pictures"
NO_LETTERS = "the letters of this PDF have no meaning to a reader: its fonts do not say which ones they are"


@dataclass(frozen=True, slots=True)
class Page:
    """What one page holds, from its top to its foot."""

    number: int
    height: float
    entries: tuple[Line | Row, ...]


def read_pages(body: bytes) -> Document:
    """The Document. Raises ReadError for locked, scanned and unreadable files, and whatever the parser raises."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        pdf = pdfplumber.open(BytesIO(body), pages=list(range(1, MOST_PAGES + 1)), raise_unicode_errors=False)
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise ReadError("this PDF is locked with a password") from error
        raise
    pages = [_page(page) for page in pdf.pages]
    _assert_text(pages)
    blocks = blocks_of(_without_frames(pages))
    first = next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    notes = [{"kind": "note", "text": text} for text in _notes(pdf)]
    return Document(
        _title(pdf.metadata) or first or blocks[0].text[:120] if blocks else "",
        blocks,
        "pdf",
        _language(pdf.doc.catalog),
        facts_as_text(notes),
    )


def _notes(pdf: Any) -> Iterator[str]:
    from pdfminer.pdfpage import PDFPage

    count = sum(1 for _ in PDFPage.create_pages(pdf.doc))
    if count > MOST_PAGES:
        yield f"only the first {MOST_PAGES} of {count} pages were read"


def _page(page: Any) -> Page:
    chars = [_settled(char) for char in page.chars if char.get("upright") and 0 < char["size"] < 400]
    tables = _tables(page)
    boxes = [table.bbox for table in tables]
    loose = [char for char in chars if not any(is_within(char, box) for box in boxes)]
    left = min((char["x0"] for char in loose), default=0.0)
    right = max(max((char["x1"] for char in loose), default=0.0), page.width - left)
    links = links_of(page)
    dots = _dots(page)
    lines = (_with_bullet(line, dots) for line in lines_of(loose, left, right))
    entries: list[Line | Row] = [linked(line, links) for line in lines]
    for table in tables:
        rows = list(_rows(table, [char for char in chars if is_within(char, table.bbox)], links))
        at = _place_of(entries, table.bbox[1], (table.bbox[0], table.bbox[2]))
        entries[at:at] = rows
    number = page.page_number
    placed = [replace(entry, place=number * 1000 + min(n, 999)) for n, entry in enumerate(entries, start=1)]
    page.close()
    return Page(number, float(page.height), tuple(placed))


def _dots(page: Any) -> list[Box]:
    """Small shapes: the bullets of lists that are drawn, not written."""
    shapes = (*page.curves, *page.rects)
    return [
        (shape["x0"], shape["top"], shape["x1"], shape["bottom"])
        for shape in shapes[:MOST_EDGES]
        if 1.5 <= shape["width"] <= 8 and 1.5 <= shape["height"] <= 8
    ]


def _with_bullet(line: Line, dots: list[Box]) -> Line:
    first = line.pieces[0]
    dot = next((d for d in dots if -3 * first.size < d[2] - first.x0 <= 0 and _is_beside(d, first)), None)
    if dot is None:
        return line
    return replace(line, pieces=(replace(first, text=f"• {first.text}", x0=dot[0]), *line.pieces[1:]))


def _is_beside(dot: Box, piece: Piece) -> bool:
    return piece.top <= (dot[1] + dot[3]) / 2 <= piece.bottom


def _settled(char: Char) -> Char:
    text = str(char["text"])
    text = SYMBOLS.get(text, text)
    if "\ufb00" <= text[:1] <= "\ufb06":  # ligatures
        text = unicodedata.normalize("NFKC", text)
    return char if text == char["text"] else {**char, "text": text}


def _place_of(entries: list[Line | Row], top: float, span: tuple[float, float]) -> int:
    """Where a table stands among the lines: before the first below it that shares its width."""
    for n, entry in enumerate(entries):
        if isinstance(entry, Line) and entry.top >= top and entry.x0 < span[1] and entry.x1 > span[0]:
            return n
    return len(entries)


# -- tables


def _tables(page: Any) -> list[Any]:
    """Tables with ruling lines, of two columns and rows at least."""
    if not 4 <= len(page.lines) + len(page.rects) + len(page.curves) <= MOST_EDGES:
        return []
    return [
        table
        for table in page.find_tables()
        if len(table.rows) > 1 and sum(cell is not None for cell in table.rows[0].cells) > 1
    ]


def _rows(table: Any, chars: list[Char], links: list[tuple[Box, str]]) -> Iterator[Row]:
    """The rows; a cell over several of them is repeated in each."""
    spanning: dict[int, tuple[float, tuple[Line, ...]]] = {}
    for row in table.rows:
        inside = [char for char in chars if is_within(char, row.bbox)]
        cells: list[tuple[Line, ...]] = []
        for column, cell in enumerate(row.cells):
            if cell is None:
                foot, lines = spanning.get(column, (0.0, ()))
                cells.append(lines if foot > row.bbox[1] + 2 else ())
                continue
            found = [char for char in chars if is_within(char, cell)]
            cells.append(tuple(lines_of(found, cell[0], cell[2] - 4)))
            spanning[column] = (cell[3], cells[-1])
        if any(cells):
            met = tuple(Link(words_in(box, inside), to) for box, to in links if meets(box, row.bbox))
            yield Row(tuple(cells), met, float(row.bbox[1]))


# -- the frame of the pages


def _without_frames(pages: list[Page]) -> list[Line | Row]:
    """All entries without page numbers and what stands at the same place of several pages' margins."""
    seen = Counter(key for page in pages for key in {_key(line) for line in _in_margin(page)})
    least = 2 if len(pages) < 6 else 3
    kept: list[Line | Row] = []
    for page in pages:
        frame = {
            id(line)
            for line in _in_margin(page)
            if PAGE_NUMBER.fullmatch(line.text) or (len(pages) > 1 and seen[_key(line)] >= least)
        }
        kept.extend(entry for entry in page.entries if id(entry) not in frame)
    return kept


def _in_margin(page: Page) -> list[Line]:
    top, foot = page.height * MARGIN, page.height * (1 - MARGIN)
    return [e for e in page.entries if isinstance(e, Line) and (e.bottom < top or e.top > foot)]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 6)


# -- the whole


def _assert_text(pages: list[Page]) -> None:
    text = " ".join(entry.text for page in pages for entry in page.entries)
    if len(re.findall(r"\w", UNMAPPED.sub("", text))) < 3:
        raise ReadError(NO_LETTERS if UNMAPPED.search(text) else NO_TEXT)
    if len(UNMAPPED.findall(text)) > len(re.findall(r"\w", UNMAPPED.sub("", text))):
        raise ReadError(NO_LETTERS)


def _title(metadata: dict[str, Any]) -> str:
    shown = metadata.get("Title")
    title = fold(shown) if isinstance(shown, str) else ""
    return "" if NO_TITLE.fullmatch(title) else title[:300]


def _language(catalog: dict[str, Any]) -> str | None:
    shown = catalog.get("Lang")
    text = shown.decode("latin-1") if isinstance(shown, bytes) else str(shown or "")
    return text.strip().lower() if re.fullmatch(r"[A-Za-z]{2,3}(?:-[\w-]{1,20})?", text.strip()) else None
