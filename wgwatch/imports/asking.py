"""One request at a time to services that are no watched pages: web archives, time stamp authorities."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from config.addresses import check_url, shown_url
from config.errors import WgwatchError
from config.networks import Networks
from config.proxies import Proxies
from notifier.channels.webhook import open_session

if TYPE_CHECKING:
    from wgwatch.application import Application

TIMEOUT = aiohttp.ClientTimeout(total=120)
LARGEST = 50_000_000
"""Bytes of one answer; an archive's list of all captures may be long."""


class AskError(WgwatchError):
    """No usable answer came from a service that was asked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, unpacked; redirects are not followed."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Asker:
    """Asks through a session that connects to allowed networks only. Raises AskError with the reason."""

    def __init__(
        self, session: aiohttp.ClientSession, networks: Networks, proxies: Proxies, user_agent: str
    ) -> None:
        self._session = session
        self._networks = networks
        self._proxies = proxies
        self._user_agent = user_agent

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """One GET."""
        return await self._ask("GET", url, headers or {}, None)

    async def post(self, url: str, body: bytes, content_type: str) -> Reply:
        """One POST."""
        return await self._ask("POST", url, {"Content-Type": content_type}, body)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        check_url(url)
        try:
            self._networks.check_literal(urlsplit(url).hostname or "")
            async with self._session.request(
                method,
                url,
                data=body,
                headers={"User-Agent": self._user_agent, **headers},
                proxy=self._proxies.for_url(url),
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                said = tuple(
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
                )
                return Reply(url, response.status, said, await _bounded(response))
        except TimeoutError as error:
            raise AskError(f"{shown_url(url)} gave no answer within {TIMEOUT.total:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise AskError(f"{shown_url(url)} cannot be reached: {_problem(error)}") from error


@asynccontextmanager
async def open_asker(application: Application) -> AsyncIterator[Asker]:
    """With this process's networks, proxy, authorities and user agent."""
    settings = application.settings
    ca_file = str(settings.ca_file) if settings.ca_file else None
    async with open_session(settings.allow_networks, ca_file) as session:
        user_agent = application.crawl_options().user_agent
        yield Asker(session, settings.allow_networks, settings.proxy, user_agent)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for block in response.content.iter_chunked(65_536):
        body += block
        if len(body) > LARGEST:
            raise AskError(f"{shown_url(str(response.url))} answers with more than {LARGEST:,} bytes")
    return bytes(body)


def _problem(error: Exception) -> str:
    reason = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return str(getattr(reason, "strerror", None) or reason or type(error).__name__)
