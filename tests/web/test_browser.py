"""The web pages in the real Chromium: what a reader does, and what an archived page cannot do."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from traps import VECTORS
from website import Site, served
from world import World, group_page

from crawler import browser as rendering
from wgwatch.web import archived
from wgwatch.web.archived import Shown

CHROMIUM = next(filter(None, map(shutil.which, rendering.NAMES)), None)


def missing() -> str | None:
    try:
        import playwright  # noqa: F401
    except ImportError:
        return rendering.NOT_INSTALLED
    return None if CHROMIUM else rendering.NO_CHROMIUM


pytestmark = pytest.mark.skipif(missing() is not None, reason=f"browser tests are skipped: {missing()}")


@dataclass
class Trap:
    """Stands for every host that pages name: who connects is counted."""

    port: int = 0
    connections: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        trap = Trap(listener.getsockname()[1])

        def take() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(0.2)
                    try:
                        trap.connections.append(repr(connection.recv(200)))
                    except OSError:
                        trap.connections.append("silent")

        threading.Thread(target=take, daemon=True).start()
        yield trap


@pytest.fixture(scope="module")
def chromium(trap: Trap, site: Site) -> Iterator[Any]:
    """A browser for which every name that a page may use leads into the trap.

    The site is made before: its checks need a loop of their own.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP *.example 127.0.0.1:{trap.port}"
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", rules])
        yield started
        started.close()


class Reader:
    """One reader's window; what its console said wrong and what was asked of whom is kept."""

    def __init__(self, context: Any, url: str) -> None:
        self.page = context.new_page()
        self.url = url
        self.problems: list[str] = []
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.problems.append(said.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("response", lambda response: self.answered.append(response.url))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog {dialog.message}"))

    def open(self, path: str) -> Any:
        self.page.goto(self.url + path)
        return self.page

    def elsewhere(self, urls: list[str] | None = None) -> list[str]:
        """Of what was asked for (also what the browser then refused to), what is not ours."""
        asked = self.asked if urls is None else urls
        return [url for url in asked if not url.startswith((self.url, "data:", "about:"))]


@pytest.fixture
def read(chromium: Any) -> Iterator[Any]:
    """A window on a site; `read(site, **context)`."""
    contexts = []

    def read(site: Site, **options: Any) -> Reader:
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Reader(context, site.url)

    yield read
    for context in contexts:
        context.close()


def run(world: World, *args: str) -> None:
    """The command line as a process: the browser's own loop runs in this one."""
    process = world.start(*args)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)


def test_a_reader_sees_a_change_arrive_reads_it_and_goes_back_in_time(sqlite_world: World, read: Any) -> None:
    from playwright.sync_api import expect

    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    run(world, "check")
    with served(world) as site:
        reader = read(site)
        page = reader.open("/")
        expect(page.get_by_text("Nothing has changed since the first look")).to_be_visible()
        world.show("/group", group_page(12))
        run(world, "check")
        page.reload()
        page.get_by_role("link", name="43rd HWG Meeting moved to 2027-09-12").click()
        expect(page.locator("del", has_text="2027-09-07")).to_be_visible()
        page.get_by_role("link", name="Both versions side by side").click()
        expect(page.locator(".versions ins", has_text="12")).to_be_visible()
        page.get_by_role("link", name="HWG over time").click()
        expect(page.get_by_role("group", name=re.compile("2 versions from"))).to_be_visible()
        page.locator("tbody tr").last.get_by_role("link").first.click()
        expect(page.locator(".reading").get_by_text("07 Sep 2027")).to_be_visible()
        expect(page.frame_locator("iframe").get_by_text("07 Sep 2027")).to_be_visible()
        assert reader.problems == []
        assert reader.elsewhere() == []


def test_an_operator_sends_a_message_again(sqlite_world: World, read: Any) -> None:
    from playwright.sync_api import expect

    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    run(world, "check")
    world.show("/group", group_page(12))
    world.hook_answers = [503, 503]
    process = world.start("check")
    process.communicate(timeout=60)
    with served(world) as site:
        page = read(site).open("/deliveries?state=waiting")
        page.locator("tbody a").first.click()
        expect(page.get_by_role("cell", name=re.compile("503"))).to_be_visible()
        world.hook_answers = []
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_role("status")).to_contain_text("It will be sent again")
        run(world, "dispatch", "--once")
        page.reload()
        expect(page.get_by_role("definition").first).to_have_text("sent")
    assert len(world.hooked()) == 1


def test_a_page_is_added_seen_to_change_and_subscribed_to(sqlite_world: World, read: Any) -> None:
    from playwright.sync_api import expect

    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    url = world.show("/other", group_page(20, number=2).replace("HWG", "QWG"))
    run(world, "check")
    with served(world) as site:
        reader = read(site)
        page = reader.open("/groups")
        page.get_by_role("link", name="Add a page").click()
        page.get_by_label("Address").fill("http://10.1.2.3/groups")
        page.get_by_role("button", name="See what would be read").click()
        expect(page.get_by_role("alert")).to_contain_text("WGWATCH_ALLOW_NETWORKS")
        page.get_by_label("Address").fill(url)
        page.get_by_role("button", name="See what would be read").click()
        page.get_by_text("event: 43rd QWG Meeting").click()
        expect(page.get_by_text("stands in the block as “20 Sep 2027”")).to_be_visible()
        page.get_by_label("How often to look").fill("every 30 minutes")
        page.get_by_role("button", name="Watch this page").click()
        expect(page.get_by_role("status")).to_contain_text("It will be looked at at once")
        run(world, "check", url)
        page.reload()
        expect(page.get_by_role("status")).to_contain_text("It was looked at")
        page.get_by_role("link", name="Hear of its changes").click()
        page.get_by_label("Name", exact=True).fill("quay desk")
        page.get_by_label("E-mail addresses").fill("nobody")
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("alert")).to_contain_text("is no e-mail address")
        expect(page.get_by_label("E-mail addresses")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("E-mail addresses").fill("quay@trade.example")
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("status")).to_contain_text("It is kept")
        world.show("/other", group_page(22, number=2).replace("HWG", "QWG"))
        run(world, "check")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text("43rd QWG Meeting moved to 2027-09-22")).to_be_visible()
        assert "quay@trade.example" in [mail["To"] for mail in world.mails]
        assert [problem for problem in reader.problems if "422" not in problem] == []
        assert reader.elsewhere() == []


def test_times_are_in_the_readers_zone_with_utc_on_hover_and_search_answers_while_typing(
    site: Site, read: Any
) -> None:
    from playwright.sync_api import expect

    reader = read(site, timezone_id="Asia/Singapore", locale="es-PE")
    page = reader.open("/status")
    time = page.locator("main time").first
    told = re.fullmatch(r"(\S+) (\d\d):(\d\d):\d\d UTC", time.get_attribute("title"))
    assert told
    expect(time).to_contain_text(f"{(int(told[2]) + 8) % 24:02}:{told[3]}")
    expect(page.locator("footer")).to_contain_text("Asia/Singapore")
    page = reader.open("/search")
    page.get_by_label("Words").press_sequentially("small por*")
    expect(page.locator("mark").first).to_have_text("small")
    assert reader.problems == []


def test_everything_works_without_javascript_and_by_keyboard(site: Site, read: Any) -> None:
    from playwright.sync_api import expect

    page = read(site, java_script_enabled=False, viewport={"width": 380, "height": 700}).open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("navigation").get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("workshop")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_have_text("Workshop")
    expect(page.locator("time").first).to_contain_text("UTC")


@pytest.fixture(scope="module")
def answer_path(site: Site) -> str:
    found = re.search(r"/captures/([0-9a-f]{64})", site.page("/pages/1").text)
    assert found
    return found[1]


@pytest.mark.parametrize("is_disarmed", [True, False], ids=["disarmed", "by the policy alone"])
def test_a_hostile_page_neither_runs_nor_phones_out_nor_reaches_us(
    site: Site,
    answer_path: str,
    read: Any,
    trap: Trap,
    monkeypatch: pytest.MonkeyPatch,
    is_disarmed: bool,
) -> None:
    """Each trap alone, as a page and inside of ours; then without our own disarming, so that both walls are known."""
    shown = archived.shown
    current = [""]

    def trapped(*_: object, **__: object) -> Shown | None:
        body = f"<html><head></head><body><p>Quay</p>{current[0]}</body></html>".encode()
        return (
            shown(body, "text/html", is_html=True) if is_disarmed else Shown(body, "text/html; charset=utf-8")
        )

    monkeypatch.setattr(archived, "shown", trapped)
    reader = read(site)
    for name, vector in VECTORS.items():
        current[0] = vector
        trap.connections.clear()
        reader.asked.clear()
        page = reader.open(f"/archived/{answer_path}")
        if is_disarmed and page.locator("#js").count():
            page.locator("#js").click()
        page.wait_for_timeout(25)
        assert page.url == f"{site.url}/archived/{answer_path}", name
        page = reader.open(f"/captures/{answer_path}")
        page.frame_locator("iframe").get_by_text("Quay").wait_for(state="attached")
        page.wait_for_timeout(25)
        assert page.evaluate("typeof window.hit") == "undefined", name
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0, (
            name
        )
        assert page.evaluate("document.cookie + localStorage.length") == "0", name
        if is_disarmed:  # the policy lets a browser connect in advance to what it then refuses to load
            assert trap.connections == [], name
            assert reader.elsewhere() == [], name
        assert not [said for said in trap.connections if "GET" in said or "POST" in said], name
        assert reader.elsewhere(reader.answered) == [], name
        assert not [url for url in reader.asked if "/deliveries" in url], name
        assert page.context.cookies() == [], name
    assert [said for said in reader.problems if said.startswith("dialog")] == []


def test_a_page_with_a_huge_tree_is_not_given_to_the_browser(sqlite_world: World, read: Any) -> None:
    world = sqlite_world
    saved = world.folder / "saved.html"
    saved.write_text(group_page(7, extra="<b></b>" * (archived.MOST_ELEMENTS + 1)))
    run(world, "import", str(saved), "--url", "https://harbour.example/hwg", "--at", "2021-05-01")
    with served(world) as site:
        sha256 = re.search(r"/captures/([0-9a-f]{64})", site.page("/pages/1").text)[1]  # type: ignore[index]
        page = read(site).open(f"/captures/{sha256}")
        page.frame_locator("iframe").get_by_text("too big to be shown").wait_for()


def test_no_request_leaves_the_host_and_no_console_says_an_error(site: Site, read: Any, trap: Trap) -> None:
    reader = read(site, color_scheme="dark")
    trap.connections.clear()
    for path in (
        "/",
        "/changes",
        "/groups",
        "/groups/HWG",
        "/calendar",
        "/records",
        "/search?q=quay",
        "/deliveries",
        "/status",
    ):
        reader.open(path)
    assert reader.problems == []
    assert reader.elsewhere() == []
    assert trap.connections == []
