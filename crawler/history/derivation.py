"""From captures to history: readings of stored captures, and a page's whole derived history made anew.

A check takes one step (`crawler.pipelines`); imports and reparses take all steps from the beginning, with the same
`diffing.history`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from config.errors import ReadError, RemovedError
from crawler.documents import outline
from crawler.extract.knowledge import Knowledge
from crawler.history import erasure
from crawler.history.linking import link, second_derived, seconded
from crawler.reading import parse_digest, read_document, reading_rules, selection
from diffing import history
from diffing.drafts import Draft, Look
from diffing.kept_ids import keep_ids
from diffing.noise import sift
from diffing.payload import PageFacts, change_id, changes_of
from storage import blobs, captures, changes, noise, observations, pages, readings, rendered
from storage.captures import Capture
from storage.changes import Change
from storage.fulltext import passages
from storage.fulltext.passages import Stretch, passages_of
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

    def outline(self, body: bytes, content_type: str | None, url: str) -> bytes | None:
        """A hash of all that these rules read of an answer (`crawler.documents.outline`).

        None where there is none: for what is no HTML, and where a profile's selectors may look at anything.
        """
        if self.knowledge.layouts:
            return None
        seen = outline(body, content_type, url)
        return None if seen is None else hashlib.sha256(self.rules.encode() + seen).digest()

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
        reading = _reading_of(connection, page, capture, reader)
        if keep:
            reading = erasure.settle(connection, page.id, capture.blob_id, reading)
            readings.put(connection, page.id, reading)
            captures.set_digest(connection, capture.id, reading.digest)
    return Look(capture.first_seen_at, capture.last_seen_at, capture.sha256, reading)


def _reading_of(connection: sa.Connection, page: Page, capture: Capture, reader: Reader) -> Reading:
    """Read anew by today's rules; what was read last where the bytes are removed."""
    try:
        body = blobs.get(connection, capture.blob_id)
        read = reader.read(body, capture.content_type, capture.address, seen_at=capture.first_seen_at)
    except RemovedError as removed:
        return erasure.frozen(connection, page.id, capture.blob_id, removed)
    except ReadError as error:
        raise ReadError(f"{capture.address} as of {capture.first_seen_at:%Y-%m-%d}: {error}") from error
    assert isinstance(read, Reading)
    return read


@dataclass(slots=True)
class Derived:
    """A page's whole history as derived from its captures, before any of it is written.

    `called` gives the ids that records in `stretches` bear; all others bear theirs already.
    """

    register: Register
    called: Callable[[str], str] = str
    state: PageState = field(default_factory=PageState)
    steps: list[tuple[list[Draft], Look, Look]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    last: Look | None = None


def derive(
    connection: sa.Connection, page: Page, found: Iterable[Capture], reader: Reader, *, keep: bool = True
) -> Derived:
    """All steps over the captures, from the first. Nothing but new readings is written, and those if `keep`."""
    made = Derived(Register.load(connection, page.id, page.key))
    drawn = Register(page.id, page.key)  # what is one record follows from the captures alone
    marks = noise.active(connection, page.id)
    built, was_built = rendered.blobs_of(connection, page.id), False
    for capture in found:
        try:
            look = look_of(connection, page, capture, reader, keep=keep)
        except ReadError:  # what is no text says nothing of any record: the last readable state stands
            continue
        if made.last is None:
            history.begin(made.state, look, drawn)
        elif (capture.blob_id in built) != was_built:
            history.see_anew(made.state, made.last, look, drawn)
        elif look.reading.digest != made.last.reading.digest:
            known = frozenset(made.state.known)
            drafts = history.advance(made.state, made.last, look, drawn)
            made.steps.append((sift(drafts, marks, known, made.last, look), made.last, look))
        made.last, was_built = look, capture.blob_id in built
        made.stretches.append(stretch_of(look, made.state, drawn))
    made.called = made.register.adopt(drawn)
    _call(made, made.called)
    keep_ids(observations.all_of(connection, page.id), made.state, made.register)
    _call(made, made.register.resolve)
    return made


def _call(made: Derived, called: Callable[[str], str]) -> None:
    """Let all records bear other ids."""
    for version in {id(version): version for version in made.state.touched}.values():
        version.record_id = called(version.record_id)
    made.steps = [
        ([_called(draft, called) for draft in drafts], before, after) for drafts, before, after in made.steps
    ]


def _called(draft: Draft, called: Callable[[str], str]) -> Draft:
    ids = (
        called(record_id) if record_id else None
        for record_id in (draft.record_id, draft.before_id, draft.after_id)
    )
    record_id, before_id, after_id = ids
    return replace(draft, record_id=record_id, before_id=before_id, after_id=after_id)


def rebuild(connection: sa.Connection, page: Page, reader: Reader) -> list[Change]:
    """Make a page's derived history anew from its sightings: captures, readings, observations, derived changes.

    The caller holds the page's row. Nothing is published; published changes stay as told.
    """
    made = derive(connection, page, captures.rebuild(connection, page.id), reader)
    made.register.save(connection)
    observations.replace(connection, page.id, made.state)
    passages.rebuild(connection, page.id, made.stretches, made.called)
    group = made.last.reading.group if made.last else None
    rules = {"rules": reader.rules, "history_rules": reader.rules}
    pages.update(connection, page.id, **rules, said_name=group.label if group else None)
    link(connection, pages.get(connection, page.id))
    found = seconded(connection, told_again(connection, page, made))
    changes.rewrite_derived(connection, page.id, found)
    second_derived(connection, page)
    return found


def stretch_of(look: Look, state: PageState, register: Register) -> Stretch:
    """What a look makes searchable: the text of its sections, and the records that stand."""
    standing = ((register.resolve(version.record_id), version.record) for version in state.open)
    return Stretch(look.first_seen, look.last_seen, passages_of(look.reading, standing))


def facts_of(page: Page) -> PageFacts:
    """What changes say of their page."""
    return PageFacts(page.id, page.key, page.url, page.sources, page.acronym, page.name, page.said_name)


def told_again(connection: sa.Connection, page: Page, made: Derived) -> list[Change]:
    """The changes of all steps. What was published keeps the id under which it was."""
    published = changes.occurrences(connection, page.id)
    numbers = _Numbers(set(published.values()))
    facts = facts_of(page)
    found: list[Change] = []
    for drafts, before, after in made.steps:
        number = numbers.at(published, after.first_seen)
        found += changes_of(drafts, facts, before, after, made.register, number)
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
