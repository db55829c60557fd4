"""What HTML's elements are to a reader: dropped, a block, or the frame of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from bs4 import Tag

MASKED = "[email protected]"
"""What Cloudflare shows in the place of an address (`data-cfemail`); it is not decoded here."""

_BLOCKS = """
html body address article aside blockquote caption center dd details dialog div dl dt fieldset figcaption
figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section
summary table tbody td tfoot th thead tr ul
"""
_DROPPED = """
script style template noscript head svg math canvas iframe object embed audio video map select option datalist
textarea button nav
"""
_MENU_NAMES = """
nav navbar navigation menu main-menu mainmenu main-nav mainnav topnav sidenav site-nav nav-bar breadcrumb
breadcrumbs skip-link skiplink skip-links cookie-banner cookie-notice cookie-consent
"""
BLOCKS = frozenset(_BLOCKS.split())
DROPPED = frozenset(_DROPPED.split())
MENU_NAMES = frozenset(_MENU_NAMES.split())
BOLD = frozenset({"b", "strong"})
LISTS = frozenset({"ul", "ol", "menu", "dir"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
FOOT_NAMES = frozenset({"footer", "site-footer", "page-footer", "main-footer", "globalfooter"})
WHOLE_PAGE = frozenset({"html", "body", "main", "article", "form"})


class Region(StrEnum):
    """Part of the frame of a page, or its content."""

    CONTENT = "content"
    HEAD = "head"
    FOOT = "foot"


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one string, empty where it is missing."""
    value = tag.attrs.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def is_dropped(tag: Tag) -> bool:
    """Not shown to a person, or a way around the site instead of something that the page says."""
    if tag.name in DROPPED:
        return True
    attributes = tag.attrs
    if not attributes:
        return False
    if "hidden" in attributes or (tag.name == "dialog" and "open" not in attributes):
        return True
    if "style" in attributes and NOT_SHOWN.search(attribute(tag, "style")):
        return True
    if attributes.get("role") in {"navigation", "menu", "menubar", "search"}:
        return True
    return tag.name not in WHOLE_PAGE and not MENU_NAMES.isdisjoint(_names(tag))


def region_of(tag: Tag, *, inside: bool) -> Region | None:
    """The region that the element opens. A header or footer `inside` an article belongs to its content."""
    if tag.name == "header" or (tag.attrs and tag.attrs.get("role") == "banner"):
        return None if inside else Region.HEAD
    if tag.name == "footer" or (tag.attrs and tag.attrs.get("role") == "contentinfo"):
        return None if inside else Region.FOOT
    if tag.name not in WHOLE_PAGE and tag.attrs and not FOOT_NAMES.isdisjoint(_names(tag)):
        return Region.FOOT
    return None


def is_data_table(table: Tag) -> bool:
    """A table of data, not of layout: no tables or headings within, and rows of several cells.

    Stops at the first nested table, so that tables within tables are looked at once each.
    """
    if attribute(table, "role") in {"presentation", "none"}:
        return False
    in_row = widest = 0
    for tag in _tags_within(table):
        if tag.name == "table" or tag.name in HEADINGS:
            return False
        if tag.name == "tr":
            in_row = 0
        elif tag.name in {"td", "th"}:
            in_row += 1
            widest = max(widest, in_row)
    return widest > 1


def _tags_within(root: Tag) -> Iterator[Tag]:
    """In the order of the source. Not `root.descendants`: that goes down the whole tree before the first one."""
    waiting = [node for node in reversed(root.contents) if isinstance(node, Tag)]
    while waiting:
        tag = waiting.pop()
        yield tag
        waiting.extend(node for node in reversed(tag.contents) if isinstance(node, Tag))


def _names(tag: Tag) -> frozenset[str]:
    return frozenset(f"{attribute(tag, 'class')} {attribute(tag, 'id')}".lower().split())
