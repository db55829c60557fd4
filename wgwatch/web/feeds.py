"""Feeds, calendars and address books at addresses that stay: what `wgwatch export atom|ics|vcf` writes, as of now.

Calendar programs and feed readers cannot log in: they bring a token in the address, which no answer repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import UsageError
from config.stored import read_back
from config.watchlist import Subscription
from notifier.formats.atom import TYPE as ATOM
from notifier.formats.atom import atom_of
from notifier.formats.calendar import calendar_of
from notifier.formats.cards import cards_of
from notifier.planning.scope import Scope as Concerned
from notifier.planning.scope import pages_of
from storage import pages
from storage.pages import Page
from storage.records import record_from_json
from storage.watched import subscriptions
from wgwatch.cli.finding import assert_covered
from wgwatch.exports import records
from wgwatch.exports.feeds import Wanted, changes_for, feed
from wgwatch.exports.records import Row, Scope
from wgwatch.web.api.answers import answered
from wgwatch.web.api.operations import Asked, asked_of
from wgwatch.web.api.parameters import Flag, Kind, Text
from wgwatch.web.asked import application_of, reading
from wgwatch.web.groups import pages_called
from wgwatch.web.visitors import GuardedRoute, Role, Visitor, visitor_of

MOST_PAGES = 400
"""Pages whose records are put into one calendar or address book."""
AMONG = 20_000
"""Changes that are looked through for those that a subscription asks for."""
CALENDAR, CARDS = "text/calendar", "text/vcard"
TOKEN = frozenset({"token"})


class _Of(Asked):
    """What it is of: a group, a source, a subscription; without any, everything."""

    group: Text | None = None
    source: Text | None = None
    subscription: Text | None = None


class _Changes(_Of):
    kind: tuple[Kind, ...] = ()


class _Events(_Of):
    prose: Flag = False
    cancelled: Literal["status", "prefix"] = "status"


class _Contacts(_Of):
    version: Literal["3.0", "4.0"] = Field(default="3.0")


def changes(request: Request) -> Response:
    """The newest changes as a feed."""
    asked = asked_of(request, _Changes, beside=TOKEN)
    wanted = Wanted(source=asked.source, group=asked.group, kinds=asked.kind, subscription=asked.subscription)
    settings = application_of(request).settings
    with reading(request) as (connection, _):
        ids = _page_ids(request, connection, asked)
        found = changes_for(connection, wanted, ids, among=AMONG)
        told = feed(
            connection,
            wanted,
            authority=settings.feed_authority,
            url=_address(request),
            public_url=settings.public_url,
        )
    newest = max((datetime.fromisoformat(change["first_seen_after"]) for change in found), default=told.born)
    return _sent(request, atom_of(found, told), ATOM, newest)


def events(request: Request) -> Response:
    """Events as a calendar."""
    asked = asked_of(request, _Events, beside=TOKEN)
    with reading(request) as (connection, now):
        of = _asked_pages(request, connection, asked, now)
        rows = of.narrowed("event", records.meetings_of(connection, of.scope, prose=asked.prose))
    name = asked.group or asked.source or asked.subscription
    body = calendar_of(
        rows, f"Events: {name}" if name else "Events", url=_address(request), cancelled=asked.cancelled
    )
    return _sent(request, body, CALENDAR, _changed_at(rows))


def contacts(request: Request) -> Response:
    """Contacts as cards for an address book."""
    asked = asked_of(request, _Contacts, beside=TOKEN)
    with reading(request) as (connection, now):
        of = _asked_pages(request, connection, asked, now)
        rows = of.narrowed("contact", records.cards_of(connection, of.scope))
    return _sent(request, cards_of(rows, version=asked.version), CARDS, _changed_at(rows))


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages that are asked, and what of their records is wanted."""

    scope: Scope
    subscription: Subscription | None

    def narrowed(self, kind: str, rows: Sequence[Row]) -> list[Row]:
        """Those that a subscription is about."""
        if self.subscription is None:
            return list(rows)
        concerned, on = Concerned(self.subscription), {page.url: page for page in self.scope.pages}
        return [row for row in rows if concerned.holds(record_from_json(kind, row), on[row["page"]])]


def _asked_pages(request: Request, connection: sa.Connection, asked: _Of, now: datetime) -> _Pages:
    """Raises UsageError where they are too many for one calendar."""
    found, subscription = _found_pages(request, connection, asked)
    if len(found) > MOST_PAGES:
        raise UsageError(f"these are more than {MOST_PAGES} pages: ask for a group's or a source's")
    assert_covered(connection, found, now)
    return _Pages(Scope(found, asked.group, now), subscription)


def _found_pages(
    request: Request, connection: sa.Connection, asked: _Of
) -> tuple[list[Page], Subscription | None]:
    if asked.subscription:
        subscription = _subscription(request, connection, asked.subscription)
        return pages_of(connection, subscription), subscription
    if asked.group:
        return pages_called(connection, asked.group), None
    if asked.source:
        return _pages_of_source(connection, asked.source), None
    return pages.get_all(connection, pages.ids_after(connection, 0, MOST_PAGES + 1)), None


def _page_ids(request: Request, connection: sa.Connection, asked: _Of) -> list[int] | None:
    if asked.subscription:
        _subscription(request, connection, asked.subscription)
        return None
    if asked.group:
        return [page.id for page in pages_called(connection, asked.group)]
    return [page.id for page in _pages_of_source(connection, asked.source)] if asked.source else None


def _pages_of_source(connection: sa.Connection, name: str) -> list[Page]:
    if subscriptions.source_id(connection, name) is None:
        raise HTTPException(404, f"There is no source '{name}'.")
    return pages.of_source(connection, name)


def _subscription(request: Request, connection: sa.Connection, name: str) -> Subscription:
    """Private: for operators, and for whom it writes to. To others it is not there."""
    stored = subscriptions.find(connection, name)
    declared = read_back(stored.spec) if stored else None
    if declared is None or not _may_see(visitor_of(request), declared):
        raise HTTPException(404, f"There is no subscription '{name}'.")
    return declared


def _may_see(visitor: Visitor, subscription: Subscription) -> bool:
    addresses = {address.casefold() for address in subscription.email or ()}
    is_written_to = visitor.email is not None and visitor.email.casefold() in addresses
    return visitor.role >= Role.OPERATOR or is_written_to


def _address(request: Request) -> str:
    """Where this can be had, without the token."""
    public = application_of(request).settings.public_url
    others = [(name, value) for name, value in request.query_params.multi_items() if name not in TOKEN]
    query = f"?{urlencode(others)}" if others else ""
    return f"{public or f'{request.url.scheme}://{request.url.netloc}'}{quote(request.url.path)}{query}"


def _changed_at(rows: Sequence[Row]) -> datetime | None:
    return max((row["changed_at"] for row in rows), default=None)


def _sent(request: Request, body: bytes, media_type: str, changed_at: datetime | None) -> Response:
    name = request.url.path.rpartition("/")[2].encode("ascii", "replace").decode().replace('"', "")
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return answered(request, body, f"{media_type}; charset=utf-8", changed_at=changed_at, headers=headers)


_SHAPES = (
    ("atom", "changes", changes),
    ("ics", "events", events),
    ("vcf", "contacts", contacts),
)


def _routes() -> list[GuardedRoute]:
    return [
        GuardedRoute(f"/feeds/{what}.{suffix}", endpoint, role, scope="feeds")
        for suffix, whole, endpoint in _SHAPES
        for what, role in (
            (whole, Role.READER),
            ("groups/{group:path}", Role.READER),
            ("sources/{source}", Role.READER),
            ("subscriptions/{subscription}", Role.MEMBER),
        )
    ]


ROUTES = tuple(_routes())
