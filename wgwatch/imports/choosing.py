"""Which of a crawl's addresses an import takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from config.addresses import host_of, page_key
from config.errors import UsageError
from config.links import matches

READABLE = (
    "html",
    "text/plain",
    "application/pdf",
    "text/calendar",
    "application/rss",
    "application/atom",
    "application/xml",
    "text/xml",
)
"""What is read as a page; styles, scripts and pictures of a crawl are not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Known addresses (`config.addresses.page_key`), and patterns that let others in.

    A pattern is one of paths (`/groups/*`), or of whole addresses (`https://*.site.example/groups/*`).
    """

    known: Collection[str]
    patterns: Sequence[str] = ()

    def takes(self, url: str) -> bool:
        """Whether answers of this address are wanted."""
        key = key_of(url)
        return key is not None and (key in self.known or any(_is_like(p, url) for p in self.patterns))

    def knows(self, url: str) -> bool:
        """Whether the address is a known page's."""
        return key_of(url) in self.known


def key_of(url: str) -> str | None:
    """The address's key, None where it is no address of a page at all."""
    try:
        return page_key(url)
    except UsageError:
        return None


def is_readable(content_type: str | None) -> bool:
    """Whether a format is one of pages; what names none may be."""
    return content_type is None or any(kind in content_type.lower() for kind in READABLE)


def _is_like(pattern: str, url: str) -> bool:
    if "://" not in pattern:
        return matches(pattern, url)
    parts = urlsplit(pattern)
    wanted = parts.netloc.lower().removeprefix("www.")
    path = (parts.path or "/*") + (f"?{parts.query}" if parts.query else "")
    return fnmatchcase(host_of(url).removeprefix("www."), wanted) and matches(path, url)
