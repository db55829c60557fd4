"""The API as a program meets it: the command line's words and shapes, pieces of lists, refusals, what is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from website import Answer, Site, moved, served
from world import World, group_page

BASE = "/api/v1"


def got(site: Site, path: str, **headers: str) -> Any:
    """What an operation says."""
    answer = site.get(BASE + path, **headers)
    assert answer.status == 200, (path, answer.status, answer.text)
    assert answer.headers["Content-Type"] == "application/json"
    return json.loads(answer.body)


def refused(answer: Answer, status: int) -> Any:
    """A problem's details."""
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json"), (
        answer.text
    )
    said = json.loads(answer.body)
    assert said["status"] == status
    assert said["detail"]
    return said


def walked(site: Site, path: str) -> list[Any]:
    """A list from its first piece to its last, by its `next`."""
    found, following = [], BASE + path
    while following:
        answer = site.page(following)
        piece = json.loads(answer.body)
        found += piece["items"]
        following = piece["next"]
        assert answer.headers.get("Link") == (f'<{following}>; rel="next"' if following else None)
    return found


@pytest.mark.parametrize("kind", ["events", "contacts", "projects", "news", "groups"])
def test_records_are_those_of_the_command_line(any_site: Site, kind: str) -> None:
    piece = got(any_site, f"/records?kind={kind}")
    said = any_site.world.json(kind)
    assert sorted(piece["items"], key=lambda one: one["id"]) == sorted(said, key=lambda one: one["id"])
    if kind == "events":
        assert piece["items"] == said
        assert got(any_site, "/records?kind=events&city=lima&held=2027-09&history=true")["items"]


def test_one_thing_of_each_kind_is_what_the_command_line_shows(any_site: Site) -> None:
    world = any_site.world
    change = got(any_site, "/changes?kind=event.moved")["items"][0]
    assert change == got(any_site, f"/changes/{change['id']}") == world.json("show", change["id"])
    record = change["record"]["id"]
    assert got(any_site, f"/records/{record}") == world.json("show", record)
    delivery = got(any_site, "/deliveries?state=sent")["items"][0]
    assert got(any_site, f"/deliveries/{delivery['id']}") == world.json("show", delivery["id"])
    assert {**got(any_site, "/status"), "size": 0} == {**world.json("status"), "size": 0}
    assert got(any_site, "/search?q=small+ports")["items"] == world.json("search", "small", "ports")
    assert got(any_site, "/sources/harbour")["health"] == {"ok": 1}


def test_a_page_has_versions_a_past_and_differences(any_site: Site) -> None:
    world = any_site.world
    [page] = got(any_site, "/pages?source=harbour&health=ok&group=hwg")["items"]
    assert got(any_site, f"/pages/{page['id']}")["addresses"] == [page["url"]]
    kept = got(any_site, f"/pages/{page['id']}/captures")["items"]
    assert kept == world.json("captures", page["url"])[::-1]
    said = got(any_site, f"/pages/{page['id']}/as-of?date=2199")
    assert said["capture"] == kept[0]
    assert "12 Sep 2027 43rd HWG Meeting" in said["text"]
    differs = got(any_site, f"/pages/{page['id']}/diff?from={kept[1]['id']}&to={kept[0]['sha256'][:12]}")
    assert differs["changes"] == world.json("diff", page["url"])
    answer = got(any_site, f"/captures/{kept[0]['sha256']}")
    assert answer["seen"][0]["capture"] == kept[0]
    text = any_site.page(answer["links"]["text"])
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.text == said["text"] + "\n"
    assert any_site.page(answer["links"]["bytes"]).body == group_page(12).encode()


def test_feeds_are_made_on_either_database(any_site: Site) -> None:
    for address in ("changes.atom", "groups/HWG.ics", "sources/harbour.vcf", "subscriptions/newsroom.ics"):
        assert any_site.page(f"/feeds/{address}").body


@pytest.mark.parametrize(
    "path",
    [
        "/records?kind=events",
        "/changes",
        "/changes?kind=event&kind=contact",
        "/deliveries",
        "/search?q=small",
    ],
)
def test_lists_in_pieces_are_the_whole_list(many: Site, path: str) -> None:
    joint = "&" if "?" in path else "?"
    whole = got(many, f"{path}{joint}limit=500")
    assert whole["next"] is None
    assert len(whole["items"]) > 1
    assert walked(many, f"{path}{joint}limit=1") == whole["items"]


def test_versions_and_pages_come_in_pieces_too(many: Site) -> None:
    pages = walked(many, "/pages?limit=1")
    assert len(pages) == len({page["id"] for page in pages}) == 3
    assert walked(many, "/pages?limit=1&group=hwg") == walked(many, "/pages?group=hwg")
    for page in pages:
        whole = got(many, f"/pages/{page['id']}/captures?limit=500")["items"]
        assert walked(many, f"/pages/{page['id']}/captures?limit=1") == whole


def test_a_record_of_pages_that_are_asked_apart_is_listed_once(
    many: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {one["id"]: one for one in got(many, "/records?kind=events")["items"]}
    monkeypatch.setattr("wgwatch.past.walking.AT_ONCE", 1)
    apart = walked(many, "/records?kind=events&limit=2")
    assert len(apart) == len(whole)
    assert {one["id"]: one for one in apart} == whole
    assert any(len(one["pages"]) > 1 for one in apart)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/changes?since=yesterday", "since"),
        ("/changes?until=2016-02-30", "until"),
        ("/changes?kind=ship.sunk", "kind"),
        ("/changes?colour=red", "colour"),
        ("/changes?group=HWG&group=QWG", "group"),
        ("/changes?limit=0", "limit"),
        ("/changes?limit=9999", "limit"),
        ("/changes?after=nowhere", "after"),
        ("/changes?after=WyJjaGdfbm93aGVyZSJd", "after"),
        ("/deliveries?state=lost", "state"),
        ("/records", "kind"),
        ("/records?kind=ships", "kind"),
        ("/records?kind=events&during=2020..2019", "during"),
        ("/records?kind=events&as_of=2020&during=2020", "during"),
        ("/records?kind=events&person=Tan", "person"),
        ("/records?kind=contacts&held=2020", "held"),
        ("/records?kind=events&history=1", "history"),
        ("/records?kind=events&after=WzFd", "after"),
        ("/search?q=%21%21", "q"),
        ("/search", "q"),
        ("/search?q=a%00b", "q"),
        ("/pages?source=%00", "source"),
    ],
)
def test_what_cannot_be_asked_so_is_refused_by_name(site: Site, path: str, parameter: str) -> None:
    said = refused(site.get(BASE + path), 400)
    assert parameter in [error["parameter"].partition(".")[0] for error in said["errors"]]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/sources/nobody",
        "/pages?source=nobody",
        "/pages/999",
        f"/pages/{10**30}",
        "/pages/999/captures",
        "/captures/0",
        f"/captures/{'0' * 64}",
        "/records/evt_nowhere",
        "/records/%00",
        "/changes/chg_nowhere",
        "/changes?group=nobody",
        "/deliveries/msg_nowhere",
    ],
)
def test_what_there_is_not_is_said_so(site: Site, path: str) -> None:
    refused(site.get(BASE + path), 404)


def test_methods_that_there_are_not_are_named(site: Site) -> None:
    answer = site.post(f"{BASE}/changes")
    refused(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD"


def test_an_answer_that_is_known_is_not_sent_again(site: Site) -> None:
    first = site.page(f"{BASE}/changes")
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for known in (tag, f'W/{tag}, "other"', "*"):
        again = site.get(f"{BASE}/changes", If_None_Match=known)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert site.get(f"{BASE}/changes", If_None_Match='"other"').status == 200


def test_who_asks_for_the_head_alone_gets_no_body(site: Site) -> None:
    whole = site.page(f"{BASE}/changes")
    head = site.send("HEAD", f"{BASE}/changes", None)
    assert (head.status, head.body) == (200, b"")
    assert [head.headers[name] for name in ("ETag", "Content-Length")] == [
        whole.headers["ETag"],
        str(len(whole.body)),
    ]


def test_silence_is_no_empty_list(sqlite_world: World) -> None:
    world = sqlite_world
    saved = world.folder / "saved.html"
    for day, at in ((3, "2019-05-01"), (9, "2021-05-01")):
        saved.write_text(group_page(day))
        world.wgwatch("import", str(saved), "--url", "https://harbour.example/hwg", "--at", at)
    with served(world) as site:
        early = refused(site.get(f"{BASE}/records?kind=events&as_of=2018"), 404)
        assert early["detail"] == "nothing is known of 2018-12-31: the earliest look is of 2019-05-01"
        unseen = refused(site.get(f"{BASE}/records?kind=events&during=2020"), 404)
        assert unseen["last_look"] == "2019-05-01T00:00:00Z"
        assert (len(unseen["before"]), len(unseen["after"])) == (3, 3)
        then = got(site, "/records?kind=events&as_of=2020")["items"]
        assert then == world.json("events", "--as-of", "2020")


def test_a_message_is_sent_again_or_never_by_a_program(sqlite_world: World) -> None:
    world = sqlite_world
    world.hook_answers = [400, 400]
    moved(world)
    with served(world) as site:
        [dead] = [one for one in got(site, "/deliveries")["items"] if one["channel"] == "webhook"]
        path = f"{BASE}/deliveries/{dead['id']}"
        done = site.post(f"{path}/discard")
        assert (done.status, json.loads(done.body)["state"]) == (200, "discarded")
        refused(site.post(f"{path}/discard"), 409)
        assert json.loads(site.post(f"{path}/retry").body)["state"] == "waiting"
    world.hook_answers = []
    world.wgwatch("dispatch", "--once")
    assert len(world.hooked()) == 1
    with served(world) as site:
        refused(site.post(f"{path}/retry"), 409)


def test_a_defect_of_ours_shows_no_traceback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.asking.browsing.changes_before", lambda *_, **__: 1 / 0)
    answer = site.get(f"{BASE}/changes")
    assert "ZeroDivisionError" not in answer.text
    refused(answer, 500)


def test_who_asks_too_often_waits(sqlite_world: World) -> None:
    sqlite_world.environ["WGWATCH_API_RATE"] = "3"
    with served(moved(sqlite_world)) as site:
        answers = [site.get(f"{BASE}/sources") for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert answers[0].headers["RateLimit-Policy"] == '"minute";q=3;w=60'
        assert answers[0].headers["RateLimit"] == '"minute";r=2;t=20'
        refused(answers[3], 429)
        assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
        assert site.get("/changes").status == 200  # the pages are not counted


def test_other_sites_may_read_where_the_setting_says_so(sqlite_world: World) -> None:
    origin = "https://desk.trade.example"
    sqlite_world.environ["WGWATCH_API_CORS"] = origin
    with served(moved(sqlite_world)) as site:
        answer = site.get(f"{BASE}/sources", Origin=origin, Sec_Fetch_Site="cross-site")
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Access-Control-Allow-Credentials" not in answer.headers
        other = site.get(f"{BASE}/sources", Origin="https://evil.example")
        assert "Access-Control-Allow-Origin" not in other.headers
        assert "Access-Control-Allow-Origin" not in site.get("/changes", Origin=origin).headers


def test_nobody_elses_page_may_read_without_the_setting(site: Site) -> None:
    answer = site.get(f"{BASE}/sources", Origin="https://desk.trade.example")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_tells_people_all_that_can_be_asked(site: Site) -> None:
    words = site.page("/api").words
    described = json.loads(site.page(f"{BASE}/openapi.json").body)
    assert [path for path in described["paths"] if path not in words] == []


def test_a_subscription_is_rehearsed_over_the_past(site: Site) -> None:
    since = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d")
    said = site.world.json("subscriptions", "preview", "newsroom", "--since", since)
    assert got(site, f"/subscriptions/newsroom/preview?since={since}")["items"] == said
    assert [change["kind"] for change in said[0]["changes"]] == ["event.moved"]
    assert got(site, "/subscriptions/newsroom/preview?since=2001")["notes"] == [
        "Only the last year was looked at."
    ]


def sent(site: Site, method: str, path: str, said: Any = None) -> Answer:
    """What is answered to a request with a JSON body."""
    body = said if isinstance(said, bytes) or said is None else json.dumps(said).encode()
    return site.send(method, BASE + path, body)


def test_a_subscription_is_made_changed_paused_and_removed(sqlite_world: World) -> None:
    world = sqlite_world
    with served(moved(world)) as site:
        made = sent(site, "POST", "/subscriptions", {"name": "desk", "email": "desk@trade.example"})
        assert (made.status, made.headers["Location"]) == (201, f"{BASE}/subscriptions/desk")
        assert json.loads(made.body) == got(site, "/subscriptions/desk")
        assert [one["name"] for one in walked(site, "/subscriptions?limit=1")] == ["newsroom", "crm", "desk"]
        assert got(site, "/subscriptions")["items"] == world.json("subscriptions", "list")
        said = {"name": "desk", "email": ["desk@trade.example"], "tell": ["contacts"]}
        assert json.loads(sent(site, "PUT", "/subscriptions/desk", said).body)["tell"] == ["contacts"]
        assert json.loads(sent(site, "POST", "/subscriptions/desk/pause").body)["paused_at"]
        assert json.loads(sent(site, "POST", "/subscriptions/desk/resume").body)["paused_at"] is None
        assert sent(site, "DELETE", "/subscriptions/desk").status == 204
        refused(site.get(f"{BASE}/subscriptions/desk"), 404)
        refused(sent(site, "DELETE", "/subscriptions/newsroom"), 409)  # it stands in the file


@pytest.mark.parametrize(
    ("said", "parameter"),
    [
        ({"name": "desk", "email": "nobody"}, "email"),
        ({"name": "newsroom", "email": "a@b.example"}, "name"),
        ({"name": "desk", "email": "a@b.example", "colour": "red"}, "colour"),
        (b"{", ""),
        (b"[1]", ""),
        (b'{"name": "a\\u0000b"}', ""),
        (b'{"name": "\\ud800"}', ""),
        (b"[" * 50_000, ""),
    ],
)
def test_a_subscription_that_will_not_do_is_refused_by_name(site: Site, said: Any, parameter: str) -> None:
    found = refused(sent(site, "POST", "/subscriptions", said), 400)
    assert parameter in [error["parameter"].partition(".")[0] for error in found["errors"]]


def test_a_body_that_is_too_long_is_not_read(site: Site) -> None:
    refused(sent(site, "POST", "/subscriptions", b" " * 100_000), 413)


def test_a_page_is_added_looked_at_and_taken_back(sqlite_world: World) -> None:
    world = moved(sqlite_world)
    url = world.show("/other", group_page(3))
    with served(world) as site:
        made = sent(site, "POST", "/pages", {"url": url, "check": "every 12 hours"})
        page = json.loads(made.body)
        assert (made.status, made.headers["Location"]) == (201, f"{BASE}/pages/{page['id']}")
        assert (page["url"], page["origin"]) == (url, "api")
        refused(sent(site, "POST", "/pages", {"url": url}), 409)
        refused(sent(site, "POST", "/pages", {"url": "ftp://harbour.example/"}), 400)
        world.wgwatch("check", url)
        early = sent(site, "POST", f"/pages/{page['id']}/check")
        refused(early, 429)
        assert 1 <= int(early.headers["Retry-After"]) <= 60
        world.ahead += timedelta(minutes=2)
        asked = sent(site, "POST", f"/pages/{page['id']}/check")
        assert (asked.status, json.loads(asked.body)["is_running"]) == (202, False)
        assert got(site, f"/pages/{page['id']}")["next_look"] == json.loads(asked.body)["at"]
        assert sent(site, "DELETE", f"/pages/{page['id']}").status == 204
        refused(sent(site, "DELETE", f"/pages/{page['id']}"), 409)
        refused(sent(site, "POST", f"/pages/{page['id']}/check"), 409)
