"""Whether a running service does its work: each of its jobs leaves here when it began, ended and failed.

`stuck` asks whether the process itself is well (a restart would help), `failing` whether it can do its work now (a
database that is away is no reason for a restart).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from config.errors import WgwatchError

PATIENCE = 180.0
"""Seconds after which a job that has not ended, or not begun again, is stuck."""


@dataclass(slots=True)
class Job:
    """The runs of one job. Times are seconds of the pulse's clock; `well_at` is the end of the last good run."""

    patience: float
    began: float | None = None
    ended: float = 0.0
    well_at: float | None = None
    error: str | None = None
    runs: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Pulse:
    """The jobs of a service by name. `clock` gives seconds that never go back."""

    clock: Callable[[], float] = time.monotonic
    jobs: dict[str, Job] = field(default_factory=dict)
    is_stopping: bool = False

    def expect(self, name: str, patience: float = PATIENCE) -> None:
        """From now on this job is to run again and again."""
        self.jobs[name] = Job(patience, ended=self.clock())

    @contextmanager
    def run(self, name: str) -> Iterator[None]:
        """One run of a job, from its beginning to its end or error."""
        job = self.jobs[name]
        job.began = self.clock()
        error: str | None = f"{name} ended in a defect of ours"
        try:
            yield
            error, job.well_at = None, self.clock()
        except WgwatchError as known:
            error = str(known)
            raise
        finally:
            job.error, job.ended = error, self.clock()
            job.runs += 1
            job.seconds += job.ended - job.began
            job.began = None

    def stuck(self) -> list[str]:
        """A sentence for each job that hangs or no longer comes."""
        now = self.clock()
        return [
            f"{name} has not ended for {now - since:.0f} s"
            if job.began is not None
            else f"{name} has not run for {now - since:.0f} s"
            for name, job in self.jobs.items()
            if now - (since := job.ended if job.began is None else job.began) > job.patience
        ]

    def failing(self) -> list[str]:
        """Why the service cannot do its work at this moment: what the last run of each job met."""
        if self.is_stopping:
            return ["it is stopping"]
        if not self.jobs:
            return ["it is starting"]
        return list(dict.fromkeys(job.error for job in self.jobs.values() if job.error))

    def ages(self) -> Mapping[str, float]:
        """For each job that ever went well: seconds since then."""
        now = self.clock()
        return {name: now - job.well_at for name, job in self.jobs.items() if job.well_at is not None}
