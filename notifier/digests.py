"""What a digest says beside its changes: its period, what comes up, how silence is known, where the chains end.

It is gathered when the digest is first sent and kept with the delivery, so that every attempt says the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from config.schedules import AtOnce
from config.watchlist import Subscription
from diffing.payload import in_json
from notifier.coming import coming
from notifier.planning.scope import pages_of
from notifier.silence import held_back, silence
from storage.asking.evidence import heads, heads_text

MOST_HEADS = 200
"""With more pages than this a digest names only the hash of their chain heads."""


def gather(
    connection: sa.Connection,
    subscription: Subscription,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    changed_pages: Collection[str],
) -> dict[str, Any]:
    """As plain values, all times in ISO 8601: what `notifier.writing.digest_words` puts into words.

    Looks count from `since` up to `until`; what the pages said is told as of `until`. `changed_pages` are the
    addresses of the pages that the digest's changes are of.
    """
    pages = pages_of(connection, subscription)
    first_day = until.astimezone(zone).date()
    scheduled = not isinstance(subscription.send, AtOnce)
    changed = {page.label for page in pages if page.url in changed_pages}
    return {
        "sources": sorted(
            {source for page in pages for source in page.sources} & _asked(subscription, pages)
        ),
        "since": in_json(since),
        "until": in_json(until),
        "next": in_json(subscription.send.next_after(until, zone)) if scheduled else None,
        "unchanged": len({page.label for page in pages} - changed),
        "upcoming": coming(connection, pages, until, first_day, subscription.upcoming, subscription)
        if subscription.upcoming
        else None,
        "silence": silence(connection, pages, since, until),
        "held": held_back(pages),
        "heads": _heads(connection, {page.url for page in pages}),
    }


def _asked(subscription: Subscription, pages: Collection[Any]) -> set[str]:
    """The sources that it names, or all of its pages'."""
    return set(subscription.about.sources or (source for page in pages for source in page.sources))


def _heads(connection: sa.Connection, addresses: Collection[str]) -> dict[str, Any]:
    """Only of what the subscription is about: which other pages are watched is not for its readers."""
    found = [head for head in heads(connection) if head.page in addresses]
    text = heads_text(found)
    return {
        "pages": len(found),
        "sha256": hashlib.sha256(text).hexdigest(),
        "text": text.decode() if len(found) <= MOST_HEADS else None,
    }
