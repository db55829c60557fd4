"""Dates of one text that disagree are noted, and the record stands as the page shows it first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.records import Reading

Read = Callable[[str], Reading]


def warnings_of(read_html: Read, *entries: str) -> tuple[str, ...]:
    items = "".join(f"<li>{entry}" for entry in entries)
    return read_html(f"<h1>Tides</h1><h2>Meetings</h2><ul>{items}</ul>").warnings


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("Monday, 12 May 2027: Tide Meeting, Oslo, Norway", "Monday"),
        ("Tide Meeting, 12 May 2027 (Fri), Oslo, Norway", "Fri"),
        ("lunes 12 de mayo de 2027: Reunión, Lima, Perú", "lunes"),
        ("2027年5月12日(金) 海会議 東京", "金"),
        ("Thu 12 - Fri 13 May 2027: Tide Meeting, Oslo, Norway", "Thu"),
    ],
)
def test_a_day_of_the_week_that_does_not_fit_is_noted(read_html: Read, entry: str, said: str) -> None:
    (warning,) = warnings_of(read_html, entry)
    assert warning.startswith(f"2027-05-12 is no {said}: ")


def test_days_of_the_week_that_fit_are_not(read_html: Read) -> None:
    assert (
        warnings_of(
            read_html,
            "Wednesday, 12 May 2027: Tide Meeting, Oslo, Norway",
            "Wed 12 - Fri 14 May 2027: Tide Fair, Oslo, Norway",
            "2027年5月12日(水) 海会議 東京",
            "13 May 2027, Sun Hotel: Tide Call, Oslo, Norway",
        )
        == ()
    )


def test_two_days_for_one_numbered_meeting_are_noted(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tides</h1><p>The 5th Tide Meeting will be held in Oslo, Norway on 9 May 2027.</p>"
        "<h2>Meetings</h2><ul><li>5th Tide Meeting, 12 May 2027, Oslo, Norway"
        "<li>Tide Call, 1 May 2027, online<li>Tide Call, 2 June 2027, online</ul>"
    )
    assert reading.warnings == ("'5th Tide Meeting': the page shows 2027-05-12 and 2027-05-09",)
    assert [e.starts_on for e in reading.events] == ["2027-05-12", "2027-05-01", "2027-06-02"]
