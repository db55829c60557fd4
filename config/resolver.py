"""A resolver for aiohttp that gives no address that may not be connected to.

The check sits where a connection is made, so that redirects and names that change their address are covered.
Hosts written as IP addresses never come here: `Networks.check_literal` is for them.
"""

from __future__ import annotations

import errno
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from config.networks import Networks


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
