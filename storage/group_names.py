"""What groups are called, to find their pages by: as profiles and watchlists declare them, and as pages say."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from storage.models import group_names

DECLARED, SAID = "declared", "said"


def declare(connection: sa.Connection, page_id: int, names: Iterable[str | None]) -> None:
    """What the page's group is called by those who watch it, in the place of what they called it before."""
    wanted = _folded(names)
    if wanted != _known(connection, page_id, DECLARED):
        _forget(connection, page_id, DECLARED)
        _add(connection, page_id, DECLARED, wanted)


def note(connection: sa.Connection, page_id: int, names: Iterable[str | None]) -> None:
    """More names that the page was seen to use."""
    wanted = _folded(names)
    if wanted:
        _add(connection, page_id, SAID, wanted - _known(connection, page_id, SAID))


def forget_said(connection: sa.Connection, page_id: int) -> None:
    """The page's history is made anew, and with it the names that it used."""
    _forget(connection, page_id, SAID)


def pages_called(group: str) -> sa.Select[tuple[int]]:
    """The ids of pages whose group bears this acronym or name, in any case."""
    return sa.select(group_names.c.page_id).where(group_names.c.name == group.casefold())


def _forget(connection: sa.Connection, page_id: int, origin: str) -> None:
    mine = (group_names.c.page_id == page_id, group_names.c.origin == origin)
    connection.execute(sa.delete(group_names).where(*mine))


def _known(connection: sa.Connection, page_id: int, origin: str) -> set[str]:
    mine = (group_names.c.page_id == page_id, group_names.c.origin == origin)
    return set(connection.execute(sa.select(group_names.c.name).where(*mine)).scalars())


def _folded(names: Iterable[str | None]) -> set[str]:
    return {name.casefold() for name in names if name}


def _add(connection: sa.Connection, page_id: int, origin: str, names: set[str]) -> None:
    if names:
        rows = [{"page_id": page_id, "origin": origin, "name": name} for name in sorted(names)]
        connection.execute(sa.insert(group_names), rows)
