from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.records import Reading

Read = Callable[[str], Reading]
INTRO = "<h1>Tide Chapter</h1><p>We look after the tides of the bay.</p><h2>Who we are</h2>"


def said(reading: Reading) -> list[tuple[str | None, str | None, str | None]]:
    return [(c.name, c.role, c.email) for c in reading.contacts]


def test_a_sentence_names_those_who_hold_a_role(read_html: Read) -> None:
    reading = read_html(
        f"{INTRO}<p>Welcome to the bay. The chapter leaders are <a href='mailto:ada@tide.example'>Ada Low</a>, "
        "<a href='mailto:bo@tide.example'>Bo De Lind</a>, and <a href='mailto:cy@tide.example'>Cy Dow</a>.</p>"
    )
    assert said(reading) == [
        ("Ada Low", "chapter leader", "ada@tide.example"),
        ("Bo De Lind", "chapter leader", "bo@tide.example"),
        ("Cy Dow", "chapter leader", "cy@tide.example"),
    ]


@pytest.mark.parametrize(
    ("sentence", "name", "role"),
    [
        ("The lead is chosen each year. Current chapter lead is Ada Low.", "Ada Low", "chapter lead"),
        ("Derzeitiger Chapter Lead ist Ada Low.", "Ada Low", "Chapter Lead"),
        ("The group is chaired by Ada Low.", "Ada Low", "Chair"),
        ("O grupo é liderado por Ada Low.", "Ada Low", None),
    ],
)
def test_such_sentences_in_several_wordings(read_html: Read, sentence: str, name: str, role: str) -> None:
    assert said(read_html(f"{INTRO}<p>{sentence}</p>")) == [(name, role, None)]


def test_a_line_introduces_a_list_of_linked_names(read_html: Read) -> None:
    reading = read_html(
        f"{INTRO}<p>It was founded by Ed Fo. Acting chapter board members are:</p><ul>"
        "<li><a href='mailto:ada@tide.example'>Ada Low</a>,</li>"
        "<li><a href='mailto:bo@tide.example'>Bo Lind</a>.</li></ul>"
    )
    assert said(reading) == [
        ("Ada Low", "Acting chapter board member", "ada@tide.example"),
        ("Bo Lind", "Acting chapter board member", "bo@tide.example"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "The chairs are responsible for the minutes.",
        "Chapters are led by local leaders in accordance with the Handbook.",
        "Our leads are Open Source enthusiasts from Peru.",
        "The group was chaired by Ada Low.",
        "The secretariat is in Lima.",
        "The CEO is Ada Low.",
        "Key partner is Quay Works.",
        "Maintainers are Reef Steering and Buoy Engineering.",
        "The closing session is chaired by Ada Low.",
        "Working groups are led by Member States.",
    ],
)
def test_sentences_that_name_nobody_of_today(read_html: Read, sentence: str) -> None:
    assert read_html(f"{INTRO}<p>{sentence}</p>").contacts == ()
