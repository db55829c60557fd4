"""The watchlist file into the database, which is what every process reads (the file declares, it is not asked)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.addresses import host_of, page_key
from config.pages import PageSpec, schedule_of
from config.profile import find_page
from config.rendering import Rendering
from config.stored import written
from config.watchlist import Source, Watchlist
from crawler.pacing import rescale
from crawler.wanted import bandwidth_of, kept_of, merged, weight_of
from storage import follows, pace, pages, silenced, subscriptions
from storage.engine import Database
from storage.follows import Following
from storage.pages import Page


@dataclass(frozen=True, slots=True)
class Applied:
    """What the database watches after the watchlist was brought in."""

    pages: int
    sources: int
    subscriptions: int


def apply(database: Database, watchlist: Watchlist, now: datetime) -> Applied:
    """Bring the watchlist in, in one transaction. Pages that it no longer names are paused; their history stays."""
    with database.write() as connection:
        pages.lock_every(connection)
        ids, follow_anew = _put_sources(connection, watchlist)
        pace.declare(connection, _bounds(watchlist), now)
        kept = []
        for specs in _same_pages(watchlist.pages(), pages.address_pages(connection)):
            page_id = _put_page(connection, specs, watchlist, now)
            pages.set_sources(connection, page_id, sorted({ids[spec.source] for spec in specs}))
            if any(spec.source in follow_anew for spec in specs):
                pages.update(connection, page_id, next_check_at=now)
            kept.append(page_id)
        kept += _followed_pages(connection, watchlist, ids, set(kept), now)
        pages.pause_all_but(connection, kept, now)
        for subscription in watchlist.subscriptions:
            subscriptions.put_subscription(connection, subscription.name, written(subscription), now)
        for name in subscriptions.leave(connection, {s.name for s in watchlist.subscriptions}, now):
            silenced.discard_digests(connection, name, "the watchlist names its subscription no more")
        rescale(connection, now)
    return Applied(len(kept), len(ids), len(watchlist.subscriptions))


def page_for(connection: sa.Connection, url: str, now: datetime) -> Page:
    """The page that an address belongs to, made (unwatched) if it is new; profiles join old and new addresses."""
    found = pages.by_key(connection, page_key(url))
    if found is not None:
        return found
    known = find_page(url)
    if known is None:
        page_id = pages.create(connection, key=page_key(url), url=url, host=host_of(url), now=now)
        return pages.get(connection, page_id)
    profile, key = known
    group = profile.groups[key]
    page = pages.by_key(connection, page_key(group.url))
    page_id = (
        page.id
        if page
        else pages.create(
            connection,
            key=page_key(group.url),
            url=group.url,
            host=host_of(group.url),
            now=now,
            profile=profile.name,
            acronym=group.acronym,
            name=group.name,
        )
    )
    for address in (url, *group.all_addresses()):
        pages.add_address(connection, page_id, page_key(address), address, now)
    return pages.get(connection, page_id)


def _put_sources(connection: sa.Connection, watchlist: Watchlist) -> tuple[dict[str, int], set[str]]:
    """The numbers of all sources, and the names of those that follow links otherwise than before."""
    ids, anew = {}, set()
    for source in watchlist.sources:
        follow = _follow(source, watchlist)
        if follow != follows.asked(connection, source.name):
            anew.add(source.name)
        spec = {"profile": source.profile, "follow": follow}
        ids[source.name] = subscriptions.put_source(connection, source.name, spec)
    return ids, anew


def _bounds(watchlist: Watchlist) -> dict[str, float | None]:
    """Budgets and limits of a day by name: of all sources, and of those that have their own."""
    holders = [(None, watchlist.defaults), *((source.name, source) for source in watchlist.sources)]
    said = {pace.BUDGET: "budget", pace.LIMIT: "requests"}
    return {pace.name_of(kind, n): getattr(who, key) for kind, key in said.items() for n, who in holders}


def _follow(source: Source, watchlist: Watchlist) -> dict[str, object]:
    """What a source follows, and how it looks at the pages that links lead to."""
    delay = source.delay if source.delay is not None else watchlist.defaults.delay
    return {
        **watchlist.follow_of(source).model_dump(),
        "look": {
            "checks": [schedule_of(source, watchlist.defaults).written()],
            "zone": watchlist.timezone.key,
            "delay": delay.total_seconds(),
            "allow_networks": sorted(str(network) for network in source.allow_networks.allowed),
            **_rendered([source.render]),
            **bandwidth_of([source.bandwidth or watchlist.defaults.bandwidth]),
            **weight_of([source.weight]),
        },
    }


def _followed_pages(
    connection: sa.Connection, watchlist: Watchlist, ids: dict[str, int], named: set[int], now: datetime
) -> list[int]:
    """The pages that links led to and that their sources still want, watched as the watchlist says today."""
    wanted: dict[int, list[Following]] = {}
    for source in watchlist.sources:
        following = follows.of_source(connection, ids[source.name])
        if following is not None:
            for page_id in kept_of(connection, following, named, now):
                wanted.setdefault(page_id, []).append(following)
    for page_id, followings in wanted.items():
        page = pages.get(connection, page_id)
        spec = merged([following.look for following in followings])
        if page.paused_at is not None or page.spec != spec:
            pages.update(connection, page_id, spec=spec, paused_at=None, next_check_at=now)
        pages.update(connection, page_id, origin="followed")
        pages.set_sources(connection, page_id, [following.source_id for following in followings])
    return list(wanted)


def _same_pages(specs: Sequence[PageSpec], known: Mapping[str, int]) -> list[list[PageSpec]]:
    """Specs of one page together: two sources may name it, by the same address or by another (`wgwatch alias`)."""
    found: list[list[PageSpec]] = []
    place_of: dict[str | int, int] = {}
    for spec in specs:
        marks: set[str | int] = {*spec.keys, *(known[key] for key in spec.keys if key in known)}
        place = min((place_of[mark] for mark in marks if mark in place_of), default=len(found))
        if place == len(found):
            found.append([])
        found[place].append(spec)
        place_of |= {mark: min(place, place_of.get(mark, place)) for mark in marks}
    return found


def _put_page(
    connection: sa.Connection, specs: Sequence[PageSpec], watchlist: Watchlist, now: datetime
) -> int:
    first = next((spec for spec in specs if spec.group), specs[0])
    page = next((p for key in sorted(first.keys) if (p := pages.by_key(connection, key))), None)
    says = _spec(specs, watchlist)
    if page is None:
        page_id = pages.create(
            connection, key=first.key, url=first.url, host=host_of(first.url), now=now, spec=says
        )
    else:
        page_id = page.id
        if page.paused_at is not None or page.spec != says or page.url != first.url:
            pages.update(
                connection,
                page_id,
                spec=says,
                url=first.url,
                host=host_of(first.url),
                paused_at=None,
                next_check_at=now,
            )
    pages.update(
        connection,
        page_id,
        origin="watchlist",
        profile=first.profile,
        acronym=first.group,
        name=first.name or first.group_name,
    )
    for spec in specs:
        for address in spec.addresses:
            pages.add_address(connection, page_id, page_key(address), address, now)
    return page_id


def _spec(specs: Sequence[PageSpec], watchlist: Watchlist) -> dict[str, object]:
    """How the page is looked at: every schedule that a source asks for, the longest delay, all their networks."""
    checks = []
    for spec in specs:
        if (check := spec.check.written()) not in checks:
            checks.append(check)
    return {
        "checks": checks,
        "zone": watchlist.timezone.key,
        "delay": max(spec.delay.total_seconds() for spec in specs),
        "allow_networks": sorted({str(n) for spec in specs for n in spec.allow_networks.allowed}),
        **_rendered([spec.render for spec in specs]),
        **bandwidth_of([spec.bandwidth for spec in specs]),
        **weight_of([spec.weight for spec in specs]),
    }


def _rendered(asked: Sequence[Rendering | None]) -> dict[str, object]:
    """The first word on rendering that asks for it; nothing at all where none does."""
    found = (render.written() for render in asked if render)
    return next(({"render": written} for written in found if written), {})
