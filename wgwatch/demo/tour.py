"""The story: edition after edition of a page, what came of each, and questions about its past at the end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr
from datetime import datetime, timedelta
from pathlib import Path
from shlex import quote
from time import monotonic

import click

from config.errors import WgwatchError
from config.sentences import sentences
from crawler.pipelines import Outcome
from wgwatch.demo import screen
from wgwatch.demo.editions import Edition, editions
from wgwatch.demo.scene import Scene, Seen, open_scene


def tour(folder: Path, program: str) -> None:
    """Play everything in `folder`; `program` is how the user calls wgwatch.

    Raises WgwatchError, which names every edition that did not come out as it should.
    """
    began = monotonic()
    screen.say(
        "This serves a replica of a working group's page and takes it through seven years in a few seconds. wgwatch "
        "watches it; a mail server and a webhook receiver hear what changed. Nothing leaves this machine."
    )
    moment, told, problems = asyncio.run(_watch(folder))
    problems += _ask(folder, moment)
    if problems:
        raise WgwatchError("\n".join(["the demo did not come out as it should:", *problems]))
    screen.heading(f"All as it should be, in {monotonic() - began:.1f} seconds")
    screen.say(
        f"{told}, each once; nothing for the first look, the unchanged page, the guard's page and the doubt."
    )
    _closing(folder, program)


async def _watch(folder: Path) -> tuple[datetime, str, list[str]]:
    """Every edition in turn: the moment to ask about, how much was told, what was not as it should be."""
    problems: list[str] = []
    everything: list[Seen] = []
    async with open_scene(folder, sum((edition.later for edition in editions()), timedelta())) as scene:
        screen.heading("The watchlist, in sentences")
        for sentence in sentences(scene.application.last_good):
            screen.labelled(*sentence.split(": ", 1))
        moment = scene.application.clock()
        for number, edition in enumerate(editions(), 1):
            if edition.asked_about:
                moment = await _whole_second(scene)
            screen.heading(f"{number}  {edition.title}")
            seen = await scene.show(edition.page.html(), edition.later)
            _tell(edition, seen)
            everything.append(seen)
            problems += [f"  {edition.title}: {problem}" for problem in _problems(edition, seen)]
    problems += _repeats(everything)
    hooks = sum(len(seen.hooks) for seen in everything)
    letters = sum(len(seen.letters) for seen in everything)
    return moment, f"{hooks} webhooks and {letters} mails", problems


async def _whole_second(scene: Scene) -> datetime:
    """The next full second: a time that reads well in a command."""
    await asyncio.sleep(1.01 - scene.application.clock().microsecond / 1_000_000)
    return scene.application.clock().replace(microsecond=0)


def _tell(edition: Edition, seen: Seen) -> None:
    label = edition.outcome
    for outcome in seen.checked.outcomes:
        label = outcome.outcome
        for line in _lines(edition, outcome):
            screen.labelled(label, line)
            label = ""
    if edition.remark:
        screen.labelled(label, edition.remark)
    if seen.hooks:
        kinds = Counter(hook.kind for hook in seen.hooks)
        said = ", ".join(f"{kind} ({n})" if n > 1 else kind for kind, n in kinds.items())
        screen.labelled("webhook", f"{said}: {_trust(seen)}")
    for letter in seen.letters:
        screen.labelled("mail", f"to {letter.to}: {letter.subject}")
        if edition.mail != "subject":
            text, mark, signature = letter.text.partition("\n-- \n")
            screen.quoted(text + mark + signature if edition.mail == "whole" else text)


def _lines(edition: Edition, outcome: Outcome) -> list[str]:
    """What the check found; where the mail is shown, many changes are left to it."""
    changes = [change.summary for change in outcome.changes]
    if len(changes) > 1 and edition.mail != "subject":
        return [f"{len(changes)} changes; those asked for come in one mail"]
    counts = [f"{n} {_NOUNS.get(kind, kind)}" for kind, n in (outcome.counts or {}).items() if n]
    return changes or list(outcome.reasons[:1]) or [", ".join(counts)] * bool(counts)


_NOUNS = {"event": "events", "contact": "contacts", "project": "projects", "news": "news items"}


def _trust(seen: Seen) -> str:
    good = sum(hook.verified for hook in seen.hooks)
    if good < len(seen.hooks):
        return f"{len(seen.hooks) - good} without a valid signature"
    return "signature verified" if good == 1 else f"{good} signatures verified"


def _problems(edition: Edition, seen: Seen) -> Iterator[str]:
    """Where what was seen is not what the edition is to come to."""
    outcomes = [outcome.outcome for outcome in seen.checked.outcomes]
    if outcomes != [edition.outcome]:
        yield f"the check should say {edition.outcome}, it said {', '.join(outcomes) or 'nothing'}"
    if seen.status != edition.status:
        yield f"the site should answer {edition.status}, it answered {seen.status}"
    told, wanted = Counter(hook.kind for hook in seen.hooks), Counter(edition.told)
    if wanted - told:
        yield f"no webhook came for {_listed(wanted - told)}"
    if told - wanted:
        yield f"a webhook too many came for {_listed(told - wanted)}"
    if len(seen.letters) != bool(edition.told):
        yield f"{int(bool(edition.told))} mail should come, {len(seen.letters)} came"
    if any(not hook.verified for hook in seen.hooks):
        yield "a webhook's signature is not valid"
    yield from seen.checked.report.problems


def _listed(kinds: Counter[str]) -> str:
    return ", ".join(sorted(kinds.elements()))


def _repeats(everything: Sequence[Seen]) -> list[str]:
    ids = Counter(hook.id for seen in everything for hook in seen.hooks)
    return [f"  the webhook {id} came {times} times" for id, times in ids.items() if times > 1]


def _ask(folder: Path, moment: datetime) -> list[str]:
    """Questions about the past, answered by the command line itself."""
    from wgwatch.cli import cli

    problems = []
    as_of = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    screen.heading("Every version is kept: ask the past")
    with _at_a_prompt_in(folder):
        for question, words in _questions(as_of):
            line = f"wgwatch {' '.join(words)}"
            click.echo()
            screen.say(question)
            screen.command(line)
            try:
                cli.main(words, prog_name="wgwatch", standalone_mode=False)
            except (WgwatchError, click.ClickException) as error:
                problems.append(f"  {line}: {error}")
    return problems


def _questions(as_of: str) -> tuple[tuple[str, list[str]], ...]:
    return (
        ("Who were the contacts before the programme director changed?", ["contacts", "--as-of", as_of]),
        ("And now?", ["contacts"]),
        (
            "The list of events is gone from the page. Which meetings did it announce for September 2016?",
            ["events", "--held", "2016-09", "--history"],
        ),
        ("What happened to events and roles?", ["changes", "--kind", "event", "--kind", "role"]),
    )


@contextmanager
def _at_a_prompt_in(folder: Path) -> Iterator[None]:
    """As a user's shell would be there, without settings; remarks come between the answers, as on a terminal."""
    kept = dict(os.environ)
    for name in kept:
        if name.startswith("WGWATCH_"):
            del os.environ[name]
    try:
        with chdir(folder), redirect_stderr(sys.stdout):
            yield
    finally:
        os.environ.update(kept)


def _closing(folder: Path, program: str) -> None:
    screen.say(f"Everything is in {folder}: watchlist.yaml, and the history in wgwatch.db. Go on with")
    click.echo()
    for line in (
        f"cd {quote(str(folder))}",
        f"{program} changes",
        f"{program} diff SMEWG",
        f"{program} status",
    ):
        screen.command(line)
    if ours := [name for name in os.environ if name.startswith("WGWATCH_")]:
        screen.say(f"(The demo passed over your {', '.join(sorted(ours))}; these commands would not.)")
    click.echo()
    screen.say(f"For pages of your own: {program} init, in a folder of theirs.")
