"""A glance at a page that is not watched: what would be read from it, and why. Nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.addresses import host_of, shown_url
from config.errors import ReadError, WgwatchError
from config.profile import find_page, load_profile
from crawler.answers import Answer, PageJob
from crawler.documents import parse
from crawler.engine import CrawlOptions, crawl_host
from crawler.explain import Explanation, explain
from crawler.extract.knowledge import DEFAULT, Knowledge
from crawler.fetching.hosts import Hosts
from crawler.fetching.robots import StoredRobots
from crawler.fetching.turns import Turns
from crawler.guard import judge
from crawler.profiled.protected import show_addresses
from crawler.reading import read_document, selection
from storage.records import Reading

if TYPE_CHECKING:
    from wgwatch.application import Application

PATIENCE = 25.0
"""Seconds that a person waits for a page; a site may ask for longer pauses than that."""
LARGEST = 3_000_000
PAUSE = timedelta(seconds=1)
"""Between robots.txt and the page, where neither watchlist nor robots.txt says otherwise: somebody is waiting."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a page said: where it answered from, how large it is, what is read from it, and why."""

    address: str
    size: int
    reading: Reading
    explanations: tuple[Explanation, ...]


def glance(application: Application, url: str, profile: str | None = None) -> Glance:
    """Look at a page once, under its host's lease, after robots.txt, at allowed networks only.

    Blocks for up to `PATIENCE` seconds, in a loop of its own: not to be called in a running one. Raises WgwatchError
    with the reason, where it cannot be read.
    """
    answer = asyncio.run(_asked(application, url))
    verdict = judge(answer)
    if verdict.outcome != "page":
        reason = answer.error or "; ".join(verdict.reasons)
        raise WgwatchError(f"{shown_url(url)} cannot be read now: {reason}")
    try:
        return _read(answer, _knowledge(profile, answer.final_url, application.settings.watchlist.parent))
    except ReadError as error:
        raise WgwatchError(f"{shown_url(url)} cannot be read: {error}") from error


def _read(answer: Answer, knowledge: Knowledge) -> Glance:
    url, kind = answer.final_url, answer.header("content-type")
    document = parse(answer.body, kind, url)
    selected = selection(document, answer.body, kind, url=url, knowledge=knowledge, seen_at=None)
    reading = read_document(document, url=url, knowledge=knowledge, selected=selected)
    shown = show_addresses(document, is_decoded=knowledge.decode_emails)
    why = explain(shown, reading, tuple(selected.records) if selected else ())
    return Glance(url, len(answer.body), reading, why)


def _knowledge(profile: str | None, url: str, base: Path) -> Knowledge:
    """What the named profile knows; without one, what the shipped one does that knows the address."""
    if profile is not None:
        return Knowledge.of_profile(load_profile(profile, base))
    known = find_page(url)
    return Knowledge.of_profile(known[0]) if known else DEFAULT


async def _asked(application: Application, url: str) -> Answer:
    host, answers = host_of(url), list[Answer]()
    options = _options(application, url)
    with ThreadPoolExecutor(1) as writer:
        hosts = Hosts(application.database, application.owner, application.clock, options.turns, writer)
        options = replace(options, guest=hosts.guest)
        try:
            async with asyncio.timeout(PATIENCE), hosts.lease(host):
                await _crawl(application, url, options, answers)
        except TimeoutError:
            raise WgwatchError(
                f"{shown_url(url)} did not answer within {PATIENCE:g} seconds, or {host} is busy with another look: "
                "try again soon"
            ) from None
    return answers[0]


async def _crawl(application: Application, url: str, options: CrawlOptions, answers: list[Answer]) -> None:
    async def keep(answer: Answer) -> None:
        answers.append(answer)

    robots = StoredRobots(application.database)
    await crawl_host([PageJob(page_id=0, url=url)], options, robots, keep)


def _options(application: Application, url: str) -> CrawlOptions:
    usual = application.last_good.defaults.delay if application.settings.watchlist.exists() else PAUSE
    return replace(
        application.crawl_options(url),
        delay=min(usual, PAUSE).total_seconds(),
        timeout=PATIENCE,
        max_bytes=LARGEST,
        turns=Turns(),
    )


def read_kinds(reading: Reading) -> Sequence[tuple[str, int]]:
    """How many records of each kind were read: `("event", 3)`."""
    kinds = [record.kind for record in reading.records()]
    return [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]
