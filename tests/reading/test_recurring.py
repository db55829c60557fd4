from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.records import Reading

Read = Callable[[str], Reading]


@pytest.mark.parametrize(
    ("sentence", "title", "recurrence", "time"),
    [
        (
            "The group meets on the first Wednesday of each month at 14:00 UTC. All are welcome.",
            "Page",
            "first Wednesday of each month at 14:00 UTC",
            "14:00 UTC",
        ),
        (
            "The steering call takes place every other Tuesday at 15:00 UTC.",
            "Steering call",
            "every other Tuesday at 15:00 UTC",
            "15:00 UTC",
        ),
        (
            "El comité se reúne el primer miércoles de cada mes a las 10:00.",
            "Page",
            "el primer miércoles de cada mes a las 10:00",
            "10:00",
        ),
        ("Le groupe se réunit chaque premier mardi du mois.", "Page", "chaque premier mardi du mois", None),
        ("定例会: 毎月第1水曜日 14:00", "定例会", "毎月第1水曜日 14:00", "14:00"),
    ],
)
def test_a_sentence_tells_when_a_group_meets(
    read_html: Read, sentence: str, title: str, recurrence: str, time: str | None
) -> None:
    (event,) = read_html(f"<h2>Meetings</h2><p>{sentence}</p>").events
    assert (event.title, event.starts_on, event.recurrence, event.time) == (title, None, recurrence, time)
    assert (event.read_from, bool(event.inferred)) == ("list", title == "Page")


def test_what_only_the_text_of_a_page_tells_is_marked_so(read_html: Read) -> None:
    page = "<h2>About</h2><p>We care for tides. We meet every second Tuesday at 15:00 UTC.</p>"
    (event,) = read_html(page).events
    assert (event.recurrence, event.read_from) == ("every second Tuesday at 15:00 UTC", "prose")
    listed = read_html(f"{page}<h2>Meetings</h2><ul><li>Tide Call: Tuesdays at 15:00 UTC</ul>").events
    assert [e.read_from for e in listed] == ["list"]


def test_rows_without_dates_recur(read_html: Read) -> None:
    reading = read_html(
        "<h2>Meetings</h2><table><tr><th>Meeting<th>When</tr><tr><td>Tide call<td>First Monday of the month, 9:00 CET"
        "</tr></table><h2>Regular meetings</h2><table><tr><th>Day<th>Time<th>Meeting<th>Frequency</tr>"
        "<tr><td>Tuesday<td>15:00 UTC<td>Reef call<td>Biweekly</tr><tr><td>-<td>-<td>Unplanned<td>-</tr></table>"
    )
    assert [(e.title, e.recurrence, e.time) for e in reading.events] == [
        ("Tide call", "First Monday of the month, 9:00 CET", "9:00 CET"),
        ("Reef call", "Tuesday, Biweekly", "15:00 UTC"),
    ]
