"""The links of an answer: those of its Document, and those that lead to the next pages of the same list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]

from config.addresses import check_url
from config.errors import UsageError
from crawler.documents import parse, tree
from storage.document import Link

LONGEST = 2000
"""A longer address is made by a machine that is lost."""
NO_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|bmp|tiff?|mp[34]|m4[av]|mov|avi|webm|wav|zip|gz|tar|7z|rar|exe|dmg|css|js|"
    r"woff2?|ttf|eot)$",
    re.I,
)
PAGER_PARAMETERS = frozenset({"page", "paged", "pg", "pagina", "seite", "start", "offset", "skip"})
PAGER_PATH = re.compile(r"/page/\d{1,4}/?$", re.I)
FIRST_PATH = re.compile(r"/page/[01]/?$", re.I)


def links_in(body: bytes, content_type: str | None, url: str) -> list[Link]:
    """Links as a person meets them, absolute and without fragments, then those to further pages of the list.

    Further pages are looked for in the markup itself: what leads to them stands in navigation, which a Document
    leaves out. Raises ReadError for what is no text.
    """
    document = parse(body, content_type, url)
    shown = [link for block in document.blocks for link in block.links]
    further = _pagers(body, content_type, url) if document.format == "html" else []
    return [Link(link.text, urldefrag(link.target).url) for link in (*shown, *further)]


def followable(target: str) -> bool:
    """Whether an address can be that of a page: http or https, no credentials, no picture or archive."""
    try:
        path = urlsplit(check_url(target)).path
    except (UsageError, ValueError):
        return False
    return len(target) <= LONGEST and NO_PAGES.search(path) is None and not _is_first(target)


def is_pager(target: str, url: str) -> bool:
    """Whether the target is the same list at another place: only a page number sets the two addresses apart."""
    here, there = urlsplit(url), urlsplit(target)
    if here.hostname != there.hostname:
        return False
    if _list_path(here.path) != _list_path(there.path):
        return False
    asked, also = _list_query(here.query), _list_query(there.query)
    return asked == also and (here.path.rstrip("/"), here.query) != (there.path.rstrip("/"), there.query)


def anchors_in(body: bytes, content_type: str | None, url: str) -> Iterator[tuple[etree._Element, str]]:
    """Every `a` and `link` element of a page that leads somewhere, with the absolute address, in order."""
    root = tree(body, content_type)
    if root is None:
        return
    base = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), "")
    for tag in root.iter("a", "link"):
        if target := _joined(url, base, tag.get("href") or ""):
            yield tag, target


def _pagers(body: bytes, content_type: str | None, url: str) -> list[Link]:
    found = []
    for tag, target in anchors_in(body, content_type, url):
        is_next = "next" in (tag.get("rel") or "").lower().split()
        if is_next or (tag.tag == "a" and is_pager(target, url)):
            found.append(Link("", target))
    return found


def _joined(url: str, base: str, href: str) -> str | None:
    try:
        return urljoin(urljoin(url, base), href.strip()) if href.strip() else None
    except ValueError:
        return None


def _is_first(target: str) -> bool:
    """Whether the address says that it is a list's first page: the list itself, once more."""
    parts = urlsplit(target)
    numbers = [value for name, value in parse_qsl(parts.query) if name.lower() in PAGER_PARAMETERS]
    return "0" in numbers or FIRST_PATH.search(parts.path) is not None


def _list_path(path: str) -> str:
    return PAGER_PATH.sub("", path).rstrip("/").lower()


def _list_query(query: str) -> list[tuple[str, str]]:
    """What is asked for beside the page's number."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return sorted(pair for pair in pairs if not (pair[0].lower() in PAGER_PARAMETERS and pair[1].isdigit()))
