"""wgwatch in one process that goes on living, as `run` does: a round for each line on standard input.

`python looking_rounds.py` in the folder of a watchlist. A round is a look at every page, then planning and sending;
what came of it is printed as JSON. `rest` lets the reading processes go.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent)]

from crawler.pipelines import Outcome  # noqa: E402
from storage import pages  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.checking import check  # noqa: E402
from wgwatch.watching.applying import apply  # noqa: E402


async def serve(application: Application) -> None:
    commands: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: commands.put_nowait(sys.stdin.readline().strip()))
    print("{}", flush=True)
    while command := await commands.get():
        said: dict[str, object] = {}
        if command == "round":
            said = await one_round(application)
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
