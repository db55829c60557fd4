"""Which pages are rendered, from the watchlist to the database and back; no browser is needed for that."""

from __future__ import annotations

import sys

import pytest
import yaml
from world import World, group_page

from config.watchlist_file import load_watchlist
from crawler.links.wanted import merged
from storage import pages
from storage.engine import Database

WATCHLIST = """\
sources:
  - name: harbour
    pages: [https://harbour.example/groups, {url: https://harbour.example/old, render: false}]
    render: {wait_for: h1, screenshot: true}
  - name: plain
    pages: [https://plain.example/, {url: https://plain.example/app, render: true}]
"""


def specs(world: World) -> dict[str, object]:
    database = Database(f"sqlite:///{world.folder / 'wgwatch.db'}")
    with database.read() as connection:
        found = {page.url: page.spec.get("render") for page in pages.all_pages(connection)}
    database.close()
    return found


def test_what_is_rendered_survives_apply_and_export(sqlite_world: World) -> None:
    world = sqlite_world
    file = world.folder / "watchlist.yaml"
    file.write_text(WATCHLIST)
    world.wgwatch("apply")
    before = specs(world)
    assert before == {
        "https://harbour.example/groups": {"wait_for": "h1", "screenshot": True},
        "https://harbour.example/old": None,
        "https://plain.example/": None,
        "https://plain.example/app": {"wait_for": None, "screenshot": False},
    }
    file.write_text(world.wgwatch("export", "watchlist").stdout)
    assert yaml.safe_load(file.read_text())["sources"][0]["pages"][1]["render"] is False
    assert len(load_watchlist(file, {}).pages()) == 4
    world.wgwatch("apply")
    assert specs(world) == before


def test_without_playwright_it_is_said_before_pages_fail(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sqlite_world
    url = world.show("/group", group_page())
    file = world.folder / "watchlist.yaml"
    file.write_text(f"sources: [{{name: harbour, pages: ['{url}'], delay: 0 seconds, render: true}}]")
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    said = "pages are to be rendered, and Playwright is not installed: pip install 'wgwatch[browser]'"
    assert said in world.wgwatch("validate").stderr
    checked = world.wgwatch("check", "--no-send", rc=1)
    assert said in checked.stderr
    assert "it is to be rendered, and Playwright is not installed" in checked.stdout
    file.write_text(file.read_text().replace("true", "false"))
    assert not world.wgwatch("validate").stderr


def test_a_followed_page_of_two_sources_is_rendered_where_one_asks_for_it() -> None:
    look = {"checks": ["every 6 hours"], "zone": "UTC", "delay": 5.0, "allow_networks": []}
    wish = {"wait_for": None, "screenshot": False}
    assert merged([look, {**look, "render": wish}])["render"] == wish
    assert "render" not in merged([look, look])
