"""Through which proxy a web request goes, by our own setting or the variables that every tool knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Proxies:
    """Proxies by scheme (they may hold a password: not in the repr) and the hosts that go without one."""

    http: str | None = field(default=None, repr=False)
    https: str | None = field(default=None, repr=False)
    without: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], ours: str | None = None) -> Proxies:
        """`ours` goes before `https_proxy`, `http_proxy` and `all_proxy`; `no_proxy` holds in every case."""

        def standard(name: str) -> str | None:
            return environ.get(name) or environ.get(name.upper()) or None

        everything = standard("all_proxy")
        without = (standard("no_proxy") or "").lower().replace(",", " ").split()
        return cls(
            http=ours or standard("http_proxy") or everything,
            https=ours or standard("https_proxy") or everything,
            without=tuple(without),
        )

    def for_url(self, url: str) -> str | None:
        """The proxy for this address, or None to connect directly, as always to this machine itself."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        proxy = self.https if parts.scheme == "https" else self.http
        direct = _is_local(host) or any(_matches(host, parts.port, entry) for entry in self.without)
        if proxy is None or direct:
            return None
        return proxy if "://" in proxy else f"http://{proxy}"


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _matches(host: str, port: int | None, entry: str) -> bool:
    """`*`, `trade.example` and `.trade.example` (both with subdomains and ports), `10.0.0.0/8`."""
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        name, _, wanted = entry.removeprefix("*").removeprefix(".").partition(":")
        fits = host == name or host.endswith(f".{name}")
        return bool(name) and fits and wanted in {"", str(port)}
