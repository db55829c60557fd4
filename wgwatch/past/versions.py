"""Which version of a page a person means: by a day, by the number of a capture, by the beginning of a SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from config.errors import UsageError, WgwatchError
from storage import captures
from storage.captures import Capture
from storage.pages import Page
from wgwatch.cli.times import Moment, day

SHORTEST_HASH = 6


def at(connection: sa.Connection, page: Page, moment: datetime) -> Capture:
    """The version that held at a moment. Raises WgwatchError, with the earliest look, where there was none."""
    capture = captures.at(connection, page.id, moment)
    if capture is not None:
        return capture
    known = captures.all_of(connection, page.id)
    if not known:
        raise WgwatchError(f"{page.label} was not looked at yet")
    raise WgwatchError(
        f"nothing is known of {day(moment)}: the earliest look at {page.label} is of {day(known[0].first_seen_at)}"
    )


def two(
    connection: sa.Connection, page: Page, since: str | None, until: str | None
) -> tuple[Capture, Capture]:
    """Two versions to compare: without words the newest, and the one before it. Raises WgwatchError, UsageError."""
    known = captures.all_of(connection, page.id)
    if not known:
        raise WgwatchError(f"{page.label} was not looked at yet")
    after = _named(connection, page, until, known) if until else known[-1]
    if since:
        return _named(connection, page, since, known), after
    earlier = [capture for capture in known if capture.first_seen_at < after.first_seen_at]
    if not earlier:
        raise UsageError(f"{page.label} has only one version so far")
    return earlier[-1], after


def _named(connection: sa.Connection, page: Page, word: str, known: Sequence[Capture]) -> Capture:
    """The version that a day, an id or a hash names; `2016` is a year."""
    for capture in known:
        if len(word) != len("2016") and word == str(capture.id):
            return capture
    same = [c for c in known if len(word) >= SHORTEST_HASH and c.sha256.startswith(word.casefold())]
    if same:
        return same[-1]
    if word.isdigit() and len(word) != len("2016"):
        raise UsageError(f"{page.label} has no version {word}: wgwatch captures lists them")
    return at(connection, page, Moment(end=True).convert(word, None, None))
