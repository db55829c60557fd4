"""What is damaged or altered is found and named."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from config.errors import DamageError
from storage import blobs
from storage.engine import Database
from storage.keeping import verification
from storage.models import blobs as table
from storage.models import pages, sightings

See = Callable[..., None]


@pytest.fixture
def page(add_page: Callable[..., int], see: See, database: Database) -> int:
    """A page whose six answers stand on each other."""
    page_id = add_page()
    chance = random.Random(3)
    text = chance.randbytes(2000).hex()
    near: list[int] = []
    for hour in range(6):
        text += f" entry {hour}"
        with database.write() as connection:
            near.append(blobs.put(connection, text.encode(), near[-4:]))
        see(page_id, hour, text.encode())
    return page_id


def write(database: Database, statement: sa.Executable) -> None:
    with database.write() as connection:
        connection.execute(statement)


def test_what_is_whole_has_no_problem(database: Database, page: int) -> None:
    with database.read() as connection:
        found = verification.check_blobs(connection)
        assert (found.problems, found.number, found.removed) == ((), 6, 0)
        assert verification.check_blobs(connection, page).number == 6
        assert verification.check_chain(connection, page) == []


def test_any_flipped_byte_of_any_blob_is_found_named_and_never_read(database: Database, page: int) -> None:
    chance = random.Random(5)
    with database.read() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
    for row in rows:
        for place in {0, 3, 4, 5, len(row.data) - 1, *(chance.randrange(len(row.data)) for _ in range(8))}:
            flipped = bytearray(row.data)
            flipped[place] ^= 1 << chance.randrange(8)
            write(database, sa.update(table).where(table.c.id == row.id).values(data=bytes(flipped)))
            with database.read() as connection:
                found = verification.check_blobs(connection)
                assert found.problems[0].sha256 == bytes(row.sha256).hex()
                assert (found.problems[0].page, found.problems[0].sighting) == (
                    "https://harbour.example/group",
                    rows.index(row) + 1,
                )
                with pytest.raises(DamageError, match=bytes(row.sha256).hex()):
                    blobs.get(connection, row.id)
        write(database, sa.update(table).where(table.c.id == row.id).values(data=row.data))


def test_what_stands_on_a_damaged_blob_is_named_with_it(database: Database, page: int) -> None:
    with database.read() as connection:
        key = connection.execute(sa.select(table).where(table.c.base_id.is_(None))).one()
    write(database, sa.update(table).where(table.c.id == key.id).values(data=b"rotten"))
    with database.read() as connection:
        found = verification.check_blobs(connection, page)
    assert len(found.problems) == len(found.spoilt) == 6
    assert found.problems[0].what == "stored bytes are damaged"
    assert all(bytes(key.sha256).hex() in problem.what for problem in found.problems[1:])


def test_blobs_that_stand_on_each_other_are_damage_and_no_hang(database: Database, page: int) -> None:
    with database.read() as connection:
        key, delta = connection.execute(sa.select(table).order_by(table.c.id).limit(2)).all()
    write(database, sa.update(table).where(table.c.id == key.id).values(base_id=delta.id))
    with database.read() as connection:
        assert key.id in verification.check_blobs(connection).spoilt


def test_a_tombstone_is_counted_and_no_problem(database: Database, page: int, now: datetime) -> None:
    with database.write() as connection:
        first = connection.execute(sa.select(sa.func.min(table.c.id))).scalar_one()
        blobs.remove(connection, first, now, "pruned")
        found = verification.check_blobs(connection)
        assert (found.problems, found.removed) == ((), 1)
        assert verification.check_chain(connection, page) == []


@pytest.mark.parametrize(
    "altered",
    [
        {"seen_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"status": 304},
        {"address": "https://elsewhere.example/"},
    ],
)
def test_an_altered_look_breaks_the_chain_where_it_stands(
    database: Database, page: int, altered: dict[str, object]
) -> None:
    write(database, sa.update(sightings).where(sightings.c.number == 3).values(altered))
    with database.read() as connection:
        [problem] = verification.check_chain(connection, page)
    assert (problem.page, problem.sighting) == ("https://harbour.example/group", 3)


def test_a_look_that_was_taken_out_is_missed_in_the_middle_and_at_the_end(
    database: Database, page: int
) -> None:
    for number, said in ((6, "the chain does not end where the page says"), (2, "a look is missing")):
        write(database, sa.delete(sightings).where(sightings.c.number == number))
        with database.read() as connection:
            [problem] = verification.check_chain(connection, page)
        assert said in problem.what


def test_a_page_without_a_look_has_an_empty_chain(database: Database, add_page: Callable[..., int]) -> None:
    page_id = add_page("/new")
    with database.read() as connection:
        assert verification.check_chain(connection, page_id) == []
    write(database, sa.update(pages).values(chain_head=b"x" * 32))
    with database.read() as connection:
        assert len(verification.check_chain(connection, page_id)) == 1
