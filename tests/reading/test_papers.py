"""Lists of publications and documents: read as news are, and told apart by their category."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.papers import category_of
from storage.records import Reading

Read = Callable[[str], Reading]


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Publications", "publication"),
        ("Latest reports and papers", "publication"),
        ("Publicaciones recientes", "publication"),
        ("発行・出版物", "publication"),
        ("Key documents", "document"),
        ("Documentos", "document"),
        ("Tài liệu", "document"),
        ("자료실", "document"),
        ("WP.41 Documents", "document"),
        ("Meeting documents", None),
        ("How to report a problem", None),
        ("People", None),
    ],
)
def test_a_heading_tells_what_is_listed_under_it(title: str, category: str | None) -> None:
    assert category_of(title) == category


def listed(reading: Reading) -> list[tuple[str, str | None, str | None]]:
    return [(item.title, item.date, item.category) for item in reading.news]


def test_publications_and_documents_are_listed_beside_news(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>News</h2><ul><li>3 May 2024 <a href=/n>Tides rise</a></ul>"
        "<h2>Publications</h2><ul><li><a href=/p>Tide Atlas</a>, March 2023<li><a href=/q>Tide Book</a> (2021)</ul>"
        "<h2>Documents</h2><p><a href=/d>Terms of reference</a> - adopted on 11 November 2020</p>"
    )
    assert listed(reading) == [
        ("Tides rise", "2024-05-03", "news"),
        ("Tide Atlas", "2023-03", "publication"),
        ("Tide Book", "2021", "publication"),
        ("Terms of reference", "2020-11-11", "document"),
    ]
    assert [item.link for item in reading.news][-1] == "https://lagoon.example/d"
    assert [(s.key, s.holds, s.paragraphs) for s in reading.sections] == [
        ("news", "news", ()),
        ("publications", "news", ()),
        ("documents", "news", ()),
    ]


def test_tables_and_cards_of_documents_are_read(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>Documents</h2><table><tr><th>No.<th>Title<th>Date<th>File</tr>"
        "<tr><td>1<td>Rules of procedure<td>20/05/2021<td><a href=r.pdf>PDF</a></tr></table>"
        "<h2>Reports</h2><h3><a href=/x>Big study</a></h3><p>Published: 4 May 2021 | PDF 2 MB</p><p>It is long.</p>"
        "<h2>Informes</h2><p><a href=/i>Informe anual</a><br>Publicado el 4 de mayo de 2022. Trata de mareas.</p>"
    )
    assert listed(reading) == [
        ("Rules of procedure", "2021-05-20", "document"),
        ("Big study", "2021-05-04", "publication"),
        ("Informe anual", "2022-05-04", "publication"),
    ]
    assert reading.events == ()


def test_links_without_any_date_stay_text(read_html: Read) -> None:
    reading = read_html("<h2>Resources</h2><ul><li><a href=/l>Mailing list</a><li><a href=/c>Chat</a></ul>")
    assert (reading.news, reading.warnings) == ((), ())
    assert reading.sections[0].paragraphs == ("Mailing list", "Chat")


def test_a_place_and_a_date_below_a_headline_date_it(read_html: Read) -> None:
    reading = read_html(
        "<h2>What's New</h2><p><a href=/1>Members agree</a><br>Oslo, Norway, 24 February 2014</p>"
        "<p><a href=/2>Members meet</a><br>Lima, Peru, 3 July 2013</p>"
    )
    assert listed(reading) == [
        ("Members agree", "2014-02-24", "news"),
        ("Members meet", "2013-07-03", "news"),
    ]
