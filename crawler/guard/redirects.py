"""Where an answer came from: an address that led to the page leads to a login, a challenge or the home page.

Or says so itself: the canonical address (RFC 6596) that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from config.addresses import page_key
from config.errors import UsageError
from crawler.guard.kinds import (
    CHALLENGE,
    CONSENT,
    ELSEWHERE,
    LOGIN,
    MISSING,
    OUT_OF_ORDER,
    REGION,
    Kind,
    Signal,
)

TELLING: tuple[tuple[Kind, int, frozenset[str]], ...] = (
    (
        CHALLENGE,
        4,
        frozenset({"unblock", "captcha", "challenge", "validate", "cdn-cgi", "blocked", "accessdenied"}),
    ),
    (
        LOGIN,
        3,
        frozenset({"login", "signin", "logon", "auth", "sso", "oauth", "oauth2", "saml", "idp", "accounts"}),
    ),
    (CONSENT, 3, frozenset({"consent", "cookiewall", "cookie-wall", "gdpr"})),
    (REGION, 3, frozenset({"geoblock", "geoblocked", "geo-block", "region-blocked", "451"})),
    (MISSING, 3, frozenset({"404", "notfound", "pagenotfound", "error404", "filenotfound"})),
    (OUT_OF_ORDER, 3, frozenset({"maintenance", "error", "errors", "offline", "unavailable", "500", "503"})),
)
"""Words that an address has only where it leads to such an answer."""
CANONICAL = re.compile(
    r"<link\b(?=[^<>]*\brel=[\"']?canonical\b)[^<>]*\bhref=[\"']?([^\"'\s<>]+)", re.IGNORECASE
)
HOMES = re.compile(r"/?(?:(?:index|default|home)(?:\.\w+)?|[a-z]{2}(?:-[a-z]{2})?)?/?", re.IGNORECASE)


def redirect_signals(asked: str, final: str, before: str | None) -> Iterator[Signal]:
    """Hints in the address that answered; none where it is the one asked for, or the one that answered before."""
    usual = before or asked
    if _same(final, usual) or _same(final, asked):
        return
    new = _words(final) - _words(usual) - _words(asked)
    for kind, weight, telling in TELLING:
        if new & telling:
            yield Signal(kind, weight, f"it leads to {_shown(final)}")
    if _is_home(final) and not _is_home(asked):
        yield Signal(MISSING, 3, f"it leads to the site's home page ({_shown(final)})")
    if _domain(final) != _domain(usual):
        yield Signal(ELSEWHERE, 2, f"it leads to another site ({_shown(final)})")


def canonical_signals(asked: str, now: str, before: str) -> Iterator[Signal]:
    """A hint in the source of an answer that calls itself the home page, where the last one did not."""
    own, was = (CANONICAL.search(source) for source in (now, before))
    if own and not _is_home(asked) and _is_home(own[1]) and (was is None or was[1] != own[1]):
        yield Signal(MISSING, 3, f"it calls itself the site's home page ({_shown(own[1])})")


def _same(one: str, other: str) -> bool:
    try:
        return page_key(one) == page_key(other)
    except UsageError:
        return one == other


def _words(url: str) -> set[str]:
    """Host labels, path segments, and the parts of both."""
    parts = urlsplit(url.lower())
    whole = re.split(r"[/.]", f"{parts.hostname or ''}/{parts.path}")
    return {*whole, *(word for piece in whole for word in re.split(r"[-_]", piece))}


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return HOMES.fullmatch(parts.path) is not None and not parts.query


def _domain(url: str) -> str:
    """Roughly the part that is registered: who mistakes it says "the same site", which is no hint."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _shown(url: str) -> str:
    """Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path}"
