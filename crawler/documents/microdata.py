"""Microdata of a page (WHATWG HTML, "Microdata") as nodes of the same form as JSON-LD.

Only items of schema.org have a kind. `itemref` is not followed. Bounds: 5,000 properties a page, 300 nodes and
2,000 characters a value; one pass over the tree, without recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

MOST = 5000
MOST_WITHIN = 300
LONGEST = 2000
BY_ATTRIBUTE = {
    "meta": "content",
    "time": "datetime",
    "data": "value",
    "link": "href",
    "a": "href",
    "img": "src",
}

Node = dict[str, Any]
_has_items = etree.XPath("boolean(//@itemscope)")


def microdata(root: etree._Element) -> list[Node]:
    """The items that are no property of another; an item that is one stands in its owner."""
    found: list[Node] = []
    if not _has_items(root):
        return found
    for tag, owner, opened in islice(_elements(root), MOST):
        names = tag.get("itemprop", "").split()[:4]
        if names and owner is not None:
            value = opened if opened is not None else _value(tag)
            for name in names:
                owner.setdefault(name, []).append(value)
        elif opened is not None:
            found.append(opened)
    return found


def _elements(root: etree._Element) -> Iterator[tuple[etree._Element, Node | None, Node | None]]:
    """Every element that is an item or a property, with the item that it stands in and the one that it opens."""
    waiting: list[tuple[etree._Element, Node | None]] = [(root, None)]
    while waiting:
        tag, owner = waiting.pop()
        opened = _item(tag)
        if opened is not None or "itemprop" in tag.attrib:
            yield tag, owner, opened
        inner = opened if opened is not None else owner
        waiting.extend((child, inner) for child in reversed(tag) if isinstance(child.tag, str))


def _item(tag: etree._Element) -> Node | None:
    if "itemscope" not in tag.attrib:
        return None
    return {"@type": [kind for kind in tag.get("itemtype", "").split() if "schema.org/" in kind]}


def _value(tag: etree._Element) -> str:
    """The value of a property: an attribute where the element has one for it, else its text."""
    shown = tag.get("content") or tag.get(BY_ATTRIBUTE.get(tag.tag, "content"))
    return str(shown or "".join(islice(tag.itertext(), MOST_WITHIN)))[:LONGEST]
