"""Following links through the command line: what a source's lists lead to is watched, and what they drop is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from world import World, group_page

from storage import pages
from storage.engine import Database

WATCHLIST = """\
timezone: UTC
defaults: {{check: every 6 hours, delay: 0 seconds}}
sources:
  - name: harbour
    pages: [{pages}]
    follow: {{links: "/groups*", depth: 1, at_most: 40}}
subscriptions:
  - name: newsroom
    email: anna@paper.example
    tell: [page]
"""


def listing(*names: str, more: str = "") -> str:
    """An index of groups that links to /groups/NAME."""
    items = "".join(f'<li><a href="/groups/{name}#top">Group {name}</a></li>' for name in names)
    return f"""<!doctype html><html><head><title>Harbour groups</title></head><body><h1>Harbour groups</h1>
<p>All working groups of the harbour meet here and write to each other.</p><ul>{items}
<li><a href="/about">About the harbour</a></li><li><a href="mailto:desk@harbour.example">Write to us</a></li>
<li><a href="https://elsewhere.example/groups/far">A group far away</a></li>
<li><a href="/groups/plan.jpg">The plan of the quay</a></li></ul>{more}</body></html>"""


def pager(*numbers: int) -> str:
    return '<nav class="pager">' + "".join(f'<a href="/groups?page={n}">{n}</a> ' for n in numbers) + "</nav>"


def show_groups(world: World, names: Iterable[str]) -> None:
    for name in names:
        world.show(f"/groups/{name}", group_page().replace("Harbour Working Group", f"Group {name}"))


def watched(world: World) -> dict[str, str]:
    """The state of each page by its path."""
    return {page["url"].removeprefix(world.url): page["health"] for page in world.json("status")["pages"]}


def kinds(world: World) -> list[tuple[str, str]]:
    """What was told of pages that came and went."""
    told = [c for c in world.json("changes") if c["kind"] in {"page.found", "page.gone"}]
    return [(change["kind"], change["page"].removeprefix(world.url)) for change in told]


@contextmanager
def running(world: World) -> Iterator[None]:
    """A service that ends in order."""
    service = world.start("run")
    yield
    service.terminate()
    _, err = service.communicate(timeout=15)
    assert service.returncode == 0, err
    assert "Traceback" not in err


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def make_due(world: World, path: str, **values: datetime) -> None:
    """Let a page's time have come; `values` are set on all pages."""
    database = Database(world.environ["WGWATCH_DATABASE_URL"])
    with database.write() as connection:
        for page in pages.all_pages(connection):
            due = datetime.now(UTC) if page.url.endswith(path) else page.next_check_at
            pages.update(connection, page.id, next_check_at=due, **values)
    database.close()


def start(world: World, *names: str, watchlist: str = WATCHLIST) -> None:
    """A site with an index of these groups, and a first check."""
    show_groups(world, names)
    world.watch(world.show("/groups", listing(*names)), text=watchlist)
    world.wgwatch("check")


def test_a_first_check_looks_at_all_that_the_list_links_to_and_tells_nothing(world: World) -> None:
    start(world, "ports", "quays", "tides")
    assert watched(world) == dict.fromkeys(
        ["/groups", "/groups/ports", "/groups/quays", "/groups/tides"], "ok"
    )
    assert kinds(world) == []
    assert world.mails == []
    assert world.statuses("/about") == []


def test_a_new_link_is_a_new_page_that_is_told_once(world: World) -> None:
    start(world, "ports", "quays")
    show_groups(world, ["tides"])
    world.show("/groups", listing("ports", "tides", "quays"))
    assert "page.found" in world.wgwatch("check", "harbour").stdout
    assert world.statuses("/groups/tides") == [200]
    assert kinds(world) == [("page.found", "/groups/tides")]
    [mail] = world.mails
    assert "A new page was found." in mail.get_body(("plain",)).get_content()
    assert (
        f"Harbour groups ({world.url}/groups) links to it as “Group tides”"
        in mail.get_body(("plain",)).get_content()
    )
    world.wgwatch("check")
    assert len(world.mails) == 1
    assert world.statuses("/groups/tides") == [200, 304]


def test_a_page_that_no_list_links_to_any_more_is_told_as_gone_and_not_looked_at(world: World) -> None:
    start(world, "ports", "quays", "tides")
    world.show("/groups", listing("ports", "tides"))
    world.wgwatch("check")
    assert kinds(world) == [("page.gone", "/groups/quays")]
    assert watched(world)["/groups/quays"] == "paused"
    looks = len(world.statuses("/groups/quays"))
    [mail] = world.mails
    assert "No list links to the page any more" in mail.get_body(("plain",)).get_content()
    world.wgwatch("check")
    assert len(world.statuses("/groups/quays")) == looks
    assert world.json("contacts", "--group", "Group quays")  # its history is kept


def test_a_page_that_is_linked_again_is_watched_again(world: World) -> None:
    start(world, "ports", "quays", "tides")
    world.show("/groups", listing("ports", "tides"))
    world.wgwatch("check")
    world.show("/groups", listing("ports", "tides", "quays"))
    world.wgwatch("check")
    assert watched(world)["/groups/quays"] == "ok"
    assert [kind for kind, _ in kinds(world)] == ["page.gone", "page.found"]


@pytest.mark.parametrize(
    ("text", "status"), [(listing("ports"), 200), (listing(), 200), ("broken", 500), ("gone", 404)]
)
def test_a_list_that_breaks_or_loses_most_links_takes_nothing_away(
    world: World, text: str, status: int
) -> None:
    start(world, "ports", "quays", "tides")
    world.show("/groups", text, status=status)
    world.wgwatch("check", rc=None)
    assert "page.gone" not in [kind for kind, _ in kinds(world)]
    assert watched(world)["/groups/tides"] == "ok"


def test_further_pages_of_a_list_are_lists_too(world: World) -> None:
    show_groups(world, "abcdef")
    world.show("/groups?page=2", listing("c", "d", more=pager(1, 3)))
    world.show("/groups?page=3", listing("e", "f", more=pager(2)))
    world.watch(world.show("/groups", listing("a", "b", more=pager(2))), text=WATCHLIST)
    world.wgwatch("check", rc=None)
    assert {f"/groups/{name}" for name in "abcdef"} <= watched(world).keys()
    assert world.statuses("/groups/f") == [200]


def test_an_entry_that_slides_to_the_next_page_of_a_list_is_not_gone(world: World) -> None:
    show_groups(world, "abcd")
    world.show("/groups?page=2", listing("c", "d"))
    world.watch(world.show("/groups", listing("a", "b", more=pager(2))), text=WATCHLIST)
    world.wgwatch("check")
    show_groups(world, "n")
    world.show("/groups", listing("n", "a", more=pager(2)))
    world.show("/groups?page=2", listing("b", "c", "d"))
    world.wgwatch("check")
    assert kinds(world) == [("page.found", "/groups/n")]
    world.show("/groups?page=2", listing("c", "d"))
    world.wgwatch("check")
    world.wgwatch("check")  # every list has to be read after the link left
    assert kinds(world)[1:] == [("page.gone", "/groups/b")]


def test_depth_counts_links_from_the_named_pages(world: World) -> None:
    for name, link in {"a": "b", "b": "c", "c": "d"}.items():
        world.show(f"/groups/{name}", listing(link))
    world.watch(world.show("/groups", listing("a")), text=WATCHLIST.replace("depth: 1", "depth: 2"))
    world.wgwatch("check")
    assert watched(world).keys() == {"/groups", "/groups/a", "/groups/b"}


def test_no_more_pages_are_followed_than_asked_for_in_the_order_of_the_list(world: World) -> None:
    start(world, *"dcba", watchlist=WATCHLIST.replace("at_most: 40", "at_most: 2"))
    assert watched(world).keys() == {"/groups", "/groups/d", "/groups/c"}


def test_a_page_that_the_watchlist_names_is_not_found(world: World) -> None:
    show_groups(world, ["ports", "quays"])
    world.show("/groups/ports", listing("tides"))
    world.watch(
        world.show("/groups", listing("ports", "quays")), f"{world.url}/Groups/ports/", text=WATCHLIST
    )
    world.show("/Groups/ports/", group_page())
    world.wgwatch("check")
    assert watched(world).keys() == {"/groups", "/Groups/ports/", "/groups/quays"}


def test_without_follow_the_pages_rest_and_come_back_with_it_untold(world: World) -> None:
    start(world, "ports", "quays", "tides")
    address = f"{world.url}/groups"
    world.watch(address, text=WATCHLIST.replace("    follow:", "    # follow:"))
    world.wgwatch("apply")
    assert watched(world)["/groups/ports"] == "paused"
    world.watch(address, text=WATCHLIST)
    world.wgwatch("check")
    assert set(watched(world).values()) == {"ok"}
    world.watch(address, text=WATCHLIST.replace("/groups*", "/groups/*s"))
    world.wgwatch("check")
    world.watch(address, text=WATCHLIST.replace("/groups*", "/groups/t*"))
    world.wgwatch("check")
    assert watched(world)["/groups/quays"] == "paused"
    assert watched(world)["/groups/tides"] == "ok"
    world.watch(address, text=WATCHLIST)
    world.wgwatch("check")
    assert watched(world)["/groups/quays"] == "ok"
    assert kinds(world) == []


def test_robots_txt_holds_for_found_pages(world: World) -> None:
    world.show(
        "/robots.txt", "User-agent: *\nDisallow: /groups/secret", headers={"Content-Type": "text/plain"}
    )
    show_groups(world, ["ports", "secret"])
    world.watch(world.show("/groups", listing("ports", "secret")), text=WATCHLIST)
    world.wgwatch("check", rc=1)
    assert world.statuses("/groups/secret") == []
    assert watched(world)["/groups/secret"] == "blocked"


def test_a_running_service_takes_up_what_links_lead_to(sqlite_world: World) -> None:
    world = sqlite_world
    show_groups(world, ["ports", "quays"])
    world.watch(world.show("/groups", listing("ports", "quays")), text=WATCHLIST)
    with running(world):
        wait_until(lambda: world.statuses("/groups/quays") == world.statuses("/groups/ports") == [200])


def test_a_sitemap_brings_the_next_look_forward_and_is_asked_for_once(sqlite_world: World) -> None:
    world = sqlite_world
    start(world, "ports", "quays")
    tomorrow = datetime.now(UTC) + timedelta(hours=1)
    world.show(
        "/sitemap.xml",
        f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{world.url}/groups/ports</loc><lastmod>{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod></url>
<url><loc>{world.url}/groups/quays</loc><lastmod>2019-05-01</lastmod></url>
<url><loc>{world.url}/groups/tides</loc><lastmod>{tomorrow:%Y-%m-%dT%H:%M:%SZ}</lastmod></url></urlset>""",
        headers={"Content-Type": "application/xml"},
    )
    assert world.statuses("/sitemap.xml") == []
    make_due(world, "/groups", last_check_at=datetime.now(UTC) - timedelta(hours=1))
    with running(world):
        wait_until(lambda: len(world.statuses("/groups/ports")) == 2)
        make_due(world, "/groups")
        wait_until(lambda: len(world.statuses("/groups")) == 3)
    assert world.statuses("/groups/quays") == [200]
    assert world.statuses("/sitemap.xml") == [200]


def test_imports_follow_nothing(world: World) -> None:
    start(world, "ports", "quays", "tides")
    saved = world.folder / "saved.html"
    saved.write_text(listing("locks", "ports"))
    world.wgwatch("import", str(saved), "--url", f"{world.url}/groups", "--at", "2019-05-01")
    assert "/groups/locks" not in watched(world)
    world.wgwatch("check")
    assert kinds(world) == []


def test_a_page_known_from_saved_pages_alone_is_watched_when_a_link_leads_to_it(world: World) -> None:
    start(world, "ports", "quays")
    saved = world.folder / "saved.html"
    saved.write_text(group_page(3))
    world.wgwatch("import", str(saved), "--url", f"{world.url}/groups/tides", "--at", "2019-05-01")
    assert watched(world)["/groups/tides"] == "not watched"
    show_groups(world, ["tides"])
    world.show("/groups", listing("ports", "quays", "tides"))
    world.wgwatch("check")
    assert watched(world)["/groups/tides"] == "ok"
    assert kinds(world) == [("page.found", "/groups/tides")]


def test_two_sources_may_follow_the_same_page_and_one_may_drop_it(world: World) -> None:
    second = f"""\
  - name: quays
    pages: ["{world.url}/other"]
    follow: {{{{links: "/groups/*"}}}}
subscriptions:
"""
    text = WATCHLIST.replace("subscriptions:\n", second)
    show_groups(world, ["ports", "quays", "tides"])
    world.show("/other", listing("ports", "tides"))
    world.watch(world.show("/groups", listing("ports", "quays", "tides")), text=text)
    world.wgwatch("check")
    assert world.statuses("/groups/ports") == [200]
    world.show("/groups", listing("quays", "tides"))
    world.wgwatch("check")
    assert kinds(world) == []
    assert watched(world)["/groups/ports"] == "ok"
    world.show("/other", listing("tides"))
    world.wgwatch("check")
    assert kinds(world) == [("page.gone", "/groups/ports")]


def test_a_rebuild_leaves_what_was_told_of_pages_as_it_is(world: World) -> None:
    start(world, "ports", "quays", "tides")
    show_groups(world, ["locks"])
    world.show("/groups", listing("ports", "tides", "locks"))
    world.wgwatch("check")
    before = world.json("changes")
    assert {kind for kind, _ in kinds(world)} == {"page.found", "page.gone"}
    world.wgwatch("reparse", "--all")
    assert world.json("changes") == before
    assert watched(world)["/groups/quays"] == "paused"


def test_what_a_profile_follows_is_followed_where_the_source_says_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    (world.folder / "harbour.yaml").write_text('name: harbour\nfollow: {links: "/groups/*", at_most: 5}\n')
    world.show("/groups/quays", group_page(7))
    listing = world.show("/list", '<h1>Groups</h1><p>All of them:</p><a href="/groups/quays">Quays</a>')
    text = "defaults: {{delay: 0 seconds}}\nsources:\n  - {{name: h, profile: ./harbour.yaml, pages: [{pages}]}}\n"
    world.watch(listing, text=text)
    assert "follows /groups/*" in world.wgwatch("validate").stdout
    world.wgwatch("check")
    assert {page["url"] for page in world.json("status")["pages"]} == {listing, world.url + "/groups/quays"}
