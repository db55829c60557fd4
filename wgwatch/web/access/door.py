"""Whether the web pages may be answered at their address: not to others before somebody can log in."""

from __future__ import annotations

import logging

from config.errors import ConfigError
from config.setting_values import Listen
from storage.access import users
from wgwatch.application import Application

log = logging.getLogger("wgwatch")

ADDRESS = "WGWATCH_WEB_ADDRESS"


def checked_address(application: Application) -> Listen:
    """Where to answer. Raises ConfigError where others could come in and nobody could log in."""
    listen, settings = application.settings.web_address, application.settings
    assert listen is not None
    if listen.is_local:
        return listen
    if settings.web_login_header is None and not _has_operator(application):
        raise ConfigError(
            [
                f"{ADDRESS}: {listen} can be reached from other machines, and there is no operator who could log in: "
                "make one with `wgwatch users add NAME --role operator`, or give an address of this machine such as "
                f"127.0.0.1:{listen.port}"
            ]
        )
    if not (settings.public_url or "").startswith("https://"):
        log.warning(
            "%s: passwords cross the network in the clear at %s, unless a web server that speaks https stands before "
            "it: set WGWATCH_PUBLIC_URL to its address",
            ADDRESS,
            listen,
        )
    return listen


def _has_operator(application: Application) -> bool:
    with application.database.read() as connection:
        return users.has_operator(connection)
