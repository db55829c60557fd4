"""Sightings are a chain, captures are runs of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from storage import blobs, captures, sightings
from storage.captures import Capture
from storage.engine import Database
from storage.models import sightings as sighting_table
from storage.sightings import Sighting

See = Callable[..., None]


@pytest.fixture
def page(add_page: Callable[..., int]) -> int:
    return add_page()


def rebuilt(database: Database, page: int) -> list[Capture]:
    with database.write() as connection:
        return captures.rebuild(connection, page)


def shape(database: Database, found: list[Capture]) -> list[tuple[str, int]]:
    with database.read() as connection:
        return [(blobs.get(connection, capture.blob_id).decode(), capture.looks) for capture in found]


def chain_holds(database: Database, page: int) -> bool:
    """What anyone can do with the stored rows alone."""
    previous: bytes | None = None
    with database.read() as connection:
        for row in list(sightings.of_page(connection, page)):
            sighting = Sighting(
                seen_at=row.seen_at,
                address=row.address,
                origin=row.origin,
                outcome=row.outcome,
                good=row.good,
                status=row.status,
            )
            sha256 = blobs.sha256_of(connection, row.blob_id) if row.blob_id else b""
            if row.chain != sightings.link(previous, sighting, sha256):
                return False
            previous = row.chain
    return True


def test_looks_at_the_same_answer_are_one_capture(
    database: Database, page: int, see: See, now: datetime
) -> None:
    for hour in range(3):
        see(page, hour, b"A")
    [capture] = rebuilt(database, page)
    assert (capture.first_seen_at, capture.last_seen_at) == (now, now + timedelta(hours=2))
    assert (capture.looks, capture.size, capture.sha256) == (3, 1, blobs.hash_of(b"A").hex())


def test_a_page_that_comes_back_to_an_answer_has_three_captures_and_two_blobs(
    database: Database, page: int, see: See
) -> None:
    for hour, body in enumerate((b"A", b"A", b"B", b"A")):
        see(page, hour, body)
    found = rebuilt(database, page)
    assert shape(database, found) == [("A", 2), ("B", 1), ("A", 1)]
    assert len({capture.blob_id for capture in found}) == 2


def test_doubtful_answers_are_kept_and_stand_outside_of_history(
    database: Database, page: int, see: See
) -> None:
    see(page, 0, b"A")
    see(page, 1, b"just a moment...", good=False, outcome="blocked", status=403)
    see(page, 2, b"A")
    assert shape(database, rebuilt(database, page)) == [("A", 2)]
    with database.read() as connection:
        assert [row.outcome for row in sightings.of_page(connection, page)][1] == "blocked"


def test_a_late_import_splits_a_run_and_what_begins_as_before_keeps_its_id(
    database: Database, page: int, see: See
) -> None:
    for hour, body in ((0, b"A"), (2, b"A"), (3, b"B")):
        see(page, hour, body)
    first, last = rebuilt(database, page)
    see(page, 1, b"C")
    found = rebuilt(database, page)
    assert shape(database, found) == [("A", 1), ("C", 1), ("A", 1), ("B", 1)]
    assert (found[0].id, found[3].id) == (first.id, last.id)
    assert len({capture.id for capture in found}) == 4


def test_a_late_import_before_a_run_of_the_same_answer_is_its_new_beginning(
    database: Database, page: int, see: See, now: datetime
) -> None:
    see(page, 2, b"A")
    rebuilt(database, page)
    see(page, 0, b"A")
    [capture] = rebuilt(database, page)
    assert (capture.first_seen_at, capture.looks) == (now, 2)


def test_a_look_that_is_found_doubtful_later_leaves_history(database: Database, page: int, see: See) -> None:
    for hour, body in enumerate((b"A", b"B", b"A")):
        see(page, hour, body)
    first, _, _ = rebuilt(database, page)
    write(database, sa.update(sighting_table).where(sighting_table.c.number == 2).values(good=False))
    [capture] = rebuilt(database, page)
    assert (capture.id, capture.looks) == (first.id, 2)


def test_rebuilding_twice_gives_the_same_captures(database: Database, page: int, see: See) -> None:
    for hour, body in enumerate((b"A", b"B", b"A")):
        see(page, hour, body)
    assert rebuilt(database, page) == rebuilt(database, page)


def test_adding_at_the_end_is_what_a_rebuild_makes(
    database: Database, page: int, see: See, now: datetime
) -> None:
    see(page, 0, b"A", headers=(("Content-Type", "text/html"),))
    see(page, 1, b"A")
    with database.write() as connection:
        captures.begin(
            connection,
            page,
            blob_id=blobs.put(connection, b"A"),
            address="https://harbour.example/group",
            content_type="text/html",
            seen_at=now,
            digest="d",
        )
        newest = captures.latest(connection, page)
        assert newest is not None
        captures.extend(connection, newest, now + timedelta(hours=1))
        added = captures.all_of(connection, page)
    assert rebuilt(database, page) == added


def test_the_capture_that_held_at_a_moment(database: Database, page: int, see: See, now: datetime) -> None:
    for hour, body in ((0, b"A"), (2, b"B")):
        see(page, hour, body)
    first, second = rebuilt(database, page)
    with database.read() as connection:
        asked = {
            hour: captures.at(connection, page, now + timedelta(hours=hour)) for hour in (-1, 0, 1.5, 2, 9)
        }
        assert asked == {-1: None, 0: first, 1.5: first, 2: second, 9: second}
        between = captures.neighbours(connection, page, now + timedelta(hours=1))
        assert between == (now, now + timedelta(hours=2))
        assert captures.neighbours(connection, page, now - timedelta(hours=1)) == (None, now)


def test_the_same_answer_at_the_same_time_is_known(
    database: Database, page: int, see: See, now: datetime
) -> None:
    see(page, 0, b"A")
    with database.write() as connection:
        one, other = blobs.put(connection, b"A"), blobs.put(connection, b"B")
        assert sightings.already_seen(connection, page, now, one)
        assert not sightings.already_seen(connection, page, now, other)
        assert not sightings.already_seen(connection, page, now + timedelta(seconds=1), one)
        assert sightings.good_at(connection, page, now) == one


def test_the_hash_chain_is_recomputed_from_what_is_stored(database: Database, page: int, see: See) -> None:
    see(page, 5, b"A")
    see(page, 0.0000001, b"B")  # an import that came later, at an odd time
    see(page, 6, b"A", good=False, status=503, blob_id=None, outcome="failed")
    assert chain_holds(database, page)


def test_the_hash_chain_does_not_hang_on_the_zone_in_which_a_time_was_given(
    database: Database, page: int, see: See
) -> None:
    see(page, 0, b"A", seen_at=datetime(2027, 9, 1, 20, tzinfo=timezone(timedelta(hours=8))))
    assert chain_holds(database, page)


def test_the_hash_chain_breaks_where_a_stored_look_is_altered_or_taken_out(
    database: Database, page: int, see: See
) -> None:
    for hour, body in enumerate((b"A", b"B", b"C")):
        see(page, hour, body)
    second = (sighting_table.c.page_id == page, sighting_table.c.number == 2)
    with database.read() as connection:
        [row] = connection.execute(sa.select(sighting_table).where(*second)).mappings()
    alterations: list[dict[str, object]] = [
        {"seen_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"address": "https://elsewhere.example/"},
        {"status": 304},
        {"blob_id": None},
        {"chain": b"\0" * 32},
    ]
    for altered in alterations:
        write(database, sa.update(sighting_table).where(*second).values(altered))
        assert not chain_holds(database, page), altered
        write(database, sa.update(sighting_table).where(*second).values(dict(row)))
        assert chain_holds(database, page)
    write(database, sa.delete(sighting_table).where(*second))
    assert not chain_holds(database, page)


def write(database: Database, statement: sa.Executable) -> None:
    with database.write() as connection:
        connection.execute(statement)
