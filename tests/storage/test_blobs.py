"""Bytes come back as they were, or not at all."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import DamageError, RemovedError
from storage import blobs, captures, frames
from storage.engine import Database
from storage.models import blobs as table

PAGE = b"<h1>Harbour Working Group</h1><p>07 Sep 2027 43rd HWG Meeting Lima, Peru</p>" * 3


def stored(database: Database, body: bytes) -> int:
    with database.write() as connection:
        return blobs.put(connection, body)


def put_delta(connection: sa.Connection, body: bytes, base: bytes, base_id: int) -> int:
    """A row made by hand: compressed with its base as the dictionary."""
    dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT)
    depth = connection.execute(sa.select(table.c.depth).where(table.c.id == base_id)).scalar_one() + 1
    row = {
        "sha256": blobs.hash_of(body),
        "size": len(body),
        "base_id": base_id,
        "depth": depth,
        "data": zstandard.ZstdCompressor(level=19, dict_data=dictionary).compress(body),
    }
    return int(connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one())


def test_bytes_come_back_and_are_found_by_their_hash(database: Database) -> None:
    large = PAGE * (frames.LARGE // len(PAGE) + 1)
    for body in (b"", b"\0", PAGE, random.Random(1).randbytes(5000), large):
        with database.write() as connection:
            blob_id = blobs.put(connection, body)
            assert blobs.find(connection, blobs.hash_of(body)) == blob_id
            assert blobs.sha256_of(connection, blob_id) == blobs.hash_of(body)
        with database.read() as connection:
            assert blobs.get(connection, blob_id) == body


def test_equal_bytes_share_a_row(database: Database) -> None:
    assert stored(database, PAGE) == stored(database, bytes(bytearray(PAGE)))
    assert stored(database, PAGE) != stored(database, PAGE + b" ")
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 2


def test_a_flipped_bit_is_damage_and_never_other_bytes(database: Database) -> None:
    blob_id = stored(database, PAGE)
    found: list[object] = []
    with database.write() as connection:
        data = connection.execute(sa.select(table.c.data)).scalar_one()
        for place in range(len(data)):
            flipped = bytearray(data)
            flipped[place] ^= 1 << (place % 8)
            connection.execute(sa.update(table).values(data=bytes(flipped)))
            found.append(read(connection, blob_id))
    assert all(isinstance(each, DamageError) for each in found)
    assert all(blobs.hash_of(PAGE).hex() in str(each) for each in found)


def read(connection: sa.Connection, blob_id: int) -> bytes | DamageError:
    try:
        return blobs.get(connection, blob_id)
    except DamageError as error:
        return error


def test_what_is_no_frame_or_the_frame_of_other_bytes_is_damage(sqlite_database: Database) -> None:
    blob_id = stored(sqlite_database, PAGE)
    other = zstandard.ZstdCompressor().compress(PAGE.replace(b"07", b"12"))
    for data in (b"", b"\x28\xb5\x2f\xfd", b"not compressed at all", other):
        with sqlite_database.write() as connection:
            connection.execute(sa.update(table).values(data=data))
            with pytest.raises(DamageError):
                blobs.get(connection, blob_id)


def test_a_lying_size_is_refused_before_anything_is_unpacked(sqlite_database: Database) -> None:
    blob_id = stored(sqlite_database, PAGE)
    honest = zstandard.ZstdCompressor().compress(PAGE)
    unsaid = zstandard.ZstdCompressor(write_content_size=False).compress(PAGE)
    bomb = zstandard.ZstdCompressor().compress(bytes(50_000_000))
    tracemalloc.start()
    with sqlite_database.write() as connection:
        for data, size in ((honest, len(PAGE) - 1), (unsaid, len(PAGE)), (bomb, len(PAGE))):
            connection.execute(sa.update(table).values(data=data, size=size))
            with pytest.raises(DamageError):
                blobs.get(connection, blob_id)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000


def test_a_delta_against_another_row_is_read(database: Database) -> None:
    page = random.Random(2).randbytes(4000)  # nothing in it repeats, so that only the base can help
    changed = page.replace(page[2000:2010], b"12 Sep 202")
    again = changed + b"and a line more"
    with database.write() as connection:
        base_id = blobs.put(connection, page)
        second = put_delta(connection, changed, page, base_id)
        third = put_delta(connection, again, changed, second)
        assert blobs.get(connection, second) == changed
        assert blobs.get(connection, third) == again
        sizes = (
            connection.execute(sa.select(sa.func.length(table.c.data)).order_by(table.c.id)).scalars().all()
        )
        assert max(sizes[1:]) < sizes[0] / 20
        assert blobs.put(connection, changed) == second


def test_a_delta_whose_base_is_damaged_is_damage(sqlite_database: Database) -> None:
    page, changed = PAGE, PAGE.replace(b"07", b"12")
    with sqlite_database.write() as connection:
        base_id = blobs.put(connection, page)
        delta = put_delta(connection, changed, page, base_id)
        other = zstandard.ZstdCompressor().compress(page.replace(b"Lima", b"Cuzc"))
        connection.execute(sa.update(table).where(table.c.id == base_id).values(data=other))
        with pytest.raises(DamageError):
            blobs.get(connection, delta)


def versions(number: int, size: int = 20_000) -> list[bytes]:
    """A page's versions, each with one entry more than the last and a token of its own."""
    chance = random.Random(7)
    words = [
        f"{chance.choice(['port', 'quay', 'tide', 'pier'])}{chance.randrange(10**6)}"
        for _ in range(size // 9)
    ]
    made = []
    for n in range(number):
        words.insert(chance.randrange(len(words)), f"entry-{n}-{chance.randrange(10**9)}")
        made.append(f"<p>token {chance.randrange(10**9)}</p>{' '.join(words)}".encode())
    return made


def test_versions_of_a_page_cost_a_fraction_and_come_back_whole(database: Database) -> None:
    made = versions(60)
    ids: list[int] = []
    with database.write() as connection:
        for body in made:
            ids.append(blobs.put(connection, body, ids[-4:]))
    with database.read() as connection:
        assert [blobs.get(connection, blob_id) for blob_id in ids] == made
        rows = connection.execute(sa.select(table.c.depth, sa.func.length(table.c.data).label("bytes"))).all()
    assert max(row.depth for row in rows) < blobs.DEEPEST
    key_frames = [row.bytes for row in rows if row.depth == 0]
    deltas = [row.bytes for row in rows if row.depth > 0]
    assert len(key_frames) < 10
    assert max(deltas) < min(key_frames) / 8


def test_a_body_like_no_other_is_a_key_frame(database: Database) -> None:
    with database.write() as connection:
        first = blobs.put(connection, random.Random(1).randbytes(5000))
        second = blobs.put(connection, random.Random(2).randbytes(5000), [first])
        depths = connection.execute(sa.select(table.c.depth).where(table.c.id == second)).scalar_one()
    assert depths == 0


def test_a_large_page_with_one_change_costs_little(database: Database) -> None:
    body = b" ".join(versions(1, 2_000_000))
    changed = body[:1_000_000] + b"one change" + body[1_000_000:]
    with database.write() as connection:
        first = blobs.put(connection, body)
        second = blobs.put(connection, changed, [first])
        data = connection.execute(sa.select(table.c.data).where(table.c.id == second)).scalar_one()
        assert blobs.get(connection, second) == changed
    assert len(data) < 5_000


def test_a_chain_that_bites_its_tail_is_damage_and_no_hang(database: Database) -> None:
    one, other = versions(2)
    with database.write() as connection:
        first = blobs.put(connection, one)
        second = blobs.put(connection, other, [first])
        connection.execute(sa.update(table).where(table.c.id == first).values(base_id=second, depth=99))
    with database.read() as connection, pytest.raises(DamageError):
        blobs.get(connection, second)


def test_deep_chains_stay_cheap(database: Database) -> None:
    """A body that no longer fits on the deepest goes on from half-way down, not from the key-frame."""
    made = versions(80)
    ids: list[int] = []
    with database.write() as connection:
        for body in made:
            ids.append(blobs.put(connection, body, ids[-4:]))
        rows = connection.execute(sa.select(table.c.depth, sa.func.length(table.c.data).label("bytes"))).all()
    assert max(row.depth for row in rows) == blobs.DEEPEST - 1
    last = [row.bytes for row in rows[40:] if row.depth > 0]
    assert sum(last) / len(last) < 4 * min(last)


def test_a_body_that_is_seen_again_mends_its_damaged_row(database: Database) -> None:
    one, other = versions(2)
    first = stored(database, one)
    with database.write() as connection:
        second = blobs.put(connection, other, [first])
        connection.execute(sa.update(table).where(table.c.id == first).values(data=b"damaged"))
    for body, blob_id in ((other, second), (one, first)):
        assert stored(database, body) == blob_id
        with database.read() as connection:
            assert blobs.get(connection, blob_id) == body


def test_a_base_that_is_damaged_is_passed_over(database: Database) -> None:
    one, other = versions(2)
    first = stored(database, one)
    with database.write() as connection:
        connection.execute(sa.update(table).where(table.c.id == first).values(data=b"damaged"))
        assert blobs.get(connection, blobs.put(connection, other, [first])) == other


def test_removed_bytes_say_when_and_why(database: Database, now: datetime) -> None:
    blob_id = stored(database, PAGE)
    with database.write() as connection:
        blobs.remove(connection, blob_id, now, "pruned: at least 3")
        blobs.remove(connection, blob_id, now + timedelta(days=1), "once more")
    with database.read() as connection:
        with pytest.raises(RemovedError, match=r"removed on 2027-09-01 \(pruned: at least 3\)"):
            blobs.get(connection, blob_id)
        assert connection.execute(sa.select(table.c.data)).scalar_one() == b""


def test_removed_bytes_that_are_seen_again_are_there_again(database: Database, now: datetime) -> None:
    blob_id = stored(database, PAGE)
    with database.write() as connection:
        blobs.remove(connection, blob_id, now, "pruned")
        assert blobs.put(connection, PAGE) == blob_id
        assert blobs.get(connection, blob_id) == PAGE


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    near=st.lists(st.integers(0, 3), min_size=24, max_size=24),
    removed=st.lists(st.integers(0, 23), max_size=16, unique=True),
)
def test_whatever_is_removed_all_else_comes_back_and_no_chain_grows(
    sqlite_database: Database, now: datetime, near: list[int], removed: list[int]
) -> None:
    made = versions(24, 2_000)
    with sqlite_database.write() as connection:
        connection.execute(sa.delete(table))
        ids: list[int] = []
        for body, back in zip(made, near, strict=True):
            ids.append(blobs.put(connection, body, ids[-1 - back :][:2]))
        depths = depths_of(connection)
        for place in removed:
            blobs.remove(connection, ids[place], now, "pruned")
        for place, blob_id in enumerate(ids):
            if place in removed:
                assert blobs.is_removed(connection, blob_id)
            else:
                assert blobs.get(connection, blob_id) == made[place]
        after = depths_of(connection)
        assert all(after[blob_id] <= depth for blob_id, depth in depths.items())


def test_the_first_version_of_a_page_is_stored_against_a_sister_of_its_host(
    database: Database, add_page: Callable[..., int], see: Callable[..., None], now: datetime
) -> None:
    one, other = versions(2)
    first, second = add_page("/one"), add_page("/two")
    see(first, 0, one)
    with database.write() as connection:
        captures.rebuild(connection, first)
        blob_id = blobs.put(connection, other, captures.recent_blobs(connection, second, now))
        row = connection.execute(sa.select(table).where(table.c.id == blob_id)).one()
        assert (row.depth, blobs.get(connection, blob_id)) == (1, other)


def depths_of(connection: sa.Connection) -> dict[int, int]:
    return {row.id: row.depth for row in connection.execute(sa.select(table.c.id, table.c.depth))}
