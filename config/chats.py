"""Chats by their Apprise address: which services are taken, and who is who where only a name may be shown.

An address holds what lets us write there. It comes from the environment as other secrets do, and is neither stored nor
shown: the database, messages and logs know a chat as `slack of NAME`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.errors import UsageError
from config.suggest import one_of
from config.variables import fill_in

if TYPE_CHECKING:
    from apprise import NotifyBase

SCHEMES = {
    "discord": "discord",
    "gchat": "googlechat",
    "gotify": "gotify",
    "gotifys": "gotify",
    "matrix": "matrix",
    "matrixs": "matrix",
    "mmost": "mattermost",
    "mmosts": "mattermost",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "pover": "pushover",
    "rocket": "rocketchat",
    "rockets": "rocketchat",
    "signal": "signal",
    "signals": "signal",
    "slack": "slack",
    "tgram": "telegram",
    "webex": "webex",
    "workflow": "teams",
    "workflows": "teams",
    "zulip": "zulip",
}
"""Those that write to a chat. Apprise knows others that run programs, write files or ask any address."""
OWN_HOST = frozenset({"gotify", "matrix", "mattermost", "ntfy", "rocketchat", "signal", "teams"})
"""Services whose address names the server; the others are each at one place of their own."""
MISSING = "needs what is not installed: pip install 'wgwatch[chat]'"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat to write to. Read back from the database it has no `url`."""

    service: str
    url: SecretStr | None = field(default=None, repr=False)


def read_chat(written: str, environ: Mapping[str, str]) -> Chat:
    """The chat of an address, each `${VAR}` in it replaced by the variable or the file that `VAR_FILE` names.

    Raises UsageError, which never shows the address, where a variable is missing or no allowed service is meant.
    """
    url = fill_in(written, environ).strip()
    server = open_chat(url)
    return Chat(service_of(server), SecretStr(url))


def open_chat(url: str) -> NotifyBase:
    """What writes there. It keeps nothing on the disk, follows no redirect, and does not wait between messages.

    Raises UsageError, which never shows the address, for what is no chat that is allowed.
    """
    scheme = _scheme(url)
    if scheme not in SCHEMES and scheme != "https":
        raise UsageError(
            f"is no chat that wgwatch writes to; there are {one_of(sorted(SCHEMES), last='and')}"
        )
    try:
        from apprise import Apprise, AppriseAsset
    except ModuleNotFoundError as error:
        raise UsageError(MISSING) from error
    # its own log repeats topics and channels, by which some services let anybody in
    logging.getLogger("apprise").propagate = False
    asset = AppriseAsset(
        app_id="wgwatch",
        async_mode=False,
        http_redirects=False,
        storage_mode="memory",
        image_url_mask="",
        image_url_logo="",
    )
    server = Apprise.instantiate(url, asset=asset)
    if server is None or not _schemes(server):
        service = SCHEMES.get(scheme, "a chat")
        raise UsageError(f"is no address of {service} that can be written to: see docs/chats.md")
    # nothing in the address may undo these; a Matrix server may name any other to go on with
    vars(server).update(request_rate_per_sec=0, redirects=False, discovery=False)
    return server


def service_of(server: NotifyBase) -> str:
    """`slack`, `teams`, `ntfy` ..., whatever way its address was written."""
    return SCHEMES[min(_schemes(server))]


def chats_by_name(subscription: str, chats: Sequence[Chat]) -> dict[str, Chat]:
    """Chats by the names under which they are known outside: `slack of newsroom`, `slack 2 of newsroom`."""
    met: Counter[str] = Counter()
    named = {}
    for chat in chats:
        met[chat.service] += 1
        number = f" {met[chat.service]}" if met[chat.service] > 1 else ""
        named[f"{chat.service}{number} of {subscription}"] = chat
    return named


def _schemes(server: NotifyBase) -> set[str]:
    """Those of ours that lead to this service."""
    known: set[str] = server.schemas()  # type: ignore[no-untyped-call]
    return SCHEMES.keys() & known


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""
