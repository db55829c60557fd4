"""Many processes on one PostgreSQL before a site of many hosts that counts who is connected; each may be killed.

Truth is taken from outside: from the days that the pages showed, from what the receiver of webhooks took, and from
the connections that the site saw.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from config.errors import StorageError
from storage.engine import Database
from storage.models import changes, deliveries, leases, pages
from storage.pages import lock_every

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FIRST_DAY = date(2030, 1, 1)
KINDS = ("schedule", "work", "work", "work", "dispatch", "dispatch")
PATIENCE = 180.0


def group_page(page: int, day: str) -> str:
    """A group's page with one meeting that moves and one that stays. No two pages speak of the same meeting."""
    other = f"2040-05-{page % 28 + 1:02}"
    return f"""<!doctype html><html><head><title>43rd HWG{page} Meeting Group</title></head><body>
<h1>Harbour {page} Working Group (HWG{page})</h1>
<p>The Harbour {page} Working Group (HWG{page}) studies small ports and how they trade.</p>
<h2>Events</h2><ul>
<li><time datetime="{day}">{day}</time> 43rd HWG{page} Meeting Lima, Peru</li>
<li><time datetime="{other}">{other}</time> Quay {page} Forum Ha Noi, Viet Nam</li>
</ul></body></html>"""


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Loop:
    """An event loop in a thread of its own, for servers."""

    _server: asyncio.Server

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Any:
        self._thread.start()
        self.run(self.serve())
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        with suppress(TimeoutError):
            self.run(_cancel_all(), 5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def serve(self) -> None:
        raise NotImplementedError

    def run(self, work: Any, seconds: float = 20) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


class Site(Loop):
    """Pages on as many hosts (addresses of this machine) as asked for, and a receiver of webhooks.

    `asked` has each request for a page (host, page, when), `most` the most connections at a time of each host, `told`
    what the receiver took: (id of the message, id of the change, page, old day, new day).
    """

    def __init__(self, number: int, hosts: int, latency: float = 0.0) -> None:
        super().__init__()
        self.hosts = [f"127.0.0.{n + 2}" for n in range(hosts)]
        self.days = [0] * number
        self.latency = latency
        self.asked: list[tuple[str, int, float]] = []
        self.open: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.told: list[tuple[str, str, int, str | None, str | None]] = []
        self.port = 0

    async def serve(self) -> None:
        server = self._server = await asyncio.start_server(self._client, "0.0.0.0", 0, backlog=500)
        self.port = server.sockets[0].getsockname()[1]

    def urls(self) -> list[str]:
        return [
            f"http://{self.hosts[n % len(self.hosts)]}:{self.port}/groups/{n}" for n in range(len(self.days))
        ]

    def asked_since(self, moment: float) -> set[str]:
        """The hosts that were asked for a page after a moment."""
        return {host for host, _, at in self.asked if at > moment}

    def shown(self, page: int) -> str:
        return (FIRST_DAY + timedelta(self.days[page])).isoformat()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self.open[host] += 1
        self.most[host] = max(self.most[host], self.open[host])
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (int(x[15:]) for x in head.split("\r\n") if x.lower()[:15] == "content-length:"), 0
                )
                body = await reader.readexactly(length)
                await self._answer(host, head, body, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # it hung up, or the site ends
        finally:
            self.open[host] -= 1
            writer.close()

    async def _answer(self, host: str, head: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(" ", 2)[1]
        status, text = "200 OK", "taken"
        if path.startswith("/groups/"):
            page = int(path.rpartition("/")[2])
            self.asked.append((host, page, time.time()))
            await asyncio.sleep(self.latency)
            text = group_page(page, self.shown(page))
        elif path.startswith("/hook"):
            self._take(head, json.loads(body))
        else:
            status, text = "404 Not Found", "nothing here"
        data = text.encode()
        said = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
        writer.write(said.encode() + data)
        await writer.drain()

    def _take(self, head: str, told: dict[str, Any]) -> None:
        message = next(
            x.split(":", 1)[1].strip() for x in head.split("\r\n") if x.lower().startswith("webhook-id:")
        )
        data = told["data"]
        old, new = data["fields"].get("starts_on", (None, None))
        self.told.append((message, data["id"], int(data["page"].rpartition("/")[2]), old, new))


class Proxy(Loop):
    """Between a process and the database. `cut` breaks all connections off; while it is `silent` nothing passes."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._to = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self.port = 0

    async def serve(self) -> None:
        server = self._server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def silence(self) -> None:
        self._loop.call_soon_threadsafe(self._passing.clear)

    def speak(self) -> None:
        self._loop.call_soon_threadsafe(self._passing.set)

    def cut(self) -> None:
        self.run(self._cut())

    async def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):  # the server is away, or the proxy ends
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
            finally:
                back.transport.abort()
        writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()
        self._writers.discard(writer)
        with suppress(OSError):
            writer.write_eof()


@dataclass
class Cluster:
    """The processes by name, each begun again when it was killed. `url_of` says where each finds the database."""

    folder: Path
    site: Site
    url_of: Callable[[str], str]
    kinds: Iterable[str] = KINDS
    options: tuple[str, ...] = ()
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    victims: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Cluster:
        counted: Counter[str] = Counter()
        self.names = []
        for kind in self.kinds:
            counted[kind] += 1
            self.names.append(f"{kind} {counted[kind]}")
        (self.folder / "watchlist.yaml").write_text(json.dumps(self._watchlist()))
        self.database = Database(self.url_of("test").replace("postgresql://", "postgresql+psycopg://"))
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()
        self.database.close()

    def begin(self, *names: str) -> None:
        for name in names:
            kind = name.partition(" ")[0]
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, "-m", "wgwatch", kind, *(self.options if kind == "work" else ())],
                    cwd=self.folder,
                    env=self.environ(name),
                    stdout=log,
                    stderr=log,
                )

    def environ(self, name: str) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("WGWATCH_")},
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "CRM_HOOK_SECRET": SECRET,
            "WGWATCH_DATABASE_URL": self.url_of(name),
            "WGWATCH_ALLOW_NETWORKS": "loopback",
            "WGWATCH_WEB_ADDRESS": "off",
            "WGWATCH_FOLD": "0",
        }

    def kill(self, name: str, *, again: bool = True) -> float:
        """End it as a power cut would, and begin it again; answers when it died."""
        process = self._running(name)
        process.send_signal(signal.SIGKILL)
        at = time.time()
        process.wait()
        self.victims[name.partition(" ")[0]] += 1
        if again:
            self.begin(name)
        return at

    def _running(self, name: str) -> subprocess.Popen[bytes]:
        """The process, begun again as systemd would, where it met no database at its start."""
        process = self.running[name]
        if process.poll() == 1 and self.log(name).splitlines()[-1].startswith("wgwatch: the database "):
            self.begin(name)
            return self.running[name]
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended by itself: {self.log(name)}")
        return process

    def kill_at_work(self) -> float:
        """Kill a worker while it is at hosts; answers how many seconds later others were at all of these."""
        self.site.latency = 3.0
        self.make_due()
        name = "work 2"
        self.until(lambda: len(self.hosts_of(name)) >= 3, "a worker is at some hosts")
        hosts = set(self.hosts_of(name))
        died = self.kill(name, again=False)
        self.site.latency = 0.0
        self.until(lambda: hosts <= self.site.asked_since(died), "others are at the hosts of a dead worker")
        self.begin(name)
        return (
            max(min(at for host, _, at in self.site.asked if host == h and at > died) for h in hosts) - died
        )

    def come_to_rest(self) -> None:
        """All that changed is seen, and all that was seen is told."""
        seen, asked = datetime.now(UTC), 0.0

        def are_seen() -> bool:
            nonlocal asked
            if self.looked_since(seen) == len(self.site.days):
                return True
            if (
                time.monotonic() - asked > 3
            ):  # a look that was under way has said anew when the next one comes
                self.make_due(seen)
                asked = time.monotonic()
            return False

        self.until(are_seen, "every page was looked at again")
        self.until(lambda: self.unsettled() == 0, "all was told")

    def end(self, name: str) -> int:
        """Ask it to end; answers its exit code."""
        process = self.running.pop(name)
        process.terminate()
        return process.wait(30)

    def hosts_of(self, name: str) -> list[str]:
        """The hosts that a process is at, by their leases."""
        mine = leases.c.owner.like(f"%/{self.running[name].pid}/%")
        with self.database.read() as connection:
            names = connection.execute(sa.select(leases.c.name).where(mine, leases.c.name.like("host:%")))
            return [lease.split(":")[1] for lease in names.scalars()]

    def make_due(self, unseen_since: datetime | None = None) -> None:
        """Let the time of every page come, or of those alone; the shortest interval of a watchlist is a minute."""
        query = sa.update(pages).values(next_check_at=datetime.now(UTC))
        if unseen_since:
            query = query.where(pages.c.last_good_at < unseen_since)
        with self.database.write() as connection:
            lock_every(connection)
            connection.execute(query)

    def known(self) -> int:
        """How many pages the database knows."""
        return self.count(sa.select(sa.func.count()).select_from(pages))

    def looked_since(self, moment: datetime) -> int:
        return self.count(sa.select(sa.func.count()).where(pages.c.last_good_at >= moment))

    def unsettled(self) -> int:
        """Changes that are not planned, and messages that are not sent."""
        with self.database.read() as connection:
            open_ones = sa.select(sa.func.count()).where(changes.c.state.in_(("open", "held")))
            unsent = sa.select(sa.func.count()).where(deliveries.c.state != "sent")
            return sum(int(connection.execute(query).scalar_one()) for query in (open_ones, unsent))

    def published(self) -> list[str]:
        with self.database.read() as connection:
            return list(
                connection.execute(sa.select(changes.c.id).where(changes.c.state == "planned")).scalars()
            )

    def count(self, query: sa.Select[Any]) -> int:
        """What a query counts; 0 while there are no tables yet, or no server."""
        with suppress(StorageError), self.database.read() as connection:
            return int(connection.execute(query).scalar_one())
        return 0

    def until(self, is_so: Callable[[], object], what: str, seconds: float = PATIENCE) -> float:
        """Wait; answers for how many seconds."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > seconds:
                logs = "\n".join(f"--- {name}\n{self.log(name)}" for name in self.names)
                raise AssertionError(f"it never came about that {what}:\n{logs}")
            time.sleep(0.3)
        return time.monotonic() - began

    def log(self, name: str) -> str:
        return self.whole_log(name)[-1_500:]

    def whole_log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _watchlist(self) -> dict[str, Any]:
        hook = f"http://127.0.0.1:{self.site.port}/hook"
        return {
            "timezone": "UTC",
            "contact": "webwatch@trade.example",
            "defaults": {"check": "every 6 hours", "delay": "0 seconds"},
            "sources": [{"name": "harbour", "pages": self.site.urls()}],
            "subscriptions": [
                {"name": "crm", "webhook": hook, "secret": "${CRM_HOOK_SECRET}", "tell": ["events"]}
            ],
        }


def wrongs(site: Site, published: list[str]) -> list[str]:
    """What is not as it should be: changes lost or told twice, hosts with two connections."""
    found = [f"{host} saw {most} connections at a time" for host, most in site.most.items() if most > 1]
    found = [wrong for wrong in found if not wrong.startswith("127.0.0.1 ")]  # the receiver of webhooks
    messages: dict[str, set[str]] = defaultdict(set)
    moves: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
    for message, change, page, old, new in site.told:
        messages[change].add(message)
        if old and new:
            moves[page, old].add((new, change))
    found += [f"{change} was never told" for change in set(published) - messages.keys()]
    found += [f"{change} was told as {sorted(ids)}" for change, ids in messages.items() if len(ids) > 1]
    found += [f"page {p} moved from {d} to {sorted(to)}" for (p, d), to in moves.items() if len(to) > 1]
    for page in range(len(site.days)):
        day = FIRST_DAY.isoformat()
        while (page, day) in moves:
            day = min(moves[page, day])[0]
        if day != site.shown(page):
            found.append(f"page {page} is known as of {day}, and shows {site.shown(page)}")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def move_some(site: Site, chance: random.Random) -> None:
    """Let some meetings be a day later."""
    for page in chance.sample(range(len(site.days)), max(1, len(site.days) // 5)):
        site.days[page] += 1
