"""Pages that build their text with JavaScript, in the real Chromium."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from pydantic import SecretStr
from world import World, group_page

from config.access import Access
from config.networks import Networks
from config.rendering import Rendering
from crawler import browser
from crawler.answers import Answer, PageJob
from crawler.browser import Browser, looks, middleware
from crawler.browser.gate import Gate
from crawler.engine import crawl_host
from crawler.fetching.access import Session
from crawler.fetching.turns import NotNow

RENDER = Rendering()
BUILT = """<html><head><title>Forum</title></head><body><p id="text">Loading</p><script>%s</script></body></html>"""
SHOW = "document.getElementById('text').textContent = %s;"
FETCHED = (
    BUILT % "fetch('/data').then(r => r.text()).then(t => document.getElementById('text').textContent = t)"
)
HTML_BODY = b"<html><body>May</body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def missing() -> str | None:
    try:
        import playwright  # noqa: F401
    except ImportError:
        return browser.NOT_INSTALLED
    return None if any(map(shutil.which, browser.NAMES)) else browser.NO_CHROMIUM


needs_chromium = pytest.mark.skipif(missing() is not None, reason=f"browser tests are skipped: {missing()}")


@pytest.fixture
def render(make_options, robots) -> Callable[..., list[Answer]]:
    """Look at pages, as one host, with a browser."""

    def render(*jobs: PageJob, **changes: object) -> list[Answer]:
        answers: list[Answer] = []

        async def keep(answer: Answer) -> None:
            answers.append(answer)

        async def crawl() -> None:
            async with Browser() as started:
                await crawl_host(jobs, make_options(browser=started, **changes), robots, keep)

        asyncio.run(crawl())
        return answers

    return render


def job(url: str, wanted: Rendering = RENDER, session: Session | None = None) -> PageJob:
    return PageJob(page_id=1, url=url, render=wanted, session=session)


@needs_chromium
def test_the_body_is_what_scripts_made_and_the_rest_is_the_sites_own(site, render) -> None:
    site.page("/data", body=b"The forum meets in May.", headers={"Content-Type": "text/plain"})
    site.page("/counter.png")
    page = FETCHED.replace("<body>", '<body><img src="/counter.png">')
    url = site.page("/forum", body=page.encode(), headers={**HTML, "ETag": '"1"', "X-Own": "a"})
    (answer,) = render(job(url))
    assert b'<p id="text">The forum meets in May.</p>' in answer.body
    assert (answer.status, answer.final_url, answer.error) == (200, url, None)
    assert answer.header("X-Own") == "a"
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert "Chromium" in (answer.header("X-Rendered-By") or "")
    assert answer.header("ETag") is None
    assert site.pages_asked() == ["/forum", "/data"], "pictures are not asked for, the page once"
    assert site.asked[-1].headers["user-agent"] == "wgwatch/0.1 (+mailto:webwatch@trade.example)"


@needs_chromium
def test_what_is_waited_for_is_there_or_the_page_has_failed(site, render, monkeypatch) -> None:
    monkeypatch.setattr(looks, "APPEARING", 2.5)
    late = BUILT % "setTimeout(() => {document.body.innerHTML = '<ul class=list><li>May</li></ul>'}, 300)"
    url = site.page("/forum", body=late.encode(), headers=HTML)
    shown, never = render(job(url, Rendering(wait_for="ul.list li")), job(url, Rendering(wait_for="#none")))
    assert b"<li>May</li>" in shown.body
    assert never.error == "its scripts did not show #none within 2.5 s"


@needs_chromium
def test_scripts_reach_no_private_address_by_whatever_way(site, forbidden_site, render, monkeypatch) -> None:
    """By address, by redirect, by name, from a frame, over a web socket."""
    monkeypatch.setattr(looks, "APPEARING", 1.0)
    bad = forbidden_site.url
    forbidden_site.page("/x", headers={"Access-Control-Allow-Origin": "*"})
    site.page("/hop", status=302, headers={"Location": f"{bad}/x"})
    port = forbidden_site.server.server_port
    ways = [f"{bad}/x", "/hop", f"http://[::ffff:127.0.0.2]:{port}/x", f"http://bad.example:{port}/x"]
    script = f"""
        Promise.allSettled([{",".join(f"fetch('{way}')" for way in ways)}]).then(found => {{
            {SHOW % "found.map(f => f.status).join()"}
            window.open('{bad}/x');
            new WebSocket('{bad.replace("http", "ws")}/x');
        }});"""
    page = (BUILT % script).replace("<body>", f'<body><iframe src="{bad}/x"></iframe>')
    (answer,) = render(job(site.page("/forum", body=page.encode(), headers=HTML)))
    assert b"rejected,rejected,rejected,rejected" in answer.body
    assert forbidden_site.asked == []
    wish = Rendering(wait_for="#none")
    site.page("/forum", body=(BUILT % f"fetch('{bad}/x')").encode(), headers=HTML)
    looks_failed = render(job(f"{site.url}/forum", wish))[0].error
    assert "127.0.0.2 is not a public address" in (looks_failed or "")


@needs_chromium
def test_where_scripts_lead_is_followed_like_a_redirect(site, forbidden_site, render, monkeypatch) -> None:
    monkeypatch.setattr(middleware, "MOST_TIMES", 2)
    led = site.page("/may", body=(BUILT % (SHOW % "'May'")).encode(), headers=HTML)
    url = site.page("/forum", body=(BUILT % "location.href = '/may'").encode(), headers=HTML)
    away = site.page(
        "/away", body=(BUILT % f"location.href = '{forbidden_site.url}/'").encode(), headers=HTML
    )
    site.page("/secret", body=HTML_BODY, headers=HTML)
    to_secret = site.page("/lead", body=(BUILT % "location.replace('/secret')").encode(), headers=HTML)
    round_about = site.page("/round", body=(BUILT % "location.reload()").encode(), headers=HTML)
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /secret")
    first, second, third, fourth = render(job(url), job(away), job(to_secret), job(round_about))
    assert (first.final_url, b">May</p>" in first.body) == (led, True)
    assert "not a public address" in (second.error or "")
    assert third.refused_by_robots
    assert fourth.error == "it redirects or leads on by script more than 2 times"
    assert forbidden_site.asked == []
    assert "/secret" not in site.pages_asked()


@needs_chromium
def test_what_scripts_ask_for_is_counted_and_puts_the_look_off_where_the_day_is_spent(site, render) -> None:
    site.page("/data", body=b"May", headers={"Content-Type": "text/plain"})
    url = site.page("/forum", body=FETCHED.encode(), headers=HTML)
    counted: list[tuple[str, ...]] = []

    async def spend(sources: Sequence[str]) -> None:
        counted.append(tuple(sources))
        if len(counted) > most:
            raise NotNow("the requests of today are spent", timedelta(hours=1))

    wanted = PageJob(page_id=1, url=url, render=RENDER, sources=("forum",))
    most = 3
    (enough,) = render(wanted, spend=spend)
    assert b">May</p>" in enough.body
    assert counted == [("forum",)] * 3, "robots.txt, the page, what its script asks for"
    most, counted[:] = 1, []  # robots.txt is known by now
    (waits,) = render(wanted, spend=spend)
    assert (waits.error, waits.not_before is not None) == ("the requests of today are spent", True)
    asked = [
        path for path in site.pages_asked() if path != "/favicon.ico"
    ]  # Chromium's own idea, now and then
    assert asked == ["/forum", "/data", "/forum"]


@needs_chromium
def test_robots_txt_is_obeyed_before_a_browser_starts(site, render) -> None:
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /forum")
    (answer,) = render(job(site.page("/forum", body=FETCHED.encode(), headers=HTML)))
    assert answer.refused_by_robots
    assert site.pages_asked() == []


@needs_chromium
def test_refusals_and_files_are_not_given_to_a_browser(site, render) -> None:
    refused = site.page("/refused", status=403, body=FETCHED.encode(), headers=HTML)
    text = site.page("/list.txt", body=b"<p>plain</p>", headers={"Content-Type": "text/plain"})
    answers = render(job(refused), job(text))
    assert [answer.body for answer in answers] == [FETCHED.encode(), b"<p>plain</p>"]
    assert site.pages_asked() == ["/refused", "/list.txt"]


@needs_chromium
def test_a_page_that_never_ends_or_eats_memory_fails_alone(site, render, monkeypatch) -> None:
    monkeypatch.setattr(browser, "MEMORY", 600)
    monkeypatch.setattr(looks, "LONGEST", 3.0)
    monkeypatch.setattr(looks, "CLOSING", 1.0)
    hungry = "const a = []; for (;;) a.push(new Uint8Array(5e7).fill(7));"
    endless = site.page("/endless", body=(BUILT % "for (;;);").encode(), headers=HTML)
    eater = site.page("/eater", body=(BUILT % hungry).encode(), headers=HTML)
    fine = site.page("/fine", body=(BUILT % (SHOW % "'May'")).encode(), headers=HTML)
    first, _, third = render(job(endless), job(eater), job(fine))
    assert first.error == "the browser did not finish it within 3 s"
    assert b">May</p>" in third.body


@needs_chromium
def test_a_browser_is_started_anew_after_some_looks_and_after_a_crash(
    site, make_options, robots, monkeypatch
) -> None:
    monkeypatch.setattr(browser, "LOOKS", 2)
    url = site.page("/forum", body=(BUILT % (SHOW % "'May'")).encode(), headers=HTML)
    seen: list[object] = []
    bodies: list[bytes] = []

    async def crawl() -> None:
        async with Browser() as started:

            async def keep(answer: Answer) -> None:
                bodies.append(answer.body)
                running = started._running
                assert running
                seen.append(running.chromium)
                if len(seen) == 3:
                    await running.chromium.close()  # as a crash: it is gone when the next look wants it

            await crawl_host(
                [job(url, Rendering(wait_for="p"))] * 4, make_options(browser=started), robots, keep
            )

    asyncio.run(crawl())
    assert [seen[0] is seen[1], seen[1] is seen[2], seen[2] is seen[3]] == [True, False, False]
    assert all(b">May</p>" in body for body in bodies)


@needs_chromium
def test_what_lets_us_in_goes_with_the_pages_own_scripts_alone(site, render) -> None:
    site.page("/data", body=b"May")
    other = site.url.replace("127.0.0.1", "localhost")
    url = site.page(
        "/forum",
        body=FETCHED.replace(
            "fetch('/data')", f"fetch('{other}/x').catch(e => 0).then(() => fetch('/data'))"
        ).encode(),
        headers=HTML,
    )
    session = Session(Access(cookies={"visit": SecretStr("v1")}, headers={"X-Key": SecretStr("k1")}))
    (answer,) = render(job(url, session=session), networks=Networks.parse(["loopback"]))
    assert b">May</p>" in answer.body
    asked = {each.path: each.headers for each in site.asked}
    assert (asked["/data"]["cookie"], asked["/data"]["x-key"]) == ("visit=v1", "k1")
    assert not {"cookie", "x-key"} & asked["/x"].keys()


@needs_chromium
def test_a_rendered_page_is_read_compared_and_pictured(sqlite_world: World) -> None:
    world = sqlite_world
    world.show("/frame", group_page(7))
    loader = "fetch('/frame').then(r => r.text()).then(t => document.body.innerHTML = t)"
    url = world.show("/group", BUILT % loader)
    source = (
        f"{{name: harbour, render: {{wait_for: h1, screenshot: yes}}, delay: 0 seconds, pages: ['{url}']}}"
    )
    (world.folder / "watchlist.yaml").write_text(f"sources: [{source}]")
    world.wgwatch("check", "--no-send")
    assert world.json("events")[0]["starts_on"] == "2027-09-07"
    world.show("/frame", group_page(12))
    world.wgwatch("check", "--no-send")
    assert [change["kind"] for change in world.json("changes")] == ["event.moved"]
    assert world.statuses("/group") == [200, 200], "never asked for on condition"
    picture = world.folder / "seen.jpg"
    world.wgwatch("page", url, "--screenshot", str(picture))
    assert picture.read_bytes()[:3] == b"\xff\xd8\xff"
    newest = max(world.json("captures", url), key=lambda capture: capture["last_seen"])
    world.wgwatch("redact", newest["sha256"], "--reason", "asked for")
    assert "removed" in world.wgwatch("page", url, "--screenshot", str(picture), rc=1).stderr


@needs_chromium
def test_that_rendering_is_switched_on_or_off_is_no_news_and_what_changes_then_is(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    table = "<table><tr><th>Code</th><th>Title</th></tr><tr><td>HWG 01 2026A</td><td>Ports</td></tr></table>"
    world.show("/more", f"<h2>Projects</h2>{table}<p>See the <a href='/minutes'>minutes</a>.</p>")
    script = "fetch('/more').then(r => r.text()).then(t => document.body.insertAdjacentHTML('beforeend', t))"

    def check(day: int, render: str) -> tuple[str, list[str]]:
        url = world.show("/group", group_page(day, extra=f"<script>{script}</script>"))
        follow = "follow: {links: '/*', depth: 1}"
        source = f"{{name: harbour, delay: 0 seconds, {follow}, pages: [{{url: '{url}', render: {render}}}]}}"
        (world.folder / "watchlist.yaml").write_text(f"sources: [{source}]")
        world.ahead += timedelta(hours=1)
        [said] = [each for each in world.json("check", "--no-send", rc=None) if each["url"] == url]
        return said["outcome"], [change["kind"] for change in said["changes"]]

    assert check(7, "false") == ("baseline", [])
    assert check(7, "true") == ("baseline", [])
    assert [project["code"] for project in world.json("projects")] == ["HWG 01 2026A"]
    assert check(12, "true") == ("changed", ["event.moved"])
    assert check(14, "false") == ("baseline", [])
    assert check(14, "false")[0] == "unchanged"
    assert check(16, "false") == ("changed", ["event.moved"])
    told = world.json("changes")
    world.wgwatch("reparse", "--all")
    assert world.json("changes") == told


def test_without_the_extra_the_reason_names_what_to_install(site, render, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "playwright.async_api", None)
    (answer,) = render(job(site.page("/forum", headers=HTML)))
    assert "pip install 'wgwatch[browser]'" in (answer.error or "")


def test_the_gate_lets_through_what_is_allowed_until_it_has_had_enough(site) -> None:
    site.page("/forum", body=b"x" * 50_000)

    async def ask(host: str, limit: int) -> tuple[bytes, list[str]]:
        async with Gate(Networks.parse(["127.0.0.1"]), None, None, limit) as gate:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(gate.url.rpartition(":")[2]))
            name, port = host.encode(), site.server.server_port
            writer.write(b"\5\1\0\5\1\0\3" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
            writer.write(b"GET /forum HTTP/1.0\r\n\r\n")
            got = await reader.read()
            writer.close()
            return got, gate.refused

    whole, _ = asyncio.run(ask("127.0.0.1", 100_000))
    assert whole.endswith(b"x" * 50_000)
    cut, _ = asyncio.run(ask("127.0.0.1", 10_000))
    assert len(cut) < 50_000 + 300
    refused, why = asyncio.run(ask("127.0.0.3", 100_000))
    assert refused[2:4] == b"\5\2"
    assert "WGWATCH_ALLOW_NETWORKS" in why[0]


def test_the_gate_lets_two_connections_to_a_host_through_at_a_time_and_then_the_next(site) -> None:
    async def see() -> list[int]:
        granted: list[int] = []

        async def connect(number: int, port: int) -> asyncio.StreamWriter:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            host = b"127.0.0.1"
            target = bytes([len(host)]) + host + site.server.server_port.to_bytes(2, "big")
            writer.write(b"\5\1\0\5\1\0\3" + target)
            assert (await reader.readexactly(12))[3] == 0
            granted.append(number)
            return writer

        async with Gate(Networks.parse(["127.0.0.1"]), None, None, 1_000) as gate:
            port = int(gate.url.rpartition(":")[2])
            tasks = [asyncio.create_task(connect(number, port)) for number in range(3)]
            done, waiting = await asyncio.wait(tasks, timeout=0.5)
            assert (len(done), len(granted)) == (2, 2)
            done.pop().result().close()
            await asyncio.wait(waiting, timeout=10)
            for task in tasks:
                task.result().close()
                await task.result().wait_closed()
        return granted

    assert sorted(asyncio.run(see())) == [0, 1, 2]


@needs_chromium
def test_a_look_asks_for_so_many_things_and_no_more(site, render, monkeypatch) -> None:
    monkeypatch.setattr(looks, "MOST_REQUESTS", 5)
    site.page("/data", body=b"May", headers={"Content-Type": "text/plain"})
    url = site.page("/forum", body=(BUILT % "setInterval(() => fetch('/data'), 20)").encode(), headers=HTML)
    (answer,) = render(job(url))
    assert answer.error == "its scripts ask for more than 5 things"
    assert site.pages_asked().count("/data") <= 5


def test_behind_a_proxy_the_gate_asks_it_for_everything_and_judges_addresses_itself() -> None:
    heads: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\nthrough")
        writer.close()

    async def ask(host: bytes) -> bytes:
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Gate(Networks(), None, f"http://anna:s3cret@127.0.0.1:{port}", 1000) as gate:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(gate.url.rpartition(":")[2]))
            writer.write(b"\5\1\0\5\1\0\3" + bytes([len(host)]) + host + (80).to_bytes(2, "big"))
            got = await reader.read()
            writer.close()
            return got

    assert asyncio.run(ask(b"harbour.example")).endswith(b"through")
    assert heads[0].startswith(b"CONNECT harbour.example:80 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic YW5uYTpzM2NyZXQ=" in heads[0]
    assert asyncio.run(ask(b"10.0.0.1"))[2:4] == b"\5\2"
    assert len(heads) == 1
