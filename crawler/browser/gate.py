"""The only way out for a browser: a SOCKS 5 proxy (RFC 1928) that connects to allowed networks alone.

Names are resolved here, and what was resolved is what is connected to, so that no script, worker, redirect or changed
name gets round it.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
from collections import defaultdict
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiohttp.abc import AbstractResolver

from config.networks import Networks
from config.resolver import GuardedResolver

CHUNK = 65_536
PATIENCE = 15.0
"""Seconds to connect in, and to say what is wanted."""
TO_A_HOST = 2
"""Connections to one host at a time; a browser by itself would open six. More wait, or use one that is free again."""
NO_AUTHENTICATION, CONNECT, GRANTED, FORBIDDEN, UNREACHABLE = 0, 1, 0, 2, 4


class Gate:
    """Open for one look, inside `async with`. `limit` is how many bytes may come through in all.

    `proxy` is the operator's: names are resolved there, addresses are judged here as before. `refused` says why
    connections were not made, in the words of `Networks.refusal`.
    """

    def __init__(
        self, networks: Networks, resolver: AbstractResolver | None, proxy: str | None, limit: int
    ) -> None:
        self._networks = networks
        self._resolver = GuardedResolver(networks, resolver)
        self._proxy = proxy
        self._left = limit
        self._open: set[asyncio.Task[None]] = set()
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(TO_A_HOST))
        self.refused: list[str] = []

    async def __aenter__(self) -> Gate:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def is_exhausted(self) -> bool:
        return self._left <= 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._pass_on(reader, writer)
        except (OSError, EOFError, TimeoutError, ValueError):
            pass  # the browser is told by the connection's end
        except asyncio.CancelledError:
            pass  # the look is over, and asyncio's streams would report it as an error
        finally:
            self._open.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(PATIENCE):
            host, port = await _greet(reader, writer)
        async with self._places[host.lower()]:
            await self._let_through(host, port, reader, writer)

    async def _let_through(
        self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                far_reader, far_writer = await self._connect(host, port)
        except PermissionError as error:
            self.refused.append(error.strerror or str(error))
            await _reply(writer, FORBIDDEN)
            return
        except (OSError, TimeoutError):
            await _reply(writer, UNREACHABLE)
            return
        try:
            await _reply(writer, GRANTED)
            await self._both_ways((reader, far_writer), (far_reader, writer))
        finally:
            far_writer.close()

    async def _both_ways(
        self,
        out: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        back: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        ways = [asyncio.create_task(self._copy(*out)), asyncio.create_task(self._copy(*back))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self.is_exhausted and (data := await reader.read(CHUNK)):
            self._left -= len(data)
            writer.write(data)
            await writer.drain()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._networks.check_literal(host)
        if self._proxy:
            return await _through(self._proxy, host, port)
        failure: OSError = OSError(f"the name {host} has no address")
        for address in await self._addresses(host, port):
            try:
                return await asyncio.open_connection(address, port)
            except OSError as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int) -> list[str]:
        with suppress(ValueError):
            return [str(ip_address(host))]  # judged by check_literal
        found = await self._resolver.resolve(host, port, socket.AF_UNSPEC)
        return [result["host"] for result in found]


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """What is asked for: host and port. Raises ValueError for anything but a connection by SOCKS 5."""
    version, methods = await reader.readexactly(2)
    offered = await reader.readexactly(methods)
    if version != 5 or NO_AUTHENTICATION not in offered:
        raise ValueError("not SOCKS 5 without authentication")
    writer.write(bytes([5, NO_AUTHENTICATION]))
    version, command, _, kind = await reader.readexactly(4)
    if version != 5 or command != CONNECT:
        raise ValueError("not a request to connect")
    host = await _host(reader, kind)
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    return host, port


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 1:
        return socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
    if kind == 4:
        return socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))
    if kind != 3:
        raise ValueError("no kind of address that there is")
    (length,) = await reader.readexactly(1)
    return (await reader.readexactly(length)).decode("ascii")


async def _reply(writer: asyncio.StreamWriter, said: int) -> None:
    writer.write(bytes([5, said, 0, 1]) + bytes(6))
    await writer.drain()


async def _through(proxy: str, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A tunnel through an HTTP proxy (RFC 9110 section 9.3.6)."""
    parts = urlsplit(proxy)
    secure = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None
    )
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if head.split(maxsplit=2)[1:2] != [b"200"]:
        writer.close()
        raise OSError("the proxy does not connect")
    return reader, writer
