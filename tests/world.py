"""A small real world: an HTTP site, a mail server, a webhook receiver, and the command line as processes."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result

from config.settings import Settings
from wgwatch.application import Application
from wgwatch.cli import cli

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WATCHLIST = """\
timezone: UTC
contact: webwatch@trade.example
defaults: {{check: every 6 hours, delay: 0 seconds}}
sources:
  - name: harbour
    pages: [{pages}]
subscriptions:
  - name: newsroom
    email: anna@paper.example
    tell: [contacts, events, projects, text, page]
  - name: crm
    webhook: {hook}
    secret: ${{CRM_HOOK_SECRET}}
    tell: [contacts, events, projects, text, page]
"""


def group_page(
    day: int = 7, *, extra: str = "", email: str = "mei.tan@harbour.example", number: int = 0
) -> str:
    """A group's page; `day` is when its 43rd meeting is held."""
    return f"""<!doctype html><html><head><title>Harbour Working Group</title></head><body>
<h1>Harbour Working Group (HWG)</h1>
<p>The Harbour Working Group (HWG) studies small ports and how they trade{number or ""}.</p>
<h2>Events</h2>
<ul>
<li>{day:02} Sep 2027 43rd HWG Meeting Lima, Peru</li>
<li>19 Sep 2027 Port Workshop (HWG 01 2026A) Lima, Peru</li>
<li><time datetime="2027-10-01">01 Oct 2027</time> Quay Forum Ha Noi, Viet Nam</li>
</ul>
<h2>Contacts</h2>
<p>Mei Tan (Ms)<br>Programme Director<br>Harbour Secretariat<br>Email: <a href="mailto:{email}">write</a></p>
{extra}</body></html>"""


@dataclass
class Answer:
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class World:
    """Everything on loopback; `wgwatch(...)` runs the command line in the folder."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.ahead = timedelta()
        """How far the clock of `wgwatch(...)` has been driven on."""
        self.pages: dict[str, Answer] = {}
        self.requests: list[tuple[str, int]] = []
        self.conditions: list[str | None] = []
        self.hooks: list[tuple[dict[str, str], bytes]] = []
        self.hook_answers: list[int] = []
        self.mails: list[EmailMessage] = []
        self.mail_answers: list[str] = []
        self.on_event: Callable[[str], None] = lambda event: None
        """Called at every step that the outside can see: asked, answered, hook, hooked, mail, mailed."""
        self._site = _server(self._handler())
        self.url = f"http://127.0.0.1:{self._site.server_port}"
        self._smtp = _Mailbox(self, hostname="127.0.0.1", port=0)
        self._processes: list[subprocess.Popen[str]] = []
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith("WGWATCH_")},
            "PYTHONWARNINGS": "ignore",
            "CRM_HOOK_SECRET": SECRET,
            "WGWATCH_DATABASE_URL": database_url,
            "WGWATCH_ALLOW_NETWORKS": "loopback",
            "WGWATCH_SMTP_HOST": "127.0.0.1",
            "WGWATCH_SMTP_SECURITY": "none",
            "WGWATCH_MAIL_FROM": "webwatch@trade.example",
            "WGWATCH_WEB_ADDRESS": "off",  # its port is one for the whole machine
        }

    def __enter__(self) -> World:
        self._smtp.start()
        self.environ["WGWATCH_SMTP_PORT"] = str(self._smtp.port)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self._smtp.stop()
        self._site.shutdown()
        self._site.server_close()

    def show(self, path: str, text: str, **about: Any) -> str:
        """Put a page on the site; answers its address."""
        self.pages[path] = Answer(text.encode(), **about)
        return self.url + path

    def watch(self, *urls: str, text: str = WATCHLIST) -> None:
        """Write a watchlist that names these pages and both subscribers."""
        listed = ", ".join(f'"{url}"' for url in urls)
        (self.folder / "watchlist.yaml").write_text(text.format(pages=listed, hook=f"{self.url}/hook"))

    def wgwatch(self, *args: str, rc: int | None = 0, input: str | None = None) -> Result:
        """Run the command line to its end, in this process; `rc` is the exit code that has to come out.

        `input` is what stands on its standard input.
        """
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            env = {**dict.fromkeys(os.environ.keys() - self.environ.keys()), **self.environ}
            with patch.object(Application, "load", self._application):
                result = CliRunner().invoke(cli, args, input, env=env)
        finally:
            os.chdir(before)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert rc is None or result.exit_code == rc, (result.exit_code, result.stdout, result.stderr)
        return result

    def _application(self) -> Application:
        settings = Settings.load(os.environ, Path.cwd())
        return Application(settings, clock=lambda: datetime.now(UTC) + self.ahead)

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Begin a command as a process and let it run."""
        process = subprocess.Popen(
            [sys.executable, "-m", "wgwatch", *args],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def json(self, *args: str, rc: int | None = 0) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.wgwatch(*args, "--json", rc=rc).stdout)

    def hooked(self) -> list[dict[str, Any]]:
        """The bodies that the webhook receiver took."""
        return [json.loads(body) for _, body in self.hooks]

    def statuses(self, path: str) -> list[int]:
        """What the site answered for a path, in order."""
        return [status for asked, status in self.requests if asked == path]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.on_event("mail")
        answer = self.mail_answers.pop(0) if self.mail_answers else "250 taken"
        if answer.startswith("250"):
            parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(parsed, EmailMessage)
            self.mails.append(parsed)
            self.on_event("mailed")
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                world.on_event("asked")
                if self.path != "/robots.txt":
                    world.conditions.append(
                        self.headers["If-None-Match"] or self.headers["If-Modified-Since"]
                    )
                page = world.pages.get(self.path, Answer(b"nothing here", 404))
                etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
                known = page.status == 200 and self.headers.get("If-None-Match") == etag
                self._answer(304 if known else page.status, b"" if known else page.body, etag, page.headers)
                world.on_event("answered")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                world.on_event("hook")
                status = world.hook_answers.pop(0) if world.hook_answers else 200
                if status == 200:
                    world.hooks.append((dict(self.headers), body))
                    world.on_event("hooked")
                self._answer(status, b"taken", "", {})

            def _answer(self, status: int, body: bytes, etag: str, headers: dict[str, str]) -> None:
                world.requests.append((self.path, status))
                self.send_response(status)
                said = {"Content-Type": "text/html; charset=utf-8", "ETag": etag, **headers}
                for name, value in said.items():
                    if value:
                        self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


class _Mailbox(Controller):
    """aiosmtpd's controller knocks at its own port once to wake the server: it has to know which it got."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # that a client hangs up is part of many tests
            super().handle_error(request, client_address)


def _server(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
