"""A site that changes, and those who are told: webhook receivers and a mail server with moods, in one thread.

What a receiver does with a message stands in `Reception.outcome`: `accepted` (a 2xx went back), `unanswered` (taken
whole, and no answer went back: the connection hung or was cut), `refused` (4xx or 5xx: not received).
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import random
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from aiohttp import web
from aiosmtpd.smtp import SMTP

Outcome = Literal["accepted", "unanswered", "refused"]
FIRST_DAY = date(2030, 1, 1)
HANGING = 40.0
"""Seconds without an answer: longer than anybody waits for one."""
HOOK_MOODS = ("ok", "ok", "400", "404", "429", "500", "503", "hang", "cut", "reset")
MAIL_MOODS = ("ok", "ok", "451", "550", "hang", "cut", "reset")
HOOKS = ("steady", "moody-1", "moody-2", "moody-3")
PEOPLE = ("steady@paper.example", "moody-1@paper.example", "moody-2@paper.example")


@dataclass(frozen=True, slots=True)
class Reception:
    """A message that reached a receiver whole. `at` is seconds since 1970, `moves` are (page, old day, new day)."""

    target: str
    id: str
    at: float
    outcome: Outcome
    changes: tuple[str, ...] = ()
    moves: tuple[tuple[int, str, str], ...] = ()
    text: str = ""


@dataclass
class World:
    """`number` pages, each with one meeting that moves a day on with every `move`."""

    number: int
    days: list[int] = field(default_factory=list)
    moods: dict[str, str] = field(default_factory=dict)
    received: list[Reception] = field(default_factory=list)
    url: str = ""
    smtp_port: int = 0

    def __enter__(self) -> World:
        self.days = [0] * self.number
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(20)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def move(self, pages: list[int]) -> None:
        for page in pages:
            self.days[page] += 1

    def change_moods(self, chance: random.Random) -> None:
        """Each moody one takes up another mood, or keeps it."""
        for name in HOOKS[1:]:
            self.moods[name] = chance.choice(HOOK_MOODS)
        for name in PEOPLE[1:]:
            self.moods[name] = chance.choice(MAIL_MOODS)

    def calm(self) -> None:
        """All take what they get."""
        self.moods.clear()

    def shown(self, page: int) -> str:
        return (FIRST_DAY + timedelta(self.days[page])).isoformat()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_get("/groups/{page}", self._page)
        app.router.add_post("/hooks/{name}", self._hook)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=500).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        server = await self._loop.create_server(
            lambda: SMTP(self, hostname="mail.trade.example", loop=self._loop), "127.0.0.1", 0
        )
        self.smtp_port = server.sockets[0].getsockname()[1]

    async def _page(self, request: web.Request) -> web.Response:
        page = int(request.match_info["page"])
        return web.Response(text=group_page(page, self.shown(page)), content_type="text/html")

    async def _hook(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        mood = self.moods.get(name, "ok")
        if mood == "reset":
            return _cut(request)
        told = json.loads(await request.read())
        if mood.isdigit():
            self._note(name, request.headers["webhook-id"], "refused", told)
            return web.Response(status=int(mood))
        self._note(name, request.headers["webhook-id"], "accepted" if mood == "ok" else "unanswered", told)
        if mood == "hang":
            await asyncio.sleep(HANGING)
        return web.Response(text="taken") if mood == "ok" else _cut(request)

    def _note(self, name: str, delivery: str, outcome: Outcome, told: dict[str, Any]) -> None:
        data = told["data"]
        page = int(data["page"].rpartition("/")[2])
        old, new = data["fields"].get("starts_on", (None, None))
        moves = ((page, old, new),) if new else ()
        self.received.append(Reception(name, delivery, time.time(), outcome, (data["id"],), moves))

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        mood = self.moods.get(address, "ok")
        if mood == "reset":
            server.transport.abort()
        if mood == "451":
            return "451 4.7.1 come again"
        if mood == "550":
            return "550 5.7.1 we do not want this"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        address = envelope.rcpt_tos[0]
        mood = self.moods.get(address, "ok")
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        delivery = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        outcome: Outcome = "unanswered" if mood in {"hang", "cut"} else "accepted"
        self.received.append(Reception(address, delivery, time.time(), outcome, text=text))
        if mood == "hang":
            await asyncio.sleep(HANGING)
        if mood in {"hang", "cut"}:
            server.transport.abort()
        return "250 taken"


async def _cancel_all() -> None:
    """Nobody waits any more for those who hang."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _cut(request: web.Request) -> web.Response:
    """No answer at all; the client may have gone before."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def group_page(page: int, day: str) -> str:
    """A group's page with one meeting that moves and one that stays. No two pages speak of the same meeting."""
    other = f"2040-05-{page % 28 + 1:02}"
    return f"""<!doctype html><html><head><title>{meeting(page)} Group</title></head><body>
<h1>Harbour {page} Working Group (HWG{page})</h1>
<p>The Harbour {page} Working Group (HWG{page}) studies small ports and how they trade.</p>
<h2>Events</h2><ul>
<li><time datetime="{day}">{day}</time> {meeting(page)} Lima, Peru</li>
<li><time datetime="{other}">{other}</time> Quay {page} Forum Ha Noi, Viet Nam</li>
</ul></body></html>"""


def meeting(page: int) -> str:
    return f"43rd HWG{page} Meeting"


def pages_named(text: str) -> set[int]:
    """The pages whose meetings a mail names."""
    return {int(number) for number in re.findall(r"43rd HWG(\d+) Meeting", text)}
