"""What aiohttp connects with: no address that may not be connected to is resolved, and none gets a socket.

The checks sit where a connection is made, so that redirects and names that change their address are covered. Hosts
written as IP addresses are not resolved: `Networks.check_literal` refuses them in words, the socket in any case.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from config.networks import Networks

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, canonical name, address."""


def guarded_socket(networks: Networks) -> Callable[[AddressInfo], socket.socket]:
    """A connector's `socket_factory`, asked for each address just before it is connected to.

    What it gives raises PermissionError for one that is not allowed.
    """

    def open_socket(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not networks.allows(address[0]):
            raise PermissionError(errno.EACCES, networks.refusal(address[0], address[0]))
        return socket.socket(family, kind, protocol)

    return open_socket


class GuardedResolver(AbstractResolver):
    """Passes on the allowed addresses of a name; raises PermissionError (an OSError) where there are none.

    To be made inside a running event loop, as aiohttp's own.
    """

    def __init__(self, networks: Networks, resolver: AbstractResolver | None = None) -> None:
        self._networks = networks
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        allowed = [result for result in found if self._networks.allows(result["host"])]
        if found and not allowed:
            raise PermissionError(errno.EACCES, self._networks.refusal(host, found[0]["host"]))
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
