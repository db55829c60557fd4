"""What a running service answers about itself: /healthz, /readyz and /metrics, in the service's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from config.errors import StorageError
from storage import deliveries
from storage.asking import overview
from storage.engine import Database
from storage.sending import holds, silenced
from storage.work import processes
from wgwatch.running import metrics
from wgwatch.running.health import Pulse
from wgwatch.running.metrics import Metric, Tally

DATABASE_TIMEOUT = 5.0
"""Seconds that a question about health waits for the database; who asks has little patience too."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The answers. Nothing secret is in them, and nothing can be changed through them."""

    database: Database
    pulse: Pulse
    tally: Tally
    clock: Callable[[], datetime]

    def routes(self) -> list[Route]:
        """Where each is answered."""
        return [Route(f"/{name}", getattr(self, name)) for name in ("healthz", "readyz", "metrics")]

    async def healthz(self, _request: Request) -> Response:
        """Whether the process is well: 503 where a restart would help."""
        return _verdict(self.pulse.stuck())

    async def readyz(self, _request: Request) -> Response:
        """Whether it does its work now: 503 while the database is away, at the start and at the end."""
        problems = [*self.pulse.failing(), *self.pulse.stuck()]
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT):
                await asyncio.to_thread(self.database.schema)
        except (StorageError, TimeoutError) as error:
            problems.append(str(error) or "the database does not answer")
        return _verdict(list(dict.fromkeys(problems)))

    async def metrics(self, _request: Request) -> Response:
        """Counters and gauges for Prometheus; those of the database only while it answers."""
        found = self.tally.metrics(self.pulse)
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT):
                stored = await asyncio.to_thread(self._stored)
        except (StorageError, TimeoutError):
            stored = []
        up = Metric("wgwatch_database_up", "gauge", "1 where the database answers.", {"": len(stored) > 0})
        text = "".join(map(str, (*found, up, *stored)))
        return Response(text, headers={"Content-Type": metrics.CONTENT_TYPE})

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
                is_held=holds.held(connection) is not None,
                at_work=processes.listed(connection, now),
            )


def _verdict(problems: list[str]) -> Response:
    said = {"status": "failing" if problems else "ok", "problems": problems}
    return JSONResponse(said, status_code=503 if problems else 200)
