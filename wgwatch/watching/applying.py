"""The watchlist file into the database, which is what every process reads (the file declares, it is not asked)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.addresses import host_of, page_key
from config.errors import ConfigError
from config.pages import PageSpec, schedule_of
from config.profile import find_page
from config.rendering import Rendering
from config.stored import written
from config.watchlist import Source, Watchlist
from crawler.links.wanted import bandwidth_of, kept_of, merged, weight_of
from crawler.timing.pacing import rescale
from storage import pages
from storage.engine import Database
from storage.pages import Page
from storage.sending import silenced
from storage.watched import additions, follows, pace, subscriptions
from storage.watched.follows import Following
from wgwatch.watching.added import added_pages, added_sources
from wgwatch.watching.resting import keep_resting


@dataclass(frozen=True, slots=True)
class Applied:
    """What the database watches after the watchlist was brought in; `added` of it was added elsewhere."""

    pages: int
    sources: int
    subscriptions: int
    added: int = 0


def apply(database: Database, watchlist: Watchlist, now: datetime) -> Applied:
    """Bring the watchlist in, in one transaction. Pages that it no longer names are paused; their history stays.

    What was added elsewhere stays watched. Raises ConfigError where the file gives a subscription the name of one that
    was made elsewhere.
    """
    with database.write() as connection:
        follows.hold_every(connection)
        refuse_taken_names(connection, watchlist)
        added = additions.all_of(connection)
        sources = [*watchlist.sources, *added_sources(watchlist, added)]
        ids, follow_anew = _put_sources(connection, watchlist, sources)
        pace.declare(connection, _bounds(watchlist), now)
        kept = []
        named = [*watchlist.pages(), *added_pages(watchlist, added)]
        for specs in _same_pages(named, pages.address_pages(connection)):
            page_id = put_page(connection, specs, watchlist, now)
            pages.set_sources(connection, page_id, sorted({ids[spec.source] for spec in specs}))
            if any(spec.source in follow_anew for spec in specs):
                pages.update(connection, page_id, next_check_at=now)
            kept.append(page_id)
            _note_declared(connection, page_id, specs, watchlist)
        kept += _followed_pages(connection, sources, ids, set(kept), now)
        pages.pause_all_but(connection, kept, now)
        keep_resting(connection, kept, now)
        for subscription in watchlist.subscriptions:
            subscriptions.put_subscription(connection, subscription.name, written(subscription), now)
        for name in subscriptions.leave(connection, {s.name for s in watchlist.subscriptions}, now):
            silenced.discard_digests(connection, name, "the watchlist names its subscription no more")
        rescale(connection, now)
        told = len(subscriptions.all_of(connection))
    return Applied(len(kept), len(ids), told, len(added))


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


def put_source(connection: sa.Connection, source: Source, watchlist: Watchlist) -> int:
    """Declare a source of the file, or of what was added elsewhere; answers its number."""
    origin = "watchlist" if source in watchlist.sources else "added"
    spec = {"profile": source.profile, "follow": _follow(source, watchlist)}
    return subscriptions.put_source(connection, source.name, spec, origin)


def _put_sources(
    connection: sa.Connection, watchlist: Watchlist, sources: Sequence[Source]
) -> tuple[dict[str, int], set[str]]:
    """The numbers of all sources, and the names of those that follow links otherwise than before."""
    ids, anew = {}, set()
    for source in sources:
        if _follow(source, watchlist) != follows.asked(connection, source.name):
            anew.add(source.name)
        ids[source.name] = put_source(connection, source, watchlist)
    return ids, anew


def refuse_taken_names(connection: sa.Connection, watchlist: Watchlist) -> None:
    """Names of subscriptions are unique over both places: what the file says would else be told to another's people.

    Raises ConfigError.
    """
    stored = subscriptions.all_of(connection)
    made = {each.name.casefold(): each.origin for each in stored if each.origin != "watchlist"}
    problems = [
        f"{watchlist.path.name}: subscriptions[{number}].name: '{one.name}' is the name of a subscription that was "
        f"made elsewhere ({made[one.name.casefold()]}): rename this one, or remove the other"
        for number, one in enumerate(watchlist.subscriptions)
        if one.name.casefold() in made
    ]
    if problems:
        raise ConfigError(problems)


def _note_declared(
    connection: sa.Connection, page_id: int, specs: Sequence[PageSpec], watchlist: Watchlist
) -> None:
    """Of an added page: how the file has it looked at, if the file names it too."""
    of_file = [spec for spec in specs if spec.origin == "watchlist"]
    if len(of_file) < len(specs):
        additions.declare(connection, page_id, _spec(of_file, watchlist) if of_file else None)


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
    connection: sa.Connection,
    sources: Sequence[Source],
    ids: Mapping[str, int],
    named: set[int],
    now: datetime,
) -> list[int]:
    """The pages that links led to and that their sources still want, watched as the watchlist says today."""
    wanted: dict[int, list[Following]] = {}
    for source in sources:
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


def put_page(
    connection: sa.Connection, specs: Sequence[PageSpec], watchlist: Watchlist, now: datetime
) -> int:
    """Have a page watched as all those say who name it; answers its number."""
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
        origin=next((spec.origin for spec in specs if spec.origin == "watchlist"), first.origin),
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
