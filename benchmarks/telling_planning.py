"""Planning many changes for many subscriptions in one go, and sending beside a slow target.

`python telling_planning.py CHANGES SUBSCRIPTIONS` plans in a process of its own and prints seconds, memory and counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

import sqlalchemy as sa  # noqa: E402

from config.errors import TemporaryDeliveryError  # noqa: E402
from notifier.channels import Outgoing  # noqa: E402
from notifier.dispatch import Dispatcher  # noqa: E402
from notifier.lanes import AT_ONCE_TO_A_TARGET  # noqa: E402
from notifier.planner import plan  # noqa: E402
from storage import changes, deliveries, pages  # noqa: E402
from storage.asking import overview  # noqa: E402
from storage.changes import Change  # noqa: E402
from storage.engine import Database  # noqa: E402
from storage.models import delivery_items  # noqa: E402
from storage.sending import promises  # noqa: E402
from storage.sending.promises import Message, Promised, message_id  # noqa: E402
from wgwatch.application import Application  # noqa: E402
from wgwatch.logs import unsaid  # noqa: E402
from wgwatch.watching.applying import apply  # noqa: E402

NOW = datetime(2027, 9, 1, 12, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CHANGES_OF_A_PAGE = 5
GROUPS = 50
HEARS_ALL = 6
"""Of the subscriptions, so many hear of everything; the others of three groups each."""
FAST, SLOW = 0.1, 1.0
"""Seconds that a target takes for its answer."""
FAST_TARGETS, MESSAGES = 3, 100


def measure_planning(number: int, listeners: int) -> dict[str, Any]:
    """Seconds, megabytes, and how much was planned."""
    command = [sys.executable, str(HERE / "telling_planning.py"), str(number), str(listeners)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure_sending(messages: int) -> dict[str, float]:
    """How near fast targets come to the pace that they allow, while another is slow and one refuses all."""
    with tempfile.TemporaryDirectory() as folder:
        database = _database(Path(folder))
        targets = [
            *(f"https://fast-{n}.example/" for n in range(FAST_TARGETS)),
            "https://slow.example/",
            "https://down.example/",
        ]
        with database.write() as connection:
            for target in targets:
                for number in range(messages):
                    _promise(connection, target, number)
        channel = Timed(messages)
        began = time.perf_counter()
        with unsaid("notifier.dispatch"):
            asyncio.run(_until_fast_are_done(database, channel))
        took = time.perf_counter() - began
        database.close()
    allowed = AT_ONCE_TO_A_TARGET / FAST * FAST_TARGETS
    return {
        "messages/s": FAST_TARGETS * messages / took,
        "allowed/s": allowed,
        "share": FAST_TARGETS * messages / took / allowed,
        "to the slow one": channel.taken["https://slow.example/"],
        "tries at the one that refuses": channel.taken["https://down.example/"],
    }


class Timed:
    """Answers after the time that a target takes."""

    def __init__(self, messages: int) -> None:
        self.taken: Counter[str] = Counter()
        self._left = FAST_TARGETS * messages
        self.fast_are_done = asyncio.Event()

    async def send(self, delivery: Outgoing) -> str:
        await asyncio.sleep(SLOW if "slow" in delivery.target else FAST)
        self.taken[delivery.target] += 1
        self._left -= "fast" in delivery.target
        if not self._left:
            self.fast_are_done.set()
        if "down" in delivery.target:
            raise TemporaryDeliveryError("503 down")
        return "200"


async def _until_fast_are_done(database: Database, channel: Timed) -> None:
    dispatcher = Dispatcher(
        database=database,
        channels={"webhook": channel},
        owner="here/1/1/a",
        clock=lambda: datetime.now(UTC),
        zone=lambda: ZoneInfo("UTC"),
        secrets=lambda name: (SECRET,),
    )
    sending = asyncio.create_task(dispatcher.send_due())
    await channel.fast_are_done.wait()
    dispatcher.stop()
    await sending


def _promise(connection: sa.Connection, target: str, number: int) -> None:
    now = datetime.now(UTC)
    message = Message(message_id(target, str(number)), "webhook", target, target, now)
    promises.write(connection, [message], now)
    payload = {"id": f"chg_{number}", "importance": 0.5}
    promises.write_items(connection, [Promised(message.id, f"chg_{number}", target, payload, ("crm",))])


def _plan(number: int, listeners: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("watchlist.yaml").write_text(json.dumps(_watchlist(listeners)))
        application = Application.load()
        database = application.database
        apply(database, application.watchlist(), NOW)
        _fill(database, number)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, used, room = time.perf_counter(), time.process_time(), _size(database)
        planned = plan(database, application.rules(), NOW)
        seconds, cpu, room = time.perf_counter() - began, time.process_time() - used, _size(database) - room
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with database.read() as connection:
            counts = deliveries.counts(connection)
            items = connection.execute(sa.select(sa.func.count()).select_from(delivery_items)).scalar_one()
        application.close()
    return {
        "changes": planned,
        "subscriptions": listeners,
        "messages": counts.get("waiting", 0),
        "items": items,
        "seconds": seconds,
        "cpu": cpu,
        "bytes": room,
        "MB": peak / 1024,
        "MB before": before / 1024,
    }


def _size(database: Database) -> int:
    with database.read() as connection:
        return overview.size(connection)


def _database(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'wgwatch.db'}")
    database.prepare()
    return database


def _watchlist(listeners: int) -> dict[str, Any]:
    return {
        "sources": [{"name": "harbour", "pages": ["https://site.example/groups"]}],
        "subscriptions": [_subscription(listener) for listener in range(listeners)],
    }


def _subscription(listener: int) -> dict[str, Any]:
    groups = [f"G{(listener * 7 + step) % GROUPS}" for step in range(3)]
    about = {} if listener < HEARS_ALL else {"about": {"groups": groups}}
    said = {"name": f"s{listener}", "tell": ["events", "contacts", "text"], **about}
    if listener % 4 == 1:
        return {**said, "webhook": f"https://hooks-{listener}.example/in", "secret": SECRET}
    send = {"send": "weekly on monday at 08:30"} if listener % 2 else {}
    return {**said, "email": [f"person-{listener}@paper.example"], **send}


def _fill(database: Database, number: int) -> None:
    """Open changes of many pages."""
    chance = random.Random(5)
    with database.write() as connection:
        for page in range(number // CHANGES_OF_A_PAGE):
            host = f"site-{page % 40}.example"
            key = f"{host}/groups/{page}"
            page_id = pages.create(connection, key=key, url=f"https://{key}", host=host, now=NOW)
            found = [
                _change(page_id, page, row, f"https://{key}", chance) for row in range(CHANGES_OF_A_PAGE)
            ]
            changes.publish(connection, found, NOW)


def _change(page_id: int, page: int, row: int, url: str, chance: random.Random) -> Change:
    day = date(2028, 1, 1) + timedelta(chance.randrange(500))
    title = f"{row + 1}th Meeting of Harbour {page}"
    record = {"title": title, "city": "Lima", "economy": "Peru", "ends_on": None, "venue": None, "link": url}
    summary = f"{title} moved to {day + timedelta(5)} (was {day})"
    payload = {
        "id": f"chg_{page}_{row}",
        "what": f"{page}_{row}",
        "kind": "event.moved",
        "last_seen_before": "2027-08-31T12:00:00Z",
        "first_seen_after": "2027-09-01T12:00:00Z",
        "group": f"G{page % GROUPS}",
        "group_name": f"Harbour {page % GROUPS} Working Group",
        "sources": ["harbour"],
        "page": url,
        "record": {
            "id": f"evt_{page}_{row}",
            "kind": "event",
            "label": title,
            "before": {**record, "starts_on": str(day)},
            "after": {**record, "starts_on": str(day + timedelta(5))},
        },
        "section": None,
        "fields": {"starts_on": [str(day), str(day + timedelta(5))]},
        "sentences": [],
        "importance": 0.8,
        "importance_because": "as usual for event.moved",
        "summary": summary,
        "evidence": {"sha256_before": "a" * 64, "sha256_after": "b" * 64},
        "health": None,
    }
    return Change(
        id=payload["id"],
        page_id=page_id,
        kind="event.moved",
        record_id=f"evt_{page}_{row}",
        group=payload["group"],
        last_seen_before=NOW - timedelta(days=1),
        first_seen_after=NOW,
        importance=0.8,
        summary=summary,
        payload=payload,
    )


if __name__ == "__main__":
    print(json.dumps(_plan(int(sys.argv[1]), int(sys.argv[2]))))
