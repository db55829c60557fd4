"""Old and new addresses of one page are one page, with one history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from world import World, group_page

OLD = "http://www.harbour.example/Groups/HWG.aspx"
NEW = "https://harbour.example/groups/hwg"
LOOKS = [(OLD, "2019-01-01", 7), (NEW, "2020-01-01", 7), (OLD, "2020-06-01", 9), (NEW, "2021-01-01", 9)]


def bring(world: World, url: str, at: str, day: int) -> None:
    path = world.folder / f"{at}.html"
    path.write_text(group_page(day))
    world.wgwatch("import", str(path), "--url", url, "--at", at)


def plain(value: Any) -> Any:
    """Without what depends on the order of arrival."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in {"id", "what", "same_as"}}
    return [plain(item) for item in value] if isinstance(value, list) else value


def told(world: World) -> Any:
    kinds = ("events", "contacts", "projects", "changes")
    return [plain(world.json(kind, *(() if kind == "changes" else ("--history",)))) for kind in kinds]


def test_two_pages_with_histories_become_one(world: World, tmp_path: Path) -> None:
    for look in LOOKS:
        bring(world, *look)
    assert len(world.json("status")["pages"]) == 2
    old_ids = {e["id"] for e in world.json("events", "--history")}
    assert "2 looks taken over" in world.wgwatch("alias", NEW, OLD).stdout
    assert [page["url"] for page in world.json("status")["pages"]] == [NEW]
    assert [(c["first_seen"][:10], c["looks"]) for c in world.json("captures", OLD)] == [
        ("2019-01-01", 2),
        ("2020-06-01", 2),
    ]
    for record_id in old_ids:
        assert world.json("show", record_id)["pages"] == [NEW]
    verified = world.json("verify")
    assert (verified["ok"], [head["number"] for head in verified["heads"]]) == (True, [4, 2])
    folder = tmp_path / "other"
    folder.mkdir()
    with World(folder, f"sqlite:///{folder / 'w.db'}") as other:
        bring(other, *LOOKS[1])
        other.wgwatch("alias", NEW, OLD)
        for look in (LOOKS[0], *LOOKS[2:]):
            bring(other, *look)
        assert told(other) == told(world)


def test_an_address_is_added_once_and_shown(sqlite_world: World) -> None:
    world = sqlite_world
    bring(world, *LOOKS[1])
    assert "added" in world.wgwatch("alias", NEW, OLD).stdout
    assert "known already" in world.wgwatch("alias", NEW, OLD).stdout
    assert world.wgwatch("alias", NEW).stdout.split() == [NEW, OLD]
    bring(world, *LOOKS[2])
    assert [c["address"] for c in world.json("captures", NEW)] == [NEW, OLD]
    assert "no web address" in world.wgwatch("alias", NEW, "hwg.html", rc=2).stderr
    assert "no page is known" in world.wgwatch("alias", "https://other.example/", NEW, rc=2).stderr


def test_a_page_that_only_imports_knew_is_watched_as_the_other_was(sqlite_world: World) -> None:
    world = sqlite_world
    url = world.show("/hwg", group_page(9))
    world.watch(url)
    bring(world, *LOOKS[0])
    world.wgwatch("check", "--no-send")
    world.wgwatch("alias", OLD, url)
    (page,) = world.json("status")["pages"]
    assert page["url"] == url
    (checked,) = world.json("check", "--no-send")
    assert checked["outcome"] == "unchanged"
    assert [c["looks"] for c in world.json("captures", OLD)] == [1, 2]


@pytest.mark.parametrize("twice", [False, True])
def test_two_entries_of_the_watchlist_for_one_page_are_looked_at_once(
    sqlite_world: World, twice: bool
) -> None:
    world = sqlite_world
    one, other = world.show("/hwg", group_page(7)), world.show("/harbour-group", group_page(7))
    world.watch(one, other)
    if twice:
        world.wgwatch("check", "--no-send")
    else:
        world.wgwatch("apply")
    world.wgwatch("alias", one, other)
    world.wgwatch("apply")
    assert len(world.json("check", "--no-send")) == 1
    assert [page["url"] for page in world.json("status")["pages"]] == [one]


FOLLOWING = """\
timezone: UTC
defaults: {{check: every 6 hours, delay: 0 seconds}}
sources:
  - name: harbour
    pages: [{pages}]
    follow: {{links: "/groups/*", depth: 1}}
"""


def test_pages_that_links_led_to_are_joined_without_news(sqlite_world: World) -> None:
    world = sqlite_world
    one, other = (world.show(f"/groups/{name}", group_page(7)) for name in ("hwg", "harbour-group"))
    links = "".join(f'<p>See <a href="{url}">{url}</a></p>' for url in (one, other))
    world.watch(world.show("/list", f"<html><body><h1>Groups</h1>{links}</body></html>"), text=FOLLOWING)
    world.wgwatch("check", "--no-send")
    world.wgwatch("check", "--no-send")
    assert len(world.json("status")["pages"]) == 3
    world.wgwatch("alias", one, other)
    for _ in range(2):
        world.wgwatch("apply")
        assert len(world.json("check", "--no-send")) == 2
    assert [change["kind"] for change in world.json("changes")] == []
    assert len(world.json("status")["pages"]) == 2
