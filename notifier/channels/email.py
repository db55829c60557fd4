"""Mail over SMTP (RFC 5321): one connection a message, made to an address that was checked."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.utils import localtime, make_msgid, parseaddr
from typing import Literal

import aiosmtplib

from config.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from config.networks import Networks
from config.trust import trust
from notifier.channels import Outgoing
from notifier.channels.oauth import TokenSource
from notifier.channels.refusals import refused
from notifier.messages import Mail, compose, reasons_of
from notifier.unsubscribing import Unsubscribing, token_of
from notifier.writing import envelope
from notifier.writing.attachments import Differences, attachments_of
from notifier.writing.links import unsubscribe_page
from notifier.writing.values import plain

LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in. `tokens` take the place of a password (XOAUTH2).

    `timeout` is in seconds, for each step of the conversation.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tokens: TokenSource | None = None
    ca_file: str | None = None
    networks: Networks = field(default_factory=Networks)
    timeout: float = 30.0


class EmailChannel:
    """Sends deliveries as mail from `sender`.

    With a `public_url` mails link to our pages, and `key` signs the address to unsubscribe at; without one,
    `differences` makes what they would have shown, to be attached.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        public_url: str | None = None,
        *,
        key: bytes | None = None,
        differences: Differences | None = None,
    ) -> None:
        self._server = server
        self._tls = trust(server.ca_file) if server.security != "none" else None
        self._sender = sender
        self._public_url = public_url
        self._key = key
        self._differences = None if public_url else differences

    async def send(self, delivery: Outgoing) -> str:
        """One conversation with the mail server; see `Channel.send`.

        What the server says about the recipient or the message is final where it is 5xx. What is wrong
        between us and the server (connection, login, TLS, sender) is for the operator to mend: temporary.
        """
        return await self._sent(await asyncio.to_thread(self._composed, delivery), delivery.target)

    async def hand_in(self, message: EmailMessage, target: str) -> str:
        """A message that tells of no change, from the same sender; errors as of `send`."""
        sender = envelope.address_of(self._sender, envelope.PRODUCT)
        message["From"], message["To"] = sender, envelope.address_of(target)
        message["Date"], message["Message-ID"] = localtime(), make_msgid(domain=sender.domain)
        return await self._sent(message, target)

    async def _sent(self, message: EmailMessage, target: str) -> str:
        recipient = parseaddr(target)[1]
        try:
            try:
                return await self._try(message, recipient)
            except aiosmtplib.SMTPAuthenticationError:
                if not await self._has_new_token():
                    raise
            return await self._try(message, recipient)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _problem(error, self._server) from error

    def _composed(self, delivery: Outgoing) -> EmailMessage:
        mail = Mail(
            delivery_id=delivery.id,
            recipient=delivery.target,
            items=delivery.items,
            digest=delivery.digest,
            sender=self._sender,
            public_url=self._public_url,
            zone=delivery.context.zone or delivery.zone,
            created_at=delivery.created_at,
            language=delivery.context.language,
            reasons=delivery.context.reasons,
            told=delivery.context.told,
        )
        files = attachments_of(mail.changes, mail.told, self._differences)
        return compose(replace(mail, attachments=files, unsubscribe_url=self._unsubscribe_url(mail)))

    def _unsubscribe_url(self, mail: Mail) -> str | None:
        if not self._public_url or not self._key:
            return None
        names = tuple(name for name, _ in reasons_of(mail))
        address = parseaddr(mail.recipient)[1]
        return unsubscribe_page(self._public_url, token_of(self._key, Unsubscribing(address, names)))

    async def _try(self, message: EmailMessage, recipient: str) -> str:
        sock = await _connected(self._server)
        async with asyncio.timeout(self._server.timeout * 4):
            return await self._handed_in(message, recipient, sock)

    async def _has_new_token(self) -> bool:
        """Whether the login was refused with a token that was kept, and there is another one now."""
        tokens = self._server.tokens
        if tokens is None:
            return False
        refused = await tokens.token()
        tokens.forget(refused)
        return await tokens.token() != refused

    async def greet(self) -> None:
        """Connect, log in and say goodbye, as for a message; errors are those of `send`."""
        try:
            sock = await _connected(self._server)
            async with asyncio.timeout(self._server.timeout * 4):
                client = self._client(sock)
                try:
                    await client.connect()
                except BaseException:
                    client.close()
                    raise
                await _goodbye(client)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _problem(error, self._server) from error

    def _client(self, sock: socket.socket) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            sock=sock,
            username=server.user,
            password=server.password if server.user and not server.tokens else None,
            oauth_token_generator=server.tokens.token if server.tokens else None,
            timeout=server.timeout,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=self._tls,
        )

    async def _handed_in(self, message: EmailMessage, recipient: str, sock: socket.socket) -> str:
        client = self._client(sock)
        try:
            await client.connect()
            _, answer = await client.send_message(
                message, sender=parseaddr(self._sender)[1], recipients=[recipient]
            )
        except BaseException:
            client.close()
            raise
        await _goodbye(client)
        return plain(answer, LONGEST_ANSWER)


async def _goodbye(client: aiosmtplib.SMTP) -> None:
    """The message is taken: whatever goes wrong from here on must not send it again."""
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=2)
    client.close()


async def _connected(server: SmtpServer) -> socket.socket:
    """A socket to the first allowed address that answers; what was checked is what is used."""
    found = await _addresses(server)
    allowed = [each for each in found if server.networks.allows(each[1][0])]
    if not allowed:
        raise TemporaryDeliveryError(
            f"the mail server was not asked: {server.networks.refusal(server.host, found[0][1][0])}",
            concerns="channel",
        )
    problem = "no address"
    for family, address in allowed:
        try:
            return await _open(family, address, server)
        except OSError as error:
            problem = "no answer in time" if isinstance(error, TimeoutError) else error.strerror or str(error)
    raise TemporaryDeliveryError(f"cannot connect to the {_named(server)}: {problem}", concerns="channel")


async def _addresses(server: SmtpServer) -> Sequence[tuple[int, tuple[str, int]]]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(server.timeout):
            found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TemporaryDeliveryError(
            f"the name of the {_named(server)} cannot be looked up", concerns="channel"
        ) from error
    return [(family, address) for family, _, _, _, address in found]  # type: ignore[misc]


async def _open(family: int, address: tuple[str, int], server: SmtpServer) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        async with asyncio.timeout(server.timeout):
            await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _problem(error: Exception, server: SmtpServer) -> DeliveryError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _refused(error.recipients[0], about_recipient=True)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return TemporaryDeliveryError(
            f"the mail server refused the login of WGWATCH_SMTP_USER ({error.code})", concerns="channel"
        )
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _refused(error)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return TemporaryDeliveryError(
            f"the mail server refused the sender WGWATCH_MAIL_FROM: {_answer(error)}", concerns="channel"
        )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return TemporaryDeliveryError(f"the {_named(server)} answered {_answer(error)}", concerns="channel")
    # A certificate that is not trusted is a ValueError too.
    if isinstance(error, aiosmtplib.SMTPNotSupported | ValueError) and not isinstance(error, OSError):
        return PermanentDeliveryError(
            f"the mail server cannot take this address: {plain(error, LONGEST_ANSWER)}"
        )
    return TemporaryDeliveryError(f"{_named(server)}: {_disturbance(error)}", concerns="channel")


def _disturbance(error: Exception) -> str:
    """What broke the conversation, in words."""
    cause = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message}): see WGWATCH_CA_FILE"
    if isinstance(cause, ssl.SSLError):
        return f"no TLS ({plain(cause.reason, 80)}): see WGWATCH_SMTP_SECURITY"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPConnectError):
        return "the connection was lost"
    if "AUTH" in str(error) or "authentication" in str(error):
        return "it offers no login that we know: see WGWATCH_SMTP_USER and WGWATCH_SMTP_SECURITY"
    if "STARTTLS" in str(error):
        return "it offers no STARTTLS: see WGWATCH_SMTP_SECURITY"
    return plain(error, LONGEST_ANSWER)


def _refused(error: aiosmtplib.SMTPResponseException, *, about_recipient: bool = False) -> DeliveryError:
    text = f"the mail server answered {_answer(error)}"
    return refused(error.code, error.message, text, about_recipient=about_recipient)


def _answer(error: aiosmtplib.SMTPResponseException) -> str:
    return plain(f"{error.code} {error.message}", LONGEST_ANSWER)


def _named(server: SmtpServer) -> str:
    return f"mail server {server.host}:{server.port}"
