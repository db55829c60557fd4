"""wgwatch in one process that goes on living, as `run` does: a round for each line on standard input.

`python looking_rounds.py` in the folder of a watchlist. A round is a look at every page, then planning and sending;
what came of it is printed as JSON. `rest` lets the reading processes go, `health` measures an HTTP endpoint of the
same event loop while the next round runs.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import aiohttp
from aiohttp import web

sys.path[:0] = [str(Path(__file__).parent.parent)]

from crawler.pipelines import Outcome  # noqa: E402
from storage import pages  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.applying import apply  # noqa: E402
from wgwatch.checking import check  # noqa: E402


async def serve(application: Application) -> None:
    commands: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: commands.put_nowait(sys.stdin.readline().strip()))
    print("{}", flush=True)
    while command := await commands.get():
        said: dict[str, object] = {}
        if command == "round":
            said = await one_round(application)
        elif command == "health":
            said = await with_health(application)
        elif command == "rest":
            application.desk.close()
        print(json.dumps(said), flush=True)


async def one_round(application: Application) -> dict[str, object]:
    with application.database.read() as connection:
        wanted = pages.all_pages(connection)
    began = time.perf_counter()
    checked = await check(application, wanted, _silent)
    wall = time.perf_counter() - began
    return {"wall": wall, "outcomes": dict(Counter(outcome.outcome for outcome in checked.outcomes))}


async def with_health(application: Application) -> dict[str, object]:
    """A round, and what a client of another thread waits for the loop's own endpoint meanwhile: milliseconds."""
    app = web.Application()
    app.router.add_get("/healthz", _healthy)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    stop = asyncio.Event()
    asking = asyncio.create_task(asyncio.to_thread(asyncio.run, _ask(port, stop)))
    said = await one_round(application)
    stop.set()
    waits = sorted(await asking)
    await runner.cleanup()
    p95 = waits[int(len(waits) * 0.95)]
    return {**said, "asked": len(waits), "p50": statistics.median(waits), "p95": p95, "worst": waits[-1]}


async def _ask(port: int, stop: asyncio.Event) -> list[float]:
    waits: list[float] = []
    async with aiohttp.ClientSession() as session:
        while not stop.is_set():
            began = time.perf_counter()
            async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                await response.read()
            waits.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(0.02)
    return waits


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _silent(_outcome: Outcome) -> None:
    pass


def main() -> None:
    application = Application.load()
    apply(application.database, application.watchlist(), application.clock())
    try:
        asyncio.run(serve(application))
    finally:
        application.close()


if __name__ == "__main__":
    main()
