"""The log on standard error: lines for people, or one JSON object a line for machines (`WGWATCH_LOG_FORMAT`).

What a line is about is given with it as `extra`, under the names in `FIELDS`, from whichever room logs. Names of
people, targets of messages and secrets are not among them.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.setting_values import LogFormat

if TYPE_CHECKING:
    from crawler.pipelines import Outcome

FIELDS = ("check", "outcome", "page", "host", "sources", "changes", "reasons", "delivery", "channel", "job")
"""What a line may be about, beside its message."""
IDS = ("check", "delivery")
"""What lines for people end with, in brackets: that by which the database knows what they are about."""
QUIETED = {
    **dict.fromkeys(("alembic", "asyncio", "httpx", "scrapy", "uvicorn"), logging.WARNING),
    "apscheduler": logging.ERROR,  # that a job is still under way is no news
    **dict.fromkeys(("procrastinate", "psycopg"), logging.CRITICAL),
}
"""From which level on others are heard: the first tell at INFO what the log tells already, what the last meet is said
in a sentence of ours.
"""

log = logging.getLogger("wgwatch")


class Lines(logging.Formatter):
    """Time by the machine's clock, level, text, and the ids in brackets."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s%(ids)s")

    def format(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{name} {value}" for name, value in _fields(record).items() if name in IDS)
        record.ids = f" [{ids}]" if ids else ""
        return super().format(record)


class Objects(logging.Formatter):
    """One JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`, and those of `FIELDS` that are
    known; `exception` is a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": _time(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {"text": Lines, "json": Objects}


@contextmanager
def logging_as(format_: LogFormat) -> Iterator[None]:
    """In the block everything from INFO on is logged in this form; before and after as Python does by itself:
    warnings are printed as they are.
    """
    root, handler = logging.getLogger(), logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[format_]())
    levels = {name: logging.getLogger(name).level for name in ("", *QUIETED)}
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name, level in QUIETED.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def unsaid(name: str) -> Iterator[None]:
    """In the block a logger's warnings are left out: the command says them in its own words."""
    one = logging.getLogger(name)
    level = one.level
    one.setLevel(logging.ERROR)
    try:
        yield
    finally:
        one.setLevel(level)


async def log_outcome(outcome: Outcome) -> None:
    """One line for a look."""
    count = len(outcome.changes)
    found = f"{count} change{'s' if count > 1 else ''}" if count else ""
    said = "; ".join(outcome.reasons) or found
    about = {
        "check": outcome.check,
        "outcome": outcome.outcome,
        "page": outcome.url,
        "host": urlsplit(outcome.url).hostname,
        "sources": list(outcome.sources),
        "changes": count,
        "reasons": list(outcome.reasons),
    }
    log.info("%s %s%s", outcome.outcome, outcome.url, f" ({said})" if said else "", extra=about)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    given = ((name, getattr(record, name, None)) for name in FIELDS)
    return {name: value for name, value in given if value not in (None, [], "")}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
