"""Logging in with the real Chromium, also over plain http from another machine, where browsers say less."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe import graves
from person import PASSWORD, user
from website import Site, served
from world import World

from crawler import browser as rendering

CHROMIUM = next(filter(None, map(shutil.which, rendering.NAMES)), None)
NAME = "wg.trade.example"

pytest.importorskip("playwright", reason=f"browser tests are skipped: {rendering.NOT_INSTALLED}")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason=f"browser tests are skipped: {rendering.NO_CHROMIUM}"
)


@pytest.fixture(params=["127.0.0.1", NAME], ids=["this machine", "another machine"])
def where(request: pytest.FixtureRequest, sqlite_world: World) -> Iterator[tuple[Site, str]]:
    """A site with an operator, and its address by one of its names."""
    sqlite_world.environ["WGWATCH_PUBLIC_URL"] = f"http://{NAME}"
    with served(sqlite_world) as site:
        user(site, "mei", "operator")
        yield site, site.url.replace("127.0.0.1", request.param)


@pytest.fixture
def page(where: tuple[Site, str]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", rules])
        page = started.new_page(viewport={"width": 380, "height": 700})
        page.set_default_timeout(15_000)
        yield page
        started.close()


def test_one_logs_in_wrongly_and_rightly_uses_a_form_and_logs_out(where: tuple[Site, str], page: Any) -> None:
    from playwright.sync_api import expect

    _, url = where
    page.goto(f"{url}/deliveries?state=sent")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    expect(page.get_by_role("navigation")).not_to_contain_text("Messages")
    page.get_by_label("Name").fill("mei")
    page.get_by_label("Password").fill("not that")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{url}/deliveries?state=sent")
    page.get_by_role("link", name="mei").click()
    expect(page.get_by_role("heading", name="Tokens")).to_be_visible()
    assert graves(page) == []
    page.get_by_label("Name of a new token").fill("phone")
    page.get_by_label("feeds:").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("pre")).to_contain_text("wgw_")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Who may see this").click()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.goto(f"{url}/users")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
