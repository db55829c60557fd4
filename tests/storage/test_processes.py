"""Who is at work: who says so, who fell silent, who ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.engine import Database
from storage.work import processes
from storage.work.leases import new_owner
from storage.work.processes import BEAT, FORGOTTEN, SILENT

ELSEWHERE = "another-machine/12/345/abcdef01"


def beat(database: Database, owner: str, now: datetime, doing: str = "") -> None:
    with database.write() as connection:
        processes.beat(connection, owner, "work", doing, now)


def listed(database: Database, now: datetime) -> dict[str, tuple[str, bool]]:
    with database.read() as connection:
        return {p.owner: (p.doing, p.is_alive) for p in processes.listed(connection, now)}


def test_a_process_lives_as_long_as_it_says_so(database: Database, now: datetime) -> None:
    beat(database, ELSEWHERE, now, "looks at 1 hosts")
    beat(database, ELSEWHERE, now + BEAT, "looks at 3 hosts")
    assert listed(database, now + BEAT + SILENT) == {ELSEWHERE: ("looks at 3 hosts", True)}
    late = now + BEAT + SILENT + timedelta(seconds=1)
    assert listed(database, late) == {ELSEWHERE: ("looks at 3 hosts", False)}


def test_a_process_of_this_machine_that_was_killed_is_known_as_dead_at_once(
    database: Database, now: datetime, ended_owner: str
) -> None:
    mine = new_owner()
    beat(database, ended_owner, now)
    beat(database, mine, now)
    assert listed(database, now) == {ended_owner: ("", False), mine: ("", True)}


def test_who_ended_on_purpose_and_who_is_silent_for_long_are_forgotten(
    database: Database, now: datetime
) -> None:
    mine = new_owner()
    beat(database, ELSEWHERE, now)
    beat(database, mine, now + FORGOTTEN + BEAT)
    assert listed(database, now + FORGOTTEN + BEAT).keys() == {mine}
    with database.write() as connection:
        processes.leave(connection, mine)
    assert listed(database, now + FORGOTTEN + BEAT) == {}
