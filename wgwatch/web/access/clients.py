"""Where a request comes from: from whom we have it, and for whom it was passed on."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from config.networks import Address, Networks
from wgwatch.web.neighbours import LOCAL

PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
FOR = re.compile(r'(?:^|[;,])\s*for\s*=\s*("[^"]*"|[^;,\s]*)', re.I)
"""In RFC 7239."""


def peer_of(request: Request) -> str:
    """The address at the other end of the connection."""
    return request.client.host if request.client else ""


def client_of(request: Request, proxies: Networks) -> str:
    """The client's address: the last one of the way that is no proxy which we trust.

    Any client can write `X-Forwarded-For` or `Forwarded`: of what stands there only that counts which trusted
    proxies added.
    """
    address = peer_of(request)
    for before in reversed(_way(request)):
        if not proxies.holds(address):
            break
        address = before
    return address


def bucket_of(address: str) -> str:
    """What is counted as one client: an IPv4 address, a /64 of IPv6."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found) >> 64 << 64, 64)))
    return str(found or "unknown")


def is_here(request: Request) -> bool:
    """Whether somebody at this machine asks this machine, through no other web server."""
    if any(name in request.headers for name in PASSED_ON):
        return False
    peer = _parsed(peer_of(request))
    return peer is not None and peer.is_loopback and request.url.hostname in LOCAL


def _parsed(address: str) -> Address | None:
    """An IPv4 address that is written as IPv6 is what it maps."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def _way(request: Request) -> list[str]:
    """Who the proxies say that they had it from, the first one first; names and hidden ones as they stand."""
    if "x-forwarded-for" in request.headers:
        said = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    else:
        said = FOR.findall(",".join(request.headers.getlist("forwarded")))
    return [_bare(each) for each in said if each.strip()]


def _bare(said: str) -> str:
    """`"[2001:db8::1]:4711"`, `192.0.2.1:80`: without quotes, brackets, port."""
    text = said.strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
