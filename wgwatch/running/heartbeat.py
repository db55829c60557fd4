"""A dead man's switch: an outside service is asked after each healthy cycle, and raises the alarm at its silence."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from config.networks import Networks
from config.proxies import Proxies
from config.settings import Settings
from notifier.channels.webhook import open_session
from wgwatch import __version__

log = logging.getLogger("wgwatch")

TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class Heartbeat:
    """Asks one address, through a session that connects to allowed networks only. Redirects are not followed."""

    session: aiohttp.ClientSession
    url: str
    networks: Networks
    proxies: Proxies
    is_heard: bool = True

    async def beat(self) -> None:
        """Ask once. A failure is logged when it begins and when it is over: the address's keeper notices anyway."""
        problem = await self._ask()
        if problem and self.is_heard:
            log.warning("the heartbeat is not heard: %s: %s", self._shown(), problem)
        elif not problem and not self.is_heard:
            log.info("the heartbeat is heard again: %s", self._shown())
        self.is_heard = not problem

    async def _ask(self) -> str | None:
        try:
            self.networks.check_literal(urlsplit(self.url).hostname or "")
            async with self.session.get(
                self.url,
                headers={"User-Agent": f"wgwatch/{__version__}"},
                proxy=self.proxies.for_url(self.url),
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                return None if response.ok and response.status < 300 else f"it answered {response.status}"
        except TimeoutError:
            return f"no answer within {TIMEOUT.total:g} s"
        except (aiohttp.ClientError, OSError) as error:
            cause = getattr(error, "os_error", None) or error
            return (
                getattr(cause, "strerror", None) or type(error).__name__
            )  # never the address: it holds a key

    def _shown(self) -> str:
        """Scheme and host: the path is the key."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@asynccontextmanager
async def heartbeat(settings: Settings) -> AsyncIterator[Heartbeat | None]:
    """The heartbeat that the settings ask for, if any; its connections are closed at the end."""
    if settings.heartbeat_url is None:
        yield None
        return
    ca_file = str(settings.ca_file) if settings.ca_file else None
    async with open_session(settings.allow_networks, ca_file) as session:
        yield Heartbeat(session, settings.heartbeat_url, settings.allow_networks, settings.proxy)
