"""Histories in which every change and every non-change is known: a meeting table, a people table, a charter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "changes.py"


def test_the_known_changes_come_out_and_the_known_non_changes_stay_silent() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), "--verbose"],
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "62 of 62 non-changes stayed silent" in done.stdout
