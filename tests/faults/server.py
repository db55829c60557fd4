"""A site whose pages can be told to misbehave, on the wire or in what they say."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from faults.bodies import CHALLENGES, NOTES, Body

Fault = Callable[[BaseHTTPRequestHandler, str], None]
HTML = "text/html; charset=utf-8"


class FaultySite:
    """Serves `pages` by path, or what their `faults` make of them; 404 elsewhere."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.faults: dict[str, Fault] = {}
        self.asked: list[str] = []
        self.closing = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                body, media_type = site.pages.get(self.path, ("nothing here", ""))
                if fault := site.faults.get(self.path):
                    fault(self, body)
                else:
                    send(
                        self, body.encode(), 200 if media_type else 404, {"Content-Type": media_type or HTML}
                    )

            def log_message(self, *args: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.site = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FaultySite:
        serve = {"poll_interval": 0.02}
        threading.Thread(target=self._server.serve_forever, kwargs=serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def show(self, path: str, body: str, media_type: str = HTML) -> str:
        self.pages[path] = (body, media_type)
        return self.url + path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: FaultySite

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # that the crawler hangs up is part of it
            super().handle_error(request, client_address)


def send(
    handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> None:
    said = {"Content-Type": HTML, "Content-Length": str(len(body)), **(headers or {})}
    handler.send_response(status)
    for name, value in said.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def says(body: Body, status: int = 200, **headers: str) -> Fault:
    """Another body, or another status; `_` in the name of a header is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, page: send(handler, body(page).encode(), status, named)


def itself(page: str) -> str:
    return page


def moved(location: str, status: int = 302) -> Fault:
    return lambda handler, page: send(handler, b"", status, {"Location": location})


def coded(coding: str, body: Callable[[bytes], bytes]) -> Fault:
    return lambda handler, page: send(handler, body(page.encode()), headers={"Content-Encoding": coding})


def cut(share: float, *, clean: bool) -> Fault:
    """A part of the page; `clean` where its length says that it is all."""

    def fault(handler: BaseHTTPRequestHandler, page: str) -> None:
        whole = page.encode()
        part = whole[: int(len(whole) * share)]
        send(handler, part, headers={} if clean else {"Content-Length": str(len(whole))})

    return fault


def raw(data: bytes) -> Fault:
    return lambda handler, page: _write(handler, data)


def reset(after: int) -> Fault:
    """Break the connection off with a RST after so many bytes of a good answer."""

    def fault(handler: BaseHTTPRequestHandler, page: str) -> None:
        body = page.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        _write(handler, (head + body)[:after])
        time.sleep(0.02)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    return fault


def drip(start: bytes, piece: bytes) -> Fault:
    """Send a little again and again, without an end."""

    def fault(handler: BaseHTTPRequestHandler, page: str) -> None:
        _write(handler, start)
        while not handler.server.site.closing.wait(0.05):  # type: ignore[attr-defined]
            _write(handler, piece)

    return fault


def flood(start: bytes, piece: bytes) -> Fault:
    """Send much, without an end."""

    def fault(handler: BaseHTTPRequestHandler, page: str) -> None:
        _write(handler, start)
        while not handler.server.site.closing.is_set():  # type: ignore[attr-defined]
            _write(handler, piece)

    return fault


def _write(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(data)
    handler.wfile.flush()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
STATUSES = (202, 204, 206, 400, 401, 403, 404, 405, 410, 418, 429, 451, 500, 502, 503, 504, 520, 525)
TRANSPORT: dict[str, Fault] = {
    **{f"status {status}": says(itself, status) for status in STATUSES if status != 204},
    "status 204": says(lambda page: "", 204),
    "status 429 with a wait": says(itself, 429, Retry_After="120"),
    "a challenge with 403": says(CHALLENGES["a browser check"], 403),
    "a challenge with 503": says(CHALLENGES["a guard's wait"], 503, Retry_After="5"),
    "a mitigation in a header": says(itself, 200, cf_mitigated="challenge"),
    "a firewall's action in a header": says(itself, 200, x_amzn_waf_action="captcha"),
    "a block in a header": says(itself, 200, x_sucuri_block="SQL"),
    **{f"cut cleanly at {n} tenths": cut(n / 10, clean=True) for n in range(1, 10)},
    **{f"cut short at {n} tenths": cut(n / 10, clean=False) for n in range(1, 10)},
    "reset at once": reset(0),
    "reset in the headers": reset(30),
    "reset in the body": reset(400),
    "closed without an answer": raw(b""),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a chunk that is not all there": raw(CHUNKED + b"ff\r\n<html>"),
    "chunks without their end": raw(CHUNKED + b"6\r\n<html>\r\n"),
    "a chunk's length that is none": raw(CHUNKED + b"zz\r\n<html>\r\n0\r\n\r\n"),
    "a length that is none": raw(HEAD + b"Content-Length: many\r\n\r\n<html>"),
    "two lengths": raw(HEAD + b"Content-Length: 6\r\nContent-Length: 60\r\n\r\n<html>"),
    "a length of zero": raw(HEAD + b"Content-Length: 0\r\n\r\n"),
    "a slow drip of the body": drip(HEAD + b"Content-Length: 90000\r\n\r\n<html>", b"a"),
    "a slow drip of headers": drip(HEAD, b"X-A: b\r\n"),
    "silence": drip(b"", b""),
    "an endless body": flood(HEAD + b"\r\n", b"<p>and so on" * 5_000),
    "an endless header": flood(HEAD + b"X-Long: ", b"a" * 60_000),
    "gzip that is none": coded("gzip", lambda body: body),
    "gzip that ends early": coded("gzip", lambda body: gzip.compress(body)[:-20]),
    "gzip with broken bytes": coded("gzip", lambda body: gzip.compress(body)[:-8] + b"\0" * 8),
    "deflate that is gzip": coded("deflate", gzip.compress),
    "a coding nobody asked for": coded("br", lambda body: body),
    "a gzip bomb": coded("gzip", lambda body: gzip.compress(b"a" * 20_000_000)),
    "a bomb in a bomb": coded("gzip, gzip", lambda body: gzip.compress(gzip.compress(b"a" * 20_000_000))),
    "thousands of gzip members": coded("gzip", lambda body: gzip.compress(b"") * 20_000),
    "codings without end": coded(", ".join(["gzip"] * 300), gzip.compress),
    "the wrong coding of many": coded("gzip, deflate", zlib.compress),
    "a circle of redirects": lambda handler, page: send(handler, b"", 302, {"Location": handler.path}),
    "a redirect to nowhere": moved("http://"),
    "a redirect to another protocol": moved("ftp://files.example/page"),
    "a redirect to this machine": moved("http://127.0.0.9/admin"),
    "a redirect to the home page": moved("/"),
    "a redirect to a login": moved("/account/login"),
    "a redirect to a challenge": moved("/unblock/challenge"),
    "a redirect to an error page": moved("/errors/404"),
}
TARGETS = {
    "/": "<html><head><title>Harbour Secretariat</title></head><body><h1>Welcome</h1>"
    + "<p>News and services of the harbour for everyone who sails or trades here, every day of the year.</p>"
    * 30
    + "</body></html>",
    "/account/login": "<html><head><title>Harbour account</title></head><body><h1>Your account</h1><form>Name <input>"
    "Password <input type=password></form></body></html>",
    "/unblock/challenge": "<html><head><title>Harbour</title></head><body><p>One step more.</p></body></html>",
    "/errors/404": "<html><head><title>Harbour</title></head><body><p>Nothing is here any more.</p></body></html>",
}
"""Where the redirects lead: pages that give themselves away by little but their address."""


def all_faults() -> dict[str, Fault]:
    """Every kind by its name."""
    return {**TRANSPORT, **{name: says(body) for name, body in {**CHALLENGES, **NOTES}.items()}}
