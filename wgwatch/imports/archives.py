"""A page's captures out of a web archive (RFC 7089), politely, and going on where it stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from config.addresses import host_of, page_key, shown_url
from config.errors import WgwatchError
from crawler.answers import Answer
from crawler.history.derivation import Reader
from notifier.channels.webhook import seconds_until
from storage import pages, sightings
from storage.engine import Database
from storage.pages import Page
from storage.work import leases
from storage.work.leases import Lease
from wgwatch.imports.admission import Taken, admit, reject, why_not
from wgwatch.imports.asking import Asker, AskError, Reply
from wgwatch.imports.mementos import fetch
from wgwatch.imports.timemaps import Memento, asked_for, read_timemap

TRIES = 5
LONGEST_WAIT = 600.0
"""Seconds that an archive may let us wait; for longer ones the command ends and can be given again."""
SHORTEST_WAIT = 1.0
LISTS = 1_000
"""TimeMaps of one page; a list that goes on for ever ends here."""
AT_ONCE = 10
"""Captures that are fetched before they are committed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A capture that did not become history, and why."""

    url: str
    at: datetime
    reason: str


@dataclass(slots=True)
class ArchiveReport:
    """What came of an import: captures listed, wanted now (`at_most`), new and refused ones; why it stopped early."""

    listed: int = 0
    known: int = 0
    left: int = 0
    wanted: list[Memento] = field(default_factory=list)
    new: int = 0
    refused: list[Refused] = field(default_factory=list)
    stopped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveImport:
    """How to import. `delay` is kept between the starts of two requests (seconds); `during` both ends included."""

    database: Database
    asker: Asker
    page: Page
    reader_of: Callable[[Page], Reader]
    owner: str
    clock: Callable[[], datetime]
    delay: float
    during: tuple[datetime, datetime] | None = None
    at_most: int | None = None
    is_dry: bool = False
    on_step: Callable[[str], None] = lambda text: None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self, timemap: str) -> ArchiveReport:
        """List, choose, fetch and commit. Raises WgwatchError where not even a list comes."""
        run = _Run(self)
        try:
            return await run.all_of(timemap)
        finally:
            run.release()


class _Run:
    """One import at work: its leases, its pace, what it found."""

    def __init__(self, job: ArchiveImport) -> None:
        self._job = job
        self._leases: dict[str, Lease] = {}
        self._asked_at: float | None = None
        self._report = ArchiveReport()

    async def all_of(self, timemap: str) -> ArchiveReport:
        listed = await self._listed(timemap)
        wanted = self._choose(listed)
        if not self._job.is_dry:
            await self._fetch_all(wanted, listed)
        return self._report

    def release(self) -> None:
        with self._job.database.write() as connection:
            for lease in self._leases.values():
                leases.release(connection, lease)

    async def _listed(self, timemap: str) -> dict[Memento, str]:
        """Every capture of every address of the page that the archive lists, with the address."""
        with self._job.database.read() as connection:
            urls = pages.address_urls(connection, self._job.page.id)
        found, original = await self._list(timemap, None)
        began_at = original or next((url for url in urls if timemap.endswith(url)), None)
        for url in urls:
            other = asked_for(timemap, began_at, url) if began_at else None
            if other is not None and other != timemap:
                more, _ = await self._list(other, url)
                found |= {memento: asked for memento, asked in more.items() if memento not in found}
        return found

    async def _list(self, timemap: str, address: str | None) -> tuple[dict[Memento, str], str | None]:
        """One address's captures, over all pages of its TimeMap, and the address as the archive names it."""
        found: dict[Memento, str] = {}
        waiting, seen, original = [timemap], {timemap}, address
        while waiting and len(seen) <= LISTS:
            reply = await self._get_followed(waiting.pop(0))
            if reply.status == 404:  # of this address it has nothing
                continue
            if reply.status != 200:
                raise AskError(f"{shown_url(reply.url)} answered {reply.status}, not with a list of captures")
            listed = read_timemap(reply)
            original = original or listed.original
            asked = self._address(original)
            found |= dict.fromkeys(listed.mementos, asked)
            waiting += [url for url in listed.more if url not in seen]
            seen.update(listed.more)
        return found, original

    def _address(self, original: str | None) -> str:
        """What the page was asked for by: the archive's word for it, if it is one of ours."""
        with self._job.database.read() as connection:
            known = pages.address_keys(connection, self._job.page.id)
        if original is None:
            return self._job.page.url
        if page_key(original) not in known:
            raise WgwatchError(
                f"the archive lists captures of {original}, which is no address of {self._job.page.label}: "
                "wgwatch alias joins them if they are one page"
            )
        return original

    def _choose(self, listed: dict[Memento, str]) -> list[Memento]:
        """Those of the period that are not known, each moment once, oldest first."""
        job, report = self._job, self._report
        with job.database.read() as connection:
            known = sightings.times_known(connection, job.page.id)
        by_time = {
            memento.at: memento for memento in sorted(listed, key=lambda m: (m.at, m.url), reverse=True)
        }
        within = [at for at in sorted(by_time) if job.during is None or job.during[0] <= at <= job.during[1]]
        new = [by_time[at] for at in within if at not in known and at <= job.clock()]
        report.listed, report.known = len(within), sum(at in known for at in within)
        report.wanted = new[: job.at_most]
        report.left = len(new) - len(report.wanted)
        return report.wanted

    async def _fetch_all(self, wanted: list[Memento], asked: dict[Memento, str]) -> None:
        held: list[tuple[Memento, Taken]] = []
        try:
            for memento in wanted:
                taken = await fetch(self._get, memento, asked[memento])
                held.append((memento, taken))
                self._job.on_step(f"{memento.at:%Y-%m-%d %H:%M:%S} {memento.url}")
                if len(held) >= AT_ONCE:
                    self._commit(held)
                    held = []
        except AskError as error:
            self._report.stopped = str(error)
        self._commit(held)

    def _commit(self, held: list[tuple[Memento, Taken]]) -> None:
        """What is the page goes into history; what is not is kept beside it, so that it is not asked for again."""
        job = self._job
        judged = [(memento, taken, why_not(taken.answer)) for memento, taken in held]
        with job.database.write() as connection:
            page = pages.lock(connection, job.page.id)
            for memento, taken, reason in judged:
                if reason is not None:
                    self._report.refused.append(Refused(memento.url, memento.at, reason))
                    if taken.answer.error is None:
                        reject(connection, page, taken, reason)
                if taken.answer.received_at != memento.at:
                    reject(connection, page, *_elsewhere(memento, taken))
            good = [taken for _, taken, reason in judged if reason is None]
            self._report.new += admit(connection, page, good, job.reader_of).new

    async def _get_followed(self, url: str) -> Reply:
        reply = await self._get(url, {})
        for _ in range(5):
            location = reply.header("location")
            if not 300 <= reply.status < 400 or location is None:
                break
            reply = await self._get(urljoin(reply.url, location), {})
        return reply

    async def _get(self, url: str, headers: dict[str, str]) -> Reply:
        """One GET in our turn and at our pace; the archive may ask us to wait."""
        for attempt in range(TRIES):
            self._hold(host_of(url))
            await self._pace()
            reply = await self._job.asker.get(url, headers)
            if reply.status not in {429, 503} or reply.header("memento-datetime"):
                return reply
            after = seconds_until(reply.header("retry-after"), self._job.clock())
            wait = after if after is not None else max(self._job.delay, SHORTEST_WAIT) * 2**attempt
            if wait > LONGEST_WAIT:
                break
            await self._job.sleep(wait)
        raise AskError(
            f"{urlsplit(url).netloc} asks us to come later ({reply.status}): the same command goes on"
        )

    def _hold(self, host: str) -> None:
        """Only who holds a host's lease may ask it."""
        job = self._job
        with job.database.write() as connection:
            held = self._leases.get(host)
            if held is not None:
                leases.renew(connection, held, job.clock())
                return
            taken = leases.acquire(connection, f"host:{host}", job.owner, job.clock())
        if taken is None:
            raise WgwatchError(f"another process is asking {host} at this moment: try again later")
        self._leases[host] = taken

    async def _pace(self) -> None:
        if self._asked_at is not None:
            await self._job.sleep(max(0.0, self._asked_at + self._job.delay - time.monotonic()))
        self._asked_at = time.monotonic()


def _elsewhere(memento: Memento, taken: Taken) -> tuple[Taken, str]:
    """The archive gave another capture than the one that it listed: the listed one is known to lead there."""
    answer: Answer = taken.answer
    pointer = replace(answer, status=302, body=b"", headers=(), received_at=memento.at, asked_at=memento.at)
    return Taken(
        pointer, taken.taken_by
    ), f"the archive gave its capture of {answer.received_at:%Y-%m-%d %H:%M:%S}"
