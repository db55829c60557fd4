"""Looks that did not count: kept one by one, told in runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.asking import looks
from storage.engine import Database

GUARD = {"good": False, "outcome": "blocked", "reason": "a guard", "status": 503}
SILENT = {"good": False, "outcome": "failed", "reason": "no answer", "status": 0}


def test_bad_looks_are_told_in_runs_that_a_good_one_or_another_reason_ends(
    database: Database, add_page: Callable[..., int], see: Callable[..., None], now: datetime
) -> None:
    page = add_page()
    see(page, 0, b"Quay")
    for hour in (1, 2, 3):
        see(page, hour, b"Just a moment", **GUARD)
    see(page, 4, b"", **SILENT)
    see(page, 5, b"Quay")
    see(page, 6, b"", **SILENT)
    see(add_page("/other"), 7, b"", **SILENT)
    with database.read() as connection:
        runs = looks.bad_runs(connection, page)
        newest = looks.bad_runs(connection, page, limit=3)
    assert [(run.number, run.outcome, run.looks) for run in runs] == [
        (7, "failed", 1),
        (5, "failed", 1),
        (2, "blocked", 3),
    ]
    assert (runs[2].first, runs[2].last) == (now + timedelta(hours=1), now + timedelta(hours=3))
    assert [run.number for run in newest] == [7, 5, 4]


def test_a_look_is_found_by_its_number_and_by_what_it_brought(
    database: Database, add_page: Callable[..., int], see: Callable[..., None]
) -> None:
    page = add_page()
    see(page, 0, b"Quay")
    see(page, 1, b"Just a moment", **GUARD)
    with database.read() as connection:
        look = looks.get(connection, page, 2)
        assert look is not None
        assert (look.outcome, look.reason, look.status, look.good) == ("blocked", "a guard", 503, False)
        assert look.sha256 is not None
        assert looks.with_answer(connection, bytes.fromhex(look.sha256)) == look
        assert looks.get(connection, page, 3) is None
        assert looks.with_answer(connection, b"nothing") is None
