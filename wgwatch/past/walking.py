"""A question about records answered a piece at a time, some pages after the others: a piece costs the same however
many records there are.

Within the pages that are asked at once, records stand as on the command line: events by their days, others as their
pages list them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from diffing.composing import Composed
from diffing.payload import in_json
from storage import links, pages
from storage.asking import queries
from storage.pages import Page
from wgwatch.cli.finding import not_covered
from wgwatch.past.asking import Question, Silence, Told, answer

AT_ONCE = 25
"""Pages that are asked together."""
BATCHES = 5
"""So many times for one piece: where few records fit, it may end with none and still go on."""

Key = tuple[str, int, str, int, str]
"""Where a record stands: its day, its page, when it was first seen so, its place there, its id."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece ended: pages up to this number are done, of the next ones all up to a record."""

    done: int = 0
    last: Key | None = None


@dataclass(frozen=True, slots=True)
class Walked:
    """A piece; `place` is where the next one begins, None at the end. `unseen` pages had no look in the period."""

    records: tuple[Composed, ...]
    place: Place | None
    unseen: int = 0
    silence: Silence | None = None
    nothing: str | None = None


class Walk:
    """Over the pages of these numbers, or over all."""

    def __init__(
        self, connection: sa.Connection, question: Question, now: datetime, page_ids: Sequence[int] | None
    ) -> None:
        self._connection = connection
        self._question = question
        self._now = now
        self._ids = sorted(page_ids) if page_ids is not None else None

    def piece(self, start: Place, limit: int) -> Walked:
        """What comes after a place. Raises WgwatchError where nothing is known of the time at all."""
        found: list[Composed] = []
        met = _Met()
        place = start
        for _ in range(BATCHES):
            batch = pages.get_all(self._connection, self._after(place.done))
            told = self._told(batch, place.done, met)
            rest = [each for each in told if place.last is None or key_of(each) > place.last]
            room = limit - len(found)
            if len(rest) > room:
                found += rest[:room]
                last = key_of(found[-1]) if room else place.last
                return Walked(tuple(found), Place(place.done, last), met.unseen)
            found += rest
            if len(batch) < AT_ONCE:
                return self._end(found, start, met)
            place = Place(batch[-1].id)
        return Walked(tuple(found), place, met.unseen)

    def _after(self, done: int) -> list[int]:
        if self._ids is None:
            return pages.ids_after(self._connection, done, AT_ONCE)
        return [page_id for page_id in self._ids if page_id > done][:AT_ONCE]

    def _end(self, found: list[Composed], start: Place, met: _Met) -> Walked:
        if not found and start == Place():
            if not met.covered:
                raise not_covered(met.earliest, self._moment)
            if met.silences and not met.told:
                return Walked((), None, met.unseen, _as_one(met.silences))
        return Walked(tuple(found), None, met.unseen, nothing=met.nothing if not found else None)

    def _told(self, batch: Sequence[Page], done: int, met: _Met) -> list[Composed]:
        """What the pages say together with others that show the same records, in order."""
        known = queries.coverage(self._connection, batch, self._moment)
        met.see(known)
        if not known.pages:
            return []
        told = answer(self._connection, batch, self._question, self._now)
        if isinstance(told, Silence):
            met.silences.append(told)
            met.unseen += len(batch)
            return []
        met.told, met.nothing = True, told.nothing
        met.unseen += told.unseen
        return sorted(self._together(told, batch, done), key=key_of)

    def _together(self, told: Told, batch: Sequence[Page], done: int) -> Sequence[Composed]:
        """A record that stands on pages of several batches is shown once, with the first."""
        if self._question.history or self._question.during:
            return told.records
        ids = {each.shown.record_id for each in told.records}
        mine = {page.id for page in batch}
        shared = links.pages_of(self._connection, ids) - mine
        others = pages.get_all(
            self._connection, sorted(shared if self._ids is None else shared & {*self._ids})
        )
        if not others:
            return told.records
        whole = answer(self._connection, [*batch, *others], self._question, self._now)
        assert isinstance(whole, Told)  # silence is only about periods
        shown_before = {page.url for page in others if page.id <= done}
        return [e for e in whole.records if e.shown.record_id in ids and shown_before.isdisjoint(e.pages)]

    @property
    def _moment(self) -> datetime:
        question = self._question
        return question.as_of or (question.during[1] if question.during else self._now)


class _Met:
    """What the pages of a piece had to say of the asked time."""

    def __init__(self) -> None:
        self.earliest: datetime | None = None
        self.covered = self.told = False
        self.silences: list[Silence] = []
        self.unseen = 0
        self.nothing: str | None = None

    def see(self, known: queries.Coverage) -> None:
        self.covered = self.covered or bool(known.pages)
        if known.earliest is not None:
            self.earliest = min(self.earliest or known.earliest, known.earliest)


def key_of(composed: Composed) -> Key:
    """Where a record stands in the order of a walk."""
    shown = composed.shown
    day = (getattr(shown.record, "starts_on", None) or "9999") if shown.record.kind == "event" else ""
    return day, shown.page_id, in_json(shown.first_seen), shown.record.place, shown.record_id


def _as_one(silences: Sequence[Silence]) -> Silence:
    """Of several batches of pages."""
    lasts = [each.last_look for each in silences if each.last_look]
    nexts = [each.next_look for each in silences if each.next_look]
    return replace(
        silences[0],
        last_look=max(lasts, default=None),
        next_look=min(nexts, default=None),
        before=tuple(one for each in silences for one in each.before),
        after=tuple(one for each in silences for one in each.after),
    )
