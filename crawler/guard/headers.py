"""Response headers by which the protections in front of sites say that they have answered, not the site."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.answers import Answer
from crawler.guard.kinds import CHALLENGE, OUT_OF_ORDER, Signal

DECISIVE = {
    "cf-mitigated": re.compile("challenge", re.IGNORECASE),
    "x-amzn-waf-action": re.compile("challenge|captcha", re.IGNORECASE),
    "x-vercel-mitigated": re.compile("challenge|deny", re.IGNORECASE),
    "x-sucuri-block": re.compile("."),
    "x-dd-b": re.compile("[1-9]"),
    "x-squid-error": re.compile("ERR_"),
}
"""Sent with a challenge or a refusal, and never with a page."""
SUSPICIOUS = {
    "server": re.compile("akamaighost|ddos-guard|imperva|sucuri|qrator", re.IGNORECASE),
    "x-datadome": re.compile("protected", re.IGNORECASE),
    "x-iinfo": re.compile("."),
    "x-cdn": re.compile("imperva|incapsula", re.IGNORECASE),
    "x-px": re.compile("."),
    "x-kpsdk-ct": re.compile("."),
    "x-cache": re.compile("error from cloudfront", re.IGNORECASE),
}
"""Sent with challenges, and with pages too: a hint beside others."""


def decisive_header(answer: Answer) -> str | None:
    """The name of a header that tells that a protection has answered."""
    return next(_matching(answer, DECISIVE), None)


def header_signals(answer: Answer) -> Iterator[Signal]:
    """Hints in the headers; a hundred of them are one."""
    if name := next(_matching(answer, SUSPICIOUS), None):
        yield Signal(CHALLENGE, 1, f"it came through a guard (header {name})")
    if answer.header("retry-after"):
        yield Signal(OUT_OF_ORDER, 1, "it asks us to come again later (header Retry-After)")


def _matching(answer: Answer, wanted: dict[str, re.Pattern[str]]) -> Iterator[str]:
    for name, value in answer.headers:
        pattern = wanted.get(name.lower())
        if pattern and pattern.search(value):
            yield name
