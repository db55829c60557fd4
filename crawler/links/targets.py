"""Which links of an answer a source wants: pages by its pattern, calendars, feeds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from config.addresses import host_of, page_key
from config.errors import ReadError
from config.links import matches
from crawler.links.calendars import Offers, offers_in
from crawler.links.pagers import followable, links_in
from storage.document import Link
from storage.watched.follows import Following

Via = Literal["link", "calendar", "feed"]
MOST_LINKS = 10_000
"""So many matching links of one page are looked at; as many as `at_most` can ask for."""


@dataclass(frozen=True, slots=True)
class Links:
    """What an answer links to: pages as a person meets them, and what it offers to programs."""

    shown: tuple[Link, ...] = ()
    offers: Offers = field(default_factory=Offers)


@dataclass(frozen=True, slots=True)
class Target:
    """A link that is wanted, and what it leads to."""

    link: Link
    via: Via


def read_links(
    body: bytes, content_type: str | None, address: str, followings: Iterable[Following]
) -> Links | None:
    """The links of an answer, as far as these sources may want them; None where no source follows any."""
    asked = list(followings)
    if not asked:
        return None
    try:
        shown = links_in(body, content_type, address) if any(each.links for each in asked) else []
    except ReadError:
        return Links()
    also = any(each.calendars or each.feeds for each in asked)
    return Links(tuple(shown), offers_in(body, content_type, address) if also else Offers())


def targets_of(
    links: Links, following: Following, hosts: Collection[str], *, is_deepest: bool
) -> list[Target]:
    """What a source wants of the links on these hosts, each page once. From its deepest pages no page is followed."""
    offers = links.offers
    wanted: list[tuple[Via, Iterable[Link]]] = [
        ("calendar", offers.calendars if following.calendars else ()),
        ("feed", offers.feeds if following.feeds else ()),
        ("link", _matching(links.shown, following.links) if following.links and not is_deepest else ()),
    ]
    ours = {_bare(host) for host in hosts}
    found: dict[str, Target] = {}
    for via, each in wanted:
        for link in each:
            if followable(link.target) and _bare(host_of(link.target)) in ours:
                found.setdefault(page_key(link.target), Target(link, via))
    return list(found.values())[:MOST_LINKS]


def _matching(links: Iterable[Link], pattern: str) -> Iterable[Link]:
    return (link for link in links if matches(pattern, link.target))


def _bare(host: str) -> str:
    return host.removeprefix("www.")
