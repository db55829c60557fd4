"""What a client waits for `/healthz` of `wgwatch run` while it reads pages: service and client are two processes."""

from __future__ import annotations

import http.client
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

PATIENCE = 300.0
PAUSE = 0.02
"""Seconds between two questions."""
LOOKED = re.compile(r'^wgwatch_looks_total\{outcome="\w+"\} (\d+)', re.M)


def waits_while_reading(folder: Path, pages: int, environ: dict[str, str]) -> list[float]:
    """Milliseconds of each question, in order of size, from the first look to the last of so many pages.

    In the folder lie a watchlist and a database, whose pages are made due.
    """
    with closing(sqlite3.connect(folder / "wgwatch.db")) as database:
        database.execute("UPDATE pages SET next_check_at = last_check_at")
        database.commit()
    port = _free_port()
    environ = environ | {"WGWATCH_HEALTH_LISTEN": str(port)}
    command = [sys.executable, "-m", "wgwatch", "run"]
    with (folder / "log").open("w") as log:
        service = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
        try:
            return sorted(_waits(_Client(port), pages))
        finally:
            service.terminate()
            service.wait()


def _waits(client: _Client, pages: int) -> list[float]:
    client.wait_for_answers()
    waits: list[float] = []
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and (looked := _looked(client)) < pages:
        for _ in range(25):
            began = time.perf_counter()
            client.get("/healthz")
            if looked:
                waits.append((time.perf_counter() - began) * 1_000)
            time.sleep(PAUSE)
    if not waits:
        raise RuntimeError("the service looked at nothing, or was done before it was asked: take more pages")
    return waits


def _looked(client: _Client) -> int:
    return sum(int(number) for number in LOOKED.findall(client.get("/metrics")))


class _Client:
    """Asks over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def wait_for_answers(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError):
                self.get("/healthz")
                return
            self._connection.close()
            time.sleep(0.1)
        raise RuntimeError("the service does not answer")

    def get(self, path: str) -> str:
        self._connection.request("GET", path)
        return self._connection.getresponse().read().decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
