"""What a process and all that it began have used, from Linux's /proc."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def tree(pid: int) -> list[int]:
    """The process and its living descendants."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu_of(pid: int) -> float:
    """Seconds of processor time, of those that have ended too."""
    times = (fields[11:15] for one in tree(pid) if (fields := _stat(one)))
    return sum(int(ticks) for each in times for ticks in each) / TICKS


def memory_of(pid: int) -> float:
    """Megabytes, with what several share counted once."""
    return sum(_shared_out(one) for one in tree(pid)) / 1024


class Peak:
    """The most memory in use within a block, looked at every fifth of a second."""

    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, memory_of(self._pid))
            if self._over.wait(0.2):
                return


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat behind the name: state, parent, ..."""
    with suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return None


def _shared_out(pid: int) -> int:
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
