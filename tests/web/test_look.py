"""Every page as its readers meet it: by eye in light and dark, on a phone, by keyboard, by screen reader (WCAG 2.2)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import chromium
import pytest
import samples
from website import Site

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")


def test_every_page_is_looked_at() -> None:
    assert samples.unnamed() == set(), "name it in tests/samples.py"


def test_there_is_something_to_look_at_on_every_page(years: Site) -> None:
    held = samples.held(years.application)
    assert [path for path, of in samples.SAMPLES.items() if not all(of(held).values())] == []


def test_pages_have_one_heading_each_and_no_two_the_same_title(years: Site) -> None:
    titles: dict[str, set[str]] = {}
    for name, path in samples.addresses(years.application).items():
        if name in ("archived", "missing"):
            continue
        text = years.page(path).text
        assert len(re.findall("<h1", text)) == 1, name
        title = html.unescape(re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1])  # type: ignore[index]
        assert title.endswith(" · wgwatch")
        assert not title.startswith(" "), name
        titles.setdefault(title, set()).add(urlsplit(path).path)  # asked otherwise it is still the same page
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


@pytest.fixture(scope="module")
def window(years: Site) -> Iterator[Any]:
    """One window for all pages; the world is made before: its checks need a loop of their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=["--no-sandbox"])
        yield browser.new_page(reduced_motion="reduce")
        browser.close()


@chromium.needed
def test_axe_finds_nothing_grave_and_nothing_is_wider_than_a_phone(years: Site, window: Any) -> None:
    """In the light on a desk, in the dark on a phone, and at 320 px without scrolling (WCAG 2.2, 1.4.10)."""
    problems: list[str] = []
    errors: list[str] = []
    asked: list[str] = []
    window.on("console", lambda said: said.type == "error" and errors.append(f"{window.url}: {said.text}"))
    window.on("pageerror", lambda error: errors.append(f"{window.url}: {error}"))
    window.on("request", lambda request: asked.append(request.url))
    window.route(lambda url: not url.startswith(years.url), lambda route: route.abort())
    first_of_each = {path for path, *_ in samples.by_route(years.application).values()}
    for name, path in samples.addresses(years.application).items():
        if name == "archived":  # another's page
            continue
        window.set_viewport_size({"width": 1280, "height": 900})
        window.emulate_media(color_scheme="light")
        window.goto(years.url + path)
        problems += [f"{name}: {problem}" for problem in graves(window)]
        window.set_viewport_size({"width": 320, "height": 800})
        if window.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append(f"{name}: wider than 320 px")
        if path in first_of_each:
            window.set_viewport_size({"width": 380, "height": 800})
            window.emulate_media(color_scheme="dark")
            problems += [f"{name}, dark, on a phone: {problem}" for problem in graves(window)]
    assert problems == []
    assert [said for said in errors if "/no-such-page" not in said] == []
    assert [url for url in asked if not url.startswith((years.url, "data:", "about:"))] == []


@chromium.needed
def test_axe_would_find_what_is_wrong(years: Site, window: Any) -> None:
    window.goto(f"{years.url}/unsubscribe/nobody")
    window.evaluate("document.querySelector('main').innerHTML = '<h1>Quay</h1><img src=data:,><input>'")
    assert {problem.split()[0] for problem in graves(window)} >= {"image-alt", "label"}


def graves(window: Any) -> list[str]:
    """What axe calls serious or critical on the page as it is; a frame's content is another's."""
    base = pytest.importorskip("axe_playwright_python.base")
    if not window.evaluate("typeof axe == 'object'"):
        window.evaluate(base.AXE_SCRIPT)
    violations = window.evaluate(
        "tags => axe.run({exclude: [['iframe']]}, {runOnly: tags, resultTypes: ['violations'], iframes: false})"
        ".then(found => found.violations.map(each => [each.id, each.impact, each.nodes[0].html]))",
        TAGS,
    )
    return [f"{rule} ({impact}) at {html[:160]}" for rule, impact, html in violations if impact in GRAVE]
