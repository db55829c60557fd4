"""Leases: one owner at a time, and work under an old fence is known."""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from config.errors import LeaseLost
from storage.engine import Database
from storage.work import leases
from storage.work.leases import Lease

HOST = "harbour.example"
ELSEWHERE = "another-machine/12/345/abcdef01"
MINUTE = timedelta(minutes=1)


def acquire(database: Database, owner: str, now: datetime) -> Lease | None:
    with database.write() as connection:
        return leases.acquire(connection, HOST, owner, now, MINUTE)


def take(database: Database, owner: str, now: datetime) -> Lease:
    lease = acquire(database, owner, now)
    assert lease is not None
    return lease


def test_a_lease_that_is_held_is_refused_to_everybody_else(database: Database, now: datetime) -> None:
    mine = take(database, leases.new_owner(), now)
    assert acquire(database, leases.new_owner(), now + timedelta(seconds=59)) is None
    with database.read() as connection:
        assert leases.holder(connection, HOST, now) == mine.owner
        assert leases.holder(connection, "quay.example", now) is None


def test_an_expired_lease_is_taken_over_under_a_higher_fence(database: Database, now: datetime) -> None:
    first = take(database, ELSEWHERE, now)
    second = take(database, leases.new_owner(), now + MINUTE)
    assert second.fence > first.fence
    with database.read() as connection:
        assert leases.holder(connection, HOST, now + MINUTE) == second.owner
        assert leases.holder(connection, HOST, now + 3 * MINUTE) is None


def test_a_lease_that_is_renewed_does_not_expire(database: Database, now: datetime) -> None:
    mine = take(database, ELSEWHERE, now)
    with database.write() as connection:
        leases.renew(connection, mine, now + timedelta(seconds=50), MINUTE)
    assert acquire(database, leases.new_owner(), now + timedelta(seconds=100)) is None


def test_a_former_owner_is_told_that_its_lease_is_lost(database: Database, now: datetime) -> None:
    former = take(database, ELSEWHERE, now)
    take(database, leases.new_owner(), now + MINUTE)
    with database.write() as connection:
        with pytest.raises(LeaseLost, match=HOST):
            leases.renew(connection, former, now + MINUTE)
        with pytest.raises(LeaseLost, match=HOST):
            leases.assert_held(connection, former)
        leases.release(connection, former)
    assert acquire(database, ELSEWHERE, now + MINUTE) is None


def test_the_same_owner_under_an_older_fence_has_lost_it_too(database: Database, now: datetime) -> None:
    former = take(database, ELSEWHERE, now)
    again = take(database, ELSEWHERE, now + MINUTE)
    with database.write() as connection:
        leases.assert_held(connection, again)
        with pytest.raises(LeaseLost):
            leases.assert_held(connection, former)


def test_an_expired_lease_that_nobody_took_is_still_held(database: Database, now: datetime) -> None:
    mine = take(database, leases.new_owner(), now)
    with database.write() as connection:
        leases.assert_held(connection, mine)
        leases.renew(connection, mine, now + 5 * MINUTE, MINUTE)


def test_a_lease_that_was_let_go_is_free_and_its_fence_stays(database: Database, now: datetime) -> None:
    mine = take(database, ELSEWHERE, now)
    with database.write() as connection:
        leases.release(connection, mine)
        assert leases.holder(connection, HOST, now) is None
        with pytest.raises(LeaseLost):
            leases.assert_held(connection, mine)
    assert take(database, ELSEWHERE, now).fence > mine.fence


def test_the_lease_of_a_process_that_ended_is_free_at_once(
    database: Database, now: datetime, ended_owner: str
) -> None:
    first = take(database, ended_owner, now)
    with database.read() as connection:
        assert leases.holder(connection, HOST, now) is None
    assert take(database, leases.new_owner(), now).fence > first.fence


def test_a_living_process_and_one_of_another_machine_are_not_taken_for_dead(ended_owner: str) -> None:
    assert leases.is_dead(ended_owner)
    assert not leases.is_dead(leases.new_owner())
    assert not leases.is_dead(ELSEWHERE)
    assert not leases.is_dead(f"{socket.gethostname()}/1/0/abcdef01")


def test_a_process_id_that_was_given_out_again_is_not_the_owner() -> None:
    machine, pid, began, mark = leases.new_owner().split("/")
    assert int(pid) == os.getpid()
    if began == "0":
        pytest.skip("this system does not say when a process began")
    assert leases.is_dead(f"{machine}/{pid}/{int(began) - 1}/{mark}")


def test_of_many_who_ask_first_at_the_same_moment_one_gets_it(database: Database, now: datetime) -> None:
    barrier = threading.Barrier(4)

    def ask(_: int) -> Lease | None:
        owner = leases.new_owner()
        barrier.wait()
        return acquire(database, owner, now)

    with ThreadPoolExecutor(4) as pool:
        got = [lease for lease in pool.map(ask, range(4)) if lease is not None]
    assert len(got) == 1
