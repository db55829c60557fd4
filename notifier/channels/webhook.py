"""Changes as signed HTTP requests by the Standard Webhooks specification 1.0."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from config.errors import PermanentDeliveryError, TemporaryDeliveryError
from config.networks import Networks
from config.proxies import Proxies
from config.resolver import GuardedResolver
from config.trust import trust
from notifier.channels import Outgoing
from notifier.writing.bodies import body_of
from notifier.writing.values import plain

LONGEST_ANSWER = 200
TIMEOUT = 20.0
"""Seconds for a whole attempt."""
OF_THE_BODY = frozenset({400, 413, 415, 422})
"""Answers that find fault with what was sent: another message to the same target may be taken."""
NO_ADDRESS = "the webhook's address is no http or https address"

Clock = Callable[[], datetime]


class WebhookChannel:
    """Posts to the target of a delivery through a session of `open_session`.

    Behind a proxy it is the proxy that looks names up and must keep private ones to itself; a proxy whose
    name leads to a private address has to be allowed as any other.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        networks: Networks,
        clock: Clock,
        *,
        public_url: str | None = None,
        proxies: Proxies | None = None,
        user_agent: str = "wgwatch",
        timeout: float = TIMEOUT,
    ) -> None:
        self._session = session
        self._networks = networks
        self._clock = clock
        self._public_url = public_url
        self._proxies = proxies or Proxies()
        self._user_agent = user_agent
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(self, delivery: Outgoing) -> str:
        """One request; see `Channel.send`.

        Every answer but 2xx is tried again, except 410: so the specification has it, and a 4xx is as often a
        receiver that is being changed as one that will never take the message.
        """
        where = _shown(delivery.target)
        body = body_of(delivery, self._public_url)
        try:
            self._networks.check_literal(urlsplit(delivery.target).hostname or "")
            async with self._session.post(
                delivery.target,
                data=body,
                headers=self._headers(delivery, body),
                proxy=self._proxies.for_url(delivery.target),
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                return await self._verdict(response, where)
        except aiohttp.InvalidURL as error:
            raise PermanentDeliveryError(NO_ADDRESS) from error
        except TimeoutError as error:
            raise TemporaryDeliveryError(
                f"{where} gave no answer within {self._timeout.total:g} s"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TemporaryDeliveryError(f"{where} cannot be reached: {_problem(error)}") from error

    def _headers(self, delivery: Outgoing, body: bytes) -> dict[str, str]:
        now = self._clock().astimezone(UTC)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._user_agent,
            "webhook-id": delivery.id,
            "webhook-timestamp": str(int(now.timestamp())),
        }
        if delivery.secrets:
            headers["webhook-signature"] = signature(delivery.id, now, body, delivery.secrets)
        return headers

    async def _verdict(self, response: aiohttp.ClientResponse, where: str) -> str:
        if 300 <= response.status < 400:
            raise TemporaryDeliveryError(
                f"{where} answered {response.status}, a redirect, which is not followed: "
                "put the new address into the watchlist"
            )
        answer = await _answer(response)
        if 200 <= response.status < 300:
            return answer
        if response.status == 410:
            raise PermanentDeliveryError(f"{where} answered {answer}: it is gone for good", gone=True)
        after = seconds_until(response.headers.get("Retry-After"), self._clock())
        concerns: Literal["message", "target"] = "message" if response.status in OF_THE_BODY else "target"
        raise TemporaryDeliveryError(f"{where} answered {answer}", after, concerns=concerns)


def open_session(networks: Networks, ca_file: str | None = None) -> aiohttp.ClientSession:
    """A session that connects to allowed addresses only. To be made inside a running loop, and closed.

    How many requests run at once is the dispatcher's to say: a request that waits here would time out.
    """
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(networks),
        ssl=trust(ca_file),
        # A kept connection that the target has just closed would be an error of ours.
        force_close=True,
        use_dns_cache=False,
        limit=0,
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


def signature(delivery_id: str, now: datetime, body: bytes, secrets: Sequence[str]) -> str:
    """A signature for each secret, separated by spaces: a receiver may change its secret at any time."""
    return " ".join(
        _signer(secret).sign(delivery_id, now.astimezone(UTC), body.decode()) for secret in secrets
    )


def seconds_until(retry_after: str | None, now: datetime) -> float | None:
    """Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date; None where it says neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())


def _signer(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except (binascii.Error, EmptyWebhookSecretError, ValueError):
        # `from None`: the cause may quote the secret.
        raise TemporaryDeliveryError("the webhook's secret is not whsec_ and base64") from None


async def _answer(response: aiohttp.ClientResponse) -> str:
    """Status and the beginning of the text. The status counts, even where the text breaks off."""
    text = b""
    with suppress(aiohttp.ClientError, OSError):
        text = await response.content.read(LONGEST_ANSWER * 4)
    return plain(f"{response.status} {text.decode('utf-8', 'replace')}", LONGEST_ANSWER)


def _shown(target: str) -> str:
    """Scheme and host of a target: paths and queries of webhooks are often secrets."""
    try:
        parts = urlsplit(target)
    except ValueError:
        raise PermanentDeliveryError(NO_ADDRESS) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PermanentDeliveryError(NO_ADDRESS)
    return plain(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", 200)


def _problem(error: Exception) -> str:
    cause = getattr(error, "os_error", None) or error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not trusted: see WGWATCH_CA_FILE"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed without an answer"
    return plain(getattr(cause, "strerror", None) or cause, LONGEST_ANSWER)
