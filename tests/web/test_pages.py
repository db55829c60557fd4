"""The web pages as a reader meets them: what they say, where they lead, what they refuse."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections import deque

import pytest
from website import Site, moved, served
from world import WATCHLIST, World, group_page

from wgwatch.web import coming
from wgwatch.web.pages import ROUTES
from wgwatch.web.visitors import Role

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}\"'>"


def links(text: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'(?:href|src)="(/[^"#]*)"', text)]


def kind_of(path: str) -> str:
    """The address without what names a single thing in it."""
    return re.sub(r"[0-9a-f]{12,}|\d+", "N", path)


def walked(site: Site, start: str = "/", each: int = 2) -> dict[str, str]:
    """Every page that links lead to, two of each kind, with its text."""
    texts: dict[str, str] = {}
    waiting, kinds = deque([start]), {start: 1}
    while waiting:
        path = waiting.popleft()
        answer = site.get(path)
        assert answer.status == 200, (path, answer.status)
        texts[path] = answer.body.decode("utf-8", "replace")
        if path.startswith(("/static", "/archived", "/web/", "/timemap/")):
            continue
        for found in links(texts[path]):
            kind = kind_of(found)
            if kinds.get(kind, 0) < each and found not in texts:
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(found)
    return texts


def change_of(site: Site) -> str:
    return re.search(r"/changes/(chg_\w+)", site.page("/").text)[1]  # type: ignore[index]


def page_of(site: Site) -> str:
    return re.search(r'"(/pages/\d+)"', site.page("/status").text)[1]  # type: ignore[index]


def test_every_link_leads_somewhere_and_every_page_is_linked(any_site: Site) -> None:
    found = walked(any_site)
    reached = {path.partition("?")[0] for path in found}
    unlinked = [
        route.path
        for route in ROUTES
        if "POST" not in (route.methods or ())
        and not any(route.path_regex.match(path) for path in reached)
        and "picture" not in route.path
        and route.role is not Role.NOBODY  # mails lead there, and whoever is not logged in is led there
        and not route.path.startswith("/account")  # who has one is led there
        and not route.path.startswith(("/timegate/", "/web/timemap/"))  # archives' tools know them
        and "looks" not in route.path  # here every look counted
        and not route.path.endswith("/look")  # a part of a page, which asks for it by itself
    ]
    assert unlinked == []


def test_no_page_needs_what_its_policy_forbids_or_loads_from_elsewhere(site: Site) -> None:
    for path, text in walked(site, each=1).items():
        if text.startswith("<!doctype html>") and not path.startswith(("/archived", "/web/")):
            assert not re.search(r'\sstyle="|<style|<script(?![^>]* src="/static)|\son\w+="', text), path
            assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//', text), path


@pytest.mark.parametrize(
    "path", ["/", "/changes", "/no-such-page", "/static/wgwatch.css", "/healthz", "/changes?since=x"]
)
def test_every_answer_tells_browsers_to_load_nothing_from_elsewhere(site: Site, path: str) -> None:
    headers = site.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers
    assert "Set-Cookie" not in headers


def test_the_overview_says_what_changed_and_what_comes_up(any_site: Site) -> None:
    words = any_site.page("/").words
    assert "43rd HWG Meeting moved to 2027-09-12 (was 2027-09-07)" in words
    assert "1 change on 1 of the last 60 days" in words


def test_what_comes_up_is_in_order_of_its_days(any_site: Site) -> None:
    text = any_site.page("/calendar?month=2027-09").text.partition("As a list")[2]
    assert re.findall(r'class="days">([^<]+)<', text) == ["2027-09-12", "2027-09-19"]
    following = any_site.page("/calendar?month=2027-10").text
    assert "Quay Forum" in following
    assert "43rd HWG Meeting" not in following


def test_a_calendar_that_is_not_whole_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/calendar?month=2027-09"
    assert "More pages announce" not in site.page(path).words
    assert "43rd HWG Meeting" in site.page(f"{path}&group=hwg").words
    monkeypatch.setattr(coming.events_between, "__kwdefaults__", {"page_ids": None, "most": 1})
    assert "More pages announce events for this month" in site.page(path).words


def test_a_change_shows_old_and_new_and_when_each_was_seen(site: Site) -> None:
    words = site.page(f"/changes/{change_of(site)}").words
    assert "<del>2027-09-07</del>" in words
    assert "<ins>2027-09-12</ins>" in words
    assert words.count("<time datetime=") >= 4
    assert "Both versions side by side" in words


def test_a_proof_is_that_of_the_command_line(site: Site) -> None:
    answer = site.page(f"/changes/{change_of(site)}/proof.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as proof:
        assert {"proof/README.txt", "proof/captures.warc.gz", "proof/SHA256SUMS"} <= set(proof.namelist())


@pytest.mark.parametrize("shape", ["", "&view=inline"])
def test_two_versions_are_compared_with_marks(site: Site, shape: str) -> None:
    words = site.page(f"{page_of(site)}/diff?from=&to={shape}").words
    assert "43rd HWG Meeting moved to 2027-09-12 (was 2027-09-07)" in words
    assert "<del>07</del>" in words
    assert "<ins>12</ins>" in words


def test_a_version_that_there_is_not_is_said_in_the_command_lines_words(site: Site) -> None:
    answer = site.get(f"{page_of(site)}/diff?from=2001-01-01")
    assert answer.status == 404
    assert "nothing is known of 2001-01-01" in answer.words
    answer = site.get(f"{page_of(site)}/diff?from=some%20day")
    assert answer.status == 400
    assert "is no date" in answer.words


def test_a_group_shows_contacts_with_tenure_events_projects_and_health(any_site: Site) -> None:
    words = any_site.page("/groups/HWG").words
    assert "Harbour Working Group" in words
    assert re.search(r"Mei Tan \(Ms\)</a>.{0,80}Programme Director.{0,300}named <time", words)
    assert "Port Workshop" in words
    assert "health-ok" in words


def test_a_group_as_of_a_day_is_as_its_page_was_then(sqlite_world: World) -> None:
    world = sqlite_world
    saved = world.folder / "saved.html"
    for day, at, more in ((3, "2019-05-01", ""), (9, "2021-05-01", "<h2>Tides</h2><p>They come and go.</p>")):
        saved.write_text(group_page(day, extra=more))
        world.wgwatch("import", str(saved), "--url", "https://harbour.example/hwg", "--at", at)
    with served(world) as site:
        assert "2027-09-03" in site.page("/groups/HWG?as_of=2020").words
        assert "Tides" not in site.page("/groups/HWG?as_of=2020").words
        assert "Tides" in site.page("/groups/HWG").words
        assert "2027-09-09" not in site.page("/groups/HWG?as_of=2020").words
        assert "2027-09-09" in site.page("/groups/HWG").words
        early = site.get("/groups/HWG?as_of=2018")
        assert early.status == 404
        assert "nothing is known of 2018-12-31: the earliest look is of 2019-05-01" in early.words

        silence = site.page("/records?kind=events&during=2020").words
        assert (
            "There was no look in 2020: the last before is of 2019-05-01, the next after of 2021-05-01."
            in silence
        )
        assert silence.index("2027-09-03") < silence.index("2027-09-09")
        page = page_of(site)
        then = site.page(f"{page}/as-of?date=2020-06-01").words
        assert "2019-05-01T00:00:00Z" in then
        assert "2021-05-01T00:00:00Z" in then
        assert "03 Sep 2027" in then


def test_records_are_narrowed_as_on_the_command_line(site: Site) -> None:
    assert "43rd HWG Meeting" in site.page("/records?kind=events&city=lima&held=2027-09").words
    assert "43rd HWG Meeting" not in site.page("/records?kind=events&city=hanoi").words
    assert "No events stood on the pages now." in site.page("/records?kind=events&city=Paris").words
    assert "Mei Tan" in site.page("/records?kind=contacts&person=tan&history=1").words
    assert site.get("/records?kind=ships").status == 400
    assert site.get("/records?as_of=2020&during=2020").status == 400


def test_a_record_tells_its_moves_with_the_pages_that_say_so(any_site: Site) -> None:
    record = re.search(r"/records/(evt_\w+)", any_site.page(f"/changes/{change_of(any_site)}").text)[1]  # type: ignore[index]
    words = any_site.page(f"/records/{record}").words
    assert "2 versions on 1 page" in words
    assert "<del>2027-09-07</del> <ins>2027-09-12</ins>" in words
    assert "/group" in words


def test_search_finds_texts_and_records_and_marks_the_words(any_site: Site) -> None:
    words = any_site.page("/search?q=small+ports").words
    assert "<mark>small</mark> <mark>ports</mark>" in words
    assert "/records/" in any_site.page("/search?q=workshop").text
    assert "No passage was found" in any_site.page("/search?q=submarine").words
    assert any_site.get("/search?q=%21%21").status == 400


def test_an_address_leads_to_its_page(site: Site) -> None:
    url = re.search(r'href="(http://127[^"]+/group)"', site.page(page_of(site)).text)[1]  # type: ignore[index]
    answer = site.get(f"/search?q={url}")
    assert (answer.status, answer.headers["Location"]) == (303, page_of(site))


def test_a_message_is_sent_again_by_its_button_alone(sqlite_world: World) -> None:
    world = sqlite_world
    world.hook_answers = [400, 400]
    moved(world)
    with served(world) as site:
        found = re.search(r"/deliveries/(msg_\w+)", site.page("/deliveries?state=dead").text)
        [path] = (
            [found[0]]
            if found
            else [re.search(r"/deliveries/msg_\w+", site.page("/deliveries?state=waiting").text)[0]]
        )  # type: ignore[index]
        assert site.get(f"{path}/retry").status == 405
        for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert site.post(f"{path}/retry", **headers).status == 403
        answer = site.post(f"{path}/retry", Sec_Fetch_Site="same-origin")
        assert (answer.status, answer.headers["Location"]) == (303, f"{path}?done=again")
        assert "It will be sent again" in site.page(f"{path}?done=again").words
    world.hook_answers = []
    world.wgwatch("dispatch", "--once")
    assert len(world.hooked()) == 1


def test_a_message_that_was_sent_is_not_sent_twice(site: Site) -> None:
    path = re.search(r"/deliveries/msg_\w+", site.page("/deliveries?state=sent").text)[0]  # type: ignore[index]
    assert "<button" not in site.page(path).text
    assert site.post(f"{path}/retry").headers["Location"].endswith("?done=sent")
    assert site.post(f"{path}/discard").headers["Location"].endswith("?done=sent")


def test_it_answers_to_its_own_names_alone(sqlite_world: World) -> None:
    sqlite_world.environ["WGWATCH_PUBLIC_URL"] = "https://wg.trade.example/"
    with served(moved(sqlite_world)) as site:
        assert site.get("/", Host="localhost:8765").status == 200
        asked = site.get(
            "/", Host="wg.trade.example"
        )  # not this machine: somebody from elsewhere, through a proxy
        assert (asked.status, asked.headers["WWW-Authenticate"]) == (401, 'Bearer realm="wgwatch"')
        assert site.get("/healthz", Host="10.1.2.3:8765").status == 200, "probes name no name"
        refused = site.get("/", Host="rebound.example")
        assert refused.status == 403
        assert "WGWATCH_PUBLIC_URL" in refused.text


@pytest.mark.parametrize(
    "path",
    [
        "/no-such-page",
        "/changes/chg_nowhere",
        "/records/evt_nowhere",
        "/groups/nobody",
        "/sources/nobody",
        "/pages/999",
        "/captures/0",
        f"/captures/{'0' * 64}",
        f"/archived/{'0' * 64}",
        "/deliveries/msg_nowhere",
        "/static/../app.py",
    ],
)
def test_what_there_is_not_is_said_so_in_the_look_of_the_others(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert "wgwatch.css" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/changes?since=yesterday", "/changes?kind=ship.sunk", "/calendar?month=13", "/deliveries?state=lost"],
)
def test_what_cannot_be_asked_so_is_said_so(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 400
    assert "That cannot be asked so" in answer.words


def test_a_page_that_was_found_to_be_another_leads_there(sqlite_world: World) -> None:
    world = sqlite_world
    saved = world.folder / "saved.html"
    for day, name, at in ((3, "old", "2019-05-01"), (9, "new", "2021-05-01")):
        saved.write_text(group_page(day))
        world.wgwatch("import", str(saved), "--url", f"https://harbour.example/{name}", "--at", at)
    world.wgwatch("alias", "https://harbour.example/old", "https://harbour.example/new")
    with served(world) as site:
        answers = [site.get(f"/pages/{number}/diff?to=2021") for number in (1, 2)]
        [moved_to] = [answer.headers["Location"] for answer in answers if answer.status == 301]
        assert moved_to.endswith("/diff?to=2021")
        assert "moved to 2027-09-09" in site.page(moved_to).words


def test_a_defect_of_ours_shows_no_traceback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.asking.browsing.changes_before", lambda *_, **__: 1 / 0)
    answer = site.get("/changes")
    assert answer.status == 500
    assert "a defect of wgwatch" in answer.words
    assert "ZeroDivisionError" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_pages_say_cannot_break_out_of_ours(sqlite_world: World) -> None:
    world = sqlite_world
    said = html.escape(HOSTILE)
    page = group_page(7).replace("Port Workshop", said).replace("Mei Tan", said)
    world.watch(world.show("/group", page))
    world.wgwatch("check")
    world.show("/group", page.replace("07 Sep", "12 Sep").replace("studies", f"studies {said}"))
    world.wgwatch("check")
    with served(world) as site:
        for path, text in walked(site).items():
            if not path.startswith("/archived") and text.startswith("<!doctype html>"):
                assert "<script>alert" not in text, path
                assert "<img src=x" not in text, path
                assert "49" not in re.findall(r"alert\(2\)&gt;(..)", text), path


def test_long_lists_go_on_where_they_stopped(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = sqlite_world
    monkeypatch.setattr("wgwatch.web.pages.changes.PIECE", 3)
    monkeypatch.setattr("wgwatch.web.pages.timeline.VERSIONS", 3)
    saved = world.folder / "saved.html"
    for number in range(8):
        saved.write_text(group_page(1 + number, extra=f"<p>Tide {number}</p>"))
        at = f"2021-0{1 + number}-01"
        world.wgwatch("import", str(saved), "--url", "https://harbour.example/hwg", "--at", at)
    with served(world) as site:
        seen = [
            one
            for text in pieces(site, "/changes")
            for one in re.findall(r'class="what">.*?/changes/(chg_\w+)', text)
        ]
        known = json.loads(world.wgwatch("changes", "--json").stdout)
        assert sorted(seen) == sorted(change["id"] for change in known)
        assert len(seen) > 6
        shown = [
            one
            for text in pieces(site, page_of(site))
            for one in re.findall(r'"/captures/([0-9a-f]{64})"', text)
        ]
        assert len(set(shown)) == len(shown) == 8


def pieces(site: Site, path: str) -> list[str]:
    """A list's pages, one after the other."""
    found, query = [], ""
    while True:
        found.append(site.page(path + query).text)
        older = re.search(r'class="more"><a href="(\?[^"]+)" rel="next"', found[-1])
        if older is None:
            return found
        query = html.unescape(older[1])


def test_pages_without_anything_say_what_to_do(sqlite_world: World) -> None:
    with served(sqlite_world) as site:
        for path in (
            "/",
            "/changes",
            "/groups",
            "/calendar",
            "/records",
            "/search",
            "/deliveries",
            "/status",
        ):
            assert site.page(path).status == 200
        assert "wgwatch init" in site.page("/").words
        assert "watchlist" in site.page("/subscriptions").words


def test_roles_periods_and_single_looks_are_told_on_either_database(any_site: Site) -> None:
    assert "Mei Tan" in any_site.page("/groups/HWG/roles/Programme%20Director").words
    during = any_site.page("/groups/HWG?during=2000..2100").words
    assert "2027-09-07" in during  # what the page no longer says
    assert "2027-09-12" in during
    assert "200" in any_site.page(f"{page_of(any_site)}/looks/1").words
    assert any_site.page(f"{page_of(any_site)}?during=2000..2100").text.count("what differed") == 1


def test_a_watch_that_nobody_hears_of_says_so(sqlite_world: World) -> None:
    declared = WATCHLIST.partition("subscriptions:")[0]
    sqlite_world.watch("https://harbour.example/hwg", text=declared)
    sqlite_world.wgwatch("apply")
    with served(sqlite_world) as site:
        words = site.page("/").words
        assert "Nobody hears of changes yet" in words
        assert "not looked at yet: <code>wgwatch check</code>" in words
