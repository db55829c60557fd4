"""How a source lets us in: cookies, headers, a user and password, a form to log in with, a proxy.

All of it may be secret, and none of it is stored: a process that looks has it from the watchlist and its environment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
)

from config.errors import UsageError
from config.fields import Url, Word
from config.variables import fill_in

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
NOT_IN_A_HEADER = re.compile(r"[\x00-\x1f\x7f]")
NOT_IN_A_COOKIE = re.compile(r"[\x00-\x1f\x7f;]")
OURS = {
    "accept-encoding": "what we can decode is not for others to say",
    "connection": "it is of the connection, not of the page",
    "content-length": "it is of the connection, not of the page",
    "cookie": "write cookies instead",
    "host": "it is the address's",
    "if-modified-since": "wgwatch asks by itself for what is new",
    "if-none-match": "wgwatch asks by itself for what is new",
    "proxy-authorization": "write it into proxy",
    "transfer-encoding": "it is of the connection, not of the page",
    "user-agent": "wgwatch says who it is; the watchlist's contact is part of it",
}
"""Headers that a source cannot set, and why."""


def _filled(value: Any, info: ValidationInfo) -> SecretStr:
    """Text with what the environment holds put in (`context={"environ": ...}`); errors never show it."""
    if isinstance(value, SecretStr):
        return value
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - pydantic makes a problem of the file only of a ValueError
            "should be text" + ("; put it in quotes" if isinstance(value, int | float) else "")
        )
    try:
        return SecretStr(fill_in(value, (info.context or {}).get("environ", {})))
    except UsageError as error:
        raise ValueError(str(error)) from error


def _cookies(cookies: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, value in cookies.items():
        if not TOKEN.fullmatch(name):
            raise ValueError(f"'{name}' is no name of a cookie")
        if NOT_IN_A_COOKIE.search(value.get_secret_value()):
            raise ValueError(f"the value of {name} holds a semicolon or a line's end, which no cookie can")
    return cookies


def _headers(headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, value in headers.items():
        if not TOKEN.fullmatch(name):
            raise ValueError(f"'{name}' is no name of a header")
        if why_not := OURS.get(name.lower()):
            raise ValueError(f"{name} cannot be set: {why_not}")
        if NOT_IN_A_HEADER.search(value.get_secret_value()):
            raise ValueError(f"the value of {name} holds a line's end, which no header can")
    return headers


def _proxy(secret: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(secret.get_secret_value())
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is no address of a proxy; write for example http://proxy.example:3128")
    return secret


Secret = Annotated[
    SecretStr, PlainValidator(_filled), WithJsonSchema({"type": "string", "examples": ["${FORUM_PASSWORD}"]})
]
Cookies = Annotated[dict[str, Secret], AfterValidator(_cookies)]
Headers = Annotated[dict[str, Secret], AfterValidator(_headers)]
Proxy = Annotated[Secret, AfterValidator(_proxy)]


class Basic(BaseModel):
    """A user and password for a site that asks for them by itself (RFC 7617)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: Secret = Field(description="The user's name.")
    password: Secret = Field(description="The password.")


class Login(BaseModel):
    """A form to log in with. Where `check` is missing in a page, the session has ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Url = Field(description="The page that shows the form.")
    fields: dict[str, Secret] = Field(
        min_length=1, description="What to fill in, by the names of the form's fields."
    )
    check: Word = Field(
        description="A text or a CSS selector that every page shows once we are logged in: Log out, a.logout"
    )


@dataclass(frozen=True, slots=True)
class Access:
    """A source's way in; a false value for none at all. Nothing secret is in its repr."""

    cookies: Mapping[str, SecretStr] = field(default_factory=dict)
    headers: Mapping[str, SecretStr] = field(default_factory=dict)
    basic: Basic | None = None
    login: Login | None = None
    proxy: SecretStr | None = None

    def __bool__(self) -> bool:
        return bool(self.cookies or self.headers or self.basic or self.login or self.proxy)
