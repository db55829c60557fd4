"""How truly changes of records are told: `python benchmarks/changes.py [--quick] [--json] [--verbose]`.

Imports the editions of `benchmarks/histories.py` into a fresh database, as `wgwatch import` does, and holds the record
changes that come out against those that are known. A false alarm is any change of a record that is not expected.
The last line is a summary; exit 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from histories import Edition, Expected, Story, histories  # noqa: E402

from config.settings import Settings  # noqa: E402
from storage import changes  # noqa: E402
from storage.changes import Change  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.imports.saved import import_file  # noqa: E402

LIMITS = {"precision": 0.97, "recall": 0.97, "known changes": 60, "known non-changes": 60}
RECORDS = ("event", "contact", "role", "project", "news")


@dataclass(frozen=True)
class Told:
    """What came out for one edition, beside what is known of it."""

    story: Story
    edition: Edition
    right: tuple[Expected, ...]
    missed: tuple[Expected, ...]
    false: tuple[Change, ...]


def main() -> int:
    options = _options()
    report = measure()
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(report, verbose=options.verbose)
    return 1 if report["missed"] else 0


def measure() -> dict[str, Any]:
    """Precision and recall of record changes, and how many non-changes stayed silent."""
    told = [told for story in histories() for told in tell(story)]
    right, missed, false = (sum(len(getattr(t, name)) for t in told) for name in ("right", "missed", "false"))
    non_changes = [t for t in told for _ in t.edition.same]
    figures = {
        "precision": right / max(right + false, 1),
        "recall": right / max(right + missed, 1),
        "known changes": right + missed,
        "known non-changes": len(non_changes),
    }
    return {
        "figures": figures,
        "limits": LIMITS,
        "missed": [name for name, limit in LIMITS.items() if figures[name] < limit],
        "silent non-changes": sum(not t.false for t in non_changes),
        "kinds": dict(Counter(expected.kind for t in told for expected in t.right)),
        "wrong": [_wrong(t) for t in told if t.missed or t.false],
    }


def tell(story: Story) -> list[Told]:
    """The story's editions imported one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings.load({"WGWATCH_DATABASE_URL": f"sqlite:///{folder / 'changes.db'}"}, folder)
        application = Application(settings, {})
        try:
            for edition in story.editions:
                file = folder / "edition.html"
                file.write_bytes(edition.body)
                import_file(
                    application.database,
                    file,
                    story.url,
                    edition.at,
                    datetime.now(UTC),
                    application.reader_of,
                )
            with application.database.read() as connection:
                found = [c for c in changes.find(connection) if c.kind.split(".")[0] in RECORDS]
        finally:
            application.close()
    return [_held_against(story, edition, found) for edition in story.editions]


def _held_against(story: Story, edition: Edition, found: Sequence[Change]) -> Told:
    left = [change for change in found if change.first_seen_after == edition.at]
    right, missed = [], []
    for expected in edition.changes:
        match = next((change for change in left if _is(expected, change)), None)
        (missed if match is None else right).append(expected)
        left = [change for change in left if change is not match]
    return Told(story, edition, tuple(right), tuple(missed), tuple(left))


def _is(expected: Expected, change: Change) -> bool:
    record = change.payload["record"]
    sides = [side for side in (record["before"], record["after"]) if side]
    labels = " ".join(
        str(side.get(name) or "") for side in sides for name in ("title", "name", "code", "role")
    )
    return (
        change.kind == expected.kind
        and expected.label.casefold() in labels.casefold()
        and expected.fields <= set(change.payload["fields"])
    )


def _wrong(told: Told) -> dict[str, Any]:
    return {
        "page": told.story.url,
        "at": told.edition.at.date().isoformat(),
        "same": list(told.edition.same),
        "missed": [f"{e.kind} {e.label} {sorted(e.fields)}" for e in told.missed],
        "false": [f"{c.kind}: {c.summary}" for c in told.false],
    }


def _print(report: dict[str, Any], *, verbose: bool) -> None:
    for kind, number in sorted(report["kinds"].items()):
        print(f"{kind:20} {number:4} found")
    for wrong in report["wrong"] if verbose else ():
        print(wrong)
    silent, known = report["silent non-changes"], report["figures"]["known non-changes"]
    print(f"{silent} of {known} non-changes stayed silent")
    figures = ", ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{value} {name}"
        for name, value in report["figures"].items()
    )
    verdict = f"missed: {', '.join(report['missed'])}" if report["missed"] else "within the limits"
    print(f"{figures}: {verdict}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same: it takes seconds")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="name what is missed or false")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
