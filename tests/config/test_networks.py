from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientSession, TCPConnector, web

from config.errors import UsageError
from config.networks import Networks
from config.resolver import GuardedResolver, guarded_socket

NONE = Networks()


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"]
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert NONE.allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "localhost",
        "",
    ],
)
def test_other_addresses_are_not(address: str) -> None:
    assert not NONE.allows(address)


def test_what_was_allowed_is_also_when_it_comes_inside_an_ipv6_address() -> None:
    networks = Networks.parse(["10.1.0.0/16"])
    assert networks.allows("10.1.2.3")
    assert networks.allows("::ffff:10.1.2.3")
    assert networks.allows("64:ff9b::a01:203")
    assert not networks.allows("10.2.0.1")


@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        ("loopback", ["127.0.0.1", "127.9.9.9", "::1"], "10.0.0.1"),
        ("private", ["10.0.0.1", "172.31.0.1", "192.168.0.1", "fd00::1"], "127.0.0.1"),
        ("all", ["169.254.169.254", "::1", "127.0.0.1"], "nonsense"),
        ("10.1.2.3", ["10.1.2.3"], "10.1.2.4"),
        ("fd12::/64", ["fd12::5"], "fd12:0:0:1::5"),
    ],
)
def test_words_networks_and_single_addresses(word: str, inside: list[str], outside: str) -> None:
    networks = Networks.parse([word])
    assert all(networks.allows(address) for address in inside)
    assert not networks.allows(outside)


def test_every_bad_network_is_named_with_a_hint() -> None:
    with pytest.raises(UsageError) as caught:
        Networks.parse(["10.0.0.1/8", "loopbak", "intranet.example"])
    text = str(caught.value)
    assert "'10.0.0.1/8'" in text
    assert "did you mean 10.0.0.0/8?" in text
    assert "did you mean 'loopback'?" in text
    assert "'intranet.example' is no network; write 10.1.0.0/16" in text


def test_union_allows_what_either_allows() -> None:
    both = Networks.parse(["loopback"]).union(Networks.parse(["10.0.0.0/8", "loopback"]))
    assert both.allows("127.0.0.1")
    assert both.allows("10.0.0.1")
    assert len(both.allowed) == 3


def test_refusal_names_host_address_and_both_settings() -> None:
    text = NONE.refusal("hooks.example", "10.0.0.1")
    for part in ("hooks.example", "10.0.0.1", "WGWATCH_ALLOW_NETWORKS", "allow_networks of the source"):
        assert part in text


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "[::1]",
            "::ffff:10.0.0.1",
            "2130706433",
            "127.1",
            "0127.0.0.1",
            "0x7f.1",
            "127.0.0.1.",
        ),
        *(
            "localhost",
            "LocalHost.",
            "admin.localhost",
            "127%2e1",
            "\uff11\uff12\uff17.1",
            "127\u30020\u30020\u30021",
        ),
    ],
)
def test_hosts_that_are_forbidden_addresses_are_refused(host: str) -> None:
    with pytest.raises(PermissionError, match="WGWATCH_ALLOW_NETWORKS"):
        NONE.check_literal(host)


@pytest.mark.parametrize("host", ["site.example", "8.8.8.8", "[2606:4700::1111]", "3com.example"])
def test_names_and_public_addresses_pass_the_literal_check(host: str) -> None:
    NONE.check_literal(host)


def test_localhost_is_this_machine_and_needs_loopback_to_be_allowed() -> None:
    Networks.parse(["loopback"]).check_literal("localhost")
    Networks.parse(["::1"]).check_literal("localhost")
    with pytest.raises(PermissionError, match=r"localhost is at 127\.0\.0\.1"):
        Networks.parse(["private"]).check_literal("localhost")


def test_no_socket_is_opened_for_a_forbidden_address() -> None:
    opened = guarded_socket(Networks.parse(["10.1.0.0/16"]))
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    opened((socket.AF_INET, *kind, ("10.1.2.3", 80))).close()
    opened((socket.AF_INET6, *kind, ("2606:4700::1111", 80, 0, 0))).close()
    for family, address in ((socket.AF_INET, ("10.2.0.1", 80)), (socket.AF_INET6, ("::1", 80, 0, 0))):
        with pytest.raises(PermissionError, match="WGWATCH_ALLOW_NETWORKS"):
            opened((family, *kind, address))


class Answers(GuardedResolver):
    """Stands for the system's resolver."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        return [
            {"hostname": host, "host": a, "port": port, "family": family, "proto": 0, "flags": 0}
            for a in self.addresses
        ]

    async def close(self) -> None:
        self.addresses = ()


def test_resolver_drops_forbidden_addresses_and_keeps_the_rest() -> None:
    resolver = GuardedResolver(NONE, Answers("10.0.0.1", "8.8.8.8"))
    found = asyncio.run(resolver.resolve("site.example", 80))
    assert [result["host"] for result in found] == ["8.8.8.8"]


def test_resolver_refuses_a_name_with_forbidden_addresses_only() -> None:
    resolver = GuardedResolver(NONE, Answers("10.0.0.1", "127.0.0.1"))
    with pytest.raises(OSError, match=r"site\.example is at 10\.0\.0\.1"):
        asyncio.run(resolver.resolve("site.example", 80))


async def _get_from_local_server(networks: Networks) -> str:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    connector = TCPConnector(resolver=GuardedResolver(networks))
    try:
        async with (
            ClientSession(connector=connector) as session,
            session.get(f"http://localhost:{port}/") as response,
        ):
            return await response.text()
    finally:
        await runner.cleanup()


def test_a_real_client_reaches_loopback_only_when_allowed() -> None:
    assert asyncio.run(_get_from_local_server(Networks.parse(["loopback"]))) == "hello"
    with pytest.raises(ClientConnectorError, match="WGWATCH_ALLOW_NETWORKS"):
        asyncio.run(_get_from_local_server(NONE))
