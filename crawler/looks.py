"""A look at one answer: is it the page, and what does it say? The costly part, without a database and without a lock.

What it needs is put into a `Question`, so that it may be answered by another process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from config.errors import ReadError, RemovedError
from crawler.answers import Answer
from crawler.guard import Past, Verdict, judge
from crawler.history import eyes
from crawler.history.derivation import Reader
from crawler.links.targets import Links, read_links
from storage import blobs, captures, frames, readings, rendered
from storage.captures import Capture
from storage.pages import Page
from storage.records import Reading
from storage.sightings import content_type
from storage.watched import follows
from storage.watched.follows import Following

Load = Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class Question:
    """An answer with what is known of its page. `body`, `address` and `content_type` are of what is to be read:
    for a 304 the answer that its validators belong to; `body` is None where there is none. There is no past where the
    page is seen by other eyes than before.

    `digest` is the last reading's by the same rules; `sha256` of the bytes that need no reading at all. `outline` is
    the answer's, where that is known already.
    """

    answer: Answer
    past: Capture | None
    reader: Reader
    body: bytes | None
    address: str
    content_type: str | None
    digest: str | None
    sha256: str | None
    followings: tuple[Following, ...] = ()
    outline: bytes | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What an answer is worth, and where it is the page and not known already, what it says and links to.

    `outline` is by which it is known again while nothing that is read differs. What takes long is made here: `packed`,
    a reading as it is stored, and for a page's first look `frame`, the whole body as it may be stored.
    """

    verdict: Verdict
    read: Reading | str | None = None
    links: Links | None = None
    outline: bytes | None = None
    packed: bytes | None = None
    frame: bytes | None = None

    @property
    def is_page(self) -> bool:
        return self.verdict.outcome in {"page", "unchanged"}


def question_of(
    connection: sa.Connection, page: Page, answer: Answer, reader: Reader, outline: bytes | None = None
) -> Question:
    """All that a look at this answer needs; `outline` is the answer's, where it is known already."""
    latest = captures.latest(connection, page.id)
    body: bytes | None = answer.body
    address, kind = answer.final_url, content_type(answer.headers)
    if answer.status == 304:
        kept = page.validated_blob_id
        body = blobs.get(connection, kept) if kept is not None else None
        address, kind = page.validated_url or address, latest.content_type if latest else kind
    anew = eyes.have_changed(connection, page, latest, rendered.is_rendered(answer.headers))
    same_rules = latest is not None and page.rules == reader.rules
    return Question(
        answer=answer,
        past=None if anew else latest,
        reader=reader,
        body=body,
        address=address,
        content_type=kind,
        digest=latest.digest if latest and same_rules else None,
        sha256=latest.sha256 if latest and same_rules else None,
        followings=tuple(follows.of_page(connection, page.id)),
        outline=outline,
    )


def look_at(question: Question, load: Load) -> Looked:
    """Judge the answer and read it as far as it is not known; `load` fetches the bytes of its past."""
    verdict = judge(question.answer, _past(question, load))
    if verdict.outcome not in {"page", "unchanged"}:
        return Looked(verdict)
    if question.body is None:
        return Looked(Verdict("failed", ("it said that nothing changed, but nothing was known",)))
    try:
        return _read(question, question.body, verdict)
    except ReadError as error:
        return Looked(Verdict("failed", (str(error),)))


def load_past(connection: sa.Connection, question: Question) -> bytes | None:
    """The bytes of the page's last good answer; None where they are no longer kept."""
    try:
        return blobs.get(connection, question.past.blob_id) if question.past else None
    except RemovedError:
        return None


def _past(question: Question, load: Load) -> Past | None:
    latest = question.past
    if latest is None:
        return None
    return Past(latest.sha256, latest.size, latest.content_type, latest.address, load)


def _read(question: Question, body: bytes, verdict: Verdict) -> Looked:
    if question.sha256 and blobs.hash_of(body).hex() == question.sha256:
        return Looked(verdict)
    kind, address = question.content_type, question.address
    seen_at = question.answer.received_at
    read = question.reader.read(body, kind, address, question.digest, seen_at=seen_at)
    links = read_links(body, kind, address, question.followings)
    outline = question.outline or question.reader.outline(body, kind, address)
    packed = readings.pack(read) if isinstance(read, Reading) else None
    frame = frames.pack(body) if question.past is None else None
    return Looked(verdict, read, links, outline, packed, frame)
