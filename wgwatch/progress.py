"""How a check goes on: a live bar on a terminal, a line a page elsewhere, next to nothing where asked so."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import click

from wgwatch.cli.output import counted

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from crawler.pipelines import Outcome

WORDS = ("baseline", "changed", "unchanged", "suspect", "blocked", "failed", "waiting")
BAD = ("suspect", "blocked", "failed")


class View(Protocol):
    """What shows outcomes as they come."""

    def show(self, outcome: Outcome, run: Run) -> None:
        """One more page was looked at; the run counts it already."""


@dataclass(slots=True)
class Run:
    """What a check has come to so far. Links that lead to new pages make it longer."""

    total: int
    view: View
    clock: Callable[[], float] = time.monotonic
    outcomes: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def done(self) -> int:
        return self.outcomes.total()

    async def take(self, outcome: Outcome) -> None:
        """Count an outcome and show it."""
        self.outcomes[outcome.outcome] += 1
        self.total += len(outcome.found)
        self.changes += len(outcome.changes)
        self.view.show(outcome, self)

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.done / max(self.clock() - self.began, 0.001)

    def counts(self) -> str:
        """`2 changed, 1 blocked`."""
        ordered = sorted(self.outcomes, key=lambda word: WORDS.index(word) if word in WORDS else len(WORDS))
        return ", ".join(f"{self.outcomes[word]} {word}" for word in ordered)

    def summary(self) -> str:
        """`200 pages in 1 min 40 s (2.0 a second): 190 unchanged, 10 changed; 14 changes`."""
        if not self.done:
            return "no page is watched"
        took = _duration(self.clock() - self.began)
        rate = f" ({self.rate:.1f} a second)" if self.done > 1 else ""
        told = f"; {counted(self.changes, 'change')}" if self.changes else ""
        return f"{counted(self.done, 'page')} in {took}{rate}: {self.counts()}{told}"


@contextmanager
def view(*, live: bool, quiet: bool, silent: bool) -> Iterator[View]:
    """The fitting view. `silent` shows nothing at all, `quiet` only what is bad, `live` a bar below the lines."""
    if silent:
        yield Silent()
    elif quiet:
        yield Lines(only=BAD)
    elif live:
        with _bar() as progress:
            yield Live(progress, progress.add_task("", total=None, said=""))
    else:
        yield Lines()


class Silent:
    """Shows nothing."""

    def show(self, outcome: Outcome, run: Run) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Lines:
    """A line a page and one for each change; with `only`, those of these outcomes alone."""

    only: tuple[str, ...] | None = None

    def show(self, outcome: Outcome, run: Run) -> None:
        if self.only is None or outcome.outcome in self.only:
            for line in _lines(outcome, run):
                click.echo(line)


@dataclass(frozen=True, slots=True)
class Live:
    """A bar with counts, rate and time left; above it what is more than unchanged."""

    progress: Progress
    task: TaskID

    def show(self, outcome: Outcome, run: Run) -> None:
        if outcome.outcome != "unchanged":
            for line in _lines(outcome, run):
                self.progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
        said = f"{run.counts()}, {run.rate:.1f} a second"
        self.progress.update(self.task, total=run.total, completed=run.done, said=said)


def _lines(outcome: Outcome, run: Run) -> Iterable[str]:
    counts = ", ".join(counted(n, kind) for kind, n in (outcome.counts or {}).items() if n)
    said = "; ".join(outcome.reasons) or counts
    yield f"[{run.done}/{run.total}] {outcome.outcome:9} {outcome.page}  {said}".rstrip()
    for change in outcome.changes:
        yield f"          {change.kind}: {change.summary}"


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _bar() -> Progress:
    from rich import progress as columns

    return columns.Progress(
        columns.BarColumn(bar_width=20),
        columns.MofNCompleteColumn(),
        columns.TextColumn("{task.fields[said]}"),
        columns.TimeRemainingColumn(),
        columns.TextColumn("left"),
    )
