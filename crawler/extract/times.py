"""Times of day as pages write them, with their zones."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ZONES = """
UTC GMT CET CEST EET EEST WET WEST MSK BST IST EST EDT CST CDT MST MDT PST PDT ET CT MT PT AKST HST AEST AEDT ACST
AWST NZST NZDT NZT JST KST SGT HKT PHT PHST WIB ICT MYT CLT CLST PET COT BRT ART
"""
_ZONE = (
    r"(?:\b(?:" + "|".join(_ZONES.split()) + r")\b(?:\s?[+-]\d{1,2}(?::?\d\d)?)?"
    r"|(?:[A-Z][a-z]+\s+)?\b(?:Standard\s+|Daylight\s+)?[Tt]ime\b|(?-i:[A-Z][a-z]+/[A-Z][A-Za-z_]+))"
)
_HOUR = r"(?:2[0-3]|[01]?\d)(?:[:.h][0-5]\d)?\s*(?:[ap]\.?m\b\.?|hrs?\b|h\b|noon\b)?"
_END = rf"(?:{_HOUR}|noon\b|midnight\b)"
TIME = re.compile(
    rf"(?<![\d:/.-]){_HOUR}(?:\s*(?:[-–—~～]|to|until)\s*{_END})?(?:\s*[(\[]?{_ZONE}[)\]]?)?(?!\d)", re.I
)
CLOCK = re.compile(r"\d[:h]\d\d|\d\s*[ap]\.?m|\d\d\.\d\d\s*(?:hrs?|h)\b|\d\s*hrs?\b", re.I)


def find_times(text: str) -> Iterator[re.Match[str]]:
    """Times of day as written ("6:00pm", "18:30-21:00 UTC"); bare numbers are none."""
    if CLOCK.search(text) is None:
        return
    for match in TIME.finditer(text):
        if CLOCK.search(match.group()):
            yield match
