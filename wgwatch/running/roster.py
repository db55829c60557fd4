"""Who is at work, and who should be, in words."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from storage.work import queued, trials
from storage.work.processes import Process

PARTS = {
    "schedule": "nothing is put into the queue",
    "work": "nobody looks at what is due",
    "dispatch": "nobody sends",
}
"""The parts of a cluster, and what is so where none of a kind lives."""


def lines(found: Sequence[Process]) -> list[str]:
    """A line for each process: `work, process 4711 on harbour-2: looks at 3 hosts`."""
    return [f"{process.name}: {_state(process)}" for process in found]


def missing(found: Sequence[Process]) -> list[str]:
    """A sentence for each part of the cluster that no process does, where some do others and no service does all."""
    alive = {process.kind for process in found if process.is_alive}
    known = {process.kind for process in found}
    if "run" in alive or not known & {"schedule", "work"}:
        return []
    return [f"No wgwatch {kind} lives: {what}." for kind, what in PARTS.items() if kind not in alive]


def failed(connection: sa.Connection) -> list[str]:
    """A sentence for each chore of which workers could not do all parts."""
    return [
        f"{number} part{'s' if number > 1 else ''} of wgwatch {name} failed: the workers' logs say why. "
        f"wgwatch {name} --by-workers tries anew."
        for name, number in sorted(queued.failed(connection).items())
    ]


def poisonous(connection: sa.Connection) -> list[str]:
    """A sentence for each page that is set aside, as looking at it ended one process after the other."""
    return [
        f"{url} ended {trials.MOST} processes that looked at it: it is set aside"
        + (f" until {until:%Y-%m-%d %H:%M} UTC." if until else ".")
        for url, until in trials.set_aside(connection)
    ]


def to_json(process: Process) -> dict[str, object]:
    """As `status --json` says it."""
    machine, pid, *_ = process.owner.rsplit("/", 3)
    return {
        "kind": process.kind,
        "machine": machine,
        "process": int(pid),
        "doing": process.doing,
        "began_at": process.began_at,
        "beat_at": process.beat_at,
        "alive": process.is_alive,
    }


def _state(process: Process) -> str:
    if process.is_alive:
        return process.doing or "well"
    return f"silent since {process.beat_at:%Y-%m-%d %H:%M:%S} UTC"
