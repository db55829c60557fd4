"""Which answers stay, by rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.retention import Retention
from storage import blobs, pages
from storage.engine import Database
from storage.keeping import retention

NOW = datetime(2027, 9, 10, 12, tzinfo=UTC)
LOOKS = [NOW - timedelta(hours=hours) for hours in (80, 76, 60, 50, 30, 26, 3, 1)]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("all", {0, 1, 2, 3, 4, 5, 6, 7}),
        ("at least 3", {5, 6, 7}),
        ("at least 100", {0, 1, 2, 3, 4, 5, 6, 7}),
        ("one a day after 2 days", {1, 3, 4, 5, 6, 7}),
        ("one a day after 0 days", {1, 3, 5, 7}),
        ("One per day after 0  days, at least 3", {1, 3, 5, 6, 7}),
    ],
)
def test_a_rule_keeps_what_it_says(rule: str, kept: set[int]) -> None:
    parsed = Retention.parse(rule)
    assert parsed.kept(LOOKS, NOW) == kept
    assert Retention.parse(str(parsed)) == parsed


@pytest.mark.parametrize("rule", ["", "some", "at least", "all, at least 3", "one a day", "at least -1"])
def test_what_is_no_rule_says_how_rules_are_written(rule: str) -> None:
    with pytest.raises(ValueError, match="at least K"):
        Retention.parse(rule)


def test_the_newest_answer_always_stays() -> None:
    assert Retention.parse("at least 0").kept(LOOKS, NOW) == {7}


def test_bytes_that_another_page_needs_stay(
    database: Database, add_page: Callable[..., int], see: Callable[..., None], now: datetime
) -> None:
    one, other = add_page("/one"), add_page("/two")
    for hour, body in enumerate((b"A", b"B", b"C")):
        see(one, hour, body)
    see(other, 0, b"B")
    with database.read() as connection:
        found = retention.removable(connection, Retention(at_least=1), now)
        assert [blobs.get(connection, blob_id) for blob_id in found] == [b"A"]
        assert list(found.values()) == [{one}]


def test_bad_answers_go_by_the_rule_without_taking_the_place_of_good_ones(
    database: Database, add_page: Callable[..., int], see: Callable[..., None], now: datetime
) -> None:
    page = add_page()
    see(page, 0, b"A")
    for hour in (1, 2, 3):
        see(page, hour, b"refused %d" % hour, good=False, status=403, outcome="blocked")
    with database.read() as connection:
        found = retention.removable(connection, Retention(at_least=1), now)
        assert [blobs.get(connection, blob_id) for blob_id in found] == [b"refused 2", b"refused 1"]


def test_what_a_304_repeats_and_what_is_in_doubt_stays(
    database: Database, add_page: Callable[..., int], see: Callable[..., None], now: datetime
) -> None:
    page = add_page()
    for hour, body in enumerate((b"A", b"B", b"C", b"D")):
        see(page, hour, body)
    with database.write() as connection:
        first = blobs.find(connection, blobs.hash_of(b"A"))
        pages.update(connection, page, validated_blob_id=first, suspect_since=now + timedelta(hours=2))
        found = retention.removable(connection, Retention(at_least=1), now)
        assert [blobs.get(connection, blob_id) for blob_id in found] == [b"B"]
