"""From the text of a setting to its value. What is wrong is a UsageError that never repeats a secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.addresses import check_email, check_url
from config.errors import UsageError
from config.networks import Networks

SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
SECRET = ("smtp_password", "smtp_oauth_client_secret")
SHORTEST_KEY = 32
WEB = "127.0.0.1:8765"
NOBODY = "wgwatch.invalid"
"""Gives out the ids of feeds where no authority is named: a name that nobody can own (RFC 6761)."""
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


@dataclass(frozen=True, slots=True)
class Listen:
    """An address of ours to answer at."""

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether nobody outside this machine can reach it."""
        return ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(field: str, text: str, cwd: Path) -> object:
    """The value of the setting whose field is named. Raises UsageError."""
    if field in SECRET:
        return SecretStr(text)
    text = text.strip()
    if field == "secret_key":
        return _secret_key(text)
    if field in WITH_FOLDER:
        return WITH_FOLDER[field](text, cwd)
    return PARSERS[field](text)


def parse_listen(text: str) -> Listen | None:
    """`8765`, `127.0.0.1:8765`, `[::1]:8765`; None for `off`. Raises UsageError."""
    if text.lower() == "off":
        return None
    host, _, port = text.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]") or "127.0.0.1")
        return Listen(str(address), _port(port))
    except (ValueError, UsageError):
        raise UsageError(f"'{text}' is none of 8765, 127.0.0.1:8765, [::1]:8765 and off") from None


def _database_url(text: str, cwd: Path) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in DRIVERS:
        raise UsageError("has to begin with sqlite:/// or postgresql://")
    if scheme == "sqlite":
        return f"sqlite:///{_sqlite_file(rest, cwd)}"
    try:
        _ = urlsplit(text).port
    except ValueError:
        raise UsageError("cannot be read: is the port a number, and are / : @ in names quoted?") from None
    return f"{DRIVERS[scheme]}://{rest}"


def _sqlite_file(rest: str, cwd: Path) -> Path:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or path in {"", ":memory:"}:
        raise UsageError("needs a file: sqlite:///wgwatch.db or, with a full path, sqlite:////srv/wgwatch.db")
    return cwd / path


def _ca_file(text: str, cwd: Path) -> Path:
    path = cwd / text
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    return path


def _host(text: str) -> str:
    if any(character in text for character in "/@ ") or text.count(":") == 1:
        raise UsageError(f"'{text}' is no host name; the port goes into WGWATCH_SMTP_PORT")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise UsageError(f"'{text}' is no port: 1 to 65535")
    return int(text)


def _security(text: str) -> str:
    if text.lower() not in SMTP_PORTS:
        raise UsageError(f"'{text}' is not one of starttls, tls, none")
    return text.lower()


def _mail_from(text: str) -> str:
    name, address = parseaddr(text)
    if not address:
        raise UsageError(f"'{text}' is no e-mail address")
    check_email(address)
    return formataddr((name, address)) if name else address


def _networks(text: str) -> Networks:
    return Networks.parse(text.replace(",", " ").split())


def _public_url(text: str) -> str:
    return check_url(text).rstrip("/")


def _heartbeat_url(text: str) -> str:
    try:
        return check_url(text)
    except UsageError:  # whose text shows the path: the services for it put their key there
        raise UsageError("has to be an address that begins with https:// or http://") from None


def _token_url(text: str) -> str:
    """A secret goes there: over TLS, or not beyond this machine."""
    parts = urlsplit(check_url(text))
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise UsageError("has to begin with https://, as a secret is sent there")
    return text


def _proxy(text: str) -> str:
    return check_url(text if "://" in text else f"http://{text}", credentials=True)


def _secret_key(text: str) -> SecretStr:
    if len(text) < SHORTEST_KEY:
        raise UsageError(
            f"has to have at least {SHORTEST_KEY} characters; make one with: openssl rand -base64 32"
        )
    return SecretStr(text)


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) > 86400:
        raise UsageError(f"'{text}' is no number of seconds from 0 to 86400")
    return int(text)


def _rate(text: str) -> int:
    if not text.isdecimal() or int(text) > 1_000_000:
        raise UsageError(f"'{text}' is no number of requests a minute from 0 to 1000000")
    return int(text)


def _origins(text: str) -> tuple[str, ...]:
    """`https://desk.trade.example`: scheme, host and port as browsers say them, nothing more."""
    found = tuple(text.replace(",", " ").split())
    for each in found:
        if each != "*" and not re.fullmatch(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?", each):
            raise UsageError(f"'{each}' is no origin: write https://desk.trade.example, without a path")
    return found


def _authority(text: str) -> str:
    domain = text.rpartition("@")[2]
    labels = domain.split(".")
    if len(labels) < 2 or not all(re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", each) for each in labels):
        raise UsageError(f"'{text}' is no domain or e-mail address: write trade.example, in small letters")
    return check_email(text) if "@" in text else text


WITH_FOLDER: dict[str, Callable[[str, Path], object]] = {
    "watchlist": lambda text, cwd: cwd / text,
    "database_url": _database_url,
    "ca_file": _ca_file,
}
PARSERS: dict[str, Callable[[str], object]] = {
    "smtp_host": _host,
    "smtp_port": _port,
    "smtp_security": _security,
    "smtp_user": str,
    "smtp_oauth_token_url": _token_url,
    "smtp_oauth_client_id": str,
    "smtp_oauth_scope": str,
    "mail_from": _mail_from,
    "allow_networks": _networks,
    "proxy": _proxy,
    "public_url": _public_url,
    "feed_authority": _authority,
    "fold": _seconds,
    "api_rate": _rate,
    "api_cors": _origins,
    "web_address": parse_listen,
    "health_listen": parse_listen,
    "heartbeat_url": _heartbeat_url,
}
