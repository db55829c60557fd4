"""Days of many pages on a simulated clock, through the product's own scheduling: see benchmarks/scale_simulation.py."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from storage.engine import Database

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OF_THE_MACHINE = ("ms", ", s", "MB")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """What came of 200 pages on 15 hosts."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('days') / 'wgwatch.db'}")
    database.prepare()
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(BENCHMARKS))
        simulation: Any = importlib.import_module("scale_simulation")
    run = simulation.Simulation(database, 200, 15)
    run.run(1.3)
    found: dict[str, float] = simulation.figures(run)
    database.close()
    assert sum(run.seen.looks.values()) > 200
    return {name: value / (simulation.LIMITS[name] or 1) for name, value in found.items()}


def test_no_page_starves_and_budgets_limits_and_pauses_are_kept(figures: dict[str, float]) -> None:
    kept = {name: value for name, value in figures.items() if not name.endswith(OF_THE_MACHINE)}
    assert len(kept) >= 6
    assert {name: value for name, value in kept.items() if "(" not in name and value > 1} == {}
