"""The headers of a mail: from whom, to whom, in which conversation, and how to stop it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import quote

from config.errors import PermanentDeliveryError
from notifier.writing.values import plain

PRODUCT = "wgwatch"
MOST_THREADS = 10


def address_of(text: str, name: str = "") -> Address:
    """A mail address with the name shown beside it, `name` where it brings none.

    Raises PermanentDeliveryError for what is none.
    """
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


def message_id(delivery_id: str, domain: str) -> str:
    """The same at every attempt, and known from the delivery's id alone."""
    token = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in delivery_id)
    return f"<{token}@{domain}>"


def thread(pages: Iterable[str], follows: str | None, domain: str) -> dict[str, str]:
    """A stable id for each page, so that a mail program shows a page's alerts as one conversation.

    `follows` is the delivery that this one confirms or withdraws: it answers that very mail.
    """
    found = dict.fromkeys(page for page in pages if page)
    ids = [f"<page.{hashlib.sha256(page.encode()).hexdigest()[:24]}@{domain}>" for page in found]
    if not ids:
        return {}
    parent = message_id(follows, domain) if follows else ids[0]
    references = [*ids[:MOST_THREADS], *([parent] if follows else [])]
    return {"References": " ".join(references), "In-Reply-To": parent}


def list_headers(sender: Address, names: Sequence[str], unsubscribe_url: str | None) -> dict[str, str]:
    """RFC 2919, RFC 2369, RFC 3834; with a one-click address RFC 8058 too."""
    headers = {"Auto-Submitted": "auto-generated", "List-Id": f"<{PRODUCT}.{sender.domain}>"}
    mailto = f"<{unsubscribe_mailto(sender, names)}>"
    if not unsubscribe_url:
        return {**headers, "List-Unsubscribe": mailto}
    one_click = f"<{plain(unsubscribe_url, 900)}>, {mailto}"
    return {**headers, "List-Unsubscribe": one_click, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def unsubscribe_subject(names: Sequence[str]) -> str:
    return plain(" ".join(["unsubscribe", *names]), 60)


def unsubscribe_mailto(sender: Address, names: Sequence[str]) -> str:
    subject = quote(unsubscribe_subject(names), safe="")
    return f"mailto:{quote(sender.addr_spec, safe='@')}?subject={subject}"
