"""What a profile's words change in a reading: roles by a site's own names, protected addresses kept or decoded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extract.knowledge import Knowledge
from crawler.reading import read
from storage.records import Reading

ROLES = Knowledge(role_words=("Tide Keeper", "Lamp Warden"))
CODE = bytes([7, *(7 ^ c for c in b"ana@quay.example")]).hex()


def reading(body: str, knowledge: Knowledge) -> Reading:
    page = f"<html><title>Tide</title><h1>Tide Group (TG)</h1>{body}</html>".encode()
    return read(page, content_type="text/html", url="https://lagoon.example/tide", knowledge=knowledge)


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Contacts</h2><p>Ana Ruiz<br>Tide Keeper<br>Harbour Board<br>ana@quay.example</p>",
        "<h2>Contacts</h2><p>Tide Keeper: Ana Ruiz (Harbour Board)</p>",
        "<h2>Contacts</h2><h3>Tide Keeper</h3><p>Ana Ruiz<br>Harbour Board<br>ana@quay.example</p>",
        "<h2>Contacts</h2><table><tr><th>Name<th>Role</tr><tr><td>Ana Ruiz<td>Tide Keeper</table>",
    ],
)
def test_a_role_by_a_word_of_the_sites_own(body: str) -> None:
    [contact] = reading(body, ROLES).contacts
    assert (contact.name, contact.role) == ("Ana Ruiz", "Tide Keeper")


def test_several_people_in_such_a_role() -> None:
    found = reading("<h2>Contacts</h2><p>Lamp Wardens: Tomas Hale (Ulva), Mei Tan (Quay)</p>", ROLES)
    assert [(c.name, c.role) for c in found.contacts] == [
        ("Tomas Hale", "Lamp Warden"),
        ("Mei Tan", "Lamp Warden"),
    ]


def test_the_texts_of_the_page_stay_as_shown() -> None:
    body = "<p>The Tide Keeper keeps the tides.</p><h2>On Tide Keepers</h2><p>Two Tide Keepers watch.</p>"
    assert reading(body, ROLES).sections == reading(body, Knowledge()).sections
    # a noun that the page itself puts behind such a word is not lost
    body = "<h2>Contacts</h2><p>Ana Ruiz (Ms)<br>Tide Keeper Coordinator</p>"
    assert [contact.role for contact in reading(body, ROLES).contacts] == ["Tide Keeper Coordinator"]


@pytest.mark.parametrize(
    "masked",
    [
        f"<a href='/cdn-cgi/l/email-protection#{CODE}'>[email&#160;protected]</a>",
        f"<span class='__cf_email__' data-cfemail='{CODE}'>[email&#160;protected]</span>",
        f"<a href='/cdn-cgi/l/email-protection#{CODE}'>E-mail</a>",
    ],
)
def test_a_protected_address_is_known_only_where_the_profile_asks_for_it(masked: str) -> None:
    body = f"<h2>Contacts</h2><p>Ana Ruiz (Ms)<br>Chair<br>{masked}</p>"
    kept = reading(body, Knowledge())
    [contact] = kept.contacts
    assert (contact.email, contact.email_protected) == (None, True)
    assert b"ana@quay.example".hex() not in str(kept.to_json())
    [contact] = reading(body, replace(Knowledge(), decode_emails=True)).contacts
    assert (contact.email, contact.email_protected) == ("ana@quay.example", False)


def test_several_addresses_in_one_row_go_to_their_own_cells() -> None:
    other = bytes([9, *(9 ^ c for c in b"tom@quay.example")]).hex()
    rows = "".join(
        f"<tr><td>{name}</td><td><span data-cfemail='{code}'>x</span></td></tr>"
        for name, code in (("Ana Ruiz (Ms)", CODE), ("Tom Hale (Mr)", other))
    )
    body = f"<h2>Contacts</h2><table><tr><th>Name</th><th>E-mail</th></tr>{rows}</table>"
    found = reading(body, replace(Knowledge(), decode_emails=True)).contacts
    assert [(c.name, c.email) for c in found] == [
        ("Ana Ruiz", "ana@quay.example"),
        ("Tom Hale", "tom@quay.example"),
    ]
