"""What a service counts, in the text format of Prometheus (version 0.0.4).

Labels are small closed sets: outcomes, kinds, states, jobs. No page, host, address or name is one: there may be
thousands, and addresses may be secret.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawler.pipelines import Outcome
from notifier.dispatch import Report
from storage.asking.overview import Undelivered, Watch
from storage.sending.silenced import Gone
from storage.work.processes import Process
from wgwatch import __version__
from wgwatch.running.health import Pulse

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OUTCOMES = ("baseline", "unchanged", "changed", "suspect", "blocked", "failed")
CHANNELS = ("email", "webhook", "chat", "file")
STATES = ("waiting", "sent", "dead", "discarded")

Samples = Mapping[str, float]
"""Values by the label's value; a metric without a label has one under the empty text."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One family: `label` names the only label that its samples have."""

    name: str
    kind: str
    help: str
    samples: Samples
    label: str = ""

    def __str__(self) -> str:
        lines = [f"# HELP {self.name} {self.help}", f"# TYPE {self.name} {self.kind}"]
        for value, number in self.samples.items():
            labels = f'{{{self.label}="{_escaped(value)}"}}' if self.label else ""
            lines.append(f"{self.name}{labels} {number:.15g}")
        return "\n".join(lines) + "\n"


@dataclass(slots=True)
class Tally:
    """What happened since the process began."""

    looks: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(OUTCOMES, 0)))
    changes: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(
        default_factory=lambda: Counter(dict.fromkeys(("sent", "waiting", "dead"), 0))
    )
    rounds: int = 0
    round_seconds: float = 0.0
    began: float = field(default_factory=time.time)

    def looked(self, outcome: Outcome) -> None:
        """Count a look and what it tells."""
        self.looks[outcome.outcome] += 1
        self.changes.update(change.kind for change in outcome.changes)

    def told(self, report: Report) -> None:
        """Count tries to deliver by how they came out; `waiting` is to be tried again."""
        self.tries.update(sent=report.sent, waiting=report.waiting, dead=report.dead)

    def went_round(self, seconds: float) -> None:
        """Count a round: the due pages of one host, one after the other."""
        self.rounds += 1
        self.round_seconds += seconds

    def metrics(self, pulse: Pulse) -> list[Metric]:
        """What this process knows by itself."""
        jobs = pulse.jobs.items()
        return [
            Metric("wgwatch_info", "gauge", "The version that runs.", {__version__: 1}, "version"),
            Metric("wgwatch_looks_total", "counter", "Looks by outcome.", self.looks, "outcome"),
            Metric("wgwatch_changes_total", "counter", "Changes found by kind.", self.changes, "kind"),
            Metric(
                "wgwatch_delivery_tries_total",
                "counter",
                "Tries to deliver by outcome.",
                self.tries,
                "outcome",
            ),
            Metric("wgwatch_rounds_total", "counter", "Rounds: one host's due pages.", {"": self.rounds}),
            Metric(
                "wgwatch_round_seconds_total",
                "counter",
                "What they took, pauses too.",
                {"": self.round_seconds},
            ),
            Metric(
                "wgwatch_job_runs_total", "counter", "Runs of a job.", {n: j.runs for n, j in jobs}, "job"
            ),
            Metric(
                "wgwatch_job_seconds_total",
                "counter",
                "Seconds that the runs of a job took.",
                {name: job.seconds for name, job in jobs},
                "job",
            ),
            Metric(
                "wgwatch_job_age_seconds",
                "gauge",
                "Seconds since a job last went well.",
                pulse.ages(),
                "job",
            ),
            *_of_process(self.began),
        ]


def of_database(
    watch: Watch,
    deliveries: Mapping[str, int],
    undelivered: list[Undelivered],
    gone: Iterable[Gone],
    size: int,
    now: float,
    *,
    is_held: bool,
    at_work: Sequence[Process],
) -> list[Metric]:
    """What the database says. `now` is seconds since 1970; `is_held` that nothing is sent for now."""
    stalled = dict.fromkeys(CHANNELS, 0.0) | {each.channel: 1.0 for each in undelivered}
    lost = dict.fromkeys(CHANNELS, 0) | Counter(each.channel for each in gone)
    late = now - watch.oldest_due.timestamp() if watch.oldest_due else 0
    found = [
        Metric("wgwatch_pages", "gauge", "Pages by health.", watch.states, "health"),
        Metric("wgwatch_pages_due", "gauge", "Pages that wait for their look.", {"": watch.due}),
        Metric("wgwatch_oldest_due_seconds", "gauge", "How long the first of them has waited.", {"": late}),
        Metric(
            "wgwatch_deliveries",
            "gauge",
            "Messages by state.",
            {state: deliveries.get(state, 0) for state in STATES},
            "state",
        ),
        Metric(
            "wgwatch_delivery_stalled", "gauge", "1 where nothing got out for an hour.", stalled, "channel"
        ),
        Metric(
            "wgwatch_targets_gone", "gauge", "Targets to which nothing is sent any more.", lost, "channel"
        ),
        Metric(
            "wgwatch_sending_held", "gauge", "1 while nothing is sent, as after a restore.", {"": is_held}
        ),
        Metric("wgwatch_processes", "gauge", "Processes that live.", _alive(at_work), "kind"),
        Metric("wgwatch_database_bytes", "gauge", "What the database takes.", {"": size}),
    ]
    if watch.last_look:
        last = {"": watch.last_look.timestamp()}
        found.append(Metric("wgwatch_last_look_timestamp_seconds", "gauge", "The last look's time.", last))
    return found


def _alive(at_work: Sequence[Process]) -> dict[str, float]:
    kinds = ("run", "schedule", "work", "dispatch")
    return {kind: sum(one.is_alive for one in at_work if one.kind == kind) for kind in kinds}


def _of_process(began: float) -> list[Metric]:
    """Under the names that every exporter gives them."""
    found = [
        Metric("process_start_time_seconds", "gauge", "When the process began.", {"": began}),
        Metric("process_cpu_seconds_total", "counter", "Processor time used.", {"": time.process_time()}),
    ]
    with suppress(OSError):  # only Linux tells
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        found.append(Metric("process_resident_memory_bytes", "gauge", "Resident memory.", {"": resident}))
    return found


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
