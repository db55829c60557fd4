"""Answers of others made fit to be shown: as they looked, with nothing in them that runs, loads or sends.

The Content-Security-Policy they are sent with forbids all that already; what would only be refused is taken out, and
with it what no policy covers (connections made in advance, navigation by `<meta>`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.html  # type: ignore[import-untyped]
from lxml import etree

from crawler.documents.encoding import decode

BIGGEST = 5_000_000
"""Bytes of a page that is shown; of bigger ones the text is."""
MOST_ELEMENTS = 60_000
"""A tree with more would hold up the reader's browser."""
DROPPED = re.compile(r"script|iframe|template|applet|frameset")
"""Left out with all that is in them."""
UNWRAPPED = re.compile(
    r"noscript|link|base|frame|noframes|object|embed|portal|fencedframe|audio|video|source|track|animate|"
    r"animatemotion|animatetransform|set|foreignobject|mglyph|malignmark"
)
"""Left out, but not what is in them: for the parser, the rest of the page may be."""
LOADING = re.compile(
    r"src|srcset|href|poster|background|data|action|formaction|ping|manifest|lowsrc|dynsrc|longdesc|codebase|classid|"
    r"profile|imagesrcset|cite|target|autofocus|autoplay|nonce|integrity|srcdoc|http-equiv"
)
STYLE_LOADS = re.compile(
    r"@import[^;]*;?|(?:url|image-set|image|cross-fade|element|src)\s*\([^)]*\)?|@font-face", re.I
)
DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|x-icon)[;,]", re.I)
OUTWARD = re.compile(r"https?://", re.I)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is sent: its bytes, their type, and whether the browser is to save rather than show them."""

    body: bytes
    media_type: str
    is_download: bool = False


def shown(body: bytes, content_type: str | None, *, is_html: bool) -> Shown | None:
    """An answer as a browser may show it; None for a page that is too big for that."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    if body.lstrip()[:5] == b"%PDF-":
        return Shown(body, "application/pdf", is_download=True)
    if is_html:
        html = _harmless(body, _charset(content_type))
        return None if html is None else Shown(html, "text/html; charset=utf-8")
    if (
        kind.startswith(("text/", "application/json", "application/xml", "image/svg"))
        or b"\0" not in body[:4096]
    ):
        return Shown(decode(body, _charset(content_type), markup=False).encode(), "text/plain; charset=utf-8")
    return Shown(body, "application/octet-stream", is_download=True)


def _harmless(body: bytes, charset: str | None) -> bytes | None:
    if len(body) > BIGGEST:
        return None
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = lxml.html.document_fromstring(decode(body, charset) or "<p>", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    elements = list(root.iter())
    if len(elements) > MOST_ELEMENTS:
        return None
    for element in elements:
        _disarm(element)
    for element in elements[1:]:
        if DROPPED.fullmatch(_tag(element)):
            element.drop_tree()
        elif UNWRAPPED.fullmatch(_tag(element)):
            element.drop_tag()
    return bytes(etree.tostring(root, encoding="utf-8", method="html", doctype="<!doctype html>"))


def _disarm(element: lxml.html.HtmlElement) -> None:
    tag = _tag(element)
    if tag == "meta":
        element.attrib.clear()
    if tag == "style":
        element.text = _loading_nothing(element.text or "").replace("<", "")
        for child in list(element):
            element.remove(child)
    for name in list(element.attrib):
        kept = _kept(tag, name.lower(), element.attrib[name])
        if kept is None:
            del element.attrib[name]
        else:
            element.attrib[name] = kept
    if tag in ("a", "area") and "href" in element.attrib:
        element.attrib["rel"] = "noreferrer noopener"


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute as it may be sent; None where it may not."""
    local = name.rpartition("}")[2].rpartition(":")[2]
    if local.startswith("on"):
        return None
    if local == "style":
        return _loading_nothing(value)
    if not LOADING.fullmatch(local):
        return value
    value = value.strip()
    if value.startswith("#") or (tag == "img" and local == "src" and DATA_IMAGE.match(value)):
        return value
    return value if tag in ("a", "area") and local == "href" and OUTWARD.match(value) else None


def _loading_nothing(style: str) -> str:
    """CSS without what it would load; letters may be written as escapes (CSS Syntax, section 4.3.7)."""
    plain = re.sub(r"\\([0-9a-fA-F]{1,6})\s?|\\", _unescaped, style)
    return STYLE_LOADS.sub("", plain)


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _tag(element: lxml.html.HtmlElement) -> str:
    return element.tag.lower().rpartition("}")[2] if isinstance(element.tag, str) else ""


def _charset(content_type: str | None) -> str | None:
    found = re.search(r"charset\s*=\s*[\"']?([^\s\"';]+)", content_type or "", re.I)
    return found.group(1) if found else None
