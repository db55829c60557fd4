from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.extract.status import find_status, without_old_dates
from storage.records import Reading

Read = Callable[[str], Reading]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Tide Forum (canceled)", "cancelled"),
        ("网具研讨会【取消】", "cancelled"),
        ("워크숍 (취소)", "cancelled"),
        ("総会は中止", "cancelled"),
        ("Taller (CANCELADO)", "cancelled"),
        ("标准审查会(延期)", "postponed"),
        ("총회 연기", "postponed"),
        ("Reunión aplazada", "postponed"),
        ("Atelier reporté", "postponed"),
        ("Hội thảo (tạm hoãn)", "postponed"),
        ("Sitzung verschoben", "postponed"),
        ("Forum, TBC", "tbc"),
        ("日程: 未定", "未定"),
        ("Reporte anual", None),
        ("Rapport de la réunion", None),
    ],
)
def test_a_state_is_known_in_several_languages(text: str, status: str | None) -> None:
    assert find_status(text) == status


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3 June 2027: Reef Day (was 1 May 2027)", "3 June 2027: Reef Day"),
        ("3 June 2027 (originally planned for 1 May) Reef Day", "3 June 2027 Reef Day"),
        ("Reef Day, moved from 1 May 2027 to 3 June 2027", "Reef Day, moved to 3 June 2027"),
        ("Reef Day, 1 May 2027 - postponed to 3 June 2027", "Reef Day, - postponed to 3 June 2027"),
        (
            "Reef Day, 1 to 3 May 2027, papers due 1 April 2027",
            "Reef Day, 1 to 3 May 2027, papers due 1 April 2027",
        ),
        ("The hall was full on 3 May 2027", "The hall was full on 3 May 2027"),
    ],
)
def test_a_date_that_holds_no_longer_is_left_out(text: str, left: str) -> None:
    assert without_old_dates(text).strip() == left


def test_a_postponed_entry_has_its_new_date(read_html: Read) -> None:
    reading = read_html(
        "<h2>Events</h2><ul><li>Postponed to 3 June 2027: Reef Day, Cusco, Peru (was 1 May 2027)"
        "<li>Tide Day, 1 May 2027, Oslo, Norway - postponed to 5 July 2027</ul>"
    )
    assert [(e.title, e.starts_on, e.city, e.status) for e in reading.events] == [
        ("Reef Day", "2027-06-03", "Cusco", "postponed"),
        ("Tide Day", "2027-07-05", "Oslo", "postponed"),
    ]


def test_a_remark_beside_a_row_tells_its_state(read_html: Read) -> None:
    reading = read_html(
        "<h2>Meetings</h2><table><tr><th>Meeting<th>Date<th>Remarks</tr><tr><td>Tide Call<td>3 May 2027<td>Postponed to"
        " August</tr><tr><td>Reef Call<td>4 May 2027<td>bring maps</tr></table>"
    )
    assert [(e.title, e.status) for e in reading.events] == [("Tide Call", "postponed"), ("Reef Call", None)]
