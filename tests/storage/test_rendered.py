"""Which answers a browser built, and how many looks there were of late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage import blobs, captures, rendered, sightings
from storage.engine import Database
from storage.sightings import Sighting

URL = "https://harbour.example/group"
BUILT = (("Content-Type", "text/html"), (rendered.BY, "wgwatch, Chromium 140"))


def test_an_answer_is_known_as_built_by_the_look_that_saw_it_first(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    page = add_page()
    with database.write() as connection:
        sent, built = (blobs.put(connection, body) for body in (b"A frame", b"A page"))
        looks = ((sent, (("Via", f"what names {rendered.BY}"),)), (built, BUILT), (built, ()), (sent, ()))
        for hour, (blob_id, headers) in enumerate(looks):
            seen_at = now + timedelta(hours=hour)
            sighting = Sighting(
                seen_at=seen_at,
                address=URL,
                origin="check",
                outcome="changed",
                good=True,
                status=200,
                blob_id=blob_id,
                headers=headers,
            )
            sightings.add(connection, page, sighting)
        assert rendered.blobs_of(connection, page) == {built}
        assert [rendered.is_blob(connection, page, blob_id) for blob_id in (sent, built)] == [False, True]
        assert not rendered.is_blob(connection, page, built + 1)


def test_looks_of_ours_are_counted_from_a_moment_on_for_each_watched_page(
    database: Database, add_page: Callable[..., int], see: Callable[..., None], now: datetime
) -> None:
    page, other = add_page("/a", spec={"checks": ["every 6 hours"]}), add_page("/b", spec={"checks": []})
    add_page("/unwatched")
    for hour in range(4):
        see(page, hour, b"A")
    with database.read() as connection:
        found = captures.looks_since(connection, now + timedelta(hours=1))
    assert found == {page: 3, other: 0}
