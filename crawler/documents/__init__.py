"""Bytes into a Document, whatever their format. Nothing here knows what an event or a contact is."""

from __future__ import annotations

import hashlib
import re

from lxml import etree  # type: ignore[import-untyped]

from config.errors import ReadError
from crawler.documents.calendar import is_calendar, read_calendar
from crawler.documents.encoding import decode
from crawler.documents.feed import is_feed, read_feed
from crawler.documents.html import html_tree, read_html
from crawler.documents.pdf import read_pdf
from crawler.documents.text import read_text
from storage.document import Document

MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|table|h[1-6]|ul|ol|section|article|main)\b", re.I)

NOT_TEXT = {
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an Office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
}


def parse(body: bytes, content_type: str | None = None, url: str | None = None) -> Document:
    """The answer as a Document; `url` makes relative links absolute.

    Broken markup is read as a browser would. Raises ReadError for formats that are no text at all.
    """
    if _is_pdf(body):
        return read_pdf(body)
    if name := _no_text(body):
        raise ReadError(f"this is {name}, which is not read")
    text, made_of = _text(body, content_type)
    if made_of == "calendar":
        return read_calendar(text)
    if made_of == "feed":
        return read_feed(body, content_type, url)
    return read_html(text, url) if made_of == "html" else read_text(text)


def tree(body: bytes, content_type: str | None = None) -> etree._Element | None:
    """The root of an answer in HTML, without what nobody reads (`unread`); None for other formats."""
    if _is_pdf(body) or _no_text(body):
        return None
    text, made_of = _text(body, content_type)
    return html_tree(text) if made_of == "html" else None


def outline(body: bytes, content_type: str | None = None, url: str | None = None) -> bytes | None:
    """SHA-256 of what is read of an answer in HTML, at a part of what reading costs; None for other formats.

    Two answers with one outline are one Document, with the same links: `unread` says what they may differ in.
    """
    root = tree(body, content_type)
    if root is None:
        return None
    return hashlib.sha256(b"%s\0%s" % ((url or "").encode(), etree.tostring(root, encoding="utf-8"))).digest()


def _is_pdf(body: bytes) -> bool:
    return body.lstrip().startswith(b"%PDF-")


def _no_text(body: bytes) -> str | None:
    """What an answer is, where that is no text at all."""
    return next((name for start, name in NOT_TEXT.items() if body.startswith(start)), None)


def _text(body: bytes, content_type: str | None) -> tuple[str, str]:
    """An answer as text, and what it is written in: calendar, feed, html or text."""
    media_type, charset = _media_type(content_type)
    text = decode(body, charset, markup=media_type != "text/plain")
    if is_calendar(text):
        return text, "calendar"
    if is_feed(text):
        return text, "feed"
    return text, "html" if _is_html(media_type, text) else "text"


def _media_type(content_type: str | None) -> tuple[str, str | None]:
    """`text/html; charset=x` as its two parts, in lower case (RFC 9110 section 8.3.1)."""
    if not content_type:
        return "", None
    kind, _, parameters = content_type.partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([^\s\"';]+)", parameters, re.I)
    return kind.strip().lower(), charset.group(1).lower() if charset else None


def _is_html(media_type: str, text: str) -> bool:
    if "html" in media_type:
        return True
    if media_type == "text/plain":
        return False
    return MARKUP.search(text, 0, 4000) is not None
