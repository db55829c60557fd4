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
from axe import graves
from website import Site


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
@pytest.mark.timeout(400)  # on a busy machine: some forty pages
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
    wrong = "<img src=data:,><input><button>a</button><button>b</button>"
    window.evaluate("wrong => document.querySelector('main').innerHTML = wrong", wrong)
    assert {problem.split()[0] for problem in graves(window)} >= {"image-alt", "label"}


@chromium.needed
def test_the_main_ways_go_by_keyboard_with_the_focus_in_sight(years: Site, window: Any) -> None:
    window.set_viewport_size({"width": 1280, "height": 900})
    window.goto(years.url)
    tab_to(window, "Skip to the content")
    window.keyboard.press("Enter")
    tab_to(window, "Programme Director is now Jorge Rivas, was Mei Tan")
    window.keyboard.press("Enter")
    window.wait_for_url("**/changes/chg_*")
    tab_to(window, "Both versions side by side")
    window.keyboard.press("Enter")
    window.wait_for_url("**/diff?*")
    tab_to(window, "From the version of")
    window.keyboard.type("2016")
    window.keyboard.press("Enter")
    window.wait_for_url("**/diff?from=2016*")
    assert window.locator(".versions del", has_text="Ana Quispe").count()
    tab_to(window, "HWG over time")
    window.keyboard.press("Enter")
    window.wait_for_url("**/pages/1")
    tab_to(window, "As of a day")
    window.keyboard.type("2020")
    window.keyboard.press("Enter")
    window.wait_for_url("**/as-of?date=2020")
    assert window.locator(".reading", has_text="Minh Le").count()


@chromium.needed
def test_a_reader_goes_back_in_time_on_a_groups_page(years: Site, window: Any) -> None:
    from playwright.sync_api import expect

    window.set_viewport_size({"width": 1280, "height": 900})
    window.goto(f"{years.url}/groups/HWG")
    window.get_by_label("As of a day").fill("2017")
    window.get_by_role("button", name="Show that day").click()
    expect(window.get_by_text("As the pages said at the last look by 2017")).to_be_visible()
    expect(window.get_by_role("link", name="Ana Quispe")).to_be_visible()
    window.get_by_label("During a period").fill("2018")
    window.get_by_role("button", name="Show that period").click()
    expect(window.get_by_text("There was no look in 2018")).to_be_visible()
    window.get_by_role("link", name="Now").click()
    window.locator("#contacts + ul").get_by_role("link", name="Programme Director").click()
    expect(window.locator("#holders + ol > li")).to_have_count(4)


@chromium.needed
def test_a_printed_group_has_no_forms_and_nothing_folded(years: Site, window: Any) -> None:
    window.goto(f"{years.url}/groups/HWG")
    former = window.get_by_role("link", name="Ana Quispe (Ms)")
    assert window.get_by_label("As of a day").is_visible()
    assert not former.is_visible()
    window.emulate_media(media="print")
    assert not window.get_by_label("As of a day").is_visible()
    assert not window.get_by_role("navigation", name="Main").is_visible()
    assert former.is_visible()
    window.emulate_media(media="screen")


def tab_to(window: Any, name: str) -> None:
    """Go on by the Tab key to what bears a name; wherever the focus comes by, it can be seen."""
    for _ in range(80):
        window.keyboard.press("Tab")
        said, outline, width, height = window.evaluate(
            "() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            " const name = at.labels && at.labels[0] || at;"
            " return [(at.ariaLabel || name.innerText || '').trim(), parseFloat(getComputedStyle(at).outlineWidth),"
            " box.width, box.height]; }"
        )
        assert outline >= 2, said
        assert min(width, height) > 8, said
        if said.startswith(name):
            return
    raise AssertionError(f"no way by keyboard to {name!r}")
