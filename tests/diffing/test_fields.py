"""What differs between two states of a record."""

from __future__ import annotations

import pytest

from diffing.fields import compare
from storage.records import Contact, Event

MEETING = Event(title="43rd HWG Meeting", starts_on="2027-09-07", city="Lima", economy="Viet Nam")


def test_each_field_that_changed_with_what_it_was_and_is() -> None:
    now = Event(
        title="43rd HWG Meeting", starts_on="2027-09-12", city=None, economy="Viet Nam", mode="online"
    )
    assert compare(MEETING, now) == {
        "starts_on": ("2027-09-07", "2027-09-12"),
        "city": ("Lima", None),
        "mode": (None, "online"),
    }


@pytest.mark.parametrize(
    "other",
    [
        {"title": "43RD  HWG meeting."},
        {"city": "LIMA", "economy": "Vi\u1ec7t Nam"},
        {"section": "meetings", "place": 12, "confidence": 0.5, "read_from": "prose"},
        {"venue": ""},
    ],
    ids=["title", "place names", "where it stood", "empty"],
)
def test_spelling_and_place_on_the_page_are_no_change(other: dict[str, object]) -> None:
    said = {"title": MEETING.title, "starts_on": "2027-09-07", "city": "Lima", "economy": "Viet Nam"}
    assert compare(MEETING, Event(**(said | other))) == {}


def test_a_protected_address_is_unknown_and_neither_gone_nor_new() -> None:
    shown = Contact(name="Mei Tan", email="mei.tan@harbour.example")
    protected = Contact(name="Mei Tan", email_protected=True)
    silent = Contact(name="Mei Tan")
    assert compare(shown, protected) == {}
    assert compare(protected, shown) == {}
    assert compare(protected, silent) == {}
    assert compare(shown, silent) == {"email": ("mei.tan@harbour.example", None)}
    assert compare(silent, shown) == {"email": (None, "mei.tan@harbour.example")}


def test_what_else_changed_beside_a_protected_address_is_told() -> None:
    old = Contact(name="Mei Tan", email="mei.tan@harbour.example", phone="+65 1")
    assert compare(old, Contact(name="Mei Tan", email_protected=True, phone="+65 2")) == {
        "phone": ("+65 1", "+65 2")
    }
