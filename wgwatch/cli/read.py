"""Commands that read pages: extract, import, reparse."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.errors import UsageError, WgwatchError
from wgwatch.cli import opening
from wgwatch.cli.output import counted, print_json
from wgwatch.cli.times import Moment, day

if TYPE_CHECKING:
    from crawler.answers import Answer
    from crawler.extract.knowledge import Knowledge


@click.command("extract")
@click.argument("page", metavar="FILE|URL")
@click.option("--url", help="The address that a saved page had.")
def extract_command(page: str, url: str | None) -> None:
    """What would be read from this page, as JSON. Nothing is stored."""
    from crawler.reading import read

    if "://" in page:
        answer = _fetched(page)
        body, kind, url = answer.body, answer.header("content-type"), answer.final_url
    else:
        body, kind = _saved(Path(page)), _kind(Path(page))
    reading = read(body, content_type=kind, url=url, knowledge=_knowledge(url))
    said = reading.to_json()
    wanted = ("group", "events", "contacts", "projects", "news", "prose_events", "warnings")
    print_json({name: said[name] for name in wanted})


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="The address that the page had.")
@click.option("--at", type=Moment(end=False), required=True, help="When it was so: 2016-09-23 (UTC).")
@click.option("--source", "source", help="A source that the page belongs to.")
def import_command(path: Path, url: str, at: datetime, source: str | None) -> None:
    """A saved page into history. Nobody is told."""
    from wgwatch.imports import import_file

    application = opening.application()
    done = import_file(
        application.database, path, url, at, application.clock(), application.reader_of, source
    )
    counts = ", ".join(counted(number, kind) for kind, number in done.counts.items())
    known = {"known": "was known already"}.get(done.outcome, done.outcome)
    click.echo(f"{done.page.label} at {day(at)}: {known} ({counts})")


@click.command("reparse")
def reparse_command() -> None:
    """Read all of the past anew with today's reading rules. Nobody is told."""
    from wgwatch.reparse import reparse

    application = opening.application()
    for done in reparse(application.existing_database, application.reader_of):
        rules = ", by new rules" if done.new_rules else ""
        click.echo(f"{done.page.label}: {done.captures} captures, {done.changes} changes{rules}")


def _saved(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _kind(path: Path) -> str | None:
    from wgwatch.imports import CONTENT_TYPES

    return CONTENT_TYPES.get(path.suffix.lower())


def _knowledge(url: str | None) -> Knowledge:
    from config.profile import find_page
    from crawler.extract.knowledge import DEFAULT, Knowledge

    known = find_page(url) if url else None
    return Knowledge.of_profile(known[0]) if known else DEFAULT


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
