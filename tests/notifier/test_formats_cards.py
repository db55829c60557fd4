"""vCards, read by a parser and held against the standard line by line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import vobject
from content_lines import components
from hypothesis import given
from hypothesis import strategies as st

from notifier.formats.cards import cards_of, name_parts

HOSTILE = [
    "Mei\r\nEND:VCARD\r\nBEGIN:VCARD",
    "Mei\\nTEL:+1",
    "<script>alert(1)</script>",
    "\u202emoc.elpmaxe\u2069",
    'a;b,c:"d"\\',
    "\x00\x1b[2J\x85\u2028",
    "ü" * 5000,
]


def record(**other: Any) -> dict[str, Any]:
    return {
        "id": "con_1",
        "name": "Ngaio PARATA",
        "honorific": "Ms",
        "role": "Programme Director",
        "organization": "Harbour Secretariat",
        "email": "np@harbour.example",
        "first_seen": datetime(2016, 7, 25, 8, tzinfo=UTC),
        "page": "https://harbour-forum.example/groups/tide",
        **other,
    }


def card(version: str = "3.0", **other: Any) -> dict[str, str]:
    (found,) = components(cards_of([record(**other)], version=version), "VCARD")
    return found


def test_a_contact_is_a_card_that_an_address_book_reads():
    (parsed,) = vobject.readComponents(cards_of([record(phone="+64 4 555", department="Tides")]).decode())
    assert parsed.validate()
    assert (parsed.version.value, parsed.fn.value, parsed.uid.value) == ("3.0", "Ngaio PARATA", "con_1")
    assert (parsed.n.value.family, parsed.n.value.given, parsed.n.value.prefix) == ("PARATA", "Ngaio", "Ms")
    assert parsed.org.value == ["Harbour Secretariat", "Tides"]
    assert (parsed.email.value, parsed.tel.value) == ("np@harbour.example", "+64 4 555")
    assert (parsed.title.value, parsed.rev.value) == ("Programme Director", "20160725T080000Z")
    assert parsed.note.value == "First seen on https://harbour-forum.example/groups/tide: 2016-07-25"


def test_version_4_is_there_on_request():
    found = card("4.0")
    assert (found["VERSION"], found["KIND"], found["UID"]) == ("4.0", "individual", "con_1")


def test_a_past_day_says_between_which_looks_it_is_known():
    note = card(last_seen="2016-09-23T00:00:00Z", next_look="2023-10-05T00:00:00Z")["NOTE"]
    assert note.endswith("first 2016-07-25\\, last 2016-09-23\\, next look 2023-10-05")


def test_a_protected_address_is_unknown_and_not_made_up():
    found = card(email=None, email_protected=True)
    assert "EMAIL" not in found
    assert "protected on the page (unknown)" in found["NOTE"]


def test_a_post_without_a_name_goes_by_its_role():
    found = card("4.0", name=None, organization=None, department="Tides")
    assert (found["FN"], found["N"], found["KIND"]) == ("Programme Director", ";;;;", "org")
    assert found["ORG"] == ";Tides"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Xuan Hoa NGHIEM", ("NGHIEM", "Xuan Hoa")),
        ("TANAKA Ichiro", ("TANAKA", "Ichiro")),
        ("DE LA CRUZ, Juan", ("DE LA CRUZ", "Juan")),
        ("Nghiem, Xuan Hoa", ("Nghiem", "Xuan Hoa")),
        ("J. M. LEE", ("LEE", "J. M.")),
        ("John M. Andersen", ("", "John M. Andersen")),
        ("JOHN SMITH", ("", "JOHN SMITH")),
        ("John Smith III", ("", "John Smith III")),
        ("Mei Tan, PhD", ("", "Mei Tan, PhD")),
        ("李 明", ("", "李 明")),
        ("", ("", "")),
    ],
)
def test_a_name_is_split_only_where_its_page_shows_how(name, parts):
    assert name_parts(name) == parts


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_what_a_page_says_cannot_break_out(text, version):
    names = (
        "name",
        "honorific",
        "role",
        "organization",
        "department",
        "email",
        "phone",
        "link",
        "page",
        "economy",
    )
    data = cards_of([record(**dict.fromkeys(names, text), inferred={text: text})], version=version)
    assert len(components(data, "VCARD")) == 1
    assert data.count(b"\r\nTEL") == 1


@given(st.text(), st.text(min_size=1))
def test_any_text_stays_in_its_line(name, role):
    assert components(cards_of([record(name=name, role=role)]), "VCARD")[0]["UID"] == "con_1"
