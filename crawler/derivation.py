"""From captures to history: readings of stored captures, and a page's whole derived history made anew.

A check takes one step (`crawler.pipelines`); imports and reparses take all steps from the beginning, with the same
`diffing.history`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.errors import ReadError
from crawler.extract.knowledge import Knowledge
from crawler.reading import parse_digest, read_document, reading_rules, selection
from diffing import history
from diffing.drafts import Draft, Look
from diffing.payload import PageFacts, change_id, changes_of
from storage import blobs, captures, changes, observations, pages, readings
from storage.captures import Capture
from storage.changes import Change
from storage.observations import PageState
from storage.pages import Page
from storage.records import Reading
from storage.register import Register


@dataclass(frozen=True, slots=True)
class Reader:
    """How one page's answers are read: by today's rules, with what its profile knows."""

    knowledge: Knowledge

    @property
    def rules(self) -> str:
        return reading_rules(self.knowledge)

    def read(
        self,
        body: bytes,
        content_type: str | None,
        url: str,
        known_digest: str | None = None,
        *,
        seen_at: datetime,
    ) -> Reading | str:
        """The reading of what was seen at that time; only the digest where it is the known one.

        Raises ReadError for what is no text.
        """
        document, said = parse_digest(body, content_type=content_type, url=url)
        selected = selection(document, body, content_type, url=url, knowledge=self.knowledge, seen_at=seen_at)
        digest = selected.digest(said) if selected else said
        if digest == known_digest:
            return digest
        return read_document(document, url=url, knowledge=self.knowledge, digest=said, selected=selected)


def look_of(
    connection: sa.Connection, page: Page, capture: Capture, reader: Reader, *, keep: bool = True
) -> Look:
    """A stored capture as a step of history, read anew where today's rules have not read it yet.

    A new reading is stored unless `keep` is false (the connection may then be one for reading).
    """
    reading = None
    if capture.digest is not None:
        reading = readings.get(connection, page.id, capture.digest, reader.rules)
    if reading is None:
        body = blobs.get(connection, capture.blob_id)
        try:
            read = reader.read(body, capture.content_type, capture.address, seen_at=capture.first_seen_at)
        except ReadError as error:
            raise ReadError(f"{capture.address} as of {capture.first_seen_at:%Y-%m-%d}: {error}") from error
        assert isinstance(read, Reading)
        reading = read
        if keep:
            readings.put(connection, page.id, reading)
            captures.set_digest(connection, capture.id, reading.digest)
    return Look(capture.first_seen_at, capture.last_seen_at, capture.sha256, reading)


def rebuild(connection: sa.Connection, page: Page, reader: Reader) -> list[Change]:
    """Make a page's derived history anew from its sightings: captures, readings, observations, derived changes.

    The caller holds the page's row. Nothing is published; published changes stay as told.
    """
    register = Register.load(connection, page.id, page.key)
    state = PageState()
    steps: list[tuple[list[Draft], Look, Look]] = []
    before: Look | None = None
    for capture in captures.rebuild(connection, page.id):
        try:
            look = look_of(connection, page, capture, reader)
        except ReadError:  # what is no text says nothing of any record: the last readable state stands
            continue
        if before is None:
            history.begin(state, look, register)
        elif look.reading.digest != before.reading.digest:
            steps.append((history.advance(state, before, look, register), before, look))
        before = look
    for version in state.touched:
        version.record_id = register.resolve(version.record_id)
    register.save(connection)
    observations.replace(connection, page.id, state)
    found = _told_again(connection, page, steps, register)
    changes.rewrite_derived(connection, page.id, found)
    group = before.reading.group if before else None
    pages.update(connection, page.id, rules=reader.rules, said_name=group.label if group else None)
    return found


def facts_of(page: Page) -> PageFacts:
    """What changes say of their page."""
    return PageFacts(page.id, page.key, page.url, page.sources, page.acronym, page.name, page.said_name)


def _told_again(
    connection: sa.Connection,
    page: Page,
    steps: list[tuple[list[Draft], Look, Look]],
    register: Register,
) -> list[Change]:
    """The changes of all steps. What was published keeps the id under which it was."""
    published = changes.occurrences(connection, page.id)
    numbers = _Numbers(set(published.values()))
    facts = facts_of(page)
    found: list[Change] = []
    for drafts, before, after in steps:
        number = numbers.at(published, after.first_seen)
        found += changes_of(drafts, facts, before, after, register, number)
    return found


class _Numbers:
    """Gives the n of "the n-th time that this happened", so that published changes come out under their own ids."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._given: Counter[str] = Counter()

    def at(self, published: dict[tuple[str, datetime], str], moment: datetime) -> Callable[[str], int]:
        def number(what: str) -> int:
            told = published.get((what, moment))
            if told is not None:
                return next(n for n in range(10_000) if change_id(what, n) == told)
            while change_id(what, self._given[what]) in self._taken:
                self._given[what] += 1
            self._given[what] += 1
            return self._given[what] - 1

        return number
