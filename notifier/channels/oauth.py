"""Tokens to log in with instead of a password: OAuth 2.0 client credentials (RFC 6749 section 4.4)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from config.errors import TemporaryDeliveryError
from config.networks import Networks
from config.proxies import Proxies
from notifier.writing.values import plain

TIMEOUT = aiohttp.ClientTimeout(total=20)
LARGEST_ANSWER = 100_000
LONGEST_PROBLEM = 200
EARLY = timedelta(minutes=1)
"""A token is renewed this long before it expires: the mail has to be on its way by then."""
USUAL_LIFE = 600
"""Seconds that a token is used where the server does not say how long it lives."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where to ask for tokens, as whom, and for what."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None


class TokenSource:
    """The token of one mail account, asked for when it is needed and kept until it expires.

    Errors are TemporaryDeliveryError and say nothing of the secret or the token.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        credentials: Credentials,
        clock: Callable[[], datetime],
        *,
        networks: Networks,
        proxies: Proxies | None = None,
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._clock = clock
        self._networks = networks
        self._proxies = proxies or Proxies()
        self._asking = asyncio.Lock()
        self._token = ""
        self._until: datetime | None = None

    async def token(self) -> str:
        """A token that is valid now, as far as we know."""
        async with self._asking:
            if self._until is None or self._clock() >= self._until:
                answer = await self._ask()
                life = timedelta(seconds=float(answer.get("expires_in") or USUAL_LIFE))
                self._token, self._until = str(answer["access_token"]), self._clock() + life - EARLY
            return self._token

    def forget(self, token: str) -> None:
        """The mail server did not take it: the next one is asked for anew."""
        if token == self._token:
            self._until = None

    async def _ask(self) -> Mapping[str, Any]:
        asked = self._credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": asked.client_id,
            "client_secret": asked.client_secret,
        }
        try:
            self._networks.check_literal(urlsplit(asked.token_url).hostname or "")
            async with self._session.post(
                asked.token_url,
                data={**form, "scope": asked.scope} if asked.scope else form,
                proxy=self._proxies.for_url(asked.token_url),
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                return _read(response.status, await response.content.read(LARGEST_ANSWER))
        except (aiohttp.ClientError, OSError) as error:
            # `from None`: the cause may quote the request
            raise TemporaryDeliveryError(
                f"the token server of the mail account cannot be asked: {_problem(error)}",
                concerns="channel",
            ) from None


def _problem(error: Exception) -> str:
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    said = getattr(cause, "strerror", None) or cause
    return plain(said, LONGEST_PROBLEM) if isinstance(cause, OSError) else type(error).__name__


def _read(status: int, body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if status == 200 and isinstance(said, dict) and said.get("access_token"):
        return said
    code = said.get("error") if isinstance(said, dict) else None
    named = f" {code}" if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""
    raise TemporaryDeliveryError(
        f"the token server of the mail account answered {status}{named}: see WGWATCH_SMTP_OAUTH_*",
        concerns="channel",
    )
