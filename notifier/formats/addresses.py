"""Addresses out of pages, as other programs may be handed them."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

LONGEST = 2000
AS_IT_IS = ":/?#[]@!$&'()*+,;=%~-._"
"""What may stand in an address unquoted (RFC 3986 section 2), and the sign of what is quoted already."""


def web_address(written: object) -> str | None:
    """The address in ASCII, if it is one of the web; a script, a file or what is too long is none."""
    text = str(written or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(text) > LONGEST:
        return None
    return quote(text, safe=AS_IT_IS, errors="replace")
