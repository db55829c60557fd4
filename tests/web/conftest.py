"""Web pages of a world in which a meeting moved, made once for the tests that only read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from website import Site, moved, served
from world import World, group_page

from wgwatch.web import visitors
from wgwatch.web.visitors import Visitor


@pytest.fixture
def come_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Visitor], None]:
    """Everybody who comes from now on is this visitor."""
    return lambda visitor: monkeypatch.setattr(visitors, "_visitor", lambda _: visitor)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """On SQLite, for what does not depend on the database."""
    folder = tmp_path_factory.mktemp("site")
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world, served(moved(world)) as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def any_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """On either database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("site")
        return
    server = request.getfixturevalue("postgres_server")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE web_pages")
        url = server.replace("/postgres?", "/web_pages?")
        with World(tmp_path_factory.mktemp("site"), url) as world, served(moved(world)) as found:
            yield found
        connection.execute("DROP DATABASE web_pages WITH (FORCE)")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three pages with a past, two of them of one group: enough for lists that go on."""
    folder = tmp_path_factory.mktemp("many")
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world:
        moved(world)
        saved = folder / "saved.html"
        for number in range(3):
            for name in ("east", "west"):
                saved.write_text(group_page(1 + number, extra=f"<p>Small tide {number}</p>"))
                url, at = f"https://harbour.example/{name}", f"2021-0{1 + number}-01"
                world.wgwatch("import", str(saved), "--url", url, "--at", at)
        with served(world) as found:
            yield found
