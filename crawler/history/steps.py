"""One step of a page's history: an answer is put at its end, compared with the one before, and nobody is told.

Checks publish what a step finds, imports of what came last keep it as derived.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.errors import ReadError
from crawler.history import erasure, eyes
from crawler.history.derivation import Reader, facts_of, look_of, stretch_of
from crawler.history.linking import link, seconded
from diffing import history
from diffing.drafts import Look
from diffing.noise import sift
from diffing.payload import changes_of
from storage import blobs, captures, changes, noise, observations, pages, readings
from storage.captures import Capture
from storage.changes import Change
from storage.fulltext import passages
from storage.observations import PageState
from storage.pages import Page
from storage.records import Reading
from storage.register import Register


@dataclass(frozen=True, slots=True)
class Seen:
    """A good answer: its stored bytes, and its reading (or digest alone) where it was read already.

    `packed` is the reading as it is stored, `is_rendered` where a browser built the answer.
    """

    at: datetime
    blob_id: int
    body: bytes
    content_type: str | None
    address: str
    read: Reading | str | None = None
    packed: bytes | None = None
    is_rendered: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What an answer did to a history: baseline, changed or unchanged; `is_new` where it began a capture.

    It is a baseline too where the page is seen by other eyes than before (`crawler.history.eyes`).
    """

    outcome: str
    changes: tuple[Change, ...] = ()
    counts: dict[str, int] | None = None
    said_name: str | None = None
    is_new: bool = True


def append(connection: sa.Connection, page: Page, seen: Seen, reader: Reader) -> Step:
    """Put an answer at the end of the page's history and say what that makes of it. The caller holds the page."""
    latest = captures.latest(connection, page.id)
    if latest is not None and page.rules != reader.rules:
        _reread(connection, page, latest, reader)
        latest = captures.latest(connection, page.id)
    if latest is not None and latest.blob_id == seen.blob_id:
        captures.extend(connection, latest, seen.at)
        return Step("unchanged", is_new=False)
    reading = seen.read
    if latest is not None and isinstance(reading, str) and reading != latest.digest:
        reading = None  # the predecessor is another than when this was read
    if reading is None:
        reading = reader.read(seen.body, seen.content_type, seen.address, seen_at=seen.at)
    digest = reading if isinstance(reading, str) else reading.digest
    captures.begin(
        connection,
        page.id,
        blob_id=seen.blob_id,
        address=seen.address,
        content_type=seen.content_type,
        seen_at=seen.at,
        digest=digest,
    )
    if isinstance(reading, str) or (latest is not None and digest == latest.digest):
        erasure.settle_same(connection, page.id, seen.blob_id, digest, reader.rules)
        return Step("unchanged")
    reading = erasure.settle(connection, page.id, seen.blob_id, reading)
    readings.put(connection, page.id, reading, seen.packed if reading is seen.read else None)
    after = Look(seen.at, seen.at, blobs.hash_of(seen.body).hex(), reading)
    if latest is None:
        return _baseline(connection, page, after)
    try:
        before = look_of(connection, page, latest, reader)
    except ReadError:  # by these rules the predecessor is no text: there is nothing like to compare with
        _take_over(connection, page, after)
        return Step("changed", (), reading.counts(), _said_name(after))
    if eyes.have_changed(connection, page, latest, seen.is_rendered):
        return _see_anew(connection, page, before, after)
    return _advance(connection, page, before, after)


def _baseline(connection: sa.Connection, page: Page, look: Look) -> Step:
    register = Register.load(connection, page.id, page.key)
    state = observations.load(connection, page.id)
    history.begin(state, look, register)
    register.save(connection)
    observations.save(connection, page.id, state)
    passages.begin(connection, page.id, stretch_of(look, state, register))
    pages.update(connection, page.id, history_rules=look.reading.rules)
    link(connection, page, {version.record_id for version in state.touched})
    return Step("baseline", (), look.reading.counts(), _said_name(look))


def _advance(connection: sa.Connection, page: Page, before: Look, after: Look) -> Step:
    register = Register.load(connection, page.id, page.key)
    state = observations.load(connection, page.id)
    known = frozenset(state.known)
    drafts = history.advance(state, before, after, register)
    drafts = sift(drafts, noise.active(connection, page.id), known, before, after)
    _save(connection, page, register, state, before, after)
    seen = changes.times_seen(connection, page.id)
    facts = facts_of(page)

    def number(what: str) -> int:
        seen[what] += 1
        return seen[what] - 1

    found = seconded(connection, changes_of(drafts, facts, before, after, register, number))
    return Step("changed", tuple(found), after.reading.counts(), _said_name(after))


def _see_anew(connection: sa.Connection, page: Page, before: Look, after: Look) -> Step:
    """The page is seen by other eyes: its history goes on with what these see, and nobody is told."""
    register = Register.load(connection, page.id, page.key)
    state = observations.load(connection, page.id)
    history.see_anew(state, before, after, register)
    _save(connection, page, register, state, before, after)
    return Step("baseline", (), after.reading.counts(), _said_name(after))


def _save(
    connection: sa.Connection, page: Page, register: Register, state: PageState, before: Look, after: Look
) -> None:
    register.save(connection)
    observations.save(connection, page.id, state)
    for younger, older in register.new_redirects():
        observations.redirect(connection, page.id, younger, older)
    passages.advance(connection, page.id, before.last_seen, stretch_of(after, state, register))
    link(connection, page, {register.resolve(version.record_id) for version in state.touched})


def _said_name(look: Look) -> str | None:
    return look.reading.group.label if look.reading.group else None


def _reread(connection: sa.Connection, page: Page, latest: Capture, reader: Reader) -> None:
    """The reading rules are new: the old answer is read by them first, in silence, then like is compared with like."""
    with suppress(ReadError):  # read once, but no longer by these rules: what was read then stands
        _take_over(connection, page, look_of(connection, page, latest, reader))


def _take_over(connection: sa.Connection, page: Page, look: Look) -> None:
    """What the page said becomes what is read now, without a change."""
    register = Register.load(connection, page.id, page.key)
    state = observations.load(connection, page.id)
    history.reread(state, look, register)
    register.save(connection)
    observations.save(connection, page.id, state)
    passages.advance(connection, page.id, look.last_seen, stretch_of(look, state, register))
    pages.update(connection, page.id, history_rules=None)
    link(connection, page, {register.resolve(version.record_id) for version in state.touched})
