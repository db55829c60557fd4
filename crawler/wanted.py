"""What the watchlist wants of the pages that links led to: which of them, and how they are looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from config.links import matches
from storage import follows, pages
from storage.follows import Following


def kept_of(
    connection: sa.Connection, following: Following, named: Collection[int], now: datetime
) -> list[int]:
    """The followed pages that a source still wants; the rest are dropped without a word.

    `follow` may ask for other links, or fewer, than when they came. `named` are pages of the watchlist itself.
    """
    rows = [row for row in follows.all_of(connection, following.source_id) if row.page_id not in named]
    wanted = [row.page_id for row in rows if row.depth <= following.depth]
    wanted = [n for n in wanted if matches(following.links, pages.get(connection, n).url)]
    kept = wanted[: following.at_most]
    dropped = {row.page_id for row in rows} - set(kept)
    follows.update(connection, following.source_id, dropped, gone_at=now)
    return kept


def merged(looks: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """How a page of several sources is looked at: every schedule, the longest delay, all their networks."""
    checks: list[object] = []
    networks: set[str] = set()
    delays: list[float] = []
    for look in looks:
        checks += [check for check in _listed(look["checks"]) if check not in checks]
        networks |= {str(network) for network in _listed(look["allow_networks"])}
        delays.append(float(str(look["delay"])))
    zone = looks[0]["zone"]
    return {"checks": checks, "zone": zone, "delay": max(delays), "allow_networks": sorted(networks)}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
