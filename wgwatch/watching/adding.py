"""Add a page to the database's own watchlist, and take it back: the web's, the API's and the command's way to watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from config.addresses import page_key
from config.errors import FieldErrors, UsageError
from config.networks import Networks
from config.problems import validate
from config.profile import SHIPPED, find_page
from config.schedules import read_schedule
from config.suggest import did_you_mean
from config.watchlist import Page as Written
from config.watchlist import Source, Watchlist
from crawler.timing import pacing
from storage import pages
from storage.pages import Page
from storage.watched import additions, follows, rests, subscriptions
from storage.watched.additions import Addition
from wgwatch.watching.added import added_sources, page_of
from wgwatch.watching.applying import put_page, put_source

SOURCE = "added"
"""The source of added pages that need no profile; of others `added-apec` and the like."""


class AlreadyWatched(FieldErrors):
    """The page is watched, perhaps under another address. `page` is how it stands."""

    def __init__(self, page: Page) -> None:
        self.page = page
        where = f"source {', '.join(page.sources)}" if page.sources else "no source"
        often = " or ".join(read_schedule(check).in_words() for check in page.spec.get("checks", ()))
        super().__init__([("url", f"is watched already: {page.label}, of {where}, {often}")])


def checked(said: Mapping[str, Any], watchlist: Watchlist, networks: Networks) -> dict[str, Any]:
    """What may be added, as the watchlist writes a page, with `profile` where it needs one.

    `said` has url, and may have name, check, weight, render and profile. Raises FieldErrors with every problem.
    """
    given = {name: value for name, value in said.items() if value not in (None, "")}
    profile = given.pop("profile", None)
    page, problems = validate(Written, given)
    found = [(str(place[0]) if place else "url", text) for place, text in problems]
    if page and (refusal := _refusal(page.url, networks)):
        found.append(("url", refusal))
    if profile is not None and profile not in known_profiles(watchlist):
        near = did_you_mean(str(profile), known_profiles(watchlist))
        found.append(("profile", f"there is no profile '{profile}'{near}"))
    if found or page is None:
        raise FieldErrors(found)
    written = page.model_dump(exclude_none=True, mode="json")
    return {**written, "profile": profile} if profile else written


def known_profiles(watchlist: Watchlist) -> list[str]:
    """Those that are shipped and those that the file names: no other file is opened for somebody on the web."""
    return sorted({*(path.stem for path in SHIPPED.glob("*.yaml")), *watchlist.profiles})


def add(
    connection: sa.Connection,
    said: Mapping[str, Any],
    watchlist: Watchlist,
    networks: Networks,
    *,
    origin: str,
    by: str,
    now: datetime,
) -> Page:
    """Watch one more page, from now on. `said` as for `checked`; `origin` is web, api or cli, `by` who asks.

    Raises FieldErrors for what is wrong, AlreadyWatched for a page that is watched.
    """
    written = checked(said, watchlist, networks)
    profile = written.pop("profile", None)
    follows.hold_every(connection)  # two who add the same page at once, or while the file is brought in
    addition = Addition(0, _source_name(profile), profile, written, origin, by, now)
    spec = page_of(watchlist, addition)
    refuse_watched(connection, spec.addresses)
    page_id = put_page(connection, [spec], watchlist, now)
    source_id = put_source(connection, _source(watchlist, addition), watchlist)
    pages.set_sources(connection, page_id, [source_id])
    pages.update(connection, page_id, paused_at=None, next_check_at=now)
    rests.end(connection, [page_id])
    additions.add(connection, replace(addition, page_id=page_id))
    return _rescaled(connection, page_id, now)


def refuse_watched(connection: sa.Connection, addresses: Iterable[str]) -> None:
    """Raise AlreadyWatched where one of the addresses is one of a watched page."""
    for key in sorted(map(page_key, addresses)):
        page = pages.by_key(connection, key)
        if page is not None and page.paused_at is None:
            raise AlreadyWatched(page)


def remove(connection: sa.Connection, page_id: int, now: datetime) -> Page:
    """Take an added page back: it is looked at no more, unless the file names it too; its history stays.

    Raises UsageError for a page that was not added.
    """
    page = pages.lock(connection, page_id)
    addition = additions.of_page(connection, page_id)
    if addition is None:
        raise UsageError(_why_not(page))
    additions.remove(connection, page_id)
    rests.end(connection, [page_id])
    if addition.declared:
        still = {"paused_at": None, "next_check_at": now} if page.paused_at else {}
        pages.update(connection, page_id, spec=dict(addition.declared), origin="watchlist", **still)
        _leave_source(connection, page, addition.source)
    else:
        pages.update(connection, page_id, paused_at=now, next_check_at=None)
    return _rescaled(connection, page_id, now)


def yaml_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The source that would watch this page, were it written into the file."""
    page = {name: value for name, value in said.items() if name != "profile"}
    profile = said.get("profile")
    known = find_page(page["url"])
    source: dict[str, Any] = {"name": _source_name(profile or (known[0].name if known else None))}
    if profile:
        source["profile"] = profile
    return {"sources": [{**source, "pages": [page if len(page) > 1 else page["url"]]}]}


def _source_name(profile: str | None) -> str:
    stem = profile.rpartition("/")[2].removesuffix(".yaml") if profile else ""
    return f"{SOURCE}-{stem}" if stem else SOURCE


def _source(watchlist: Watchlist, addition: Addition) -> Source:
    found = [*watchlist.sources, *added_sources(watchlist, [addition])]
    return next(source for source in found if source.name == addition.source)


def _refusal(url: str, networks: Networks) -> str | None:
    """Why an address on a private network may not be asked. Names are judged when they are connected to."""
    try:
        networks.check_literal(urlsplit(url).hostname or "")
    except PermissionError as error:
        return error.strerror
    return None


def _rescaled(connection: sa.Connection, page_id: int, now: datetime) -> Page:
    """The page; what adaptive pages share is shared out anew where it is one of them."""
    page = pages.get(connection, page_id)
    if page.spec.get("checks") and pacing.is_paced(page):
        pacing.rescale(connection, now)
    return page


def _leave_source(connection: sa.Connection, page: Page, name: str) -> None:
    ids = [subscriptions.source_id(connection, each) for each in page.sources if each != name]
    pages.set_sources(connection, page.id, [number for number in ids if number is not None])


def _why_not(page: Page) -> str:
    if page.origin == "watchlist":
        return f"{page.label} stands in the watchlist file: take it out there, and it is paused"
    return f"{page.label} was not added: {'a link led to it' if page.origin == 'followed' else 'it is not watched'}"
