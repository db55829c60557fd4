"""A page that a command names as FILE or URL: its bytes, their type, its address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.errors import UsageError, WgwatchError
from wgwatch.cli import opening

if TYPE_CHECKING:
    from crawler.answers import Answer


@dataclass(frozen=True, slots=True)
class Obtained:
    """A page as it came."""

    body: bytes
    content_type: str | None
    url: str | None


def obtain(page: str, url: str | None = None) -> Obtained:
    """From the web, politely, where it is an address, else from a file that had the address `url`.

    Raises UsageError for a file that cannot be read, WgwatchError for an answer that is no page.
    """
    if "://" in page:
        answer = _fetched(page)
        return Obtained(answer.body, answer.header("content-type"), answer.final_url)
    path = Path(page)
    return Obtained(_saved(path), _kind(path), url)


def _saved(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _kind(path: Path) -> str | None:
    from wgwatch.imports.saved import CONTENT_TYPES

    return CONTENT_TYPES.get(path.suffix.lower())


def _fetched(url: str) -> Answer:
    from config.addresses import check_url
    from crawler.guard import judge

    check_url(url)
    answer = asyncio.run(_fetch(opening.application(), url))
    verdict = judge(answer)
    if verdict.outcome != "page":
        raise WgwatchError(f"{url} is not readable: {'; '.join(verdict.reasons)}")
    return answer


async def _fetch(application: Any, url: str) -> Answer:
    from crawler.answers import PageJob
    from crawler.engine import crawl_host

    answers: list[Answer] = []

    async def keep(answer: Answer) -> None:
        answers.append(answer)

    options = application.crawl_options(url)
    await crawl_host([PageJob(page_id=0, url=url)], options, _NoRobots(), keep)
    return answers[0]


class _NoRobots:
    """robots.txt is asked for anew: there is no database to keep it in."""

    def get(self, origin: str, now: datetime) -> None:
        return None

    def put(self, origin: str, entry: object) -> None:
        return None
