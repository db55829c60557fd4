"""Leases: who may fetch a host, and who is the service. A lease has an owner, a fence number and an expiry.

The fence grows with every taking over, so that work begun under an older one is known and dropped (rule 12 of the
design). An owner names its machine and process: on the same machine a dead owner's lease is free at once.
"""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from config.errors import LeaseLost
from storage.models import UTCDateTime, leases

HOST_TERM = timedelta(seconds=30)
"""How long a host stays another's whose machine died: its pages wait for so long."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that we hold, until somebody else's fence is higher.

    `inherited` says that the one who had it before never gave it back: something ended them, or held them up.
    """

    name: str
    owner: str
    fence: int
    inherited: bool = field(default=False, compare=False)


def new_owner() -> str:
    """A name for this process: machine, process id, when the process began, and something unique."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_began(pid) or 0}/{uuid.uuid4().hex[:8]}"


def acquire(
    connection: sa.Connection, name: str, owner: str, now: datetime, term: timedelta = HOST_TERM
) -> Lease | None:
    """Take the lease if it is free, expired, or its owner is dead; None where somebody holds it."""
    _ensure(connection, name, now)
    row = connection.execute(sa.select(leases).where(leases.c.name == name).with_for_update()).one()
    if row.owner is not None and row.expires_at > now and not is_dead(row.owner):
        return None
    taken = connection.execute(
        sa.update(leases)
        .where(leases.c.name == name, leases.c.fence == row.fence)
        .values(owner=owner, fence=row.fence + 1, expires_at=now + term)
    )
    inherited = row.owner not in (None, owner)
    return Lease(name, owner, row.fence + 1, inherited) if taken.rowcount == 1 else None


def renew(connection: sa.Connection, lease: Lease, now: datetime, term: timedelta = HOST_TERM) -> None:
    """Hold it longer. Raises LeaseLost where somebody else has taken it."""
    renewed = connection.execute(
        sa.update(leases)
        .where(leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.fence == lease.fence)
        .values(expires_at=now + term)
    )
    if renewed.rowcount != 1:
        raise LeaseLost(f"{lease.name} was taken over by another process")


def assert_held(connection: sa.Connection, lease: Lease) -> None:
    """In a commit's transaction: nobody has taken the lease over. Raises LeaseLost."""
    row = connection.execute(_HOLDER, {"lease": lease.name}).first()
    if row is None or (row.fence, row.owner) != (lease.fence, lease.owner):
        raise LeaseLost(f"{lease.name} was taken over by another process")


_HOLDER = (
    sa.select(leases.c.fence, leases.c.owner).where(leases.c.name == sa.bindparam("lease")).with_for_update()
)


def release(connection: sa.Connection, lease: Lease) -> None:
    """Let go; the fence stays."""
    connection.execute(
        sa.update(leases)
        .where(leases.c.name == lease.name, leases.c.fence == lease.fence, leases.c.owner == lease.owner)
        .values(owner=None)
    )


def holder(connection: sa.Connection, name: str, now: datetime) -> str | None:
    """The living owner of a lease, if there is one."""
    row = connection.execute(sa.select(leases).where(leases.c.name == name)).first()
    if row is None or row.owner is None or row.expires_at <= now or is_dead(row.owner):
        return None
    return str(row.owner)


def held(connection: sa.Connection, now: datetime) -> set[str]:
    """The names of all leases that have a living owner."""
    query = sa.select(leases.c.name, leases.c.owner)
    rows = connection.execute(query.where(leases.c.owner.is_not(None), leases.c.expires_at > now)).all()
    dead = {owner for owner in {row.owner for row in rows} if is_dead(owner)}
    return {row.name for row in rows if row.owner not in dead}


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this machine that no longer runs. Of other machines we cannot know."""
    machine, pid, began, _ = owner.rsplit("/", 3)
    if machine != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    running_since = _began(int(pid))
    return running_since is not None and began not in ("0", running_since)


def _ensure(connection: sa.Connection, name: str, now: datetime) -> None:
    """The lease's row, unowned, unless it is there: two who ask first at the same moment must not fail."""
    statement = sa.text(
        "INSERT INTO leases (name, fence, expires_at) VALUES (:name, 0, :now) ON CONFLICT (name) DO NOTHING"
    ).bindparams(sa.bindparam("now", type_=UTCDateTime))
    connection.execute(statement, {"name": name, "now": now})


def _began(pid: int) -> str | None:
    """When a process began, in the kernel's ticks, so that a process id used again is told from the first."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return None
