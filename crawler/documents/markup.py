"""What HTML's elements are to a reader: dropped, a block, or the frame of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from lxml import etree  # type: ignore[import-untyped]

Attributes = Mapping[str, str]
NONE: Attributes = {}
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
SECTIONING = frozenset({"main", "article", "section"})
NAVIGATION = frozenset({"navigation", "menu", "menubar", "search"})
WITHIN_TABLES = ("table", "tr", "td", "th", "p", *HEADINGS)


MOST_BREAKS = 8
"""Line breaks in a cell of a table of a single row: with more of them its cells are columns of a page."""


class Region(StrEnum):
    """Part of the frame of a page, or its content."""

    CONTENT = "content"
    HEAD = "head"
    FOOT = "foot"


def is_dropped(name: str, attributes: Attributes) -> bool:
    """Not shown to a person, or a way around the site instead of something that the page says."""
    if name in DROPPED:
        return True
    if not attributes or name == "html":
        return False
    if "hidden" in attributes or (name == "dialog" and "open" not in attributes):
        return True
    if "style" in attributes and NOT_SHOWN.search(attributes["style"]):
        return True
    if attributes.get("role") in NAVIGATION:
        return True
    return name not in WHOLE_PAGE and _names(attributes)[0]


def region_of(name: str, attributes: Attributes, *, inside: bool) -> Region | None:
    """The region that the element opens. A header or footer `inside` an article belongs to its content."""
    role = attributes.get("role")
    if name == "header" or role == "banner":
        return None if inside else Region.HEAD
    if name == "footer" or role == "contentinfo":
        return None if inside else Region.FOOT
    if attributes and name not in WHOLE_PAGE and _names(attributes)[1]:
        return Region.FOOT
    return None


def is_data_table(table: etree._Element, attributes: Attributes) -> bool:
    """A table of data, not of layout: rows of several cells, no tables within, no paragraphs in most cells.

    Headings are for layout too, unless each stands for the label of a pair, as in a form. Stops at the first
    nested table, so that tables within tables are looked at once each.
    """
    if attributes.get("role") in {"presentation", "none"}:
        return False
    in_row = widest = rows = cells = paragraphs = headings = 0
    for tag in table.iter(*WITHIN_TABLES):
        name = tag.tag
        if name == "tr":
            in_row, rows = 0, rows + 1
        elif name in {"td", "th"}:
            in_row, cells = in_row + 1, cells + 1
            widest = max(widest, in_row)
        elif name == "p":
            paragraphs += 1
        elif name != "table":
            headings += 1
        elif tag is not table:
            return False
    if headings:
        return widest == 2 and rows > 3 and headings <= rows and cells == 2 * rows
    if rows == 1 and any(sum(1 for _ in cell.iter("br")) > MOST_BREAKS for cell in table.iter("td")):
        return False
    return widest > 1 and paragraphs * 2 <= cells * 3


def is_apart(tag: etree._Element) -> bool:
    """A span right behind another with a class of its own: shown apart, though no blank stands between."""
    before = tag.getprevious()
    return before is not None and before.tag == "span" and not before.tail and before.get("class") is not None


def is_card(link: etree._Element) -> bool:
    """A link around several spans with classes and nothing else: shown as a box, not as words of a sentence."""
    if len(link) < 2 or (link.text and not link.text.isspace()):
        return False
    return all(
        part.tag == "span"
        and part.get("class")
        and not (part.tail or "").strip()
        and len(part.text or "") > 2
        for part in link
    )


def _names(attributes: Attributes) -> tuple[bool, bool]:
    """Whether class or id name a menu, or the foot of a page."""
    said = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return _named(said) if len(said) > 1 else (False, False)


@lru_cache(maxsize=4096)
def _named(said: str) -> tuple[bool, bool]:
    names = said.lower().split()
    return not MENU_NAMES.isdisjoint(names), not FOOT_NAMES.isdisjoint(names)
