"""What stands in a page's markup that nobody reads: taken out of the tree before any reader sees it.

So it can make no difference, by construction: pages whose trees are then the same are the same Document and have the
same links. Taken out are scripts (but JSON-LD) and styles with all they carry; the attributes of `meta`, of hidden
fields and of a `link` to what a browser fetches; the values of other fields; where pictures and frames come from.
Comments are left out by the parser. What is microdata stays. Addresses that Cloudflare protects are written under one
key instead of a new one in each answer.
"""

from __future__ import annotations

from lxml import etree  # type: ignore[import-untyped]

from crawler.documents.protection import PROTECTED, settled

LINKED_DATA = "application/ld+json"
SILENT = ("script", "style", "meta")
FETCHED = {"input": ("value",), "img": ("src", "srcset"), "iframe": ("src",)}
FOR_BROWSERS = frozenset(
    {"stylesheet", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "icon"}
)
OF_MICRODATA = ("itemprop", "itemscope")
_protected = etree.XPath("//*[@data-cfemail] | //a[contains(@href, $mark)]", smart_strings=False)


def take_out_unread(root: etree._Element, text: str) -> None:
    """Take it out of a tree, made of `text`."""
    for tag in root.iter(*SILENT, *FETCHED, "link"):
        if not any(name in tag.attrib for name in OF_MICRODATA):
            _silence(tag)
    if "data-cfemail" in text or PROTECTED in text:
        for tag in _protected(root, mark=PROTECTED):
            _settle(tag)


def is_linked_data(script: etree._Element) -> bool:
    """Whether a `script` holds data (JSON-LD) instead of code."""
    return bool(script.get("type", "").lower().startswith(LINKED_DATA))


def _silence(tag: etree._Element) -> None:
    name = tag.tag
    if name == "script" and is_linked_data(tag):
        _keep_type(tag)
    elif name in SILENT:
        tag.attrib.clear()
        if tag.text:
            tag.text = None
    elif name == "link":
        if not FOR_BROWSERS.isdisjoint(tag.get("rel", "").lower().split()):
            tag.attrib.clear()
    elif name == "input" and tag.get("type", "").lower() == "hidden":
        _keep_type(tag)
    else:
        for unread in FETCHED[name]:
            tag.attrib.pop(unread, None)


def _keep_type(tag: etree._Element) -> None:
    kind = tag.get("type")
    tag.attrib.clear()
    tag.set("type", kind)


def _settle(tag: etree._Element) -> None:
    """A code that can be read is written as it always is."""
    if code := tag.get("data-cfemail"):
        same = settled(f"{PROTECTED}#{code}").removeprefix(f"{PROTECTED}#")
        tag.set("data-cfemail", code if same == PROTECTED else same)
    if tag.tag == "a" and (href := tag.get("href")):
        tag.set("href", settled(href))
