"""Which addresses a look never reaches, however it is led there; and how much of an answer it takes."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from world import World

from config.networks import Networks

SETTING = "WGWATCH_ALLOW_NETWORKS"
FORBIDDEN = {
    "loopback": "127.0.0.1",
    "loopback elsewhere": "127.9.8.7",
    "private 10": "10.0.0.1",
    "private 172.16": "172.16.5.4",
    "private 192.168": "192.168.1.1",
    "link-local": "169.254.169.254",
    "carrier-grade NAT": "100.64.0.1",
    "this network": "0.0.0.0",
    "multicast": "224.0.0.251",
    "benchmarks": "198.18.0.1",
    "documentation": "192.0.2.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6 loopback": "::1",
    "IPv6 unspecified": "::",
    "IPv6 link-local": "fe80::1",
    "IPv6 unique local": "fd00::1",
    "IPv6 multicast": "ff02::1",
    "IPv4-mapped": "::ffff:127.0.0.1",
    "IPv4-mapped private": "::ffff:10.0.0.1",
    "IPv4-compatible": "::7f00:1",
    "NAT64": "64:ff9b::7f00:1",
    "6to4": "2002:7f00:1::",
    "Teredo": "2001:0:7f00:1::",
}
LITERALS = {
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "hex": "0x7f000001",
    "hex in parts": "0x7f.0.0.1",
    "two parts": "127.1",
    "a leading zero": "127.0.0.01",
    "a dot at the end": "127.0.0.1.",
    "percent signs": "127%2e0%2e0%2e1",
    "full-width digits": "\uff11\uff12\uff17.0.0.1",
    "ideographic dots": "127\u30020\u30020\u30021",
    "a zone": "[fe80::1%25eth0]",
    "mapped in hex": "[::ffff:7f00:1]",
    "mapped with dots": "[::ffff:127.0.0.1]",
    "localhost": "localhost",
    "localhost in capitals": "LOCALHOST",
    "a name under localhost": "admin.localhost",
    "localhost with a dot": "localhost.",
}


class Names:
    """A name server on a port of its own: `answers` are given one after the other, the last for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(4096)
            if not query:
                return
            self._socket.sendto(self._reply(query), sender)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))

    def close(self) -> None:
        self._socket.close()

    def _reply(self, query: bytes) -> bytes:
        name, end = _name(query)
        (kind,) = struct.unpack("!H", query[end : end + 2])
        if kind == 1:
            self.asked.append(name)
        known = self.answers.get(name, [[]])
        if kind == 28 and len(known) > 1:  # AAAA is asked second: only then does the name move on
            known = [known.pop(0)]
        wanted = [ipaddress.ip_address(text) for text in known[0]]
        found = [address for address in wanted if address.version == (4 if kind == 1 else 6)]
        head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, len(found), 0, 0)
        records = (struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(a.packed)) + a.packed for a in found)
        return head + query[12 : end + 4] + b"".join(records)


def _name(query: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels), at + 1


class Asking(AbstractResolver):
    """Asks that name server over the wire, as a system does."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = [*self._ask(host, 1), *self._ask(host, 28)]
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        pass

    def _ask(self, host: str, kind: int) -> list[Any]:
        question = b"".join(bytes([len(part)]) + part.encode() for part in host.split(".")) + b"\0"
        query = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question + struct.pack("!HH", kind, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(5)
            asking.sendto(query, ("127.0.0.1", self._port))
            reply = asking.recv(4096)
        (count,) = struct.unpack("!H", reply[6:8])
        size = 4 if kind == 1 else 16
        tail = reply[len(query) :]
        records = [tail[n * (12 + size) : (n + 1) * (12 + size)] for n in range(count)]
        return [ipaddress.ip_address(record[12:]) for record in records]


@pytest.fixture
def names() -> Iterator[Names]:
    running = Names()
    thread = threading.Thread(target=running.serve)
    thread.start()
    yield running
    running.stop()
    thread.join()
    running.close()


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_forbidden_address_is_reached_as_a_literal(look: Callable[..., Any], kind: str) -> None:
    address = FORBIDDEN[kind]
    host = f"[{address}]" if ":" in address else address
    (answer,) = look(f"http://{host}/a", networks=Networks(), timeout=2)
    assert answer.status == 0
    assert SETTING in answer.error


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_forbidden_address_is_reached_by_name(look: Callable[..., Any], names: Names, kind: str) -> None:
    names.answers["forum.example"] = [[FORBIDDEN[kind]]]
    (answer,) = look("http://forum.example/a", networks=Networks(), resolver=Asking(names.port), timeout=2)
    assert "forum.example is at" in answer.error
    assert SETTING in answer.error
    assert names.asked


def test_no_forbidden_address_is_reached_by_a_redirect(
    site: Any, look: Callable[..., Any], names: Names
) -> None:
    """The site is the only address that is allowed, whatever it redirects to."""
    names.answers["inside.example"] = [["10.0.0.1"]]
    hosts = [
        f"[{address}]" if ":" in address else address
        for address in FORBIDDEN.values()
        if address != "127.0.0.1"
    ]
    mapped = {"[::ffff:127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"}
    targets = [host for host in hosts if host not in mapped] + ["inside.example"]
    urls = [
        site.page(f"/{n}", status=302, headers={"Location": f"http://{to}/x"}) for n, to in enumerate(targets)
    ]
    answers = look(*urls, resolver=Asking(names.port), timeout=2)
    assert {answer.status for answer in answers} == {0}
    assert not [answer.error for answer in answers if SETTING not in answer.error]


@pytest.mark.parametrize("kind", LITERALS)
@pytest.mark.parametrize("proxied", [False, True], ids=["straight", "through a proxy"])
def test_no_way_to_write_loopback_leads_there(
    site: Any, look: Callable[..., Any], proxy: Proxy, kind: str, proxied: bool
) -> None:
    url = f"http://{LITERALS[kind]}:{site.server.server_port}/a"
    site.page("/a")
    (answer,) = look(url, networks=Networks(), proxy=proxy.url if proxied else None, timeout=2)
    assert answer.status == 0
    assert answer.error
    assert site.asked == []
    assert proxy.asked == []


def test_a_name_that_changes_its_address_after_the_check_is_refused(
    site: Any, look: Callable[..., Any], names: Names
) -> None:
    """Rebinding: what was looked up is what is connected to, and each lookup is judged."""
    port = site.server.server_port
    site.page("/a")
    names.answers["forum.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    allowed = Networks.parse(["127.0.0.1"])
    asking = Asking(names.port)
    (first,) = look(f"http://forum.example:{port}/a", networks=allowed, resolver=asking)
    assert first.status == 200
    (second,) = look(f"http://forum.example:{port}/a", networks=allowed, resolver=asking, timeout=2)
    assert "127.0.0.2" in second.error
    assert SETTING in second.error


def test_of_several_addresses_only_allowed_ones_are_tried(
    site: Any, look: Callable[..., Any], names: Names
) -> None:
    names.answers["forum.example"] = [["10.0.0.1", "127.0.0.1", "::1"]]
    site.page("/a")
    url = f"http://forum.example:{site.server.server_port}/a"
    (answer,) = look(url, networks=Networks.parse(["127.0.0.1"]), resolver=Asking(names.port))
    assert answer.status == 200


PAGE = b"<title>Harbour forum</title><h1>Harbour forum</h1><p>The forum meets in Lima in May.</p>"


class Proxy:
    """A proxy that answers for every site itself, and says what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.location: str | None = None
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.asked.append(self.path)
                self.send_response(302 if proxy.location and "robots" not in self.path else 200)
                self.send_header("Location", proxy.location or "/")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.3", 0), Handler)
        self.url = f"http://127.0.0.3:{self.server.server_port}"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    running = Proxy()
    serve = {"poll_interval": 0.01}
    thread = threading.Thread(target=running.server.serve_forever, kwargs=serve)
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def test_the_configured_proxy_is_allowed_where_its_own_address_is_not(
    look: Callable[..., Any], proxy: Proxy
) -> None:
    (answer,) = look("http://forum.example/a", networks=Networks(), proxy=proxy.url)
    assert answer.status == 200
    assert proxy.asked == ["http://forum.example/robots.txt", "http://forum.example/a"]


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/x", "http://[::1]/x", "http://localhost/x", "http://0x7f.1/x"]
)
def test_a_redirect_behind_a_proxy_leads_to_no_forbidden_literal(
    look: Callable[..., Any], proxy: Proxy, target: str
) -> None:
    proxy.location = target
    (answer,) = look("http://forum.example/a", networks=Networks(), proxy=proxy.url)
    assert SETTING in answer.error
    assert proxy.asked == ["http://forum.example/robots.txt", "http://forum.example/a"]


def test_a_check_goes_through_the_proxy_of_the_settings(sqlite_world: World, proxy: Proxy) -> None:
    sqlite_world.environ |= {"WGWATCH_PROXY": proxy.url, "WGWATCH_ALLOW_NETWORKS": ""}
    sqlite_world.watch("http://forum.example/a", "http://10.0.0.1/b")
    seen = {said["url"]: said for said in sqlite_world.json("check", "--no-send", rc=1)}
    assert seen["http://forum.example/a"]["outcome"] == "baseline"
    assert seen["http://10.0.0.1/b"]["outcome"] == "failed"
    assert SETTING in seen["http://10.0.0.1/b"]["reasons"][0]
    assert {asked.rpartition("/")[0] for asked in proxy.asked} == {"http://forum.example"}


def never_ending(
    piece: bytes, head: bytes = b"", start: bytes = b"HTTP/1.1 200 OK\r\n"
) -> Callable[[Any], None]:
    def misbehave(handler: Any) -> None:
        handler.wfile.write(start + head)
        try:
            while True:
                handler.wfile.write(piece)
        except OSError:  # the crawler has hung up
            pass

    return misbehave


GZIP = {"Content-Encoding": "gzip"}
EXCESSES: dict[str, dict[str, Any]] = {
    "a gzip bomb": {"body": gzip.compress(b"a" * 50_000_000), "headers": GZIP},
    "a bomb in a bomb": {
        "body": gzip.compress(gzip.compress(b"a" * 50_000_000)),
        "headers": {"Content-Encoding": "gzip, gzip"},
    },
    "many members": {"body": gzip.compress(b"") * 40_000, "headers": GZIP},
    "many codings": {"body": b"x", "headers": {"Content-Encoding": ", ".join(["gzip"] * 1_000)}},
    "an endless body": {"misbehave": never_ending(b"a" * 50_000, b"\r\n")},
    "an endless header": {"misbehave": never_ending(b"a" * 50_000, b"X-Long: ")},
    "endless headers": {"misbehave": never_ending(b"X-Many: a\r\n" * 1_000)},
    "endless chunks": {
        "misbehave": never_ending(b"1\r\na\r\n" * 1_000, b"Transfer-Encoding: chunked\r\n\r\n")
    },
    "endless interim answers": {
        "misbehave": never_ending(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500, start=b"")
    },
    "a circle of redirects": {"status": 302, "headers": {"Location": "/"}},
}


@pytest.mark.parametrize("kind", EXCESSES)
def test_what_is_too_much_ends_within_bounds(site: Any, look: Callable[..., Any], kind: str) -> None:
    started = time.monotonic()
    (answer,) = look(site.page("/", **EXCESSES[kind]), timeout=2, max_bytes=1_000_000)
    assert answer.error
    assert answer.status == 0
    assert len(answer.body) <= 1_000_000
    assert time.monotonic() - started < 5
