"""`kill -9` at random moments of the real service, while pages change and receivers refuse, hang and vanish.

Truth is taken from outside: from the days that the pages showed and from what the receivers took. Each of them has
to hear of every page an unbroken row of moves from its first day to its last. The database is only asked which
changes were published, and when it noted a message as sent.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from telling_world import HOOKS, PEOPLE, Reception, World, pages_named

from storage.engine import Database
from storage.models import changes, deliveries, delivery_attempts, delivery_items, pages
from storage.pages import lock_every

PAGES = 50
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LONGEST_LIFE = 6.0
"""A process is killed between 0 and so many seconds after the last kill; it needs one or two to begin its work."""
PATIENCE = 180.0
"""Seconds after the last kill within which all has to be told."""


@dataclass
class Found:
    """What came of it."""

    kills: int = 0
    published: int = 0
    received: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    duplicates: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    victims: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def measure(
    kills: int,
    database_url: str,
    folder: Path,
    *,
    dispatchers: int,
    life: float = LONGEST_LIFE,
    seed: int = 6,
) -> Found:
    """Kill so many times, let all come to rest, and hold what was taken against what was true."""
    chance, began = random.Random(seed), time.monotonic()
    opened = closing(Database(database_url.replace("postgresql://", "postgresql+psycopg://")))
    with (
        World(PAGES) as world,
        opened as database,
        Processes(world, database_url, folder, dispatchers) as processes,
    ):
        processes.begin("run")
        processes.until(lambda: _looked_at(database) == PAGES, "every page was looked at once")
        processes.begin_all()
        killed_at = []
        for _ in range(kills):
            world.move(chance.sample(range(PAGES), chance.randint(1, 15)))
            world.change_moods(chance)
            make_due(database)
            time.sleep(chance.uniform(0, life))
            killed_at.append(processes.kill_one(chance))
        _come_to_rest(world, database, processes)
        found = judge(world, database, killed_at)
        found.victims = processes.victims
    found.seconds = time.monotonic() - began
    return found


class Processes:
    """The service and the dispatchers beside it, each begun again when it was killed."""

    def __init__(self, world: World, database_url: str, folder: Path, dispatchers: int) -> None:
        self._folder, self._running = folder, dict[str, subprocess.Popen[bytes]]()
        self.names = ("run", *(f"dispatch {number + 1}" for number in range(dispatchers)))
        self.victims: Counter[str] = Counter()
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith("WGWATCH_")},
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "CRM_HOOK_SECRET": SECRET,
            "WGWATCH_DATABASE_URL": database_url,
            "WGWATCH_ALLOW_NETWORKS": "loopback",
            "WGWATCH_SMTP_HOST": "127.0.0.1",
            "WGWATCH_SMTP_PORT": str(world.smtp_port),
            "WGWATCH_SMTP_SECURITY": "none",
            "WGWATCH_MAIL_FROM": "webwatch@trade.example",
            "WGWATCH_FOLD": "1",
            "WGWATCH_HEALTH_LISTEN": "off",
        }
        (folder / "watchlist.yaml").write_text(json.dumps(_watchlist(world)))

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()

    def begin(self, name: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "wgwatch", name.partition(" ")[0]],
                cwd=self._folder,
                env=self._environ,
                stdout=log,
                stderr=log,
            )

    def begin_all(self) -> None:
        for name in self.names:
            if name not in self._running:
                self.begin(name)

    def kill_one(self, chance: random.Random) -> float:
        """End one of them as a power cut would, and begin it again; answers when."""
        name = chance.choice(self.names)
        process = self._running[name]
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended by itself: {self.log(name)}")
        process.send_signal(signal.SIGKILL)
        at = time.time()
        process.wait()
        self.victims[name.partition(" ")[0]] += 1
        self.begin(name)
        return at

    def wgwatch(self, *args: str) -> str:
        command = [sys.executable, "-m", "wgwatch", *args]
        done = subprocess.run(
            command,
            cwd=self._folder,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout + done.stderr

    def until(self, is_so: Any, what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError(f"it never came about that {what}: {self.log('run')}")
            time.sleep(0.3)

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text("utf-8", "replace")[-2_000:]


def make_due(database: Database) -> None:
    """Let every page's time come; the shortest interval of a watchlist is a minute, which is too long here."""
    with database.write() as connection:
        lock_every(connection)
        connection.execute(sa.update(pages).values(next_check_at=datetime.now(UTC)))


def judge(world: World, database: Database, killed_at: list[float]) -> Found:
    """Hold what was taken against what was true."""
    with database.read() as connection:
        published = set(
            connection.execute(sa.select(changes.c.id).where(changes.c.state == "planned")).scalars()
        )
        items = _items(connection)
        noted = _noted_as_sent(connection)
    found = Found(kills=len(killed_at), published=len(published), received=len(world.received))
    found.outcomes = Counter(reception.outcome for reception in world.received)
    taken = [reception for reception in world.received if reception.outcome != "refused"]
    for name in HOOKS:
        _judge_hook(name, [r for r in taken if r.target == name], world, published, found)
    for name in PEOPLE:
        _judge_mail(name, [r for r in taken if r.target == name], items, published, found)
    for name in (*HOOKS, *PEOPLE):
        _judge_repeats([r for r in taken if r.target == name], noted, killed_at, found)
    return found


def _judge_hook(name: str, taken: list[Reception], world: World, published: set[str], found: Found) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    moves: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
    for reception in taken:
        ids[reception.changes[0]].add(reception.id)
        for page, old, new in reception.moves:
            moves[page, old].add((new, reception.changes[0]))
    found.lost += [f"{name}: {change}" for change in published - ids.keys()]
    found.doubled += [
        f"{name}: {change} as {sorted(known)}" for change, known in ids.items() if len(known) > 1
    ]
    found.doubled += [
        f"{name}: page {page} from {old} to {sorted(t)}" for (page, old), t in moves.items() if len(t) > 1
    ]
    for page in range(world.number):
        day = "2030-01-01"
        while (page, day) in moves:
            day = min(moves[page, day])[0]
        if day != world.shown(page):
            found.lost.append(f"{name}: page {page} is known as of {day}, and shows {world.shown(page)}")


def _judge_mail(
    name: str, taken: list[Reception], items: dict[str, dict[str, int]], published: set[str], found: Found
) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    for reception in taken:
        named = pages_named(reception.text)
        for change, page in items[reception.id].items():
            ids[change].add(reception.id)
            if page not in named:
                found.lost.append(f"{name}: {change} in {reception.id}, which does not name its meeting")
    found.lost += [f"{name}: {change}" for change in published - ids.keys()]
    found.doubled += [
        f"{name}: {change} as {sorted(known)}" for change, known in ids.items() if len(known) > 1
    ]


def _judge_repeats(
    taken: list[Reception], noted: dict[str, float], killed_at: list[float], found: Found
) -> None:
    """A message may come again only where its answer was lost: by its receiver, or by a kill before it was noted."""
    last: dict[str, Reception] = {}
    for reception in taken:
        before = last.get(reception.id)
        last[reception.id] = reception
        if before is None:
            continue
        if reception.id in noted and reception.at > noted[reception.id] + 1:
            found.unexplained.append(f"{reception.target}: {reception.id} after it was noted as sent")
        elif before.outcome == "unanswered":
            found.duplicates["the receiver did not answer"] += 1
        elif any(before.at <= at <= reception.at for at in killed_at):
            found.duplicates["killed before the answer was noted"] += 1
        else:
            found.unexplained.append(f"{reception.target}: {reception.id}")


def _come_to_rest(world: World, database: Database, processes: Processes) -> None:
    """Receivers are well again; what back-off would keep for hours is asked for by the operator's own command."""
    world.calm()
    make_due(database)
    seen = datetime.now(UTC)
    processes.until(lambda: _looked_at(database, seen) == world.number, "every page was looked at again")
    processes.until(lambda: _open(database) == 0, "all changes were planned")
    while _unsent(database):
        processes.wgwatch("deliveries", "retry", "--state", "waiting", "--dead")
        processes.wgwatch("dispatch", "--once")
        processes.until(lambda: not _claimed(database), "what is under way came to its end")
        if (datetime.now(UTC) - seen).total_seconds() > PATIENCE:
            return


def _looked_at(database: Database, since: datetime | None = None) -> int:
    query = sa.select(sa.func.count()).where(pages.c.last_good_at.is_not(None))
    return _count(database, query if since is None else query.where(pages.c.last_good_at >= since))


def _open(database: Database) -> int:
    return _count(database, sa.select(sa.func.count()).where(changes.c.state.in_(("open", "held"))))


def _unsent(database: Database) -> int:
    return _count(database, sa.select(sa.func.count()).where(deliveries.c.state != "sent"))


def _claimed(database: Database) -> int:
    waiting = sa.select(sa.func.count()).where(deliveries.c.state == "waiting")
    return _count(database, waiting.where(deliveries.c.claimed_until > datetime.now(UTC)))


def _count(database: Database, query: sa.Select[Any]) -> int:
    with database.read() as connection:
        return int(connection.execute(query).scalar_one()) if sa.inspect(connection).has_table("pages") else 0


def _items(connection: sa.Connection) -> dict[str, dict[str, int]]:
    """The changes of each delivery, with the page that they are of."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(sa.select(delivery_items)):
        found[row.delivery_id][row.change_id] = int(row.payload["page"].rpartition("/")[2])
    return found


def _noted_as_sent(connection: sa.Connection) -> dict[str, float]:
    query = sa.select(delivery_attempts.c.delivery_id, sa.func.min(delivery_attempts.c.at).label("at"))
    query = query.where(delivery_attempts.c.outcome == "sent").group_by(delivery_attempts.c.delivery_id)
    return {row.delivery_id: row.at.timestamp() for row in connection.execute(query)}


def _watchlist(world: World) -> dict[str, Any]:
    tell = ["contacts", "events", "projects", "text", "page"]
    hooks = [
        {
            "name": f"hook-{name}",
            "webhook": f"{world.url}/hooks/{name}",
            "secret": "${CRM_HOOK_SECRET}",
            "tell": tell,
        }
        for name in HOOKS
    ]
    mails = [{"name": name.partition("@")[0], "email": name, "tell": tell} for name in PEOPLE]
    return {
        "timezone": "UTC",
        "contact": "webwatch@trade.example",
        "defaults": {"check": "every 6 hours", "delay": "0 seconds"},
        "sources": [{"name": "harbour", "pages": [f"{world.url}/groups/{n}" for n in range(world.number)]}],
        "subscriptions": [*hooks, *mails],
    }


@contextmanager
def database_url(folder: Path, *, is_postgresql: bool) -> Iterator[str]:
    """An empty database: a SQLite file, or a PostgreSQL of its own."""
    if not is_postgresql:
        yield f"sqlite:///{folder / 'wgwatch.db'}"
        return
    import postgres

    with postgres.server() as socket:
        yield f"postgresql://postgres@/postgres?host={socket}"
