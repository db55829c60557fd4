"""What looking at pages costs: `python benchmarks/looking.py [--quick] [--pages N] [--peers] [--memory] [--json]`.

One local site of made pages of 34 to 99 KB is looked at by wgwatch, by a bare Scrapy spider that fetches each page
whole and hashes it, and with `--peers` by changedetection.io, webchanges and urlwatch (installed by `peers.sh`), one
after the other. No delay between requests, no compression. Rounds:

    first      a baseline            etag    nothing changed, validators sent     plain  nothing changed, no validators
    few        one page in a hundred has changed        all   every page has changed: read, compared, stored, told
    noise      a token in the head differs in every answer, nothing else

Each row says what is counted: `rounds` leaves start-up out, `whole process` counts it. Memory is the peak of the
process with its reading processes, what they share once. At the end a few pages are looked at in ten versions, and
what wgwatch keeps of their bytes is held against the whole store of each peer. `--memory` looks at 200 pages 500
times instead and holds the end against the 25th round. The last line is a summary; exit 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from looking_health import waits_while_reading  # noqa: E402
from looking_peers import Bare, Changedetection, Ours, Urlwatch, Webchanges, installed  # noqa: E402
from process_tree import memory_of  # noqa: E402

AT_LEAST = {
    "etag, to the bare spider, per CPU second": 0.8,
    "etag, to urlwatch, per CPU second": 2.5,
    "etag, to changedetection.io, per CPU second": 4.0,
    "noise, to changedetection.io, per CPU second": 10.0,
    "all, to changedetection.io, per second": 2.0,
    "all, to webchanges, per second": 1.0,
}
AT_MOST = {
    "lost or false alerts": 0,
    "p95 of the health endpoint, ms": 50,
    "memory at the end, to the 25th round": 1.1,
    "memory at the end, MB": 250,
    "bytes of ten versions, to urlwatch": 0.1,
    "bytes of ten versions, to webchanges": 0.1,
    "bytes of ten versions, to changedetection.io": 0.1,
}
ROUNDS: tuple[tuple[str, str, float], ...] = (
    ("first", "validators=1", 0),
    ("etag", "validators=1", 0),
    ("plain", "validators=0", 0),
    ("few", "validators=1", 0.01),
    ("all", "validators=1", 1),
    ("noise", "validators=0&noise=1", 0),
)
PEERS = (Urlwatch, Webchanges, Changedetection)
VERSIONS, PAGES_IN_VERSIONS = 10, 20
HEALTH_PAGES, MEMORY_PAGES, MEMORY_ROUNDS, SETTLED = 200, 200, 500, 25


def main() -> int:
    options = _options()
    if options.memory:
        report = {"rows": [], "limits": memory(100 if options.quick else MEMORY_ROUNDS)}
    else:
        pages = options.pages or (60 if options.quick else 2_000)
        rows = [row for program in _programs(options.peers) for row in measure(program, pages)]
        limits = _compare(rows) | health(60 if options.quick else HEALTH_PAGES)
        limits |= versions(_programs(options.peers)) if options.peers else {}
        report = {"rows": rows, "limits": limits}
    report["missed"] = [] if options.quick else _missed(report["limits"])
    print(json.dumps(report, indent=1) if options.json else _words(report))
    return 1 if report["missed"] else 0


def measure(program: Callable[..., Any], pages: int) -> list[dict[str, Any]]:
    """A row for each round of one program."""
    with Site(pages) as site, tempfile.TemporaryDirectory() as folder:
        running = program(site.url, pages, Path(folder))
        try:
            return [_round(running, site, pages, *each) for each in ROUNDS if _applies(running, each[0])]
        finally:
            running.close()


def health(pages: int) -> dict[str, float]:
    """How long `/healthz` of `wgwatch run` keeps another process waiting while changed pages are read."""
    with Site(pages) as site, tempfile.TemporaryDirectory() as folder:
        running = Ours(site.url, pages, Path(folder))
        running.round()
        running.close()
        site.control("change?share=1")
        waits = waits_while_reading(Path(folder), pages, running.environ)
    return {"p95 of the health endpoint, ms": waits[int(len(waits) * 0.95)], "worst of it, ms": waits[-1]}


def versions(programs: Sequence[Callable[..., Any]]) -> dict[str, float]:
    """What is stored of a few pages after ten versions: of ours the bytes of the answers, of others their store."""
    stored = {program.name: _stored_of_versions(program) for program in programs if program is not Bare}
    ours = stored.pop(Ours.name)
    return {f"bytes of ten versions, to {name}": ours / theirs for name, theirs in stored.items()}


def _stored_of_versions(program: Callable[..., Any]) -> int:
    with Site(PAGES_IN_VERSIONS) as site, tempfile.TemporaryDirectory() as folder:
        running = program(site.url, PAGES_IN_VERSIONS, Path(folder))
        try:
            for number in range(VERSIONS):
                if number:
                    site.control("change?share=1")
                running.round()
            return int(running.kept() if isinstance(running, Ours) else running.stored())
        finally:
            running.close()


def memory(rounds: int) -> dict[str, float]:
    """Resident memory after many rounds, a few pages changed in each, the reading processes let go."""
    with Site(MEMORY_PAGES) as site, tempfile.TemporaryDirectory() as folder:
        running = Ours(site.url, MEMORY_PAGES, Path(folder))
        settled = end = 0.0
        for number in range(1, rounds + 1):
            site.control("change?share=0.01")
            running.tell("round")
            if number in {SETTLED, rounds}:
                running.tell("rest")
                settled, end = settled or memory_of(running.pid), memory_of(running.pid)
        running.close()
    return {"memory at the end, to the 25th round": end / settled, "memory at the end, MB": end}


class Site:
    """The made pages on a port of their own, in a process of their own."""

    def __init__(self, pages: int) -> None:
        command = [sys.executable, str(HERE / "made_site.py"), str(pages)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def control(self, command: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/control/{command}") as response:
            return json.load(response)


def _round(running: Any, site: Site, pages: int, name: str, how: str, share: float) -> dict[str, Any]:
    site.control("reset")
    site.control(f"set?{how}")
    changed = site.control(f"change?share={share}") if share else {}
    took = running.round()
    told = "\n".join(site.control("hooks"))
    found = sum(word in told for word in changed.values())
    named = {number for number in range(pages) if f"/p/{number}\\" in told or f'/p/{number}"' in told}
    return {
        "program": running.name,
        "round": name,
        "counted": running.counted,
        "wall": took["wall"],
        "cpu": took["cpu"],
        "pages/s": pages / took["wall"],
        "pages/CPU s": pages / took["cpu"],
        "MB": took["megabytes"],
        "stored KB/page": running.stored() / pages / 1_000,
        "304": site.control("stats")["not_modified"],
        "told": found,
        "lost": len(changed) - found,
        "false": len(named - {int(number) for number in changed}),
    }


def _applies(running: Any, name: str) -> bool:
    """The bare spider knows no past: one round stands for all."""
    return not isinstance(running, Bare) or name == "plain"


def _programs(with_peers: bool) -> list[Callable[..., Any]]:
    return [Ours, Bare, *(peer for peer in PEERS if with_peers and installed(peer.name).exists())]


def _compare(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The ratios that there are figures for."""
    found = {(row["program"], row["round"]): row for row in rows}
    ratios: dict[str, float] = {}
    for limit in AT_LEAST:
        name, other, unit = limit.split(", ")
        theirs = found.get((other.removeprefix("to ").replace("the bare spider", Bare.name), name))
        theirs = found.get((Bare.name, "plain")) if "bare" in other else theirs
        column = "pages/CPU s" if "CPU" in unit else "pages/s"
        if theirs:
            ratios[limit] = found[Ours.name, name][column] / theirs[column]
    wrong = sum(row["lost"] + row["false"] for row in rows if row["program"] == Ours.name)
    return ratios | {"lost or false alerts": wrong}


def _missed(limits: dict[str, float]) -> list[str]:
    low = [name for name, least in AT_LEAST.items() if limits.get(name, least) < least]
    return low + [name for name, most in AT_MOST.items() if limits.get(name, most) > most]


def _words(report: dict[str, Any]) -> str:
    lines = []
    if report["rows"]:
        columns = list(report["rows"][0])
        lines += ["delay 0 for all", " | ".join(columns)]
        lines += [" | ".join(_cell(row[column]) for column in columns) for row in report["rows"]]
    lines += [f"{name}: {value:.2f}" for name, value in report["limits"].items()]
    return "\n".join([*lines, f"looking: {', '.join(report['missed']) or 'nothing'} missed"])


def _cell(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="60 pages, under a minute; no limit is held")
    parser.add_argument("--pages", type=int, help="how many pages (2,000)")
    parser.add_argument("--peers", action="store_true", help="with the peers that are installed")
    parser.add_argument("--memory", action="store_true", help="500 rounds of 200 pages instead")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
