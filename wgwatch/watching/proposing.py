"""Members propose pages; operators add them, or say why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from config.addresses import page_key
from config.errors import FieldErrors, UsageError
from config.networks import Networks
from config.watchlist import Watchlist
from storage.pages import Page
from storage.watched import proposals
from storage.watched.proposals import Proposal
from wgwatch.watching.adding import add, checked, refuse_watched
from wgwatch.web.visitors import Role, Visitor

MOST_OPEN = 20
"""Proposals of one member that wait for a verdict."""


def propose(
    connection: sa.Connection,
    said: Mapping[str, Any],
    note: str,
    watchlist: Watchlist,
    networks: Networks,
    visitor: Visitor,
    now: datetime,
) -> Proposal:
    """Keep what a member would like to have watched. Raises FieldErrors, AlreadyWatched."""
    written = checked(said, watchlist, networks)
    refuse_watched(connection, [written["url"]])
    key = page_key(written["url"])
    waiting = proposals.undecided(connection)
    if any(proposal.key == key for proposal in waiting):
        raise FieldErrors([("url", "is proposed already, and waits for an operator")])
    if sum(proposal.owner_id == visitor.user_id for proposal in waiting) >= MOST_OPEN:
        raise FieldErrors([("url", f"{MOST_OPEN} proposals of yours wait for an operator already")])
    return proposals.propose(
        connection,
        key=key,
        said=written,
        note=note,
        proposed_by=visitor.name,
        owner_id=visitor.user_id,
        now=now,
    )


def shown_to(connection: sa.Connection, visitor: Visitor) -> list[Proposal]:
    """An operator sees those that wait, a member its own with what became of them, the newest first."""
    if visitor.role >= Role.OPERATOR:
        return proposals.undecided(connection)
    return proposals.of_owner(connection, visitor.user_id)[::-1] if visitor.user_id is not None else []


def approve(
    connection: sa.Connection,
    number: int,
    watchlist: Watchlist,
    networks: Networks,
    visitor: Visitor,
    now: datetime,
) -> Page:
    """Add the proposed page. Raises UsageError where it is decided already, and what `adding.add` raises."""
    proposal = _waiting(connection, number)
    page = add(connection, proposal.said, watchlist, networks, origin="web", by=visitor.name, now=now)
    decided(connection, number, page, visitor, now)
    return page


def decided(connection: sa.Connection, number: int, page: Page, visitor: Visitor, now: datetime) -> None:
    """A proposal whose page was added."""
    proposals.decide(connection, number, "approved", by=visitor.name, now=now, page_id=page.id)


def refuse(connection: sa.Connection, number: int, reason: str, visitor: Visitor, now: datetime) -> Proposal:
    """Say no, and why: the member reads the reason. Raises UsageError."""
    proposal = _waiting(connection, number)
    if not reason:
        raise UsageError("a refusal needs a reason: the member who proposed the page reads it")
    proposals.decide(connection, number, "refused", by=visitor.name, now=now, reason=reason)
    return proposal


def _waiting(connection: sa.Connection, number: int) -> Proposal:
    found = proposals.find(connection, number)
    if found is None:
        raise UsageError(f"there is no proposal {number}")
    if found.verdict is not None:
        raise UsageError(f"{found.said['url']} is {found.verdict} already, by {found.decided_by}")
    return found
