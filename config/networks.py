"""Which network addresses may be connected to: public ones, and those that the operator allowed by name."""

from __future__ import annotations

import errno
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import unquote

from config.errors import UsageError
from config.suggest import did_you_mean

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

WORDS: dict[str, tuple[str, ...]] = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "all": ("0.0.0.0/0", "::/0"),
}
LOCALHOST = ("127.0.0.1", "::1")
LAST_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")
GLOBAL_UNICAST = IPv6Network("2000::/3")
CARRIES_IPV4_AT_END = tuple(
    IPv6Network(text)
    for text in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "::/96")
)
"""IPv4-mapped, IPv4-translated (RFC 2765), NAT64 (RFC 6052, 8215), IPv4-compatible (RFC 4291)."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that are allowed beside the public ones."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Networks:
        """From networks (`10.1.0.0/16`), single addresses and the words `loopback`, `private`, `all`.

        Raises UsageError that names every text that is none of these.
        """
        found: list[Network] = []
        problems: list[str] = []
        for text in texts:
            try:
                found += [ip_network(network) for network in WORDS.get(text.lower(), (text,))]
            except ValueError:
                problems.append(_why_not(text))
        if problems:
            raise UsageError("; ".join(problems))
        return cls(tuple(dict.fromkeys(found)))

    def allows(self, address: str) -> bool:
        """May this address (no name) be connected to? Text that is no address may not.

        An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) counts as the IPv4 address that it leads to.
        """
        try:
            asked = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        reached = _reached(asked)
        named = any(asked in network or reached in network for network in self.allowed)
        return named or _is_public(reached)

    def holds(self, address: str) -> bool:
        """Is this address (no name) in one of the named networks? An IPv4-mapped one counts as what it maps."""
        try:
            asked = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = asked.ipv4_mapped if isinstance(asked, IPv6Address) else None
        return any((mapped or asked) in network for network in self.allowed)

    def refusal(self, host: str, address: str) -> str:
        """Why a connection was not made and which setting would allow it, for a person."""
        where = host if host == address else f"{host} is at {address}, which"
        return (
            f"{where} is not a public address: to connect to it, name it or its network in "
            "WGWATCH_ALLOW_NETWORKS, or in allow_networks of the source"
        )

    def check_literal(self, host: str) -> None:
        """Raise PermissionError if `host` is written as an IP address that is not allowed.

        HTTP clients do not resolve such hosts, so a resolver never sees them. What only looks like an address
        (`2130706433`, `0x7f.1`, `0127.0.0.1`) is refused too: systems differ in where it leads. `localhost` is an
        address as well (RFC 6761 section 6.3), also where a proxy would resolve it.
        """
        bare = _as_clients_read(host)
        if bare == "localhost" or bare.endswith(".localhost"):
            if not any(map(self.allows, LOCALHOST)):
                raise PermissionError(errno.EACCES, self.refusal(bare, LOCALHOST[0]))
        elif _looks_like_address(bare) and not self.allows(bare):
            raise PermissionError(errno.EACCES, self.refusal(bare, bare))

    def union(self, other: Networks) -> Networks:
        """What either allows."""
        return Networks(tuple(dict.fromkeys(self.allowed + other.allowed)))

    def __str__(self) -> str:
        return ", ".join(map(str, self.allowed)) or "none"


def _as_clients_read(host: str) -> str:
    """Clients decode a host and fold its letters, dots and digits before they connect."""
    folded = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower()
    return folded.removeprefix("[").removesuffix("]").rstrip(".")


def _looks_like_address(host: str) -> bool:
    """IPv6, or a last label that is a number (WHATWG URL, "ends in a number checker")."""
    return ":" in host or LAST_NUMBER.search(host) is not None


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _reached(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in CARRIES_IPV4_AT_END) and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _why_not(text: str) -> str:
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        hint = did_you_mean(text, WORDS) or "; write 10.1.0.0/16, 10.1.2.3, loopback, private or all"
        return f"'{text}' is no network{hint}"
    return f"'{text}' is no network: its address has bits beyond the mask; did you mean {meant}?"
