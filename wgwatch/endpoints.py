"""What a running service answers over HTTP: /healthz, /readyz and /metrics, in the service's own loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from config.errors import ConfigError, StorageError
from config.setting_values import Listen
from storage import deliveries, overview, silenced
from storage.engine import Database
from wgwatch import metrics
from wgwatch.health import Pulse
from wgwatch.metrics import Metric, Tally

DATABASE_TIMEOUT = 5.0
"""Seconds that a question about health waits for the database; who asks has little patience too."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The answers. Nothing secret is in them, and nothing can be changed through them."""

    database: Database
    pulse: Pulse
    tally: Tally
    clock: Callable[[], datetime]

    async def healthz(self, request: web.Request) -> web.Response:
        """Whether the process is well: 503 where a restart would help."""
        return _verdict(self.pulse.stuck())

    async def readyz(self, request: web.Request) -> web.Response:
        """Whether it does its work now: 503 while the database is away, at the start and at the end."""
        problems = [*self.pulse.failing(), *self.pulse.stuck()]
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT):
                await asyncio.to_thread(self.database.schema)
        except (StorageError, TimeoutError) as error:
            problems.append(str(error) or "the database does not answer")
        return _verdict(list(dict.fromkeys(problems)))

    async def metrics(self, request: web.Request) -> web.Response:
        """Counters and gauges for Prometheus; those of the database only while it answers."""
        found = self.tally.metrics(self.pulse)
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT):
                stored = await asyncio.to_thread(self._stored)
        except (StorageError, TimeoutError):
            stored = []
        up = Metric("wgwatch_database_up", "gauge", "1 where the database answers.", {"": len(stored) > 0})
        text = "".join(map(str, (*found, up, *stored)))
        return web.Response(body=text.encode(), headers={"Content-Type": metrics.CONTENT_TYPE})

    def _stored(self) -> list[Metric]:
        now = self.clock()
        with self.database.read() as connection:
            return metrics.of_database(
                overview.watch(connection, now),
                deliveries.counts(connection),
                overview.undelivered(connection, now),
                silenced.all_gone(connection),
                overview.size(connection),
                now.timestamp(),
            )


@asynccontextmanager
async def listening(endpoints: Endpoints, listen: Listen) -> AsyncIterator[str]:
    """Answer until the block is left; gives the address. Raises ConfigError where it cannot be had."""
    app = web.Application()
    for name in ("healthz", "readyz", "metrics"):
        app.router.add_get(f"/{name}", getattr(endpoints, name))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, listen.host, listen.port).start()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else type(error).__name__
            raise ConfigError([f"WGWATCH_HEALTH_LISTEN: cannot listen at {listen}: {why}"]) from error
        yield f"http://{listen}"
    finally:
        await runner.cleanup()


def _verdict(problems: list[str]) -> web.Response:
    said = {"status": "failing" if problems else "ok", "problems": problems}
    return web.json_response(said, status=503 if problems else 200)
