"""Settings of an installation, from the environment: `WGWATCH_*`, each with a `_FILE` twin that names a file.

What to watch and whom to tell is not here but in the watchlist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config import setting_values as values
from config.errors import ConfigError, UsageError
from config.networks import Networks
from config.proxies import Proxies
from config.suggest import did_you_mean

PREFIX = "WGWATCH_"
FOR_TESTS = "WGWATCH_TEST_"
Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings: the name in the environment, what it does, what holds without it."""

    name: str
    help: str
    default: str = "none"

    @property
    def field(self) -> str:
        return self.name.removeprefix(PREFIX).lower()

    @property
    def twin(self) -> str:
        """The variable that names a file with the value."""
        return f"{self.name}_FILE"


SETTINGS = (
    Setting("WGWATCH_WATCHLIST", "The watchlist file.", "watchlist.yaml in the current folder"),
    Setting(
        "WGWATCH_DATABASE_URL",
        "Where everything is kept: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
        "wgwatch.db beside the watchlist",
    ),
    Setting("WGWATCH_SMTP_HOST", "The mail server. Without it no mail can be sent."),
    Setting("WGWATCH_SMTP_PORT", "Its port.", "587 with starttls, 465 with tls, 25 with none"),
    Setting("WGWATCH_SMTP_SECURITY", "How its connection is protected: starttls, tls or none.", "starttls"),
    Setting("WGWATCH_SMTP_USER", "The user name to log in with."),
    Setting("WGWATCH_SMTP_PASSWORD", "The password to log in with."),
    Setting(
        "WGWATCH_SMTP_OAUTH_TOKEN_URL",
        "Where to ask for tokens to log in with instead of a password (XOAUTH2 with client credentials).",
    ),
    Setting("WGWATCH_SMTP_OAUTH_CLIENT_ID", "The client that asks for them."),
    Setting("WGWATCH_SMTP_OAUTH_CLIENT_SECRET", "Its secret."),
    Setting("WGWATCH_SMTP_OAUTH_SCOPE", "What they are for: https://outlook.office365.com/.default, say."),
    Setting(
        "WGWATCH_MAIL_FROM",
        "The sender: webwatch@trade.example or Name <webwatch@trade.example>.",
        "the watchlist's contact, if it is an e-mail address",
    ),
    Setting(
        "WGWATCH_ALLOW_NETWORKS",
        "Networks that are not public and may be connected to, for sources, webhooks and the mail server: "
        "10.1.0.0/16, 10.1.2.3, loopback, private, all; several with commas.",
        "public addresses only",
    ),
    Setting(
        "WGWATCH_PROXY",
        "The proxy for web requests: http://proxy.example:3128.",
        "https_proxy, http_proxy and all_proxy; no_proxy always holds",
    ),
    Setting("WGWATCH_CA_FILE", "Certificates (PEM) to trust beside the system's."),
    Setting("WGWATCH_PUBLIC_URL", "Where people reach this installation, for the links in messages."),
    Setting(
        "WGWATCH_SECRET_KEY",
        "What the secrets of webhooks that are made on the web are derived from, at least 32 characters. "
        "Without it webhooks are made in the watchlist alone.",
    ),
    Setting(
        "WGWATCH_FEED_AUTHORITY",
        "A domain or e-mail address of yours, which the permanent ids of feeds bear. Never change it.",
        values.NOBODY,
    ),
    Setting("WGWATCH_FOLD", "Seconds over which alerts to one address are folded into one message.", "600"),
    Setting(
        "WGWATCH_API_RATE",
        "Requests a minute that one visitor may ask of the API and the feeds; 0: as many as they like.",
        "600",
    ),
    Setting(
        "WGWATCH_API_CORS",
        "Origins whose web pages may read the API and the feeds: https://desk.trade.example, several with commas, "
        "or * for all.",
    ),
    Setting(
        "WGWATCH_WEB_ADDRESS",
        "Where `run` and `serve` answer with web pages, /healthz, /readyz and /metrics: a port of this machine, "
        "ADDRESS:PORT, or off.",
        values.WEB,
    ),
    Setting(
        "WGWATCH_HEALTH_LISTEN",
        "Where `run` answers with /healthz, /readyz and /metrics alone, for probes from elsewhere: "
        "a port of this machine, ADDRESS:PORT, or off.",
        "off",
    ),
    Setting(
        "WGWATCH_HEARTBEAT_URL", "An address to ask after each healthy cycle, so that silence is noticed."
    ),
)


class Settings(BaseModel):
    """All settings, checked. Values that may hold a password stay out of the repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    watchlist: Path
    database_url: str = Field(repr=False)
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: Security = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_oauth_token_url: str | None = None
    smtp_oauth_client_id: str | None = None
    smtp_oauth_client_secret: SecretStr | None = None
    smtp_oauth_scope: str | None = None
    mail_from: str | None = None
    allow_networks: Networks = Networks()
    proxy: Proxies = Field(default=Proxies(), repr=False)
    ca_file: Path | None = None
    public_url: str | None = None
    secret_key: SecretStr | None = None
    feed_authority: str = values.NOBODY
    fold: int = 600
    api_rate: int = 600
    api_cors: tuple[str, ...] = ()
    web_address: values.Listen | None = values.parse_listen(values.WEB)
    health_listen: values.Listen | None = None
    heartbeat_url: str | None = Field(default=None, repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str], cwd: Path) -> Settings:
        """From the environment; relative paths are of `cwd`. Raises ConfigError with every problem found."""
        given, problems = _given(environ)
        parsed: dict[str, Any] = {}
        for setting, text in given.items():
            try:
                parsed[setting.field] = values.parse(setting.field, text, cwd)
            except UsageError as error:
                problems.append(f"{setting.name}: {error}")
        problems += _login_problems({setting.field for setting in given})
        if problems:
            raise ConfigError(problems)
        return cls(**_with_defaults(parsed, environ, cwd))

    def shown_database_url(self) -> str:
        """The address of the database with its password hidden, for people and logs."""
        hidden = re.sub(r"(://[^/?#]*?:)[^/?#]*(@)", r"\1***\2", self.database_url)
        return re.sub(r"([?&]\w*password=)[^&]*", r"\1***", hidden)


def _given(environ: Mapping[str, str]) -> tuple[dict[Setting, str], list[str]]:
    """The text of each setting that is given, from its variable or from its file, and the problems met."""
    given: dict[Setting, str] = {}
    problems = _unknown(environ)
    for setting in SETTINGS:
        text, file = environ.get(setting.name, ""), environ.get(setting.twin, "")
        if text and file:
            problems.append(f"{setting.name}: given twice, also as {setting.twin}; give one of them")
        elif file:
            try:
                text = Path(file).read_text("utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{setting.twin}: cannot read {file}: {_reason(error)}")
        if text.strip():
            given[setting] = text
    return given, problems


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "it is not text in UTF-8"


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = {name for setting in SETTINGS for name in (setting.name, setting.twin)}
    return [
        f"{name}: there is no such setting{did_you_mean(name, known)}"
        for name in sorted(environ)
        if name.startswith(PREFIX) and not name.startswith(FOR_TESTS) and name not in known
    ]


def _login_problems(given: set[str]) -> list[str]:
    """A user and a password belong together; instead of the password there may be a token, by all that it takes."""
    tokens = {f"smtp_oauth_{part}" for part in ("token_url", "client_id", "client_secret")}
    by_token = bool(given & {*tokens, "smtp_oauth_scope"})
    if by_token and "smtp_password" in given:
        return [f"{PREFIX}SMTP_PASSWORD: with {PREFIX}SMTP_OAUTH_* there is no password; give one of them"]
    needed = {"smtp_user", *tokens} if by_token else {"smtp_user", "smtp_password"}
    missing, there = sorted(needed - given), sorted(given & {*needed, "smtp_oauth_scope"})
    if not there:
        return []
    return [f"{PREFIX}{there[0].upper()}: needs {PREFIX}{name.upper()} too" for name in missing]


def _with_defaults(parsed: dict[str, Any], environ: Mapping[str, str], cwd: Path) -> dict[str, Any]:
    watchlist: Path = parsed.get("watchlist", cwd / "watchlist.yaml")
    defaults = {
        "watchlist": watchlist,
        "database_url": f"sqlite:///{watchlist.parent / 'wgwatch.db'}",
        "smtp_port": values.SMTP_PORTS[parsed.get("smtp_security", "starttls")],
    }
    return {**defaults, **parsed, "proxy": Proxies.from_environ(environ, parsed.get("proxy"))}
