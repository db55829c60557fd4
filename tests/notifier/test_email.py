"""Mail handed to a real SMTP server, and what its refusals mean."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.errors import ConfigError, PermanentDeliveryError, TemporaryDeliveryError
from config.networks import Networks
from notifier.channels.email import EmailChannel, SmtpServer

LOOPBACK = Networks.parse(["loopback"])
PASSWORD = "correct horse"


class Mailbox:
    """Takes mail, or answers RCPT or DATA with what the test wants."""

    def __init__(
        self, rcpt: str = "250 ok", data: str = "250 2.0.0 queued as 7", sender: str = "250 ok"
    ) -> None:
        self.rcpt, self.data, self.sender = rcpt, data, sender
        self.taken: list[tuple[list[str], bytes]] = []
        self.encrypted: list[bool] = []

    async def handle_MAIL(self, _server, _session, envelope, address, _options):
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server, session, envelope):
        self.taken.append((envelope.rcpt_tos, envelope.content))
        self.encrypted.append(session.ssl is not None)
        return self.data


@asynccontextmanager
async def listening(make, **tls) -> AsyncIterator[int]:
    """A server of a protocol on a free port of 127.0.0.1."""
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, **tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def sent(delivery, mailbox, target="anna@paper.example", *, options=None, tls=None, sender=None, **server):
    """Send one delivery to a mail server that runs for as long as that takes; returns what it answered."""

    def protocol():
        return SMTP(mailbox, hostname="mail.trade.example", enable_SMTPUTF8=True, **(options or {}))

    async def run() -> str:
        async with listening(protocol, **(tls or {})) as port:
            values = {
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "networks": LOOPBACK,
                "timeout": 5.0,
            }
            channel = EmailChannel(SmtpServer(**{**values, **server}), sender or "webwatch@trade.example")
            return await channel.send(delivery(target))

    return asyncio.run(run())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate of 127.0.0.1: the file to trust, and the server's side of it."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.trade.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return cert_file, context


def test_mail_arrives_with_its_id_and_both_parts(delivery):
    mailbox = Mailbox()
    assert sent(delivery, mailbox) == "2.0.0 queued as 7"
    ((recipients, content),) = mailbox.taken
    received = message_from_bytes(content, policy=default)
    assert recipients == ["anna@paper.example"]
    assert received["Message-ID"] == "<dlv_1@trade.example>"
    assert received["Subject"] == "TIDE: 43rd Tide Meeting moved to 12 Sep 2016"
    assert "12–14 Sep 2016" in received.get_body(("plain",)).get_content()
    assert "12–14 Sep 2016" in received.get_body(("html",)).get_content()
    assert not received.defects


def test_names_beside_addresses_stay_out_of_the_envelope(delivery):
    mailbox = Mailbox()
    sent(delivery, mailbox, "Anna <anna@paper.example>", sender="Wächter <webwatch@trade.example>")
    ((recipients, content),) = mailbox.taken
    assert recipients == ["anna@paper.example"]
    assert message_from_bytes(content, policy=default)["From"] == "Wächter <webwatch@trade.example>"


def test_an_address_beyond_ascii_is_taken_by_a_server_that_knows_them(delivery):
    mailbox = Mailbox()
    sent(delivery, mailbox, "änne@paper.example")
    assert mailbox.taken[0][0] == ["änne@paper.example"]


def test_starttls_protects_what_is_sent(delivery, certificate):
    mailbox = Mailbox()
    ca_file, context = certificate
    options = {"tls_context": context, "require_starttls": True}
    sent(delivery, mailbox, options=options, security="starttls", ca_file=str(ca_file))
    assert mailbox.encrypted == [True]


def test_tls_from_the_first_byte(delivery, certificate):
    mailbox = Mailbox()
    ca_file, context = certificate
    sent(delivery, mailbox, tls={"ssl": context}, security="tls", ca_file=str(ca_file))
    assert len(mailbox.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_the_mail(delivery, certificate, security):
    mailbox = Mailbox()
    context = certificate[1]
    options, tls = ({"tls_context": context}, {}) if security == "starttls" else ({}, {"ssl": context})
    with pytest.raises(TemporaryDeliveryError, match=r"certificate is not trusted.*WGWATCH_CA_FILE"):
        sent(delivery, mailbox, options=options, tls=tls, security=security)
    assert not mailbox.taken


def test_starttls_is_not_given_up_silently(delivery):
    mailbox = Mailbox()
    with pytest.raises(TemporaryDeliveryError, match="offers no STARTTLS: see WGWATCH_SMTP_SECURITY"):
        sent(delivery, mailbox, security="starttls")
    assert not mailbox.taken


def _keeper(_server, _session, _envelope, _mechanism, login):
    known = (login.login, login.password) == (b"watcher", PASSWORD.encode())
    return AuthResult(success=known, handled=known)


def test_login_where_a_user_is_given(delivery, certificate):
    mailbox = Mailbox()
    ca_file, context = certificate
    options = {"tls_context": context, "auth_required": True, "authenticator": _keeper}
    login = {"security": "starttls", "ca_file": str(ca_file), "user": "watcher", "password": PASSWORD}
    sent(delivery, mailbox, options=options, **login)
    assert len(mailbox.taken) == 1


def test_a_wrong_password_waits_for_the_operator_and_shows_no_secret(delivery, certificate):
    ca_file, context = certificate
    options = {"tls_context": context, "auth_required": True, "authenticator": _keeper}
    login = {"security": "starttls", "ca_file": str(ca_file), "user": "watcher", "password": "hunter2"}
    with pytest.raises(
        TemporaryDeliveryError, match=r"refused the login of WGWATCH_SMTP_USER \(535\)"
    ) as caught:
        sent(delivery, Mailbox(), options=options, **login)
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(SmtpServer(host="h", port=1, password="hunter2"))


def test_a_server_that_takes_no_login_is_named_as_such(delivery):
    with pytest.raises(TemporaryDeliveryError, match="offers no login"):
        sent(delivery, Mailbox(), user="watcher", password=PASSWORD)


@pytest.mark.parametrize(
    "mailbox",
    [
        Mailbox(rcpt="450 4.2.1 try later"),
        Mailbox(data="451 4.3.0 try later"),
        Mailbox(rcpt="421 4.3.2 closing"),
        Mailbox(sender="553 5.7.1 not your domain"),
        Mailbox(rcpt="552 mailbox full"),
        Mailbox(rcpt="550 5.2.2 mailbox full"),
        Mailbox(rcpt="530 5.7.0 log in first"),
        Mailbox(rcpt="535 5.7.8 who are you"),
    ],
)
def test_refusals_that_may_pass_are_temporary(delivery, mailbox):
    with pytest.raises(TemporaryDeliveryError, match=r"answered|refused the sender"):
        sent(delivery, mailbox)


@pytest.mark.parametrize(
    ("mailbox", "gone"),
    [
        (Mailbox(rcpt="550 5.1.1 no mailbox here"), True),
        (Mailbox(rcpt="550 User unknown"), True),
        (Mailbox(rcpt="550 5.1.2 no such system"), True),
        (Mailbox(rcpt="556 5.1.10 null MX"), True),
        (Mailbox(rcpt="550 5.2.1 mailbox disabled"), True),
        (Mailbox(rcpt="550 5.1.11 not one that we know of"), False),
        (Mailbox(rcpt="550 5.7.1 blocked by policy"), False),
        (Mailbox(data="552 5.3.4 too big"), False),
        (Mailbox(data="554 5.7.1 we take this for spam"), False),
        (Mailbox(data="550 5.1.1 odd, but about the message"), False),
    ],
)
def test_final_refusals_are_permanent_and_gone_only_where_the_mailbox_is(delivery, mailbox, gone):
    with pytest.raises(PermanentDeliveryError, match="the mail server answered 55") as caught:
        sent(delivery, mailbox)
    assert caught.value.gone is gone


def test_what_a_server_says_is_kept_to_one_short_line(delivery):
    with pytest.raises(PermanentDeliveryError) as caught:
        sent(delivery, Mailbox(rcpt="550 5.7.1 \x1b[31m" + "no " * 300))
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 260


class _Hangs(asyncio.Protocol):
    """Greets nobody."""

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _error):
        self.transport.close()


class _HangsUp(asyncio.Protocol):
    def connection_made(self, transport):
        transport.close()


@pytest.mark.parametrize(
    ("protocol", "problem"), [(_Hangs, "no answer in time"), (_HangsUp, "connection was lost")]
)
def test_a_server_that_says_nothing_is_temporary(delivery, protocol, problem):
    async def run() -> None:
        async with listening(protocol) as port:
            server = SmtpServer(host="127.0.0.1", port=port, security="none", networks=LOOPBACK, timeout=0.3)
            await EmailChannel(server, "webwatch@trade.example").send(delivery("anna@paper.example"))

    with pytest.raises(TemporaryDeliveryError, match=problem):
        asyncio.run(run())


def test_a_refused_connection_is_temporary(delivery):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = SmtpServer(
            host="127.0.0.1", port=unused.getsockname()[1], security="none", networks=LOOPBACK
        )
        with pytest.raises(TemporaryDeliveryError, match="cannot connect to the mail server"):
            asyncio.run(EmailChannel(server, "webwatch@trade.example").send(delivery("anna@paper.example")))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_refused_unless_allowed(delivery, host):
    mailbox = Mailbox()
    with pytest.raises(TemporaryDeliveryError, match="WGWATCH_ALLOW_NETWORKS"):
        sent(delivery, mailbox, host=host, networks=Networks())
    assert not mailbox.taken


def test_a_name_is_tried_at_its_allowed_addresses(delivery):
    mailbox = Mailbox()
    sent(delivery, mailbox, host="localhost")
    assert len(mailbox.taken) == 1


def test_an_unreadable_ca_file_is_a_mistake_of_the_configuration(tmp_path):
    server = SmtpServer(host="mail.trade.example", port=587, ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="WGWATCH_CA_FILE"):
        EmailChannel(server, "webwatch@trade.example")


@pytest.mark.parametrize(
    ("mailbox", "concerns"),
    [
        (Mailbox(rcpt="450 4.7.1 greylisted"), "target"),
        (Mailbox(rcpt="552 5.2.2 mailbox full"), "target"),
        (Mailbox(rcpt="452 4.3.1 disk full"), "channel"),
        (Mailbox(rcpt="421 4.3.2 closing"), "channel"),
        (Mailbox(rcpt="535 5.7.8 who are you"), "channel"),
        (Mailbox(data="451 4.7.0 try later"), "message"),
        (Mailbox(sender="553 5.7.1 not your domain"), "channel"),
    ],
)
def test_a_refusal_says_who_else_would_be_put_off(delivery, mailbox, concerns):
    with pytest.raises(TemporaryDeliveryError) as caught:
        sent(delivery, mailbox)
    assert caught.value.concerns == concerns
