"""Which changes a feed holds, what it is called, and by which name it is known for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from config.errors import UsageError, WgwatchError
from config.stored import read_back
from config.watchlist import Subscription
from notifier.formats.atom import Feed
from notifier.planning.concerns import Concern
from notifier.planning.facts import Facts
from storage import changes, pages
from storage.watched import subscriptions

ENTRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a feed is of: all changes, or those of a source, a group, some kinds, a subscription; all have to hold."""

    source: str | None = None
    group: str | None = None
    kinds: tuple[str, ...] = ()
    subscription: str | None = None

    def _parts(self) -> Iterator[tuple[str, str]]:
        yield from (("source", self.source),) if self.source else ()
        yield from (("group", self.group),) if self.group else ()
        yield from (("kind", kind) for kind in sorted(self.kinds))
        yield from (("subscription", self.subscription),) if self.subscription else ()

    @property
    def name(self) -> str:
        """`all`, `source/apec`, `group/smewg/kind/event`."""
        return "/".join(f"{what}/{value.casefold()}" for what, value in self._parts()) or "all"

    @property
    def title(self) -> str:
        """`Changes`, `Changes: group SMEWG, kind event`."""
        return ": ".join(("Changes", ", ".join(f"{what} {value}" for what, value in self._parts()))).rstrip(
            ": "
        )


def feed(
    connection: sa.Connection,
    wanted: Wanted,
    *,
    authority: str,
    url: str | None = None,
    public_url: str | None = None,
) -> Feed:
    """What the feed says of itself; `url` is where it can be had. Raises WgwatchError where no page is known as yet."""
    born = pages.known_since(connection)
    if born is None:
        raise WgwatchError("no page was looked at yet: wgwatch check looks now")
    return Feed(
        authority=authority,
        born=born,
        name=wanted.name,
        title=wanted.title,
        url=url,
        public_url=public_url,
    )


def changes_for(
    connection: sa.Connection,
    wanted: Wanted,
    page_ids: Sequence[int] | None,
    *,
    until: datetime | None = None,
    derived: bool = False,
    limit: int = ENTRIES,
    among: int | None = None,
) -> list[dict[str, Any]]:
    """The newest changes of a feed as plain values, looked for among so many at most.

    Raises UsageError for a subscription that is not there.
    """
    concern = Concern(_subscription(connection, wanted.subscription)) if wanted.subscription else None
    found = changes.newest(connection, page_ids=page_ids, kinds=wanted.kinds, until=until, derived=derived)
    heard = (c for c in islice(found, among) if concern is None or concern.includes(Facts(c.payload)))
    return [dict(change.payload) for change in islice(heard, limit)]


def _subscription(connection: sa.Connection, name: str) -> Subscription:
    declared = {stored.name: stored for stored in subscriptions.all_of(connection)}
    if name not in declared:
        raise UsageError(f"there is no subscription '{name}'; known are: {', '.join(declared) or 'none'}")
    return read_back(declared[name].spec)
