"""Record ids: drawn once, the same for ever, and always found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from storage import register
from storage.engine import Database
from storage.register import Register

KEY = "harbour.example/group"


@pytest.fixture
def page(add_page: Callable[..., int]) -> int:
    return add_page()


@contextmanager
def opened(database: Database, page: int) -> Iterator[Register]:
    """The page's register, saved at the end."""
    with database.write() as connection:
        loaded = Register.load(connection, page, KEY)
        yield loaded
        loaded.save(connection)


def resolved(database: Database, record_id: str) -> str:
    with database.read() as connection:
        return register.resolve(connection, record_id)


def test_the_same_first_key_gives_the_same_id_in_every_database(database: Database, page: int) -> None:
    with opened(database, page) as loaded:
        drawn = loaded.draw("event", "43rd meeting|2027-09-07")
    assert drawn == Register(7, KEY).draw("event", "43rd meeting|2027-09-07")
    assert drawn.startswith("evt_")
    with opened(database, page) as again:
        assert again.draw("event", "43rd meeting|2027-09-07") == drawn


def test_page_kind_and_key_each_make_another_id() -> None:
    here, there = Register(1, KEY), Register(1, "elsewhere.example")
    drawn = [
        here.draw("event", "a"),
        here.draw("event", "b"),
        here.draw("news", "a"),
        there.draw("event", "a"),
    ]
    assert len(set(drawn)) == 4


def test_a_record_is_found_by_every_key_that_it_has_had(database: Database, page: int) -> None:
    with opened(database, page) as loaded:
        drawn = loaded.draw("event", "meeting|2027-09-07")
        loaded.name("event", "meeting|2027-09-12", drawn)
    with opened(database, page) as again:
        assert again.find("event", "meeting|2027-09-12") == drawn
        assert again.draw("event", "meeting|2027-09-12") == drawn
        assert again.find("event", "meeting|2027-09-19") is None
        assert again.find("contact", "meeting|2027-09-12") is None


def test_a_key_stays_with_the_record_that_had_it_first(database: Database, page: int) -> None:
    with opened(database, page) as loaded:
        first, second = loaded.draw("event", "a"), loaded.draw("event", "b")
        loaded.name("event", "a", second)
    with opened(database, page) as again:
        assert again.find("event", "a") == first


def test_merging_keeps_the_older_and_the_younger_leads_to_it(database: Database, page: int) -> None:
    with opened(database, page) as loaded:
        older = loaded.draw("event", "a")
    with opened(database, page) as loaded:
        younger = loaded.draw("event", "b")
    with opened(database, page) as loaded:
        assert loaded.merge(younger, older) == older
        assert loaded.new_redirects() == [(younger, older)]
    assert resolved(database, younger) == older
    with opened(database, page) as again:
        assert again.find("event", "b") == older
        assert again.draw("event", "b") == older
        assert again.new_redirects() == []


def test_a_stored_id_is_older_than_one_just_drawn_and_of_two_just_drawn_the_first(
    database: Database, page: int
) -> None:
    with opened(database, page) as loaded:
        stored = loaded.draw("event", "stored")
    with opened(database, page) as loaded:
        first, second = loaded.draw("event", "first"), loaded.draw("event", "second")
        assert loaded.merge(first, second) == first
        assert loaded.merge(first, stored) == stored
    assert {resolved(database, each) for each in (stored, first, second)} == {stored}


def test_redirects_over_several_mergings_lead_to_the_end(database: Database, page: int) -> None:
    with opened(database, page) as loaded:
        oldest, middle, youngest = (loaded.draw("event", key) for key in "abc")
    with opened(database, page) as loaded:
        loaded.merge(middle, youngest)
    with opened(database, page) as loaded:
        loaded.merge(oldest, middle)
        assert loaded.resolve(youngest) == oldest
        assert loaded.merge(youngest, oldest) == oldest
    assert [resolved(database, each) for each in (oldest, middle, youngest)] == [oldest] * 3


def test_an_id_that_nobody_drew_stands_for_itself(database: Database) -> None:
    assert resolved(database, "evt_unknown") == "evt_unknown"
