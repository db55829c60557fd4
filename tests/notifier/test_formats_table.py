"""Tables, read back by a parser."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.formats.table import table_of


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_a_table_opens_in_excel() -> None:
    data = table_of([{"title": "Hafengespräch", "days": 3}])
    assert data == b"\xef\xbb\xbftitle,days\r\nHafengespr\xc3\xa4ch,3\r\n"


def test_every_kind_of_value_has_its_cell() -> None:
    rows = [
        {"title": "=2+5", "days": -3, "places": ["Lima", "-"]},
        {
            "held": True,
            "title": None,
            "seen": datetime(2016, 9, 23, tzinfo=UTC),
            "by": {"city": "x", "no": None},
        },
    ]
    assert read(table_of(rows)) == [
        ["title", "days", "places", "held", "seen", "by"],
        ["'=2+5", "-3", "Lima; '-", "", "", ""],
        ["", "", "", "yes", "2016-09-23T00:00:00Z", "city: x"],
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        '=HYPERLINK("http://x.example")',
        "\x00=1",
    ],
)
def test_a_cell_is_no_formula(cell: str) -> None:
    ((_,), (read_back,)) = read(table_of([{"title": cell}]))
    assert read_back == "'" + cell.removeprefix("\x00")


def test_a_cell_that_is_too_long_for_excel_is_cut_and_says_so() -> None:
    ((_,), (cell,)) = read(table_of([{"title": "x" * 40_000}]))
    assert (len(cell), cell[-1]) == (32_767, "…")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_text_comes_back_as_it_was_or_with_an_apostrophe(text: str) -> None:
    (_, cells) = read(table_of([{"id": "1", "title": text}]))
    assert cells[1].removeprefix("'") == text.removeprefix("'")
