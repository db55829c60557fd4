"""Telling: `python benchmarks/telling.py [--quick] [--kills N] [--postgresql] [--part NAME ...] [--json]`.

    kills     `wgwatch run` is killed (`kill -9`) at random moments while 50 pages change and receivers of webhooks and
              mail accept, refuse, hang, cut the connection after the body, and come back. Lost: a receiver never heard
              of a change. Doubled: it heard of one under two ids. Duplicates are the same message again, by reason.
              With --postgresql, on PostgreSQL, with three `wgwatch dispatch` beside, one of the four killed each time.
    planning  10,000 open changes for 200 subscriptions, planned in one go
    sending   three fast receivers, beside one that is slow and one that refuses: how near to the pace they allow
    latency   2,000 pages of which 1 % changed: from the request for a page until its subscriber was told, by
              `wgwatch run`, and by the peers that `peers.sh` has installed

The last line is a summary; exit 1 where a limit is missed. --quick does a little of each; of its limits those of
truth are held, those of speed are not.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE.parent),
    str(HERE.parent / "tests"),
]  # before this folder, which has a storage.py of its own

import telling_kills  # noqa: E402
import telling_latency  # noqa: E402
import telling_planning  # noqa: E402

AT_MOST = {
    "lost": 0,
    "told under two ids": 0,
    "duplicates without a lost answer": 0,
    "planning, s": 30,
    "planning, MB": 300,
    "median from request to told, s": 1,
}
AT_LEAST = {"of the pace that fast receivers allow": 0.5}
OF_TRUTH = ("lost", "told under two ids", "duplicates without a lost answer")
PARTS = ("kills", "planning", "sending", "latency")
KILLS, CHANGES, SUBSCRIPTIONS, MESSAGES, PAGES, SHARE = 200, 10_000, 200, 300, 2_000, 0.01
QUICK_LIFE = 3.0
"""Seconds within which a process is killed, where it has to be quick."""


def main() -> int:
    options = _options()
    lines: list[str] = []
    limits: dict[str, float] = {}
    for part in options.part or PARTS:
        said, found = globals()[f"_{part}"](options)
        lines += said
        limits |= {
            name: value + (limits.get("lost", 0) if name == "lost" else 0) for name, value in found.items()
        }
    missed = _missed(limits, quick=options.quick)
    report = {"lines": lines, "limits": limits, "missed": missed}
    print(json.dumps(report, indent=1) if options.json else _words(report))
    return 1 if missed else 0


def _kills(options: argparse.Namespace) -> tuple[list[str], dict[str, float]]:
    number = options.kills or (10 if options.quick else KILLS)
    life = {"life": QUICK_LIFE} if options.quick else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with telling_kills.database_url(folder, is_postgresql=options.postgresql) as url:
            dispatchers = 3 if options.postgresql else 0
            found = telling_kills.measure(number, url, folder, dispatchers=dispatchers, **life)
    beside = "PostgreSQL, three dispatchers beside" if options.postgresql else "SQLite"
    lines = [
        f"kills ({beside}): {found.kills} in {found.seconds:.0f} s, of {_counts(found.victims)}",
        f"  {found.published} changes told to {len(telling_kills.HOOKS)} webhooks and "
        f"{len(telling_kills.PEOPLE)} mailboxes; messages that reached them: {_counts(found.outcomes)}",
        f"  came again, under the same id: {_counts(found.duplicates) or 'none'}",
        *(f"  LOST {each}" for each in found.lost),
        *(f"  DOUBLED {each}" for each in found.doubled),
        *(f"  UNEXPLAINED {each}" for each in found.unexplained),
    ]
    return lines, {
        "lost": len(found.lost),
        "told under two ids": len(found.doubled),
        "duplicates without a lost answer": len(found.unexplained),
    }


def _planning(options: argparse.Namespace) -> tuple[list[str], dict[str, float]]:
    found = telling_planning.measure_planning(1_000 if options.quick else CHANGES, SUBSCRIPTIONS)
    line = (
        f"planning: {found['changes']} changes for {found['subscriptions']} subscriptions became "
        f"{found['messages']} messages with {found['items']} items in {found['seconds']:.1f} s, "
        f"{found['MB']:.0f} MB at most ({found['MB before']:.0f} MB before)"
    )
    return [line], {"planning, s": found["seconds"], "planning, MB": found["MB"]}


def _sending(options: argparse.Namespace) -> tuple[list[str], dict[str, float]]:
    found = telling_planning.measure_sending(100 if options.quick else MESSAGES)
    line = (
        f"sending: {found['messages/s']:.0f} messages/s to fast receivers that allow {found['allowed/s']:.0f}; "
        f"the slow one got {found['to the slow one']} meanwhile, the one that refuses was tried "
        f"{found['tries at the one that refuses']} times"
    )
    return [line], {"of the pace that fast receivers allow": found["share"]}


def _latency(options: argparse.Namespace) -> tuple[list[str], dict[str, float]]:
    pages, share = (100, 0.05) if options.quick else (PAGES, SHARE)
    rows = telling_latency.measure(pages, share, with_peers=not options.quick)
    lines = [f"latency: {pages} pages, {share:.0%} changed, delay 0; seconds"]
    lines += [
        f"  {row['program']}: {row['told']} of {row['changed']} told; from request to told median "
        f"{_seconds(row['median'])}, p95 {_seconds(row['p95'])}; from the round's begin median "
        f"{_seconds(row['median since the round began'])}"
        for row in rows
    ]
    ours = rows[0]
    return lines, {
        "lost": ours["changed"] - ours["told"],
        "median from request to told, s": ours["median"] if ours["median"] is not None else float("inf"),
    }


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _missed(limits: dict[str, float], *, quick: bool) -> list[str]:
    held = [name for name in limits if not quick or name in OF_TRUTH]
    high = [name for name in held if limits[name] > AT_MOST.get(name, float("inf"))]
    return high + [name for name in held if limits[name] < AT_LEAST.get(name, float("-inf"))]


def _words(report: dict[str, Any]) -> str:
    limits = [
        f"{name}: {value:.2f} ({_limit(name)})".replace(".00", "") for name, value in report["limits"].items()
    ]
    return "\n".join(
        [*report["lines"], *limits, f"telling: {', '.join(report['missed']) or 'nothing'} missed"]
    )


def _limit(name: str) -> str:
    return f"at most {AT_MOST[name]}" if name in AT_MOST else f"at least {AT_LEAST[name]}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a little of each, about a minute")
    parser.add_argument("--kills", type=int, help=f"how many ({KILLS})")
    parser.add_argument(
        "--postgresql", action="store_true", help="kills on PostgreSQL, with three dispatchers"
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; repeatable")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
