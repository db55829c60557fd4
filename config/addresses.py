"""Addresses of pages and people: is it one, which host is it on, are two of them the same page."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from config.errors import UsageError

DEFAULT_PORTS = {"http": 80, "https": 443}
UNRESERVED = "-._~!$&'()*+,;=:@"
"""What a path segment may hold unquoted (RFC 3986 section 3.3)."""
FOLDERS_OWN = re.compile(r"(?<=/)(?:index|default)\.(?:x?html?|php|aspx?|jsp|cfm)/?\Z")
"""What a server answers with where a folder is asked for."""
ATOM = r"[^\s@<>,;:\"()\[\]\\.]+"
LABEL = r"(?!-)[\w-]{1,63}(?<!-)"
MAIL = re.compile(rf"{ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)*{LABEL}")


def page_key(url: str) -> str:
    """What two addresses of one page have in common: `site.example/groups/sme?id=3`.

    Scheme, `www.`, default port, letter case of the path, way of percent-encoding, slash at the end, the name of
    a folder's own page (`index.html`, `default.aspx`), fragment, `utm_*` and the order of query parameters do not
    make another page. Raises UsageError.
    """
    parts = _split(url)
    host = _netloc(parts).removeprefix("www.")
    path = "/".join(quote(unquote(segment).lower(), safe=UNRESERVED) for segment in parts.path.split("/"))
    path = FOLDERS_OWN.sub("", path)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    query = sorted((pair for pair in asked if not pair[0].startswith("utm_")), key=itemgetter(0))
    return host + path.rstrip("/") + (f"?{urlencode(query)}" if query else "")


@lru_cache(maxsize=1000)  # asked several times in a row at every request
def host_of(url: str) -> str:
    """The host that answers, in lower case, with a port that is not the scheme's: a lease is keyed on it."""
    return _netloc(_split(url))


def check_url(url: str, *, credentials: bool = False) -> str:
    """The address itself, if it can be fetched; else UsageError says why, never showing a password.

    A user and password in the address are refused unless `credentials`.
    """
    parts = _split(url)
    if not credentials and "@" in parts.netloc:
        raise UsageError(f"{shown_url(url)}: a user name or password does not belong in an address")
    return url


def shown_url(url: str) -> str:
    """The address without what may be secret in it: user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        readable = parts.netloc and (parts.port is None or parts.port)
    except ValueError:
        readable = False
    if readable:
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    # What cannot be told apart is not shown: "http://user:pass/word@host" has its password in the path.
    return re.split(r"[?#]", url.rpartition("@")[2], maxsplit=1)[0]


def check_email(text: str) -> str:
    """The e-mail address itself, or UsageError. A bare address only, without a display name."""
    local, _, domain = text.rpartition("@")
    plausible = MAIL.fullmatch(text) and len(local) <= 64 and ("." in domain or domain == "localhost")
    if not plausible:
        raise UsageError(f"'{text}' is no e-mail address")
    return text


def _split(url: str) -> SplitResult:
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        raise UsageError(f"'{shown_url(url)}' is no address: there is white space in it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # whose text may repeat a password
        raise UsageError(f"'{shown_url(url)}' is no address: is its port a number?") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise UsageError(f"'{shown_url(url)}' is no web address: it has to begin with https:// or http://")
    if not parts.hostname or port == 0:
        raise UsageError(f"'{shown_url(url)}' is no web address: it names no host to ask")
    return parts


def _netloc(parts: SplitResult) -> str:
    host = _ascii((parts.hostname or "").rstrip("."))
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f"{host}:{parts.port}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
