"""One shown state out of what several pages say."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from diffing.composing import compose
from storage.asking.queries import SEEN, Answer
from storage.records import Event, Record

START = datetime(2027, 1, 1, tzinfo=UTC)
LINKS = {"evt_1": "evt_1", "evt_2": "evt_1", "evt_3": "evt_1"}


def said(number: int, record: Record, *, day: int = 0, state: str = SEEN) -> Answer:
    first = START + timedelta(days=day)
    page = f"https://harbour.example/{number}"
    return Answer(f"evt_{number}", record, number, page, "HWG", first, first, None, state)


def meeting(**facts: str | None) -> Event:
    return Event(title="43rd HWG Meeting", **facts)  # type: ignore[arg-type]


def test_what_is_on_one_page_alone_is_shown_as_it_is() -> None:
    answer = said(9, meeting(starts_on="2027-09-07"))
    [composed] = compose([answer], LINKS)
    assert (composed.shown, composed.pages) == (answer, (answer.page,))
    assert (composed.filled, composed.disagreements) == ({}, {})


def test_what_the_first_page_does_not_say_the_next_gives() -> None:
    [composed] = compose(
        [said(1, meeting(starts_on="2027-09-07")), said(2, meeting(city="Lima"), day=1)], LINKS
    )
    assert (composed.shown.record_id, composed.shown.record) == (
        "evt_1",
        meeting(starts_on="2027-09-07", city="Lima"),
    )
    assert composed.filled == {"city": "https://harbour.example/2"}


def test_what_pages_say_differently_stays_visible() -> None:
    answers = [said(1, meeting(starts_on="2027-09-07")), said(2, meeting(starts_on="2027-09-09"), day=1)]
    [composed] = compose(answers, LINKS)
    assert composed.to_json()["disagreements"] == {"starts_on": {"https://harbour.example/2": "2027-09-09"}}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (said(2, meeting()), said(1, meeting(), state="ended")),
        (said(2, meeting(read_from="list")), said(1, meeting(read_from="prose"))),
        (said(2, meeting()), said(1, meeting(group="HWG"))),
        (said(2, meeting()), said(1, meeting(), day=1)),
        (said(1, meeting()), said(2, meeting())),
    ],
    ids=["still said", "a list", "the group's own page", "said first", "the address"],
)
def test_the_precedence_in_its_order(first: Answer, second: Answer) -> None:
    for answers in itertools.permutations([first, second]):
        [composed] = compose(answers, LINKS)
        assert composed.shown.page == first.page
