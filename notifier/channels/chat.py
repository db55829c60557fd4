"""Messages to chats, handed over by Apprise (the extra `wgwatch[chat]`), whose calls block: each has a thread.

The addresses that a server's name leads to are checked before it is written to. Apprise then looks the name up again,
so that a name which changes in between is not caught; redirects are not followed.
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from config.chats import OWN_HOST, open_chat, service_of
from config.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError, UsageError
from config.networks import Networks
from notifier.channels import Outgoing
from notifier.writing.gists import text_of, title_of

if TYPE_CHECKING:
    from apprise import NotifyBase

THREADS = 20
"""As many as deliveries are sent at once: a chat that hangs delays no other."""
TIMEOUT = 60.0
"""Seconds for a whole attempt. A thread that is still busy then ends by the time limits of its connection."""
_CODE = re.compile(r"error=(\d{3})\b")


class ChatChannel:
    """Writes to the chat of a delivery's target. `urls` knows the address behind the name of one, if anybody does."""

    def __init__(
        self,
        networks: Networks,
        urls: Callable[[str], str | None],
        *,
        public_url: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._networks = networks
        self._urls = urls
        self._public_url = public_url
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(THREADS, "chat")

    async def __aenter__(self) -> ChatChannel:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the threads; what hangs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, delivery: Outgoing) -> str:
        """One message; see `Channel.send`. Whatever is refused is tried again, except by 410, which ends it."""
        url = self._urls(delivery.target)
        if url is None:
            raise TemporaryDeliveryError(
                f"no address is known for {delivery.target}: the watchlist of this process does not name it"
            )
        title, body = title_of(delivery), text_of(delivery, self._public_url)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                await loop.run_in_executor(self._threads, self._hand_over, url, title, body)
        except TimeoutError as error:
            raise TemporaryDeliveryError(
                f"{delivery.target} gave no answer within {self._timeout:g} s"
            ) from error
        except UsageError as error:
            raise TemporaryDeliveryError(f"{delivery.target} {error}") from error
        except OSError as error:
            raise TemporaryDeliveryError(
                f"{delivery.target} was not asked: {error.strerror or error}"
            ) from error
        return "taken"

    def _hand_over(self, url: str, title: str, body: str) -> None:
        server = open_chat(url)
        from apprise import Apprise, NotifyFormat  # there, as a chat could be opened

        self._check_host(_own_host(server))
        once = Apprise(asset=server.asset)
        once.add(server)
        result = once.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
        if not result:
            said = " ".join(str(entry.message) for each in result.results for entry in each.logs())
            found = _CODE.search(said)
            raise _refusal(service_of(server), found[1] if found else None)

    def _check_host(self, host: str | None) -> None:
        """Raises PermissionError where any address of the server may not be connected to."""
        if host is None:
            return
        self._networks.check_literal(host)
        for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
            if not self._networks.allows(str(address[0])):
                raise PermissionError(errno.EACCES, self._networks.refusal(host, str(address[0])))


def _own_host(server: NotifyBase) -> str | None:
    """The server that the address names; None where the service is at one place of its own."""
    hosted = getattr(server, "mode", None) in {"cloud", "t2bot"}
    return str(server.host) if service_of(server) in OWN_HOST and not hosted else None


def _refusal(service: str, status: str | None) -> DeliveryError:
    """By the status alone: what else Apprise says repeats topics and channels."""
    if status == "410":
        return PermanentDeliveryError(f"{service} answered 410: the chat is gone for good", gone=True)
    return TemporaryDeliveryError(f"{service} did not take it" + (f" ({status})" if status else ""))
