"""What so many pages need, derived from what one look, change, message and question costs: arithmetic, nothing else.

`costs.py` measures the costs, prints both tables and puts them into docs/scaling.md; the tests derive the plan anew
from the costs that stand there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"
SIZES = (1_000, 100_000, 10_000_000)
LOOKS = 4.0
"""Looks at a page a day, as without any word on it in the watchlist."""
SHARES = {"not modified": 0.55, "same bytes": 0.30, "same text": 0.14, "changed": 0.01}
"""How looks come out: half of all sites answer conditional requests; a page changes once in 25 days."""
MESSAGES_A_CHANGE = 5
QUESTIONS = 0.05
"""Questions and pages of ours that people ask for, for each watched page and day; half of them search."""
DELAY = 5.0
PAGES_A_HOST = 20
FALL = 0.9
"""A host's size is one over its rank to this power."""
BUSY = 0.6
"""The share of a processor that is planned with."""
SERVER_CORES = 8
FILE = 200e9
"""Bytes of a SQLite file that can still be copied, checked and moved within a night."""
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Cost:
    """One measured figure: what of, in which unit."""

    key: str
    what: str
    unit: str


COSTS = (
    Cost("not modified", "A look that is answered 304", "ms"),
    Cost("same bytes", "A look that finds the same bytes", "ms"),
    Cost("same text", "A look whose bytes differ only where no reader looks", "ms"),
    Cost("changed", "A look that finds a change: read, compared, stored, told by one webhook", "ms"),
    Cost("first", "The first look at a page", "ms"),
    Cost("server", "A look that finds nothing new: what the PostgreSQL server adds", "ms"),
    Cost("server changed", "A look that finds a change: what the PostgreSQL server adds", "ms"),
    Cost("plan", "A change planned for a subscription", "ms"),
    Cost("send", "A message sent and noted, without what the network and TLS take", "ms"),
    Cost("as of", "A question about a group as of a day", "ms"),
    Cost("search", "A search for two common words among 25,000 versions", "ms"),
    Cost("bring in", "A page of the watchlist brought in again, as at each start", "ms"),
    Cost("page", "Bytes of an answer of the made site", "KB"),
    Cost("look stored", "Kept of a look that finds nothing new", "bytes"),
    Cost("same text stored", "Kept of a look whose bytes differ only where no reader looks", "bytes"),
    Cost("change stored", "Kept of a change: answer, records, full text, change, message", "bytes"),
    Cost("first stored", "Kept of a page with its first version", "bytes"),
    Cost("message stored", "Kept of a message with its changes", "bytes"),
    Cost("memory", "Memory of a process that looks, with those that read for it", "MB"),
)
PARTS = ("one process", "the biggest host", "one SQLite file", "one database server")


def rounded(costs: Mapping[str, float]) -> dict[str, float]:
    """Two digits that count: what is printed is what is derived from."""
    return {key: float(f"{value:.2g}") for key, value in costs.items()}


def plan(costs: Mapping[str, float], pages: int) -> dict[str, float]:
    """What watching so many pages needs, in the order of the table."""
    looks = pages * LOOKS / DAY
    changes = looks * SHARES["changed"]
    messages = changes * MESSAGES_A_CHANGE
    looking = looks * _mean(costs) / 1_000
    telling = messages * (costs["plan"] + costs["send"]) / 1_000
    asking = pages * QUESTIONS / DAY * (costs["as of"] + costs["search"]) / 2 / 1_000
    processes = math.ceil(looking / BUSY)
    kept = pages * costs["first stored"]
    a_year = 365 * DAY * looks * _stored(costs)
    server = looks * (costs["server"] + SHARES["changed"] * costs["server changed"]) / 1_000
    return {
        "looks a second": looks,
        "traffic, Mbit/s": looks * (1 - SHARES["not modified"]) * costs["page"] * 8 / 1_000,
        "hosts asked at one time": looks * DELAY,
        "changes a day": changes * DAY,
        "messages a day": messages * DAY,
        "processors for looking": looking,
        "processors for telling": telling,
        "processors for questions": asking,
        "processors of a PostgreSQL server": server,
        "minutes to bring in the watchlist": pages * costs["bring in"] / 60_000,
        "processes that look": processes,
        "their memory, GB": processes * costs["memory"] / 1_000,
        "disk for the first versions, GB": kept / 1e9,
        "disk for each year, GB": a_year / 1e9,
        "rows of looks in a year, millions": 365 * DAY * looks / 1e6,
        "looks a day that the biggest host allows": DAY / DELAY / _biggest(pages),
        "load of one process": looking / BUSY,
        "load of the biggest host": LOOKS * _biggest(pages) * DELAY / DAY,
        "load of one SQLite file": (kept + a_year) / FILE,
        "load of one database server": server / SERVER_CORES / BUSY,
    }


def bottlenecks(needs: Mapping[str, float]) -> list[str]:
    """What a plan meets first, the most loaded first; whatever is loaded to more than its whole."""
    loads = {part: needs[f"load of {part}"] for part in PARTS}
    return [part for part in sorted(loads, key=lambda part: -loads[part]) if loads[part] > 1]


def costs_table(costs: Mapping[str, float]) -> str:
    """The measured costs, as Markdown."""
    rows = [(cost.what, f"{shown(costs[cost.key])} {cost.unit}") for cost in COSTS]
    return _table(("what", "cost"), rows)


def plan_table(costs: Mapping[str, float]) -> str:
    """The needs of each size, as Markdown."""
    needs = [plan(costs, size) for size in SIZES]
    rows = [(name, *(shown(need[name]) for need in needs)) for name in needs[0]]
    first = ("**met first**", *(", ".join(bottlenecks(need)) or "nothing" for need in needs))
    return _table(("pages", *(f"{size:,}" for size in SIZES)), [*rows, first])


def read_costs(table: str) -> dict[str, float]:
    """The costs of a table that `costs_table` wrote."""
    said = dict(tuple(map(str.strip, line.strip("|").split("|"))) for line in table.splitlines()[2:])
    return {cost.key: float(said[cost.what].split()[0].replace(",", "")) for cost in COSTS}


def shown(value: float) -> str:
    """Two digits that count, without a power of ten."""
    value = float(f"{value:.2g}")
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def put_table(document: Path, command: str, table: str) -> None:
    """Put a table into a document, between the marks that name the command which prints it."""
    text = document.read_text("utf-8")
    around = rf"(<!-- from: {re.escape(command)} -->\n).*?(?=<!-- end -->)"
    text, count = re.subn(around, lambda found: f"{found[1]}{table.rstrip()}\n", text, flags=re.S)
    if count != 1:
        raise LookupError(f"{document.name} has {count} places for {command}")
    document.write_text(text, "utf-8")


def _mean(costs: Mapping[str, float]) -> float:
    """Milliseconds of the average look."""
    return sum(share * costs[kind] for kind, share in SHARES.items())


def _stored(costs: Mapping[str, float]) -> float:
    """Bytes that the average look leaves."""
    changed = costs["change stored"] + MESSAGES_A_CHANGE * costs["message stored"]
    quiet = 1 - SHARES["changed"] - SHARES["same text"]
    return (
        quiet * costs["look stored"]
        + SHARES["same text"] * costs["same text stored"]
        + SHARES["changed"] * changed
    )


def _biggest(pages: int) -> float:
    """How many pages the biggest host has."""
    hosts = max(pages // PAGES_A_HOST, 1)
    return pages / sum(rank**-FALL for rank in range(1, hosts + 1))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
