"""The web pages of a world, answered by the real server in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from urllib.parse import urlencode

from world import World, group_page

from config.setting_values import Listen
from config.settings import Settings
from wgwatch.application import Application
from wgwatch.running.endpoints import Endpoints
from wgwatch.running.health import Pulse
from wgwatch.running.metrics import Tally
from wgwatch.web.app import web_app
from wgwatch.web.server import listening


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """The text with its white space folded."""
        return " ".join(self.text.split())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Site:
    """Asks as a browser would; redirects are not followed."""

    def __init__(self, url: str, application: Application, world: World) -> None:
        self.url = url
        self.application = application
        self.world = world

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask(urllib.request.Request(self.url + path, headers=_named(headers)))

    def page(self, path: str) -> Answer:
        """A page that has to be there."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status, answer.words[-600:])
        return answer

    def post(self, path: str, fields: Mapping[str, object] | None = None, **headers: str) -> Answer:
        """As a form is sent; a field may have several values."""
        sent = urlencode(fields or {}, doseq=True).encode()
        return self.ask(urllib.request.Request(self.url + path, data=sent, headers=_named(headers)))

    def ask(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def send(self, method: str, path: str, body: bytes | None) -> Answer:
        """As a program does: JSON by any method."""
        headers = {"Content-Type": "application/json"}
        return self.ask(urllib.request.Request(self.url + path, data=body, headers=headers, method=method))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def served(world: World) -> Iterator[Site]:
    """The pages of what the world's database holds, at a free port."""
    environ = {name: text for name, text in world.environ.items() if name.startswith("WGWATCH_")}
    application = Application(
        Settings.load(environ, world.folder), world.environ, clock=lambda: datetime.now(UTC) + world.ahead
    )
    endpoints = Endpoints(application.database, Pulse(), Tally(), application.clock)
    ready, url, loop, stop = threading.Event(), [""], asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with listening(web_app(application, endpoints), Listen("127.0.0.1", 0)) as where:
            url[0] = where
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(20)
        yield Site(url[0], application, world)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()
        application.close()


def moved(world: World) -> World:
    """A group's page whose 43rd meeting moved from the 7th to the 12th, told by mail and webhook."""
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.wgwatch("check")
    return world


def over_years(world: World) -> World:
    """A group's page of 2016, 2019 and 2021, then watched: moved, behind a guard, with another director, in doubt."""
    url = world.show("/group", group_page(7))
    saved = world.folder / "saved.html"
    for year, director, day in ((2016, "Ana Quispe", 3), (2019, "Minh Le", 3), (2021, "Mei Tan", 7)):
        project = f"<h2>Projects</h2><table><tr><th>Code</th><th>Title</th></tr><tr><td>HWG 0{year % 10} {year}A</td>"
        saved.write_text(
            group_page(day, extra=f"{project}<td>Quay Walls of {year}</td></tr></table>").replace(
                "Mei Tan", director
            )
        )
        world.wgwatch("import", str(saved), "--url", url, "--at", f"{year}-05-01")
    world.watch(url)
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.wgwatch("check")
    world.show(
        "/group",
        "<title>Just a moment...</title><p>Checking your browser. Enable JavaScript.</p>",
        status=503,
    )
    world.wgwatch("check", rc=1)
    world.show("/group", group_page(12).replace("Mei Tan (Ms)", "Jorge Rivas (Mr)"))
    world.wgwatch("check")
    return world
