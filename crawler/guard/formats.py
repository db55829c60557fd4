"""What an answer is made of: a document of the page's usual kind, or the error message of a machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from crawler.guard.glances import Glance
from crawler.guard.kinds import CERTAIN, FORMAT, GARBLED, Signal
from crawler.guard.past import Before

ERROR_KEYS = {"error", "errors", "message", "fault", "detail", "error_description", "msg", "exception"}
BESIDE_ERRORS = {
    *(
        "code",
        "status",
        "statuscode",
        "title",
        "type",
        "timestamp",
        "path",
        "success",
        "reason",
        "ok",
        "instance",
    ),
    *("request_id", "requestid", "trace_id", "traceid", "documentation_url", "retry_after", "help", "method"),
}
LARGEST_ERROR = 10_000  # bytes
NO_DATA = {b"{}", b"[]", b"null", b'""', b"false"}
MARKS = {"pdf": "pdf", "json": "json", "rss": "feed", "atom": "feed", "xml": "xml", "calendar": "calendar"}
NAMES = {
    "html": "a web page",
    "pdf": "a PDF",
    "json": "JSON",
    "feed": "a feed",
    "calendar": "a calendar",
    "text": "text",
}
MAY_BECOME_PAGES = {"html", "text", "xml", "other"}
MOJIBAKE = re.compile("\ufffd|ã[\x80-\xbf]|â€|ð[\x80-\xbf]")
"""Letters that could not be decoded, and UTF-8 that was decoded as something else; in small letters."""
BROKEN = ("\ufffd", "ã", "â€", "ð")
MANY = 5


def family(content_type: str | None, body: bytes = b"") -> str:
    """html, pdf, json, feed, xml, calendar, text or other."""
    if body.startswith(b"%PDF"):
        return "pdf"
    media_type = (content_type or "text/html").partition(";")[0].strip().lower()
    if "html" in media_type:
        return "html"
    named = next((name for mark, name in MARKS.items() if mark in media_type), None)
    return named or ("text" if media_type.startswith("text/") else "other")


def format_signals(before: str | None, now: str) -> Iterator[Signal]:
    """A page may become a PDF, and text a page; a document that turns into a page or into data is an error's."""
    turned = before is not None and before != now
    if turned and (now == "json" or (now == "html" and before not in MAY_BECOME_PAGES)):
        was = NAMES.get(before or "", "something else")
        yield Signal(FORMAT, CERTAIN, f"it is {NAMES[now]} where {was} was")


def is_garbled(source: str) -> bool:
    """Whether letters in it are broken, many times."""
    return any(mark in source for mark in BROKEN) and len(MOJIBAKE.findall(source)) >= MANY


def garbled_since(now: Glance, old: Before) -> Iterator[Signal]:
    """Letters that are broken in an answer and were not before."""
    if is_garbled(now.source) and not MOJIBAKE.search(old.seen.source):
        yield Signal(GARBLED, CERTAIN, "there are broken letters in it that were not there before")


def is_no_data(body: bytes) -> bool:
    """JSON without anything in it."""
    return body.strip() in NO_DATA


def is_json_error(body: bytes) -> bool:
    """An object that speaks of an error and of nothing else: an address may well stand for real data."""
    if not body.lstrip().startswith(b"{") or len(body) > LARGEST_ERROR:
        return False
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    keys = {key.lower() for key, value in said.items() if value not in (None, [], {})}
    return bool(keys & ERROR_KEYS) and keys <= ERROR_KEYS | BESIDE_ERRORS
