"""From the sources of a watchlist to the pages to look at, with every address that is known of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from config.addresses import page_key
from config.networks import Networks
from config.profile import Profile, find_page
from config.rendering import Rendering
from config.schedules import PageSchedule, Within

if TYPE_CHECKING:
    from config.watchlist import Defaults, Page, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """One page as one source wants it watched.

    `url` is asked, `addresses` are all that are known to be this page, `url` first. `group` is the acronym
    and `group_name` the name where a profile knows the page. `profile` names the source's profile as the
    watchlist does; for a source without one, the shipped profile that knows the page. `origin` is where the page
    was named: the watchlist file, or web, api, cli.
    """

    url: str
    addresses: tuple[str, ...]
    source: str
    check: PageSchedule
    delay: timedelta
    name: str | None = None
    group: str | None = None
    group_name: str | None = None
    profile: str | None = None
    allow_networks: Networks = field(default_factory=Networks)
    render: Rendering | None = None
    bandwidth: float | None = None
    weight: float | None = None
    origin: str = "watchlist"

    @property
    def key(self) -> str:
        return page_key(self.url)

    @property
    def keys(self) -> frozenset[str]:
        """The identity keys of all its addresses."""
        return frozenset(page_key(address) for address in self.addresses)


def pages_of(source: Source, profile: Profile | None, defaults: Defaults) -> list[PageSpec]:
    """The source's groups, as its profile knows them, then its pages. Unknown groups are passed over."""
    pages = []
    if profile is not None:
        for key in group_keys(source, profile):
            pages.append(_spec(source, defaults, profile.groups[key].url, (profile, key)))
    for page in source.pages:
        pages.append(_spec(source, defaults, page.url, _known(page.url, profile), page))
    return pages


def schedule_of(source: Source, defaults: Defaults, page: Page | None = None) -> PageSchedule:
    """How often a source looks, and in which hours of the day."""
    check = (page.check if page else None) or source.check or defaults.check
    hours = source.hours or defaults.hours
    return Within(check, hours) if hours else check


def group_keys(source: Source, profile: Profile) -> list[str]:
    """The keys of the groups that a source asks for, without those that its profile does not know."""
    if source.groups == "all":
        return list(profile.groups)
    return [key for word in source.groups if (key := profile.group_key(word))]


def _known(url: str, profile: Profile | None) -> tuple[Profile, str] | None:
    if profile is not None and (key := profile.find(url)):
        return profile, key
    return find_page(url)


def _spec(
    source: Source, defaults: Defaults, url: str, known: tuple[Profile, str] | None, page: Page | None = None
) -> PageSpec:
    group = known[0].groups[known[1]] if known else None
    addresses = (url, *group.all_addresses()) if group else (url,)
    return PageSpec(
        url=url,
        addresses=tuple(dict.fromkeys(addresses)),
        source=source.name,
        check=schedule_of(source, defaults, page),
        delay=source.delay if source.delay is not None else defaults.delay,
        name=page.name if page else None,
        group=group.acronym if group else None,
        group_name=group.name if group else None,
        profile=source.profile or (known[0].name if known else None),
        allow_networks=source.allow_networks,
        render=(page.render if page else None) or source.render,
        bandwidth=source.bandwidth or defaults.bandwidth,
        weight=(page.weight if page else None) or source.weight,
    )
