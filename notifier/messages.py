"""An e-mail about changes: headers, a text part and an HTML part of the same content, and what is attached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifier.writing import envelope
from notifier.writing.digest_words import DigestWords, digest_words, lines_of, overview
from notifier.writing.headers import WIRE
from notifier.writing.languages import ENGLISH
from notifier.writing.layout import WIDTH, columns, hanging, table
from notifier.writing.looks import looks_of
from notifier.writing.subjects import gist_of_all
from notifier.writing.values import Manner, listed, moment, plain, shortened, shown_day


@dataclass(frozen=True, slots=True)
class Item:
    """A change with its frozen payload, and the names of the subscriptions that asked for it."""

    change: Mapping[str, Any]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the message; `kind` is its media type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address.

    `created_at` is the delivery's, so that every attempt sends the same bytes. `reasons` names subscriptions for a
    mail without items. `told` is what a digest says beside its changes (`notifier.digests.gather`).
    `unsubscribe_url` takes the POST of RFC 8058; without it, unsubscribing is by mail to the sender.
    """

    delivery_id: str
    recipient: str
    items: tuple[Item, ...]
    digest: bool
    sender: str
    public_url: str | None
    zone: ZoneInfo
    created_at: datetime
    language: str = ENGLISH
    reasons: tuple[str, ...] = ()
    told: Mapping[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str | None = None

    @property
    def changes(self) -> list[Mapping[str, Any]]:
        return [item.change for item in self.items]

    @property
    def manner(self) -> Manner:
        return Manner(self.zone, self.language)


def compose(mail: Mail) -> EmailMessage:
    """The message, the same bytes however often it is composed.

    Raises PermanentDeliveryError where sender or recipient is no mail address.
    """
    message = EmailMessage(policy=WIRE)
    sender = envelope.address_of(mail.sender, envelope.PRODUCT)
    page = _page(mail, sender)
    for name, value in _headers(mail, sender, page["subject"]).items():
        message[name] = value
    message.set_content(_ENVIRONMENT.get_template("mail.txt.j2").render(page), cte="quoted-printable")
    html = _ENVIRONMENT.get_template("mail.html.j2").render(page)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attached in mail.attachments:
        main, _, sub = attached.kind.partition("/")
        message.add_attachment(attached.content, main, sub, filename=attached.name, cte="base64")
    _set_boundaries(message, mail.delivery_id)
    return message


def reasons_of(mail: Mail) -> list[tuple[str, list[str]]]:
    """Each subscription that asked, with the sources of the changes that it asked for."""
    sources: dict[str, list[str]] = {plain(name, 100): [] for name in mail.reasons}
    for item in mail.items:
        for name in item.reasons:
            sources.setdefault(plain(name, 100), []).extend(item.change.get("sources") or ())
    return [
        (name, [plain(source, 100) for source in dict.fromkeys(found)]) for name, found in sources.items()
    ]


def _subject(mail: Mail, digest: DigestWords | None) -> str:
    if digest is not None:
        told = digest.subject
    else:
        told = gist_of_all(mail.changes, mail.language) if mail.items else "nothing new"
        if mail.digest:
            told = f"Digest of {shown_day(mail.created_at, mail.manner)}: {told}"
    return shortened(f"{_mark(mail.changes)}{told}", 190)


def _mark(changes: Sequence[Mapping[str, Any]]) -> str:
    states = {str(change.get("state")) for change in changes}
    mark = "[test] " if any(change.get("test") for change in changes) else ""
    if states & {"held"}:
        return mark + ("[unconfirmed] " if states == {"held"} else "[unconfirmed in part] ")
    return mark + (_SETTLED.get(states.pop(), "") if len(states) == 1 else "")


_SETTLED = {"confirmed": "Confirmed: ", "withdrawn": "Withdrawn: "}


def _headers(mail: Mail, sender: Address, subject: str) -> dict[str, Any]:
    names = [name for name, _ in reasons_of(mail)]
    pages = () if mail.digest else (str(change.get("page") or "") for change in mail.changes)
    # a digest is planned days before it is sent: mail programs put it where its period ends
    dated = moment(mail.told["until"]) if mail.told else mail.created_at
    return {
        "From": sender,
        "To": envelope.address_of(mail.recipient),
        "Subject": subject,
        "Date": format_datetime(dated),
        "Message-ID": envelope.message_id(mail.delivery_id, sender.domain),
        **envelope.thread(pages, _first_told(mail.changes), sender.domain),
        **envelope.list_headers(sender, names, mail.unsubscribe_url),
    }


def _first_told(changes: Sequence[Mapping[str, Any]]) -> str | None:
    """The delivery whose news is confirmed or withdrawn here."""
    return next((str(change["follows"]) for change in changes if change.get("follows")), None)


def _page(mail: Mail, sender: Address) -> dict[str, Any]:
    names = [name for name, _ in reasons_of(mail)]
    words = digest_words(mail.told, mail.changes, mail.manner) if mail.told else None
    looks, others = looks_of(mail.changes, mail.manner, mail.public_url)
    return {
        "mail": mail,
        "subject": _subject(mail, words),
        "digest": words,
        "overview": overview(mail.changes, mail.language) if mail.digest else (),
        "looks": looks,
        "others": lines_of(others, mail.language) if not mail.digest else (),
        "because": _because(mail),
        "is_test": any(change.get("test") for change in mail.changes),
        "attached": [attached.name for attached in mail.attachments],
        "sender": sender.addr_spec,
        "unsubscribe_subject": envelope.unsubscribe_subject(names),
        "unsubscribe_mailto": envelope.unsubscribe_mailto(sender, names),
        "width": WIDTH,
    }


def _because(mail: Mail) -> list[str]:
    return [
        f"You get this because of the subscription “{name}”"
        + (f", on pages of {listed(found)}." if found else ".")
        for name, found in reasons_of(mail)
    ]


def _set_boundaries(message: EmailMessage, delivery_id: str) -> None:
    """Drawn from the id, not at random: every attempt has the same bytes."""
    parts = [part for part in message.walk() if part.is_multipart()]
    for depth, part in enumerate(parts):
        part.set_boundary(f"=_{hashlib.sha256(f'{delivery_id} {depth}'.encode()).hexdigest()[:32]}")


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html.j2"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters.update(columns=columns, hanging=hanging, table=table)
