"""Which links lead to pages that are followed, and which are further pages of the same list."""

from __future__ import annotations

import pytest

from config.links import matches
from crawler.links.pagers import followable, is_pager, links_in

HERE = "https://forum.example/events"


def targets(html: str, url: str = HERE) -> list[str]:
    return [link.target for link in links_in(html.encode(), "text/html", url)]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/groups/*", "/groups/ports"),
        ("/groups/*", "/Groups/Ports/members"),
        ("/groups/*", "/groups/ports?tab=people"),
        ("groups/*", "/groups/ports"),
        ("*/sig-*", "/community/sig-docks/README.md"),
        ("/Página*", "/p%C3%A1gina-1"),
        ("/view?id=*", "/view?id=7"),
        ("/a.b/*", "/a.b/c"),
        ("*", "/"),
    ],
)
def test_a_pattern_takes_the_paths_that_it_says(pattern: str, path: str) -> None:
    assert matches(pattern, f"https://forum.example{path}")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/groups/*", "/groups"),
        ("/groups/*", "/old/groups/ports"),
        ("/view?id=*", "/view"),
        ("/a.b/*", "/axb/c"),
        ("/groups", "/groups/ports"),
    ],
)
def test_a_pattern_takes_no_other_paths(pattern: str, path: str) -> None:
    assert not matches(pattern, f"https://forum.example{path}")


def test_a_hostile_pattern_is_matched_in_good_time() -> None:
    assert not matches("*a" * 12, "https://forum.example/" + "a" * 2000 + "b")


@pytest.mark.parametrize(
    "target",
    [
        "mailto:desk@forum.example",
        "javascript:void(0)",
        "ftp://forum.example/list",
        "https://user:word@forum.example/groups/x",
        "https://forum.example/groups/quay.JPG",
        "https://forum.example/files/all.zip",
        "https://[::1/groups",
        "https://forum.example/groups?page=0",
        "https://forum.example/groups/page/1/",
        "https://forum.example/" + "x" * 3000,
        "",
    ],
)
def test_what_is_no_page_is_not_followed(target: str) -> None:
    assert not followable(target)


@pytest.mark.parametrize("target", ["https://forum.example/groups/x", "http://forum.example/agenda.pdf?v=2"])
def test_pages_and_documents_are_followed(target: str) -> None:
    assert followable(target)


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/events?page=2", "/events"),
        ("/events?page=3", "/events?page=2"),
        ("/events/?topic=ports&page=2", "/events?topic=ports"),
        ("/events/page/2/", "/events"),
        ("/events", "/events/page/3"),
    ],
)
def test_only_a_page_number_makes_a_further_page_of_a_list(target: str, url: str) -> None:
    assert is_pager(f"https://forum.example{target}", f"https://forum.example{url}")


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/events/7", "/events"),
        ("/events?topic=ports", "/events"),
        ("/events?page=ports", "/events"),
        ("/events", "/events"),
        ("/groups?page=2", "/events"),
    ],
)
def test_another_list_or_entry_is_no_further_page(target: str, url: str) -> None:
    assert not is_pager(f"https://forum.example{target}", f"https://forum.example{url}")


def test_links_come_in_the_order_of_the_page_and_further_pages_last() -> None:
    found = targets(
        '<nav><a href="/menu">Menu</a><a href="?page=2">2</a></nav><h1>Events</h1>'
        '<table><tr><th>Event</th><th>Day</th></tr><tr><td><a href="/events/9#top">Nine</a></td>'
        '<td>9 Sep 2027</td></tr></table><p>Then <a href="events/8">Eight</a>.</p>'
        '<a rel="next" href="/events/later">Later</a>'
    )
    assert found[:2] == ["https://forum.example/events/9", "https://forum.example/events/8"]
    assert {"https://forum.example/events?page=2", "https://forum.example/events/later"} <= set(found)
    assert "https://forum.example/menu" not in found


def test_the_next_page_in_the_head_counts_and_the_base_holds() -> None:
    found = targets(
        '<html><head><base href="https://forum.example/calendar/"><link rel="next" href="list?page=2"></head>'
        "<body><p>Nothing</p></body></html>"
    )
    assert found == ["https://forum.example/calendar/list?page=2"]


def test_broken_markup_and_addresses_do_no_harm() -> None:
    assert targets('<a href="https://[bad">x</a><a href="/events?page=2"><<a <p>', HERE)[-1].endswith(
        "page=2"
    )
    assert targets("") == []
    assert targets("<a href='?page=2'>" * 3000)
