"""Whether a change only repeats what another page had said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from diffing.seconding import Said, said_before

START = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def said(
    day: float, until: float | None = None, verdict: str | None = None, page: int = 2, **facts: str
) -> Said:
    left = None if until is None else START + until * DAY
    return Said("evt_other", page, {"title": "Quay Forum", **facts}, START + day * DAY, left, verdict)


def repeats(kind: str, *others: Said, at: float = 5, **fields: tuple[str | None, str | None]) -> bool:
    return said_before(kind, fields, START + at * DAY, 1, others) is not None


@pytest.mark.parametrize(
    ("kind", "other", "told_before"),
    [
        ("event.added", said(1), True),
        ("event.added", said(9), False),
        ("event.added", said(1, 3, "ended"), True),
        ("event.added", said(1, 3, "section not shown"), True),
        ("event.added", said(1, 3, "removed"), False),
        ("event.removed", said(1), True),
        ("event.removed", said(1, 3, "removed"), False),
        ("event.removed", said(1, 3, "ended"), False),
        ("event.ended", said(1), False),
        ("event.ended", said(1, 3, "ended"), True),
        ("event.cancelled", said(1, status="cancelled"), True),
        ("event.cancelled", said(1, 3, "cancelled"), True),
        ("event.cancelled", said(1), False),
    ],
)
def test_coming_and_going(kind: str, other: Said, told_before: bool) -> None:
    assert repeats(kind, other) is told_before


def test_the_new_value_is_what_the_other_page_says_already() -> None:
    moved = ("2027-09-07", "2027-09-12")
    assert repeats("event.moved", said(1, starts_on="2027-09-12"), starts_on=moved)
    assert not repeats("event.moved", said(1, starts_on="2027-09-07"), starts_on=moved)
    latest = said(3, starts_on="2027-09-20")
    assert not repeats("event.moved", said(1, 3, "modified", starts_on="2027-09-12"), latest, starts_on=moved)


def test_of_two_pages_at_one_moment_the_one_that_is_watched_longer_told_it() -> None:
    assert not repeats("event.added", said(5))
    assert repeats("event.added", said(5, page=0))


def test_of_two_pages_that_let_go_in_one_moment_exactly_one_tells_it() -> None:
    assert repeats("event.removed", said(1, 5, "removed", page=2))
    assert not repeats("event.removed", said(1, 5, "removed", page=0))


def test_a_page_does_not_repeat_itself() -> None:
    assert not repeats("event.added", said(1, page=1))
