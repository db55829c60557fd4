"""Logging in with a token instead of a password: a real token server, and a mail server that checks the token."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult

from config.errors import TemporaryDeliveryError
from config.networks import Networks
from notifier.channels.email import EmailChannel, SmtpServer
from notifier.channels.oauth import Credentials, TokenSource
from notifier.channels.webhook import open_session

LOOPBACK = Networks.parse(["loopback"])
SECRET = "a secret that nobody may see"


class TokenServer:
    """Gives out tokens by number, or answers what the test wants."""

    def __init__(self, *answers: web.Response, life: float | None = 3600) -> None:
        self.answers, self.life = list(answers), life
        self.asked: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(await request.post()))
        if self.answers:
            return self.answers.pop(0)
        token = {"access_token": f"token-{len(self.asked)}", "token_type": "Bearer"}
        return web.json_response({**token, "expires_in": self.life} if self.life else token)


class Mailbox:
    """A server that takes XOAUTH2 (with the tokens named) and mail."""

    def __init__(self, *tokens: str) -> None:
        self.tokens, self.tried, self.mails = set(tokens), [], 0

    async def auth_XOAUTH2(self, server, args):
        said = args[1] if len(args) > 1 else await server.challenge_auth("")
        self.tried.append(said)
        known = {b64encode(f"user=webwatch\1auth=Bearer {t}\1\1".encode()).decode() for t in self.tokens}
        if said in known:
            return AuthResult(success=True)
        await server.push("334 eyJzdGF0dXMiOiI0MDAifQ==")
        await server._reader.readline()
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, _server, _session, _envelope):
        self.mails += 1
        return "250 taken"


@asynccontextmanager
async def running(
    tokens: TokenServer, mailbox: Mailbox, clock: Callable[[], datetime]
) -> AsyncIterator[EmailChannel]:
    application = web.Application()
    application.router.add_post("/token", tokens.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    mail = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, auth_require_tls=False, enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    async with open_session(LOOPBACK) as session:
        source = TokenSource(
            session,
            Credentials(f"http://127.0.0.1:{port}/token", "client-7", SECRET, "mail.send"),
            clock,
            networks=LOOPBACK,
        )
        smtp = SmtpServer(
            host="127.0.0.1",
            port=mail.sockets[0].getsockname()[1],
            security="none",
            user="webwatch",
            tokens=source,
            networks=LOOPBACK,
            timeout=5.0,
        )
        try:
            yield EmailChannel(smtp, "webwatch@trade.example")
        finally:
            mail.close()
            await runner.cleanup()


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2023, 10, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def send(delivery, tokens: TokenServer, mailbox: Mailbox, *pauses: float) -> None:
    """One mail, then one more after each pause of so many seconds."""
    clock = Clock()

    async def run() -> None:
        async with running(tokens, mailbox, clock) as channel:
            await channel.send(delivery("anna@paper.example"))
            for pause in pauses:
                clock.now += timedelta(seconds=pause)
                await channel.send(delivery("anna@paper.example"))

    asyncio.run(run())


def test_a_token_is_asked_for_by_client_credentials_and_kept_until_it_expires(delivery):
    tokens, mailbox = TokenServer(), Mailbox("token-1", "token-2")
    send(delivery, tokens, mailbox, 60, 3400, 100)
    assert mailbox.mails == 4
    assert len(tokens.asked) == 2
    assert tokens.asked[0] == {
        "grant_type": "client_credentials",
        "client_id": "client-7",
        "client_secret": SECRET,
        "scope": "mail.send",
    }


def test_a_token_without_a_life_is_used_for_some_minutes(delivery):
    tokens, mailbox = TokenServer(life=None), Mailbox("token-1", "token-2")
    send(delivery, tokens, mailbox, 60, 600)
    assert (mailbox.mails, len(tokens.asked)) == (3, 2)


def test_a_token_that_is_refused_is_replaced_at_once(delivery):
    tokens, mailbox = TokenServer(), Mailbox("token-2")
    send(delivery, tokens, mailbox)
    assert (mailbox.mails, len(tokens.asked)) == (1, 2)


def test_what_no_token_helps_waits_for_the_operator_and_shows_no_secret(delivery):
    tokens, mailbox = TokenServer(), Mailbox()
    with pytest.raises(TemporaryDeliveryError) as caught:
        send(delivery, tokens, mailbox)
    assert "refused the login of WGWATCH_SMTP_USER (535)" in str(caught.value)
    assert len(tokens.asked) == 2
    assert not any(word in str(caught.value) for word in (SECRET, "token-1", "token-2"))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((401, {"error": "invalid_client", "error_description": SECRET}), "answered 401 invalid_client"),
        ((400, {"error": SECRET}), "answered 400: see"),
        ((200, {"token_type": "Bearer"}), "answered 200: see"),
        ((200, [SECRET]), "answered 200: see"),
        ((302, {}), "answered 302: see"),
        ((503, {}), "answered 503: see"),
    ],
)
def test_a_token_server_that_refuses_is_named_and_nothing_secret_with_it(delivery, answer, problem):
    status, said = answer
    response = web.json_response(said, status=status)
    with pytest.raises(TemporaryDeliveryError) as caught:
        send(delivery, TokenServer(response), Mailbox())
    assert problem in str(caught.value)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(Credentials("https://login.example", "client-7", SECRET))


def test_a_token_server_on_a_private_address_is_refused_unless_allowed():
    async def run() -> None:
        async with open_session(Networks()) as session:
            asked = Credentials("http://127.0.0.1:9/token", "client-7", SECRET)
            await TokenSource(session, asked, Clock(), networks=Networks()).token()

    with pytest.raises(TemporaryDeliveryError, match=r"127\.0\.0\.1"):
        asyncio.run(run())
