from __future__ import annotations

import pytest

from config.errors import ReadError
from crawler.documents import parse
from storage.document import Block, BlockKind, Document


def blocks(body: str) -> tuple[Block, ...]:
    return parse(body.encode(), "text/html; charset=utf-8", "https://reef.example/groups/").blocks


def shape(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, b.text) for b in document.blocks]


def test_html_becomes_headings_paragraphs_and_items_with_depth() -> None:
    page = "<h1>Reef</h1><p>One<br>two</p><ul><li>a<ul><li>b</ul><li>c</ul><dl><dt>Chair<dd>Mo</dl>"
    assert shape(parse(page.encode(), "text/html")) == [
        ("heading", 1, "Reef"),
        ("paragraph", 0, "One two"),
        ("item", 1, "a"),
        ("item", 2, "b"),
        ("item", 1, "c"),
        ("term", 0, "Chair"),
        ("definition", 0, "Mo"),
    ]
    assert parse(page.encode(), "text/html").blocks[1].lines == ("One", "two")


def test_rows_know_their_columns_and_cells_over_several_rows() -> None:
    row1, row2 = blocks(
        "<table><tr><th>Date<th>Event</tr><tr><td rowspan=2>5 May<td>A</tr><tr><td>B<br>C</tr></table>"
    )
    assert (row1.kind, row1.headers, row1.cells) == (BlockKind.ROW, ("Date", "Event"), ("5 May", "A"))
    assert row2.cells == ("5 May", "B\nC")


def test_a_table_of_layout_is_no_table() -> None:
    kinds = [b.kind for b in blocks("<table><tr><td>Menu<td><h2>Reef</h2><p>Text</table>")]
    assert BlockKind.ROW not in kinds
    assert BlockKind.HEADING in kinds


def test_what_a_person_does_not_see_is_not_read() -> None:
    said = [
        b.text
        for b in blocks(
            "<script>x</script><style>y</style><template>z</template><noscript>n</noscript><p hidden>h</p>"
            "<p style='display: none'>d</p><nav><ul><li>Events</ul></nav><div class='menu'>m</div>"
            "<a href=#c>Skip to main content</a><p>seen</p><footer><p>f</p><p>Last updated 3 May 2024</p></footer>"
        )
    ]
    assert said == ["seen", "Last updated 3 May 2024"]


def test_a_short_bold_paragraph_is_a_heading() -> None:
    assert [b.kind.value for b in blocks("<p><b>Buoys</b></p><p><b>Buoys</b> float</p>")] == [
        "heading",
        "paragraph",
    ]


def test_links_are_absolute_and_addresses_are_kept() -> None:
    (block,) = blocks(
        "<p><a href='../a b'>A</a> <a href='mailto:mo@reef.example'>Mo</a> <a href='http://[x'>broken</a></p>"
    )
    assert [(link.text, link.target) for link in block.links] == [
        ("A", "https://reef.example/a b"),
        ("Mo", "mailto:mo@reef.example"),
        ("broken", "http://[x"),
    ]


def test_a_protected_address_stays_protected_and_changes_no_digest() -> None:
    def page(code: str) -> Document:
        link = f'<a href="/cdn-cgi/l/email-protection#{code}">Mo</a>'
        shown = f'<span class="__cf_email__" data-cfemail="{code}">[email&#160;protected]</span>'
        return parse(f"<p>{link} {shown}</p>".encode(), "text/html", "https://reef.example/")

    assert page("aa11").blocks[0].text == "Mo [email protected]"
    assert page("aa11").digest() == page("bb22").digest()


def test_the_key_of_a_protected_address_changes_no_digest() -> None:
    def page(key: int) -> Document:
        code = bytes([key, *(byte ^ key for byte in b"mo@reef.example")]).hex()
        return parse(
            f'<p>Mo <a href="/cdn-cgi/l/email-protection#{code}">write</a></p>'.encode(), "text/html"
        )

    assert page(0x1A).digest() == page(0x2B).digest()


def test_cells_of_paragraphs_are_layout_and_pairs_with_headings_are_a_form() -> None:
    card = "<td><p>Fiji</p><p>Mr Mo Lee<br>Chair</p></td>"
    kinds = [b.kind for b in blocks(f"<table><tr>{card}{card}</tr></table>")]
    assert kinds == [BlockKind.PARAGRAPH] * 4
    pair = "<tr><td><h3>Project Year</h3></td><td>2019</td></tr>"
    assert [b.cells for b in blocks(f"<table>{pair * 4}</table>")] == [("Project Year", "2019")] * 4


def test_times_pictures_and_data_are_part_of_the_document() -> None:
    document = parse(
        b'<script type="application/ld+json">{"@type":"Event","name":"Reef Day","sku":7}</script>'
        b'<p><img alt="Chart of reefs">x '
        b"<time datetime=2024-05-03></time></p>",
        "text/html",
    )
    assert document.data == ('{"kind": "event", "title": "Reef Day"}',)
    assert (document.blocks[0].times, document.blocks[0].alternatives) == (
        ("2024-05-03",),
        ("Chart of reefs",),
    )


def test_the_digest_sees_a_mailto_and_a_datetime_but_no_script_and_no_blank_line() -> None:
    def digest(body: str) -> str:
        return parse(body.encode(), "text/html").digest()

    told = digest("<p><a href=mailto:a@reef.example>A</a> <time datetime=2024-01-01>soon</time></p>")
    assert told != digest("<p><a href=mailto:b@reef.example>A</a> <time datetime=2024-01-01>soon</time></p>")
    assert told != digest("<p><a href=mailto:a@reef.example>A</a> <time datetime=2024-01-02>soon</time></p>")
    assert told == digest(
        "<!-- x -->\n\n<script>1</script><p class=new><a href=mailto:a@reef.example>A</a> <time "
        "datetime=2024-01-01>soon</time></p>"
    )


def test_blocks_know_their_line_in_the_source() -> None:
    assert [b.place for b in blocks("<p>one</p>\n\n<p>three</p>\n<ul>\n<li>five</ul>")] == [1, 3, 5]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Malmö – Ñ".encode(), None),
        (b"\xef\xbb\xbf" + "Malmö – Ñ".encode(), "text/html; charset=iso-8859-1"),
        ("Malmö – Ñ".encode("cp1252"), None),
        ("Malmö – Ñ".encode("cp1252"), "text/plain; charset=ISO-8859-1"),
        ("<meta charset='windows-1252'><p>Malmö – Ñ".encode("cp1252"), "text/html"),
        ('<meta http-equiv=x content="text/html; charset=utf-8"><p>Malmö – Ñ'.encode(), "text/html"),
        ("Malmö – Ñ".encode("utf-16"), None),
        ("Malmö – Ñ".encode(), "text/html; charset=rot13"),
        ("Malmö – Ñ".encode(), "text/html; charset=nonsense"),
    ],
)
def test_the_encoding_is_decided_as_browsers_do(body: bytes, content_type: str | None) -> None:
    assert [b.text for b in parse(body, content_type).blocks] == ["Malmö – Ñ"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0",
        b"<",
        b"<p",
        b"<table><tr><td><table></p></tr><li></table>",
        b"<a href=x><a href=y><h2><p></h2></a>",
        b"</div></body></html>text after the end",
        b"<?xml version='1.0' encoding='utf-8'?><html><p>x",
        bytes(range(256)) * 20,
        b"<h2>" * 300 + b"x",
        b"<td colspan=99999999 rowspan=-1>x",
        b"<script type='application/ld+json'>{broken",
    ],
)
def test_broken_markup_never_raises(body: bytes) -> None:
    for content_type in (None, "text/html", "text/plain", ";;="):
        parse(body, content_type, "https://[broken").digest()


def test_100_000_nested_tags_are_read() -> None:
    document = parse(b"<div>" * 100_000 + b"deep", "text/html")
    assert [b.text for b in document.blocks] == ["deep"]


def test_what_is_no_text_is_refused_with_a_reason() -> None:
    with pytest.raises(ReadError, match="PDF"):
        parse(b"%PDF-1.7 ...")


def test_text_has_headings_bullets_and_lines() -> None:
    text = (
        "Skip to main content\n\nReef Group\n\nThe group counts reefs.\n\n  • one\n    goes "
        "on\n  • two\nLast page update: May 2024\n\n"
        "Current Activities\n\n1. Counting\n\nBuoys first\n\nBuoys are counted.\n\nContacts\nMo Lee (Mr)\nChair\n"
    )
    assert shape(parse(text.encode())) == [
        ("heading", 1, "Reef Group"),
        ("paragraph", 0, "The group counts reefs."),
        ("item", 1, "one goes on"),
        ("item", 1, "two"),
        ("paragraph", 0, "Last page update: May 2024"),
        ("heading", 2, "Current Activities"),
        ("heading", 3, "1. Counting"),
        ("heading", 4, "Buoys first"),
        ("paragraph", 0, "Buoys are counted."),
        ("heading", 2, "Contacts"),
        ("paragraph", 0, "Mo Lee (Mr) Chair"),
    ]


def test_a_run_of_section_names_is_a_menu() -> None:
    menu = parse(
        b"Reef Group\n\nAbout\n\nNews\n\nEvents\n\nContacts\n\nThe group counts reefs.\n\nNews\n\nReefs grow\n"
    )
    assert [b.text for b in menu.blocks if b.kind is BlockKind.HEADING] == ["Reef Group", "News"]
