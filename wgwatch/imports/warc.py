"""What other crawlers kept (WARC files) into history, silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from config.errors import RemovedError
from crawler.answers import Answer, without_secrets
from crawler.history.derivation import Reader
from storage import blobs, captures, pages, sightings
from storage.engine import Database
from storage.pages import Page
from storage.sightings import content_type
from storage.warc.reading import Place, Recorded, record_at, recorded
from wgwatch.imports.admission import Admitted, Taken, admit, why_not
from wgwatch.imports.answers import answer_of, repeated
from wgwatch.imports.choosing import Choice, is_readable, key_of
from wgwatch.imports.saved import put_into_source
from wgwatch.watching.applying import page_for

AT_ONCE = 32_000_000
"""Bytes that are held before they are committed."""
OF_ONE_VISIT = timedelta(minutes=10)
"""So long after a redirect the answer that it led to belongs to it."""
REDIRECTS = {301, 302, 303, 307, 308}

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that did not become history, and why."""

    url: str
    at: datetime
    place: str
    reason: str


@dataclass(slots=True)
class WarcReport:
    """What came of an import. `new` and `known` count answers by page; `elsewhere` other pages' addresses."""

    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    redirects: list[Refused] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class WarcImport:
    """How WARC files are imported: which addresses, which time, into which source."""

    database: Database
    choice: Choice
    reader_of: Callable[[Page], Reader]
    now: datetime
    during: Period | None = None
    source: str | None = None
    is_dry: bool = False

    def run(self, paths: Sequence[Path]) -> WarcReport:
        """Import files, what is whole of them. A repeated import adds nothing. Raises UsageError."""
        return _Run(self).all_of(paths)


class _Run:
    """One import at work: what was met so far that later records may speak of."""

    def __init__(self, job: WarcImport) -> None:
        self._job = job
        self._report = WarcReport()
        self._held: dict[str, list[Taken]] = {}
        self._bytes = 0
        self._places: dict[str | tuple[str, datetime], Place] = {}
        self._led_to: dict[str, tuple[str, datetime]] = {}
        self._waiting: list[Recorded] = []
        self._requests: dict[tuple[str, datetime], tuple[tuple[str, str], ...]] = {}

    def all_of(self, paths: Sequence[Path]) -> WarcReport:
        for path in paths:
            for record in recorded(path, self._is_wanted, self._broken):
                self._meet(record)
        for record in self._waiting:
            self._repeat(record, is_last=True)
        self._flush()
        return self._report

    def _is_wanted(self, url: str) -> bool:
        return self._job.choice.takes(url) or url in self._led_to

    def _broken(self, place: Place, reason: str) -> None:
        self._report.broken.append(f"{place}: {reason}")

    def _meet(self, record: Recorded) -> None:
        if record.kind == "request":
            self._remember_request(record)
            return
        if self._bytes > AT_ONCE:  # not sooner: a request may stand behind its answer
            self._flush()
        kind = content_type(record.headers)
        if record.kind == "response" and is_readable(kind):
            self._places.setdefault((record.url, record.at), record.place)
            if record.digest:
                self._places.setdefault(record.digest, record.place)
        if not self._is_wanted(record.wanted_as):
            if is_readable(kind) and record.status == 200:
                self._report.elsewhere[record.url] += 1
        elif self._is_in_time(record):
            self._take(record)

    def _remember_request(self, record: Recorded) -> None:
        if self._is_wanted(record.wanted_as):
            said = (pair for pair in record.headers if pair[0].lower() != "host")
            self._requests[record.url, record.at] = without_secrets(said)

    def _with_request(self, taken: Taken) -> Taken:
        answer = taken.answer
        asked = self._requests.get((answer.final_url, answer.received_at), ())
        return replace(taken, answer=replace(answer, asked=asked))

    def _is_in_time(self, record: Recorded) -> bool:
        if record.at > self._job.now:
            self._refuse(record, "it lies in the future")
            return False
        during = self._job.during
        return during is None or during[0] <= record.at <= during[1]

    def _take(self, record: Recorded) -> None:
        if record.status in REDIRECTS:
            self._follow(record)
        elif record.kind == "revisit":
            self._repeat(record, is_last=False)
        elif self._job.choice.knows(record.wanted_as) or is_readable(content_type(record.headers)):
            self._hold(record, answer_of(record, self._asked(record)))

    def _follow(self, record: Recorded) -> None:
        """A redirect is no page: the answer of where it leads is the page's, unless that is a page of its own."""
        location = next((value for name, value in record.headers if name.lower() == "location"), "")
        target = urljoin(record.url, location)
        self._report.redirects.append(
            Refused(record.url, record.at, str(record.place), f"it leads to {target}")
        )
        asked = self._asked(record) or record.url
        if key_of(target) and not self._job.choice.takes(target):
            self._led_to[target] = (asked, record.at)

    def _asked(self, record: Recorded) -> str | None:
        """The address that redirects to this one began at."""
        if record.asked_for:
            return record.asked_for
        asked, at = self._led_to.get(record.url, (None, record.at))
        is_one_visit = timedelta(0) <= record.at - at <= OF_ONE_VISIT
        return asked if is_one_visit and not self._job.choice.takes(record.url) else None

    def _repeat(self, record: Recorded, *, is_last: bool) -> None:
        """A revisit record stands for the answer that it names; that may come later in the files."""
        original = self._original(record)
        if original is not None:
            self._hold(record, repeated(record, original))
        elif is_last:
            self._refuse(record, "it repeats an answer that is in none of these files, nor known")
        else:
            self._waiting.append(record)

    def _original(self, record: Recorded) -> Answer | None:
        names: list[str | tuple[str, datetime]] = []
        if record.refers_to and record.refers_to[1]:
            names.append((record.refers_to[0], record.refers_to[1]))
        if record.digest:
            names.append(record.digest)
        place = next((self._places[name] for name in names if name in self._places), None)
        found = record_at(place) if place else None
        return answer_of(found) if found else self._known_answer(record)

    def _known_answer(self, record: Recorded) -> Answer | None:
        """What a revisit repeats, where an earlier import brought it."""
        url, at = record.refers_to or (record.url, None)
        if at is None or (key := key_of(url)) is None:
            return None
        with self._job.database.read() as connection:
            page = pages.by_key(connection, key)
            capture = captures.at(connection, page.id, at) if page else None
            if page is None or capture is None or sightings.good_at(connection, page.id, at) is None:
                return None
            try:
                body = blobs.get(connection, capture.blob_id)
            except RemovedError:
                return None
        kind = (("Content-Type", capture.content_type),) if capture.content_type else ()
        return Answer(
            page_id=0,
            url=url,
            final_url=url,
            status=200,
            headers=kind,
            body=body,
            asked_at=at,
            received_at=at,
        )

    def _hold(self, record: Recorded, answer: Answer) -> None:
        asked = self._asked(record)
        if asked is None and not self._job.choice.takes(record.url):
            return
        answer = replace(answer, url=asked or answer.url)
        if reason := why_not(answer):
            self._refuse(record, reason)
            return
        self._held.setdefault(key_of(answer.url) or "", []).append(Taken(answer, record.taken_by))
        self._bytes += len(answer.body)

    def _refuse(self, record: Recorded, reason: str) -> None:
        self._report.refused.append(Refused(record.url, record.at, str(record.place), reason))

    def _flush(self) -> None:
        """Commit what is held, each page by itself."""
        for found in self._held.values():
            label, admitted = self._commit([self._with_request(taken) for taken in found])
            self._report.new[label] += admitted.new
            self._report.known[label] += admitted.known
        self._held, self._bytes, self._requests = {}, 0, {}

    def _commit(self, found: list[Taken]) -> tuple[str, Admitted]:
        job, url = self._job, found[0].answer.url
        if job.is_dry:
            return url, Admitted(new=len(found))
        with job.database.write() as connection:
            page = pages.lock(connection, page_for(connection, url, job.now).id)
            if job.source is not None:
                page = put_into_source(connection, page, job.source)
            admitted = admit(connection, page, found, job.reader_of)
            return pages.get(connection, page.id).label, admitted
