from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from textwrap import wrap

import pytest

from config.errors import ReadError
from crawler.documents import parse
from crawler.documents.pdf import MOST_BYTES, read_pdf
from crawler.documents.pdf_process import answer
from crawler.reading import read
from storage.document import BlockKind, Document

WIDTH, HEIGHT = 595, 842
PROSE = (
    "The harbour group meets twice a year and works on trade between ports of all sizes. Its members bring "
    "experience from small islands and from large river mouths, and they share what they know of cranes, tides "
    "and paper. Each member names two people who answer for it between the meetings of the group."
)


@dataclass
class Sheet:
    """A page to be written: texts by their place in points from the top left."""

    drawn: list[str] = field(default_factory=list)
    links: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 11, *, bold: bool = False) -> None:
        raw = text.encode("cp1252").decode("latin-1")
        raw = raw.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.drawn.append(f"BT /{'F2' if bold else 'F1'} {size} Tf {x} {HEIGHT - y} Td ({raw}) Tj ET")

    def prose(self, x: float, y: float, text: str, columns: int = 85, step: float = 14) -> float:
        for line in wrap(text, columns):
            self.text(x, y, line)
            y += step
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.drawn.append(f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")

    def link(self, x: float, y: float, text: str, target: str) -> None:
        self.text(x, y, text)
        self.links.append((x, HEIGHT - y - 3, x + 5.5 * len(text), HEIGHT - y + 9, target))

    def table(self, y: float, rows: list[list[str]], edges: list[float], height: float = 20) -> None:
        foot = y + height * len(rows)
        for x in edges:
            self.rule(x, y, x, foot)
        for n in range(len(rows) + 1):
            self.rule(edges[0], y + n * height, edges[-1], y + n * height)
        for n, row in enumerate(rows):
            for x, cell in zip(edges, row, strict=False):
                self.text(x + 4, y + n * height + 14, cell, bold=n == 0)


def pdf(*sheets: Sheet, title: str = "", trailer: str = "", deflate: bool = False) -> bytes:
    """A whole file (ISO 32000), with a cross-reference table that is right."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>", b""]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
        for name in ("Helvetica", "Helvetica-Bold")
    ]
    objects.append(f"<< /Title ({title}) >>".encode())
    kids = []
    for sheet in sheets:
        annotations = []
        for x0, y0, x1, y1, target in sheet.links:
            action = f"/A << /S /URI /URI ({target}) >>"
            box = f"/Rect [{x0} {y0} {x1} {y1}]"
            objects.append(f"<< /Type /Annot /Subtype /Link {box} {action} >>".encode())
            annotations.append(f"{len(objects)} 0 R")
        stream = "\n".join(sheet.drawn).encode("latin-1")
        stream = zlib.compress(stream) if deflate else stream
        packed = " /Filter /FlateDecode" if deflate else ""
        objects.append(f"<< /Length {len(stream)}{packed} >>\nstream\n".encode() + stream + b"\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {len(objects)} 0 R "
            f"/Annots [{' '.join(annotations)}] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects, f"/Info 5 0 R {trailer}")


def _file(objects: list[bytes], trailer: str) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, said in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + said + b"\nendobj\n"
    table = "".join(f"{at:010} 00000 n \n" for at in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


def shape(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, b.text) for b in document.blocks]


@pytest.fixture(scope="module")
def agenda() -> Document:
    """One page with all that an agenda shows."""
    sheet = Sheet()
    sheet.text(72, 80, "Harbour Working Group", 20, bold=True)
    sheet.text(72, 115, "Draft Agenda", 14, bold=True)
    y = sheet.prose(72, 140, PROSE)
    sheet.text(72, y + 20, "Day one", 11, bold=True)
    for n, (x, line) in enumerate(
        [
            (80, "• Opening by the Chair"),
            (80, "• Reports of members on their work in the"),
            (90, "year that has gone by"),
        ]
    ):
        sheet.text(x, y + 40 + 14 * n, line)
    sheet.text(100, y + 84, "- Cranes")
    sheet.text(80, y + 100, "• Closing")
    sheet.text(72, y + 140, "Contact")
    for n, line in enumerate(["Ms Ana Lee", "Chair, Harbour Working Group", "Ministry of Tides, Peru"]):
        sheet.text(72, y + 160 + 14 * n, line)
    sheet.link(72, y + 202, "ana.lee@reef.example", "mailto:ana.lee@reef.example")
    sheet.link(72, y + 240, "Papers of the meeting", "https://reef.example/papers")
    return parse(pdf(sheet, title="Agenda of the 12th Meeting"), "application/pdf")


def test_a_pdf_becomes_headings_paragraphs_and_items(agenda: Document) -> None:
    assert (agenda.title, agenda.format, agenda.language) == ("Agenda of the 12th Meeting", "pdf", "en-gb")
    assert shape(agenda) == [
        ("heading", 1, "Harbour Working Group"),
        ("heading", 2, "Draft Agenda"),
        ("paragraph", 0, PROSE),
        ("heading", 5, "Day one"),
        ("item", 1, "Opening by the Chair"),
        ("item", 1, "Reports of members on their work in the year that has gone by"),
        ("item", 2, "Cranes"),
        ("item", 1, "Closing"),
        ("heading", 5, "Contact"),
        (
            "paragraph",
            0,
            "Ms Ana Lee Chair, Harbour Working Group Ministry of Tides, Peru ana.lee@reef.example",
        ),
        ("paragraph", 0, "Papers of the meeting"),
    ]


def test_short_lines_of_a_pdf_stay_lines_and_links_stay_links(agenda: Document) -> None:
    card, papers = agenda.blocks[-2:]
    assert card.lines[:2] == ("Ms Ana Lee", "Chair, Harbour Working Group")
    assert [link.target for link in card.links] == ["mailto:ana.lee@reef.example"]
    assert [(link.text, link.target) for link in papers.links] == [
        ("Papers of the meeting", "https://reef.example/papers")
    ]


def test_blocks_of_a_pdf_know_their_page_and_line() -> None:
    one, two = Sheet(), Sheet()
    one.text(72, 100, "First page.")
    two.text(72, 100, "Second page.")
    two.text(72, 200, "Below.")
    assert [b.place for b in read_pdf(pdf(one, two)).blocks] == [1001, 2001, 2002]


def test_two_columns_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    sheet.text(72, 80, "Notes of the harbour group", 18, bold=True)
    sheet.prose(72, 120, f"Left side. {PROSE}", 40)
    sheet.prose(310, 120, f"Right side. {PROSE}", 40)
    sheet.prose(72, 400, f"Below both. {PROSE}", 90)
    texts = [b.text for b in read_pdf(pdf(sheet)).blocks]
    assert texts == [
        "Notes of the harbour group",
        f"Left side. {PROSE}",
        f"Right side. {PROSE}",
        f"Below both. {PROSE}",
    ]


ROWS = [
    ["Name", "Role", "E-mail"],
    ["Ms Ana Lee", "Chair", "ana.lee@reef.example"],
    ["Mr Bo Okafor", "Vice Chair", "bo@reef.example"],
    ["Dr Cy Nagel", "Secretary", "cy@reef.example"],
]


def rows_of(document: Document) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(b.headers, b.cells) for b in document.blocks if b.kind is BlockKind.ROW]


def test_a_ruled_table_becomes_rows_that_know_their_columns() -> None:
    sheet = Sheet()
    sheet.text(72, 80, "Contacts", 16, bold=True)
    sheet.table(100, ROWS, [72, 220, 340, 520])
    sheet.text(72, 220, "That is all.")
    document = read_pdf(pdf(sheet))
    assert rows_of(document) == [(tuple(ROWS[0]), tuple(row)) for row in ROWS[1:]]
    assert document.blocks[0].text == "Contacts"
    assert document.blocks[-1].text == "That is all."
    assert [link.target for link in document.blocks[1].links] == ["mailto:ana.lee@reef.example"]


def test_a_table_that_goes_on_overleaf_keeps_its_columns_and_names_them_once() -> None:
    one, two = Sheet(), Sheet()
    one.table(700, ROWS[:3], [72, 220, 340, 520])
    two.table(72, [ROWS[0], ROWS[3]], [72, 220, 340, 520])
    assert rows_of(read_pdf(pdf(one, two))) == [(tuple(ROWS[0]), tuple(row)) for row in ROWS[1:]]


def test_columns_without_rulings_become_rows_too() -> None:
    sheet = Sheet()
    for n, row in enumerate(ROWS):
        for x, cell in zip((72, 220, 340), row, strict=True):
            sheet.text(x, 100 + 16 * n, cell, bold=n == 0)
    assert rows_of(read_pdf(pdf(sheet))) == [(tuple(ROWS[0]), tuple(row)) for row in ROWS[1:]]


def test_cards_side_by_side_are_no_table() -> None:
    sheet = Sheet()
    sheet.text(72, 80, "Contacts", 16, bold=True)
    for x, name, role in ((72, "Ms Ana Lee", "Chair"), (320, "Mr Bo Okafor", "Vice Chair")):
        for n, line in enumerate([name, role, f"{name.split()[1].lower()}@reef.example"]):
            sheet.text(x, 110 + 14 * n, line)
    reading = read(pdf(sheet), content_type="application/pdf")
    assert [(c.name, c.role, c.email) for c in reading.contacts] == [
        ("Ana Lee", "Chair", "ana@reef.example"),
        ("Bo Okafor", "Vice Chair", "bo@reef.example"),
    ]


def test_bullets_that_are_drawn_begin_items() -> None:
    sheet = Sheet()
    for n, line in enumerate(["Cranes", "Tides"]):
        sheet.drawn.append(f"{80} {HEIGHT - 96 - 14 * n} 3 3 re f")
        sheet.text(92, 100 + 14 * n, line)
    assert shape(read_pdf(pdf(sheet))) == [("item", 1, "Cranes"), ("item", 1, "Tides")]


def test_what_repeats_at_the_edges_of_pages_is_not_read() -> None:
    sheets = []
    for number in range(1, 5):
        sheet = Sheet()
        sheet.text(72, 40, "Harbour Working Group 2024/HWG/003")
        sheet.text(72, 300, f"Part {number} of the report.")
        sheet.text(280, 810, f"Page {number} of 4")
        sheets.append(sheet)
    assert [b.text for b in read_pdf(pdf(*sheets)).blocks] == [
        f"Part {n} of the report." for n in range(1, 5)
    ]


def test_a_sentence_goes_on_over_a_page_and_a_word_over_a_line() -> None:
    one, two = Sheet(), Sheet()
    one.prose(72, 700, f"{PROSE} The members of all ports and their administra-", 85)
    two.prose(72, 72, "tions meet again in spring.", 85)
    (block,) = read_pdf(pdf(one, two)).blocks
    assert block.text == f"{PROSE} The members of all ports and their administrations meet again in spring."


def test_records_are_read_from_a_pdf_as_from_a_page() -> None:
    sheet = Sheet()
    sheet.text(72, 80, "Harbour Working Group (HWG)", 18, bold=True)
    sheet.text(72, 110, "Upcoming Events", 14, bold=True)
    sheet.text(80, 130, "• 9 - 11 September 2024, 12th Harbour Working Group Meeting, Lima, Peru")
    sheet.text(80, 144, "• 3 June 2024, Forum on Ports, Ha Noi, Viet Nam")
    sheet.text(72, 180, "Contacts", 14, bold=True)
    sheet.table(200, ROWS, [72, 220, 340, 520])
    reading = read(pdf(sheet, deflate=True), content_type="application/pdf")
    assert reading.group is not None
    assert (reading.group.name, reading.group.acronym) == ("Harbour Working Group", "HWG")
    assert [(e.title, e.starts_on, e.ends_on, e.city, e.economy) for e in reading.events] == [
        ("12th Harbour Working Group Meeting", "2024-09-09", "2024-09-11", "Lima", "Peru"),
        ("Forum on Ports", "2024-06-03", None, "Ha Noi", "Viet Nam"),
    ]
    assert [(c.name, c.role, c.email) for c in reading.contacts] == [
        ("Ana Lee", "Chair", "ana.lee@reef.example"),
        ("Bo Okafor", "Vice Chair", "bo@reef.example"),
        ("Cy Nagel", "Secretary", "cy@reef.example"),
    ]


# -- what cannot be read


def locked() -> bytes:
    code = "00" * 32
    return pdf(
        Sheet(["BT /F1 9 Tf 72 700 Td (secret) Tj ET"]),
        trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{code}> /U <{code}> /P -4 >> /ID [<00> <00>]",
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (pdf(Sheet()), "scanned"),
        (locked(), "locked with a password"),
        (b"%PDF-1.7\nnothing more", "broken"),
        (b"%PDF-1.4\n" + b" " * MOST_BYTES, "too large"),
    ],
)
def test_what_has_no_text_says_why(body: bytes, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        parse(body, "application/pdf")


def unpacking_to(size: int) -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)) + packer.flush()
    stream = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream], "")


ROOM = 600_000_000


def test_a_file_that_unpacks_to_more_than_the_memory_given_is_not_read() -> None:
    sheet = Sheet()
    sheet.text(72, 100, "Enough room for this.")
    assert read_pdf(pdf(sheet), memory=ROOM).blocks
    with pytest.raises(ReadError, match="memory"):
        read_pdf(unpacking_to(500_000_000), memory=ROOM)


def pages_of_prose(count: int) -> Iterator[Sheet]:
    for number in range(count):
        sheet = Sheet()
        for y in range(60, 780, 180):
            sheet.prose(72, y, f"{number}. {PROSE}")
        yield sheet


def test_a_file_of_many_pages_is_read_to_its_bound_in_time() -> None:
    body = pdf(*pages_of_prose(300))
    started = time.monotonic()
    document = read_pdf(body)
    assert time.monotonic() - started < 60
    assert max(b.place for b in document.blocks) // 1000 == 200
    assert "only the first 200 of 300 pages were read" in document.data[0]


def test_a_file_that_takes_too_long_is_not_read_at_all() -> None:
    # the bound on processor time or the one on the clock, whichever ends first on this machine
    with pytest.raises(ReadError, match=r"more time or memory|takes longer than 1 seconds"):
        read_pdf(pdf(*pages_of_prose(200)), seconds=1)


def cut_short(body: bytes, draw: random.Random) -> bytes:
    return body[: draw.randrange(len(body))]


def bits_flipped(body: bytes, draw: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(draw.choice([1, 5, 50])):
        changed[draw.randrange(9, len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def words_swapped(body: bytes, draw: random.Random) -> bytes:
    words = body.split(b" ")
    for _ in range(5):
        a, b = draw.randrange(1, len(words)), draw.randrange(1, len(words))
        words[a], words[b] = words[b], words[a]
    return b" ".join(words)


@pytest.mark.parametrize("harm", [cut_short, bits_flipped, words_swapped])
def test_a_damaged_file_is_read_or_refused_in_words(
    harm: Callable[[bytes, random.Random], bytes],
) -> None:
    sheet = Sheet()
    sheet.link(72, 100, "Harbour papers", "https://reef.example/papers")
    sheet.table(120, ROWS, [72, 220, 340, 520])
    bodies = [pdf(sheet, title="Harbour", deflate=deflate) for deflate in (False, True)]
    draw = random.Random(4)
    for turn in range(120):
        said = answer(harm(bodies[turn % 2], draw))
        assert said.get("blocks") or said["error"].startswith(("this PDF", "the letters of this PDF"))
