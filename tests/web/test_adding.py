"""Adding a page on the web: what would be read is seen first, members propose, operators decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from website import Answer, Site, served
from world import World, group_page

from storage import pages
from storage.watched import subscriptions
from wgwatch.web.visitors import Role, Visitor

MEMBER = Visitor("mei", Role.MEMBER, user_id=7, email="mei.tan@trade.example")
READER = Visitor("ines", Role.READER, user_id=8)


@pytest.fixture
def world(sqlite_world: World) -> World:
    """One watched page, and one that nobody watches."""
    world = sqlite_world
    world.show("/other", group_page(20, number=2))
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    return world


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    with served(world) as site:
        yield site


def page_of(site: Site, url: str) -> Any:
    with site.application.database.read() as connection:
        found = [page for page in pages.all_pages(connection) if page.url == url]
    return found[0] if found else None


def look(site: Site, url: str) -> Answer:
    return site.post("/add", {"do": "look", "url": url})


def test_an_address_shows_what_would_be_read_and_why_and_nothing_is_kept(world: World, site: Site) -> None:
    answer = look(site, f"{world.url}/other")
    assert answer.status == 200
    assert "43rd HWG Meeting" in answer.text
    assert "stands in the block as “20 Sep 2027”" in answer.text
    assert "Programme Director" in answer.text
    assert "- added" not in answer.text
    assert f"pages:\n  - {world.url}/other" in answer.text  # the YAML to paste
    assert page_of(site, f"{world.url}/other") is None
    assert world.statuses("/robots.txt") == [404]  # kept from the first look: asked for once


def test_an_added_page_is_due_at_once_and_those_who_were_chosen_hear_of_it(world: World, site: Site) -> None:
    url = f"{world.url}/other"
    fields = {"name": "quay watchers", "email": "quay@trade.example", "about.pages": f"{world.url}/group"}
    assert site.post("/subscriptions/new", fields).status == 303
    assert "quay watchers" in look(site, url).text
    said = {
        "do": "add",
        "url": url,
        "check": "every 30 minutes",
        "hears": "quay watchers",
        "email": "ana@paper.example",
    }
    answer = site.post("/add", said)
    assert answer.status == 303
    page = page_of(site, url)
    assert (page.origin, page.sources, page.spec["checks"]) == ("web", ("added",), ["every 30 minutes"])
    assert answer.headers["Location"].startswith(f"/pages/{page.id}?asked=")
    assert "It will be looked at at once" in site.page(answer.headers["Location"]).words
    world.wgwatch("check", url)
    assert "It was looked at" in site.page(answer.headers["Location"]).words
    with site.application.database.read() as connection:
        about = {one.name: one.spec["about"] for one in subscriptions.all_of(connection)}
    assert about["quay watchers"] == {"pages": [f"{world.url}/group", url]}
    assert about[f"page {page.id}"] == {"pages": [url]}
    assert site.post(f"/pages/{page.id}/pause").status == 303
    assert "Resume" in site.page(f"/pages/{page.id}").text
    assert site.post(f"/pages/{page.id}/resume").status == 303
    assert page_of(site, url).next_check_at <= site.application.clock()
    assert site.post(f"/pages/{page.id}/remove").status == 303
    assert page_of(site, url).state == "paused"


def test_wrong_parts_are_told_beside_their_fields_and_nothing_has_to_be_typed_again(
    world: World, site: Site
) -> None:
    said = {
        "do": "add",
        "url": f"{world.url}/other",
        "check": "every 5 seconds",
        "name": "Tide",
        "email": "x",
    }
    answer = site.post("/add", said)
    assert answer.status == 422
    assert 'value="Tide"' in answer.text
    assert re.search(
        r'id="field-check"[^>]*aria-invalid="true"[^>]*aria-describedby="hint-check wrong-check"', answer.text
    )
    assert re.search(r'id="wrong-check">[^<]*is too often', answer.text)
    assert page_of(site, f"{world.url}/other") is None
    wrong_mail = site.post("/add", {**said, "check": ""})
    assert "is no e-mail address" in wrong_mail.text
    assert page_of(site, f"{world.url}/other") is None  # page and subscription are kept together, or neither


def test_an_address_that_cannot_be_watched_or_read_says_why(world: World, site: Site) -> None:
    for url, said in {
        "harbour": "is no web address",
        "http://10.0.0.1/x": "WGWATCH_ALLOW_NETWORKS",
        f"{world.url}/group?utm_source=x": "is watched already",
        f"{world.url}/nowhere": "cannot be read now",
    }.items():
        assert said in look(site, url).words, url


def test_a_name_that_leads_to_a_private_network_is_not_asked(world: World) -> None:
    world.environ["WGWATCH_ALLOW_NETWORKS"] = ""
    before = len(world.requests)
    with served(world) as site:
        assert (
            "is not a public address"
            in look(site, world.url.replace("127.0.0.1", "localhost") + "/other").words
        )
    assert len(world.requests) == before


def test_members_propose_and_operators_decide(world: World, site: Site, come_as: Any) -> None:
    url = f"{world.url}/other"
    come_as(MEMBER)
    assert "Propose this page" in look(site, url).text
    assert site.post("/add", {"do": "add", "url": url}).status == 403
    for at in ("/other", "/group/second"):
        world.show("/group/second", group_page(3))
        said = {"do": "propose", "url": world.url + at, "note": "Our harbour is on it"}
        assert site.post("/add", said).status == 303
    again = site.post("/add", {"do": "propose", "url": url})
    assert "is proposed already" in again.text, again.words[-1500:]
    assert site.post("/proposals/1", {"do": "approve"}).status == 403
    come_as(Visitor("rosa", Role.OPERATOR))
    listed = site.page("/add").words
    assert "Our harbour is on it" in listed
    assert site.post("/proposals/2", {"do": "refuse"}).status == 400
    assert site.post("/proposals/2", {"do": "refuse", "reason": "It is the same page"}).status == 303
    assert site.post("/proposals/1", {"do": "approve"}).status == 303
    assert page_of(site, url).origin == "web"
    come_as(MEMBER)
    mine = site.page("/add").words
    assert "refused by rosa: It is the same page" in mine
    assert "is watched" in mine
    come_as(READER)
    assert site.get("/add").status == 403


def test_look_now_makes_a_page_due_once_that_is_polite(world: World, site: Site) -> None:
    page = page_of(site, f"{world.url}/group")
    answer = site.post(f"/pages/{page.id}/look")
    assert answer.headers["Location"].startswith(f"/pages/{page.id}?soon=")
    assert "looked at less than a minute ago" in site.page(answer.headers["Location"]).words
    world.ahead = timedelta(minutes=2)
    answer = site.post(f"/pages/{page.id}/look")
    assert "?asked=" in answer.headers["Location"]
    assert page_of(site, page.url).next_check_at <= site.application.clock()
    assert "or as soon as wgwatch run runs" in re.sub(
        "<[^>]*>", "", site.page(answer.headers["Location"]).words
    )
    world.wgwatch("check")
    fragment = site.page(answer.headers["Location"].replace("?", "/look?"))
    assert "It was looked at" in fragment.words
    assert "<html" not in fragment.text
