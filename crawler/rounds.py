"""A round of looks: pages by host, each host under its lease; answers are taken in while the next are asked for."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from config.errors import LeaseLost, WgwatchError
from config.networks import Networks
from config.proxies import Proxies
from config.rendering import Rendering
from crawler.answers import Answer, PageJob
from crawler.browser import Browser
from crawler.desk import Desk
from crawler.engine import CrawlOptions, crawl_host
from crawler.fetching import allowance, sitemaps, trying
from crawler.fetching.access import Session, Sessions
from crawler.fetching.hosts import Hosts, in_thread
from crawler.fetching.robots import StoredRobots
from crawler.fetching.turns import NotNow, Turns
from crawler.history.derivation import Reader
from crawler.intake import Intake, first_of, meet
from crawler.looks import Question, load_past, question_of
from crawler.pipelines import Outcome, give_up, set_aside, take
from crawler.quiet import Arrival, take_quiet
from crawler.timing import pacing
from crawler.timing.intervals import closing, zone_of
from storage import captures, pages
from storage.captures import Capture
from storage.engine import Database
from storage.pages import Page
from storage.watched import pace
from storage.work import leases, trials
from storage.work.leases import Lease

log = logging.getLogger(__name__)

HOSTS_AT_ONCE = 8
PATIENCE = 5.0
"""Seconds that what is due waits for a host that another process is at: it will be due again."""

P = ParamSpec("P")
T = TypeVar("T")
OnOutcome = Callable[[Outcome], Awaitable[None]]
OnAnswer = Callable[[Answer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Round:
    """Everything that looking needs. One thread writes: `writer` is to have a single worker."""

    database: Database
    options: Callable[[], CrawlOptions]
    proxies: Proxies
    owner: str
    reader_of: Callable[[Page], Reader]
    clock: Callable[[], datetime]
    writer: ThreadPoolExecutor
    desk: Desk
    sessions: Sessions = field(default_factory=Sessions)
    browser: Browser = field(default_factory=Browser)
    turns: Turns = field(default_factory=Turns)

    async def look(self, wanted: Sequence[Page], on_outcome: OnOutcome, *, only_due: bool = False) -> None:
        """Look at the pages, several hosts side by side. With `only_due`, what another process has looked at
        while we waited for a host is left out."""
        by_host = groupby(sorted(wanted, key=attrgetter("host", "id")), key=attrgetter("host"))
        gate = asyncio.Semaphore(HOSTS_AT_ONCE)

        async def one(host: str, group: list[Page]) -> None:
            async with gate:
                await self._look_at_host(host, group, on_outcome, only_due)

        try:
            async with self.browser, asyncio.TaskGroup() as tasks:
                for host, group in by_host:
                    tasks.create_task(one(host, list(group)))
        except BaseExceptionGroup as errors:  # a full disk fails every host alike: one error is enough
            ours = errors.subgroup(WgwatchError)
            if ours is None or errors.split(WgwatchError)[1] is not None:
                raise
            raise first_of(ours) from None

    async def _look_at_host(
        self, host: str, wanted: Sequence[Page], on_outcome: OnOutcome, only_due: bool
    ) -> None:
        left = {page.id for page in wanted}
        while left:
            try:
                async with self._hosts.lease(host, PATIENCE if only_due else math.inf) as lease:
                    await self._crawl(lease, left, on_outcome, only_due)
                    return
            except NotNow:
                return
            except LeaseLost as error:
                log.warning("%s; what was not committed is looked at again", error, extra={"host": host})

    async def _crawl(self, lease: Lease, left: set[int], on_outcome: OnOutcome, only_due: bool) -> None:
        fresh, latest = await self._in_thread(self._reload, sorted(left))
        if only_due:
            now = self.clock()
            fresh = [p for p in fresh if p.next_check_at is not None and p.next_check_at <= now]

        async def told(outcome: Outcome) -> None:
            left.discard(outcome.page_id)
            await on_outcome(outcome)

        tries = await self._in_thread(trying.tries, self.database)
        plain = [page for page in fresh if page.id not in tries and not lease.inherited]
        doubtful = [page for page in fresh if page.id in tries or lease.inherited]
        if plain:
            await self._look_together(plain, latest, lease, told, only_due)
        for page in sorted(doubtful, key=lambda page: tries.get(page.id, 0)):
            if only_due and tries.get(page.id, 0) >= trials.MOST:
                await told(await self._in_thread(give_up, self.database, page, lease, self.clock()))
                continue
            async with trying.alone(self.database, page, self.clock, self.writer):
                await self._look_together([page], latest, lease, told, only_due)
        if fresh and only_due:  # `check` looks at all that it is asked for, whatever a sitemap says
            await self._ask_sitemaps(fresh)

    async def _look_together(
        self,
        fresh: Sequence[Page],
        latest: Mapping[int, Capture],
        lease: Lease,
        told: OnOutcome,
        only_due: bool,
    ) -> None:
        """One crawl of pages of a host; at its end all that was answered is committed."""
        known = {page.id: page for page in fresh}

        async def met(answer: Answer) -> Arrival:
            page = known[answer.page_id]
            return await meet(answer, page, latest.get(page.id), self.reader_of(page))

        async def many(arrivals: Sequence[Arrival]) -> list[Outcome | None]:
            return await self._in_thread(take_quiet, self.database, arrivals, lease, self.reader_of)

        intake = Intake(met, lambda arrival: self._take(arrival, lease), many, told)

        async def on_answer(answer: Answer) -> None:
            if answer.not_before is None:
                await intake.put(answer)
            else:
                await told(await self._put_off(answer, lease))

        async with intake:
            for group in self._by_proxy(fresh):
                await self._ask(group, on_answer, only_due)

    async def _ask(self, group: Sequence[Page], on_answer: OnAnswer, only_due: bool) -> None:
        """Ask for pages of one host that are asked for in the same way."""
        jobs = [_job(page, self.reader_of(page), self.sessions.of(page)) for page in group]
        if only_due:  # `check` looks when it is asked, in whatever hours
            now = self.clock()
            jobs = [replace(j, closes_at=closing(p.spec, now)) for j, p in zip(jobs, group, strict=True)]
        options = await self._in_thread(self._options_for, group)
        await crawl_host(jobs, options, StoredRobots(self.database), on_answer)

    async def _ask_sitemaps(self, fresh: Sequence[Page]) -> None:
        """Take the hints of the host's sitemap, once a day; the files of an index after it."""
        host, parts = fresh[0].host, list[str]()
        options = await self._in_thread(self._options_for, fresh)

        async def on_answer(answer: Answer) -> None:
            parts.extend(await self._in_thread(self._take_sitemap, answer, host))

        jobs = await self._in_thread(self._sitemap_jobs, host)
        for _ in range(2):
            if jobs:
                jobs = [replace(job, sources=fresh[0].sources) for job in jobs]
                await crawl_host(jobs, options, StoredRobots(self.database), on_answer)
            jobs = sitemaps.part_jobs(parts, host)
            parts.clear()

    def _sitemap_jobs(self, host: str) -> list[PageJob]:
        with self.database.read() as connection:
            return sitemaps.jobs_for(connection, host, self.clock())

    def _take_sitemap(self, answer: Answer, host: str) -> tuple[str, ...]:
        with self.database.write() as connection:
            return sitemaps.take(connection, answer, host, self.clock())

    async def _take(self, arrival: Arrival, lease: Lease) -> Outcome:
        answer = arrival.answer
        try:
            question = await self._in_thread(self._question, arrival)
            looked = await self.desk.look(question, partial(self._past, question), self.writer)
            return await self._in_thread(take, self.database, question, looked, lease)
        except WgwatchError:
            raise
        except (
            Exception
        ) as error:  # one page's answer that trips us must stop neither its host nor the service
            log.exception("%s", answer.url, extra={"page": answer.url})
            return await self._in_thread(set_aside, self.database, answer, lease, type(error).__name__)

    def _by_proxy(self, wanted: Sequence[Page]) -> list[list[Page]]:
        """A crawl has one way out: pages together whose source names the same proxy, or none."""
        groups: dict[str | None, list[Page]] = {}
        for page in wanted:
            groups.setdefault(self.sessions.proxy_of(page), []).append(page)
        return list(groups.values())

    async def _put_off(self, answer: Answer, lease: Lease) -> Outcome:
        """The page was not asked for, or not to its end: nothing is known that was not known before."""
        until, reason = answer.not_before or self.clock(), answer.error or ""

        def put_off() -> Outcome:
            with self.database.write() as connection:
                leases.assert_held(connection, lease)
                page = pages.get(connection, answer.page_id)
                pacing.put_off(connection, page, until)
            return Outcome(page.id, page.label, answer.url, "waiting", (reason,), sources=page.sources)

        return await self._in_thread(put_off)

    def _options_for(self, group: Sequence[Page]) -> CrawlOptions:
        options = self.options()
        delays = [float(page.spec.get("delay", options.delay)) for page in group]
        allowed = [text for page in group for text in page.spec.get("allow_networks", ())]
        networks = options.networks.union(Networks.parse(allowed))
        proxy = self.sessions.proxy_of(group[0]) or self.proxies.for_url(group[0].url)
        rates = [page.spec["bandwidth"] for page in group if page.spec.get("bandwidth")]
        with self.database.read() as connection:
            is_limited = bool(pace.of_kind(connection, pace.LIMIT))
        return replace(
            options,
            delay=max(delays),
            bandwidth=min(rates, default=None),
            networks=networks,
            proxy=proxy,
            browser=self.browser,
            turns=self.turns,
            guest=self._hosts.guest,
            spend=partial(self._spend, zone_of(group[0].spec)) if is_limited else None,
        )

    async def _spend(self, zone: ZoneInfo, sources: Sequence[str]) -> None:
        def count() -> None:
            with self.database.write() as connection:
                allowance.spend(connection, sources, zone, self.clock())

        await self._in_thread(count)

    def _reload(self, ids: Sequence[int]) -> tuple[list[Page], dict[int, Capture]]:
        with self.database.read() as connection:
            return pages.get_all(connection, ids), captures.latest_of(connection, ids)

    def _question(self, arrival: Arrival) -> Question:
        with self.database.read() as connection:
            page = pages.get(connection, arrival.answer.page_id)
            reader = self.reader_of(page)
            return question_of(connection, page, arrival.answer, reader, arrival.outline)

    def _past(self, question: Question) -> bytes | None:
        with self.database.read() as connection:
            return load_past(connection, question)

    @property
    def _hosts(self) -> Hosts:
        return Hosts(self.database, self.owner, self.clock, self.turns, self.writer)

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await in_thread(self.writer, function, *args, **kwargs)


def _job(page: Page, reader: Reader, session: Session | None) -> PageJob:
    """Validators are sent only where today's rules have read the answer that they belong to.

    Never for a page that is rendered: its text may change where its frame does not.
    """
    asked = page.spec.get("render")
    render = Rendering.model_validate(asked) if asked else None
    current = page.rules == reader.rules and page.validated_blob_id is not None and render is None
    return PageJob(
        page_id=page.id,
        url=page.url,
        etag=page.etag if current else None,
        last_modified=page.last_modified if current else None,
        render=render,
        session=session,
        sources=page.sources,
    )
