"""From a page's links to more pages of its source: what is found, what is no longer linked.

A page that links led to is a page as any other: it is looked at by the normal rounds, under lease and robots.txt.
It is gone when the last link to it left the source's lists and every one of these lists was read since, so that an
entry that slides to the second page of a calendar is not. A list that loses more than half of its links at once was
rebuilt: it takes nothing away. What a list showed when links were first taken from it is not news.

Calendars and feeds are parts of the page that links them, as further pages of a list are: as deep as that page, not
counted in `at_most`, and neither their coming nor their going is told.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from config.addresses import host_of, page_key
from crawler.history.derivation import facts_of
from crawler.links.pagers import is_pager
from crawler.links.targets import Links, Target, read_links, targets_of
from crawler.links.wanted import merged, new_page
from diffing import importance
from diffing.payload import health_change
from storage import blobs, pages
from storage.changes import Change
from storage.pages import Page
from storage.watched import follows
from storage.watched.follows import Followed, Following, Listing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """A good answer of a page: its bytes and where they were read, by which reading rules.

    `links` are those in it, where they were read before; else they are read when they are needed. `is_first` where no
    answer before it is like it: the page is seen for the first time, or by other eyes than before.
    """

    blob_id: int
    body: bytes
    content_type: str | None
    address: str
    rules: str
    links: Links | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What following came to: changes to publish, and the pages that were added."""

    changes: tuple[Change, ...] = ()
    found: tuple[int, ...] = ()


def follow(connection: sa.Connection, page: Page, said: Said, now: datetime) -> News:
    """Follow the links of a page that was just read well at `now`, for each of its sources that wants it.

    The caller holds the sources (`follows.hold`) and the page.
    """
    walks = [_Walk(connection, following, page, now) for following in follows.of_page(connection, page.id)]
    for walk in walks:
        walk.take(said)
        walk.settle()
    return News(
        tuple(change for walk in walks for change in walk.changes),
        tuple(dict.fromkeys(page_id for walk in walks for page_id in walk.found)),
    )


def settled(
    connection: sa.Connection, blob_of: Mapping[int, int], rules_of: Callable[[int], str]
) -> set[int]:
    """Those of the pages (id: its blob) whose links need no second look if it says the same again.

    Pages that links led to are left out: how deep they are is seen by `follow`.
    """
    numbers = sorted(blob_of)
    asked, listed = follows.of_pages(connection, numbers), follows.listings_of(connection, numbers)
    waiting = follows.sources_waiting(connection)
    hosts = {
        each.source_id: _hosts(connection, each)
        for each in {each.source_id: each for followings in asked.values() for each in followings}.values()
    }

    def is_settled(page_id: int, each: Following) -> bool:
        known = Listing(_rules(each, 0, hosts[each.source_id], rules_of(page_id)), blob_of[page_id])
        return each.source_id not in waiting and listed.get((each.source_id, page_id)) == known

    return {n for n in numbers if all(is_settled(n, each) for each in asked.get(n, ()))}


class _Walk:
    """One source's links of one page."""

    def __init__(self, connection: sa.Connection, following: Following, page: Page, now: datetime) -> None:
        self.changes: list[Change] = []
        self.found: list[int] = []
        self._connection = connection
        self._following = following
        self._source_id = following.source_id
        self._page = page
        self._now = now
        self._left_out = 0

    # Read when they are needed: most answers link to nothing that is followed, and a source may have very many pages.

    @cached_property
    def _rows(self) -> dict[int, Followed]:
        return {row.page_id: row for row in follows.unnamed(self._connection, self._source_id)}

    @cached_property
    def _named(self) -> list[int]:
        return follows.named_pages(self._connection, self._source_id)

    @cached_property
    def _links(self) -> dict[int, set[int]]:
        return follows.links_of(self._connection, self._source_id)

    def take(self, said: Said) -> None:
        """Take up what the answer links to, unless this answer was taken up by the same rules before.

        Where the rules are new the last answer is taken up first, in silence, then like is compared with like.
        """
        depth = 0 if self._page.is_named else self._depth()
        if depth is None:
            return
        rules = self._rules(depth, said.rules)
        known = follows.listing(self._connection, self._source_id, self._page.id)
        if known == Listing(rules, said.blob_id):
            return
        if known and (said.is_first or blobs.is_removed(self._connection, known.blob_id)):
            known = None  # there is nothing like to compare with, or it was redacted
        if known and known.rules != rules and known.blob_id != said.blob_id:
            body = blobs.get(self._connection, known.blob_id)
            self._take(replace(said, body=body, blob_id=known.blob_id, links=None), depth, told=False)
        self._take(
            said, depth, told=known is not None and (known.rules == rules or known.blob_id != said.blob_id)
        )
        follows.put_listing(self._connection, self._source_id, self._page.id, Listing(rules, said.blob_id))
        self._warn()

    def settle(self) -> None:
        """Pages that nothing links to any more are gone once every list was read since."""
        if not follows.is_waiting(self._connection, self._source_id):
            return
        waiting = [row for row in self._rows.values() if row.unlinked_at is not None]
        reached = self._reached()
        for row in waiting:
            if row.page_id in reached:
                self._set(row, unlinked_at=None)
            elif self._is_confirmed(row, reached):
                self._leave(row)

    def _warn(self) -> None:
        if self._left_out:
            asked = self._following
            log.warning(
                "%s: %d links of %s are not followed, as there are %d pages already (at_most)",
                *(asked.source, self._left_out, self._page.url, len(self._rows)),
            )

    def _depth(self) -> int | None:
        """How deep this page is; None where nothing is taken from it, as from a calendar."""
        row = self._rows.get(self._page.id)
        return row.depth if row and row.via == "link" else None

    def _rules(self, depth: int, reading_rules: str) -> str:
        return _rules(self._following, depth, self._hosts(), reading_rules)

    def _take(self, said: Said, depth: int, *, told: bool) -> None:
        before = follows.links_from(self._connection, self._source_id, self._page.id)
        self._left_out = 0
        targets = [self._follow(target, depth, said, told) for target in self._wanted(said, depth)]
        now = {page_id for page_id in targets if page_id is not None}
        linked = {n for n in before if n not in self._rows or self._rows[n].via == "link"}
        if told and 2 * len(linked - now) > len(linked):
            now |= linked
        lost = before - now
        reached = self._reached() if told and lost else set()
        if now != before:
            follows.set_links(self._connection, self._source_id, self._page.id, now)
            self.__dict__.pop("_links", None)  # they are others now
        for page_id in sorted(reached - self._reached()) if reached else ():
            self._set(self._rows[page_id], unlinked_at=self._now)

    def _wanted(self, said: Said, depth: int) -> list[Target]:
        """On the hosts that the source names or where the page itself is."""
        links = said.links
        if links is None:
            links = read_links(said.body, said.content_type, said.address, [self._following]) or Links()
        hosts = {*self._hosts(), self._page.host, host_of(said.address)}
        return targets_of(links, self._following, hosts, is_deepest=depth >= self._following.depth)

    def _hosts(self) -> list[str]:
        return _hosts(self._connection, self._following)

    def _follow(self, target: Target, depth: int, said: Said, told: bool) -> int | None:
        """The followed page that a link leads to, made where it is new; None where it is not to be followed."""
        link = target.link
        is_part = target.via != "link" or is_pager(link.target, said.address)
        deep = depth if is_part else depth + 1
        page = pages.by_key(self._connection, page_key(link.target))
        if page is not None and page.is_named and page.paused_at is None:
            return None
        row = self._rows.get(page.id) if page else None
        if row is not None:
            if deep < row.depth or target.via != row.via:
                self._set(row, depth=min(deep, row.depth), via=target.via)
            if page and page.paused_at is not None:
                self._watch(page.id)
            return row.page_id
        if target.via == "link" and self._count() >= self._following.at_most:
            self._left_out += 1
            return None
        return self._add(page, target, deep, told and not is_part)

    def _count(self) -> int:
        return sum(row.via == "link" for row in self._rows.values())

    def _add(self, page: Page | None, target: Target, depth: int, told: bool) -> int:
        link, part_of = target.link, self._page if target.via != "link" else None
        page_id = (
            page.id if page else new_page(self._connection, link.target, self._following, self._now, part_of)
        )
        row = Followed(page_id, self._source_id, self._page.id, depth, self._now, None, None, target.via)
        follows.add(self._connection, row)
        self._rows[page_id] = row
        pages.add_source(self._connection, page_id, self._source_id)
        self._watch(page_id)
        if page is None or page.paused_at is not None:
            self.found.append(page_id)
            if told:
                shown = f" as “{link.text}”" if link.text else ""
                self._tell(page_id, "page.found", f"{self._called()} links to it{shown}", self._now)
        return page_id

    def _watch(self, page_id: int) -> None:
        """Look at the page as all the sources want whose links lead to it; at once, where nobody looked."""
        page = pages.get(self._connection, page_id)
        asking = [
            follows.of_source(self._connection, n) for n in follows.followers(self._connection, page_id)
        ]
        spec = merged([following.look for following in asking if following])
        paused = page.paused_at is not None or page.next_check_at is None
        pages.update(
            self._connection,
            page_id,
            origin="followed",
            spec=spec,
            paused_at=None,
            next_check_at=self._now if paused else page.next_check_at,
        )

    def _leave(self, row: Followed) -> None:
        since = row.unlinked_at or self._now
        self._set(row, gone_at=self._now)
        del self._rows[row.page_id]
        follows.set_links(self._connection, self._source_id, row.page_id, ())
        self._links.pop(row.page_id, None)
        if follows.followers(self._connection, row.page_id):
            return
        if not self._is_part(row):
            reason = f"no list of {self._following.source} links to it any more"
            self._tell(row.page_id, "page.gone", reason, since)
        pages.update(self._connection, row.page_id, paused_at=self._now, next_check_at=None)

    def _is_part(self, row: Followed) -> bool:
        """Whether the page only continues the one that it was found on: that lists grow and shrink is no news."""
        if row.via != "link":
            return True
        page, where = (pages.get(self._connection, n) for n in (row.page_id, row.from_page_id))
        return is_pager(page.url, where.url)

    def _is_confirmed(self, row: Followed, reached: set[int]) -> bool:
        deep = self._following.depth
        lists = [
            n for n, row in self._rows.items() if n in reached and row.via == "link" and row.depth < deep
        ]
        since = row.unlinked_at or self._now
        return follows.all_seen_since(self._connection, [*self._named, *lists], since)

    def _reached(self) -> set[int]:
        """Followed pages that one comes to from those that the watchlist names."""
        reached: set[int] = set()
        ahead = deque(self._named)
        while ahead:
            for page_id in self._links.get(ahead.popleft(), ()):
                if page_id in self._rows and page_id not in reached:
                    reached.add(page_id)
                    ahead.append(page_id)
        return reached

    def _set(self, row: Followed, **values: object) -> None:
        follows.update(self._connection, self._source_id, [row.page_id], **values)
        self._rows[row.page_id] = replace(row, **values)  # type: ignore[arg-type]

    def _called(self) -> str:
        label = self._page.label
        return label if label == self._page.url else f"{label} ({self._page.url})"

    def _tell(self, page_id: int, kind: str, reason: str, since: datetime) -> None:
        page = pages.get(self._connection, page_id)
        self.changes.append(
            health_change(
                facts_of(page),
                kind,
                now=self._now,
                since=since,
                last_good=page.last_good_at,
                reason=reason,
                weight=importance.of(kind),
            )
        )


def _hosts(connection: sa.Connection, asked: Following) -> list[str]:
    """Those that the watchlist names, where pages are followed; calendars stand on the page's own."""
    return follows.named_hosts(connection, asked.source_id) if asked.links else []


def _rules(asked: Following, depth: int, hosts: list[str], reading_rules: str) -> str:
    said = (asked.links, asked.depth, asked.at_most, depth, hosts, reading_rules)
    return json.dumps((*said, asked.calendars, asked.feeds))
