"""An e-mail about changes: headers, a text part and an HTML part of the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from config.errors import PermanentDeliveryError
from diffing.importance import IMPORTANT
from notifier.headers import WIRE
from notifier.layout import WIDTH, columns, hanging
from notifier.looks import looks_of
from notifier.subjects import by_importance, gist, gist_of_all, group_name
from notifier.values import listed, plain, shown_day

PRODUCT = "wgwatch"
MOST_THREADS = 10


@dataclass(frozen=True, slots=True)
class Item:
    """A change with its frozen payload, and the names of the subscriptions that asked for it."""

    change: Mapping[str, Any]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address.

    `created_at` is the delivery's, so that every attempt sends the same bytes. `notes` are lines for the end,
    such as how silence is known; `reasons` names subscriptions for a mail without items. `unsubscribe_url`
    takes the POST of RFC 8058; without it, unsubscribing is by mail to the sender.
    """

    delivery_id: str
    recipient: str
    items: tuple[Item, ...]
    digest: bool
    sender: str
    public_url: str | None
    zone: ZoneInfo
    created_at: datetime
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    unsubscribe_url: str | None = None


def compose(mail: Mail) -> EmailMessage:
    """The message, the same bytes however often it is composed.

    Raises PermanentDeliveryError where sender or recipient is no mail address.
    """
    message = EmailMessage(policy=WIRE)
    sender = _address(mail.sender, PRODUCT)
    message["From"] = sender
    message["To"] = _address(mail.recipient, "")
    message["Subject"] = subject_of(mail)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{_token(mail.delivery_id)}@{sender.domain}>"
    for name, value in {**_thread(mail, sender.domain), **_list_headers(mail, sender)}.items():
        message[name] = value
    page = _page(mail, sender)
    message.set_content(_ENVIRONMENT.get_template("mail.txt.j2").render(page), cte="quoted-printable")
    html = _ENVIRONMENT.get_template("mail.html.j2").render(page)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{hashlib.sha256(mail.delivery_id.encode()).hexdigest()[:32]}")
    return message


def subject_of(mail: Mail) -> str:
    """The gist, in one line."""
    changes = [item.change for item in mail.items]
    told = gist_of_all(changes) if changes else "nothing new"
    if mail.digest:
        told = f"Digest of {shown_day(mail.created_at, mail.zone)}: {told}"
    doubtful = bool(changes) and all(change.get("state") == "held" for change in changes)
    return plain(("Unconfirmed: " if doubtful else "") + told, 190)


def reasons_of(mail: Mail) -> list[tuple[str, list[str]]]:
    """Each subscription that asked, with the sources of the changes that it asked for."""
    sources: dict[str, list[str]] = {plain(name, 100): [] for name in mail.reasons}
    for item in mail.items:
        for name in item.reasons:
            sources.setdefault(plain(name, 100), []).extend(item.change.get("sources") or ())
    return [
        (name, [plain(source, 100) for source in dict.fromkeys(found)]) for name, found in sources.items()
    ]


def _page(mail: Mail, sender: Address) -> dict[str, Any]:
    changes = [item.change for item in mail.items]
    ordered = by_importance(changes)
    return {
        "mail": mail,
        "subject": subject_of(mail),
        "looks": looks_of(changes, mail.zone, mail.public_url),
        "important": _one_liners([c for c in ordered if (c.get("importance") or 0) >= IMPORTANT]),
        "also": _one_liners([c for c in ordered if (c.get("importance") or 0) < IMPORTANT]),
        "because": _because(mail),
        "notes": [plain(note, 2000) for note in mail.notes],
        "sender": sender.addr_spec,
        "unsubscribe_subject": _unsubscribe_subject(mail),
        "unsubscribe_mailto": _unsubscribe_mailto(mail, sender),
        "width": WIDTH,
    }


def _one_liners(changes: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(group_name(change), plain(change.get("summary") or gist(change), 300)) for change in changes]


def _because(mail: Mail) -> list[str]:
    return [
        f"You get this because of the subscription “{name}”"
        + (f", on pages of {listed(found)}." if found else ".")
        for name, found in reasons_of(mail)
    ]


def _thread(mail: Mail, domain: str) -> dict[str, str]:
    """A stable id for each page, so that a mail program shows a page's alerts as one conversation."""
    pages = dict.fromkeys(str(item.change.get("page") or "") for item in mail.items)
    ids = [f"<page.{hashlib.sha256(page.encode()).hexdigest()[:24]}@{domain}>" for page in pages if page]
    if mail.digest or not ids:
        return {}
    return {"References": " ".join(ids[:MOST_THREADS]), "In-Reply-To": ids[0]}


def _list_headers(mail: Mail, sender: Address) -> dict[str, str]:
    """RFC 2919, RFC 2369, RFC 3834; with a one-click address RFC 8058 too."""
    headers = {"Auto-Submitted": "auto-generated", "List-Id": f"<{PRODUCT}.{sender.domain}>"}
    mailto = f"<{_unsubscribe_mailto(mail, sender)}>"
    if not mail.unsubscribe_url:
        return {**headers, "List-Unsubscribe": mailto}
    one_click = f"<{plain(mail.unsubscribe_url, 900)}>, {mailto}"
    return {**headers, "List-Unsubscribe": one_click, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _unsubscribe_subject(mail: Mail) -> str:
    return plain(" ".join(["unsubscribe", *(name for name, _ in reasons_of(mail))]), 60)


def _unsubscribe_mailto(mail: Mail, sender: Address) -> str:
    return f"mailto:{quote(sender.addr_spec, safe='@')}?subject={quote(_unsubscribe_subject(mail), safe='')}"


def _address(text: str, name: str) -> Address:
    shown, spec = parseaddr(text)
    user, _, domain = spec.rpartition("@")
    # `addr_spec` is parsed, but knows no letters beyond ASCII (RFC 6531).
    parts = {"addr_spec": spec} if spec.isascii() else {"username": user, "domain": domain}
    try:
        address = Address(plain(shown or name, 100), **parts)
    except (ValueError, IndexError, MessageError) as error:
        raise PermanentDeliveryError(f"{plain(text, 100)!r} is no mail address") from error
    if not address.domain or not address.username or any(c.isspace() for c in text.strip() if c not in " \t"):
        raise PermanentDeliveryError(f"{plain(text, 100)!r} is no mail address")
    return address


def _token(delivery_id: str) -> str:
    """A delivery id as the left side of a Message-ID."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in delivery_id)


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html.j2"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters["columns"] = columns
_ENVIRONMENT.filters["hanging"] = hanging
