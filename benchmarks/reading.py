"""How well and at what cost pages are read: `python benchmarks/reading.py [--quick] [--hostile] [--json]`.

Measures the labelled pages of `tests/reading/pages` and those of every `--pages DIR`, false positives on pages
of no group, and the cost beside that of parsing alone. The last line is a summary; exit 1 where a limit of the
table below is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

HERE = Path(__file__).parent
READING_TESTS = HERE.parent / "tests" / "reading"
sys.path[:0] = [str(HERE.parent), str(READING_TESTS)]

from big_pages import big_pages  # noqa: E402
from hostile import hostile_pages  # noqa: E402
from labelling import FIELDS, KINDS, Score, load_pages, score_pages  # noqa: E402

from crawler.reading import read  # noqa: E402

LIMITS = {
    "least F1 of a kind": 0.97,
    "fields right": 0.98,
    "coded projects on pages of no group": 0,
    "contacts and events on pages of no group": 4,
    "cost ratio": 2.5,
    "seconds for a hostile page": 30.0,
    "MB for a hostile page": 1500.0,
}
AT_LEAST = {"least F1 of a kind", "fields right"}


def main() -> int:
    options = _options()
    report = measure(options.pages, quick=options.quick, hostile=options.hostile)
    missed = [name for name, value in report["limits"].items() if _is_missed(name, value)]
    report["missed"] = missed
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(report, verbose=options.verbose)
        print(_summary(report["limits"], missed))
    return 1 if missed else 0


def measure(more: Sequence[Path], *, quick: bool, hostile: bool) -> dict[str, Any]:
    """Everything measured, as plain values; `limits` holds what is compared with LIMITS."""
    pages = [page for folder in (READING_TESTS / "pages" / "groups", *more) for page in load_pages(folder)]
    scored = score_pages(pages)
    false = _false_records(READING_TESTS / "pages" / "others")
    costs = _costs(quick=quick)
    worst = _hostile_costs() if hostile else []
    limits = {
        "least F1 of a kind": min(scored.f1(kind) for kind in KINDS),
        "fields right": scored.accuracy(),
        "coded projects on pages of no group": false["coded projects"],
        "contacts and events on pages of no group": false["contacts"] + false["events"],
        "cost ratio": sum(cost["read"] for cost in costs) / sum(cost["parse"] for cost in costs),
    }
    if worst:
        limits["seconds for a hostile page"] = max(page["seconds"] for page in worst)
        limits["MB for a hostile page"] = max(page["megabytes"] for page in worst)
    return {
        "pages": len(pages),
        "kinds": {kind: _kind(scored, kind) for kind in KINDS},
        "group": _field_shares(scored, "group"),
        "problems": scored.problems,
        "false": false,
        "costs": costs,
        "hostile": worst,
        "limits": limits,
    }


def _kind(scored: Score, kind: str) -> dict[str, Any]:
    counts = {outcome: scored.records[kind, outcome] for outcome in ("found", "missed", "wrong")}
    rates = {"precision": scored.precision(kind), "recall": scored.recall(kind), "f1": scored.f1(kind)}
    return {**rates, **counts, "fields": _field_shares(scored, kind)}


def _field_shares(scored: Score, kind: str) -> dict[str, float]:
    """The share of right ones by field, and of all together."""
    names = sorted(FIELDS[kind].values())
    shares = {name: scored.accuracy(f"{kind}.{name}") for name in names}
    return {**shares, "all": scored.accuracy(f"{kind}.")} if names else {}


def _false_records(folder: Path) -> dict[str, int]:
    """How much is read from pages that list nothing of a group."""
    found = {"pages": 0, "events": 0, "contacts": 0, "coded projects": 0}
    for path in sorted(folder.iterdir()):
        reading = read(path.read_bytes(), url=f"https://pages.example/{path.stem}")
        found["pages"] += 1
        found["events"] += sum(event.read_from != "prose" for event in reading.events)
        found["contacts"] += len(reading.contacts)
        found["coded projects"] += sum(project.code is not None for project in reading.projects)
    return found


def _costs(*, quick: bool) -> list[dict[str, Any]]:
    """Medians in ms of processor time for parsing alone and for reading, by turns in this one process."""
    sources = sorted((READING_TESTS / "pages" / "groups").glob("*.html"))
    costs = []
    for name, page in big_pages(sources, 10 if quick else 20):
        body = page.encode()
        rounds = [
            (
                _milliseconds(lambda p=page: BeautifulSoup(p, "lxml")),
                _milliseconds(lambda b=body: _read_cold(b)),
            )
            for _ in range(4 if quick else 8)
        ]
        parse, told = (statistics.median(times) for times in zip(*rounds[1:], strict=True))
        costs.append({"page": name, "kilobytes": len(body) / 1000, "parse": parse, "read": told})
    return costs


def _read_cold(body: bytes) -> None:
    """As a page that was never seen: what the extractors remember of lines of text is forgotten first."""
    for name, module in list(sys.modules.items()):
        if name.startswith("crawler.extract"):
            for function in vars(module).values():
                parameters = getattr(function, "cache_parameters", None)
                if parameters and parameters()["maxsize"] is not None:
                    function.cache_clear()
    _read(body)


def _read(body: bytes) -> None:
    read(body, content_type="text/html; charset=utf-8", url="https://pages.example/")


def _milliseconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _hostile_costs() -> list[dict[str, Any]]:
    """Seconds and peak memory of each hostile page, in a process of its own."""
    costs = []
    for what, make in hostile_pages().items():
        seconds, megabytes, size = _apart(make().encode())
        costs.append({"page": what, "kilobytes": size / 1000, "seconds": seconds, "megabytes": megabytes})
    return costs


def _apart(body: bytes) -> tuple[float, float, int]:
    """What one process says; one that is killed or not done by twice the limit counts with twice the limits."""
    most = LIMITS["seconds for a hostile page"] * 2, LIMITS["MB for a hostile page"] * 2
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_child, args=(body, there))
    process.start()
    there.close()
    try:
        told = here.recv() if here.poll(most[0]) else None
    except EOFError:
        told = None
    process.kill()
    process.join()
    return (*(told or most), len(body))


def _child(body: bytes, pipe: Connection) -> None:
    taken = _milliseconds(lambda: _read(body)) / 1000
    pipe.send((taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _is_missed(name: str, value: float) -> bool:
    return value < LIMITS[name] if name in AT_LEAST else value > LIMITS[name]


def _print(report: dict[str, Any], *, verbose: bool) -> None:
    print(f"{report['pages']} labelled pages")
    for kind, told in report["kinds"].items():
        rates = "  ".join(f"{name} {told[name]:.3f}" for name in ("precision", "recall", "f1"))
        print(f"  {kind:9} {rates}  ({told['found']} found, {told['missed']} missed, {told['wrong']} wrong)")
        _print_fields(told["fields"])
    print("  group facts")
    _print_fields(report["group"])
    if verbose:
        print("\n".join(f"    {problem}" for problem in report["problems"]))
    print(f"{report['false']['pages']} pages of no group: " + _counts(report["false"]))
    print("cost beside BeautifulSoup(str, 'lxml'), medians in ms")
    for cost in report["costs"]:
        ratio = cost["read"] / cost["parse"]
        sizes = f"{cost['kilobytes']:6.0f} KB  parse {cost['parse']:7.1f}  read {cost['read']:7.1f}"
        print(f"  {cost['page']:24} {sizes}  ratio {ratio:.2f}")
    for page in report["hostile"]:
        sizes = f"{page['kilobytes']:6.0f} KB  {page['seconds']:6.2f} s  {page['megabytes']:6.0f} MB at most"
        print(f"  hostile: {page['page']:42} {sizes}")


def _print_fields(shares: dict[str, float]) -> None:
    for name, share in shares.items():
        print(f"    {name:16} {share:.3f}")


def _counts(false: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in false.items() if name != "pages")


def _summary(limits: dict[str, float], missed: Sequence[str]) -> str:
    said = "; ".join(f"{name} {value:.3g} (limit {LIMITS[name]:g})" for name, value in limits.items())
    return f"{'MISSED: ' + ', '.join(missed) if missed else 'all limits kept'} | {said}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer pages and rounds for the cost")
    parser.add_argument("--hostile", action="store_true", help="time pages that are made to be slow, too")
    parser.add_argument("--json", action="store_true", help="print all that is measured as JSON")
    parser.add_argument("--verbose", action="store_true", help="name every record and field that is wrong")
    parser.add_argument(
        "--pages",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of more labelled pages",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
