"""What the watchlist wants of the pages that links led to: which of them, and how they are looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from config.addresses import host_of, page_key
from config.links import matches
from config.profile import find_page
from storage import pages
from storage.pages import Page
from storage.watched import follows
from storage.watched.follows import Followed, Following


def kept_of(
    connection: sa.Connection, following: Following, named: Collection[int], now: datetime
) -> list[int]:
    """The followed pages that a source still wants; the rest are dropped without a word.

    `follow` may ask for other links, or fewer, than when they came; what it asks for no more rests, to come back with
    it. `named` are pages of the watchlist itself. A calendar or feed stays with the page that links it.
    """
    rows = [row for row in follows.all_of(connection, following.source_id) if row.page_id not in named]
    kept = [row.page_id for row in rows if _is_linked(connection, row, following)][: following.at_most]
    asked = {"link": following.links, "calendar": following.calendars, "feed": following.feeds}
    lists = {*kept, *named}
    kept += [r.page_id for r in rows if r.via != "link" and asked[r.via] and r.from_page_id in lists]
    dropped = {row.page_id for row in rows if asked[row.via]} - set(kept)
    follows.update(connection, following.source_id, dropped, gone_at=now)
    return kept


def new_page(
    connection: sa.Connection, url: str, following: Following, now: datetime, part_of: Page | None = None
) -> int:
    """A page to follow; where a shipped profile knows it, with its group and all its addresses.

    A calendar or feed is `part_of` the page that links it, and of that one's group.
    """
    known = find_page(url)
    group = known[0].groups[known[1]] if known else None
    page_id = pages.create(
        connection,
        key=page_key(url),
        url=url,
        host=host_of(url),
        now=now,
        profile=following.profile or (known[0].name if known else None),
        acronym=part_of.acronym if part_of else group.acronym if group else None,
        name=(part_of.name or part_of.said_name) if part_of else group.name if group else None,
        spec=following.look,
        origin="followed",
    )
    for address in group.all_addresses() if group else ():
        pages.add_address(connection, page_id, page_key(address), address, now)
    return page_id


def _is_linked(connection: sa.Connection, row: Followed, following: Following) -> bool:
    if row.via != "link" or following.links is None or row.depth > following.depth:
        return False
    return matches(following.links, pages.get(connection, row.page_id).url)


def merged(looks: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """How a page of several sources is looked at: every schedule, all their networks, and the gentlest pace.

    A browser renders it where one of them asks for that.
    """
    checks: list[object] = []
    networks: set[str] = set()
    delays: list[float] = []
    rates: list[float | None] = []
    weights: list[float | None] = []
    for look in looks:
        checks += [check for check in _listed(look["checks"]) if check not in checks]
        networks |= {str(network) for network in _listed(look["allow_networks"])}
        delays.append(float(str(look["delay"])))
        rates.append(float(str(look["bandwidth"])) if look.get("bandwidth") else None)
        weights.append(float(str(look["weight"])) if look.get("weight") else None)
    render = next(({"render": look["render"]} for look in looks if look.get("render")), {})
    said = {"checks": checks, "zone": looks[0]["zone"], "delay": max(delays)}
    return {**said, "allow_networks": sorted(networks), **bandwidth_of(rates), **weight_of(weights), **render}


def bandwidth_of(rates: Sequence[float | None]) -> dict[str, float]:
    """The slowest of several bandwidths, to be put into a look; nothing where none is asked for."""
    asked = [rate for rate in rates if rate]
    return {"bandwidth": min(asked)} if asked else {}


def weight_of(weights: Sequence[float | None]) -> dict[str, float]:
    """The greatest of several weights, to be put into a look; nothing where none is given."""
    given = [weight for weight in weights if weight]
    return {"weight": max(given)} if given else {}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
