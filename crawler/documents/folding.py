"""White space as a reader sees it."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad\u180e"))
SKIP_LINK = re.compile(
    r"(?:skip|jump|go) (?:directly )?to (?:the )?(?:main |page )?"
    r"(?:content|navigation|menu|search|footer)s?\W*",
    re.I,
)

TRAIL = re.compile(
    r"(?:you are here:?\s*)?(?:home|start|inicio|accueil|início|startseite)\s*[»›>→/|]\s*\S", re.I
)


def fold(text: str) -> str:
    """Runs of white space, no-break spaces too, as one space; no invisible characters; composed (NFC)."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(INVISIBLE))
    return " ".join(text.split())


def is_skip_link(text: str) -> bool:
    """A way around the site that says nothing of the page: "Skip to main content", "Home » Groups » Reefs"."""
    if len(text) < 60 and SKIP_LINK.fullmatch(text) is not None:
        return True
    return len(text) < 200 and TRAIL.match(text) is not None
