"""Several processes on one PostgreSQL: killed, cut off from the database, and its server ended, at any moment."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import postgres
import pytest
from cluster import Cluster, Proxy, Site, free_port, move_some, wrongs

KILLS = 10
AGAIN = 45.0
"""Seconds after a worker's death within which its pages are looked at again."""


@pytest.fixture
def server() -> Iterator[tuple[postgres.Server, int]]:
    port = free_port()
    try:
        with postgres.Server(port) as running:
            yield running, port
    except postgres.Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.timeout(600)
def test_whatever_is_killed_each_change_is_told_once_and_no_host_is_asked_twice_at_a_time(
    server: tuple[postgres.Server, int], tmp_path: Path
) -> None:
    running, port = server
    chance, url = random.Random(8), "postgresql://postgres@127.0.0.1:{}/postgres"
    with Site(60, 60) as site, Proxy(port) as proxy:
        # the first worker reaches the database through the proxy
        where = {"work 1": url.format(proxy.port)}
        options = ("--hosts", "8")
        with Cluster(
            tmp_path, site, lambda name: where.get(name, url.format(port)), options=options
        ) as cluster:
            begun = datetime.now(UTC)
            cluster.begin("schedule 1")
            cluster.until(lambda: cluster.known() == 60, "the watchlist is brought in")
            cluster.begin(*cluster.names[1:])
            cluster.until(lambda: cluster.looked_since(begun) == 60, "every page was looked at once")
            for kill in range(KILLS):
                move_some(site, chance)
                cluster.make_due()
                time.sleep(chance.uniform(0, 1.5))
                cluster.kill(chance.choice(cluster.names))
                if kill == 3:
                    running.crash_and_start()
                if kill == 6:
                    proxy.silence()
                if kill == 8:
                    proxy.cut()
                    proxy.speak()
            seconds = cluster.kill_at_work()
            print(f"\nthe hosts of a dead worker were asked again after {seconds:.1f} s")
            assert seconds < AGAIN
            cluster.come_to_rest()
            assert wrongs(site, cluster.published()) == []
            assert {name: cluster.end(name) for name in cluster.names} == dict.fromkeys(cluster.names, 0)
