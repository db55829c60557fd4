"""Cookies, headers, passwords and forms, against a site that lets in only who it knows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr
from world import Answer as Shown
from world import World, group_page

from config.access import Access, Basic, Login
from crawler.answers import Answer, PageJob
from crawler.fetching.access import Session

MEMBERS = b'<html><body><a class="logout" href="/out">Log out</a><p>The forum meets in May.</p></body></html>'
FORM = b"""<html><body><form action="/enter" method="post"><input type="hidden" name="token" value="t-17">
<input name="user"><input type="password" name="password"><button name="go" value="in">Enter</button>
</form></body></html>"""
Look = Callable[..., list[Answer]]


class Forum:
    """A site with a form: `sessions` are let in, `posts` is what came in through it."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()
        self.posts: list[dict[str, list[str]]] = []
        self.form = FORM
        forum = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path == "/login":
                    return self.say(200, forum.form)
                if self.path == "/robots.txt":
                    return self.say(404, b"")
                cookie = SimpleCookie(self.headers["Cookie"] or "").get("visit")
                if cookie and cookie.value in forum.sessions:
                    return self.say(200, MEMBERS)
                return self.say(302, b"", Location="/login")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                forum.posts.append(parse_qs(body))
                if forum.posts[-1].get("password") != ["s3cret"] or forum.posts[-1].get("token") != ["t-17"]:
                    return self.say(200, FORM)
                name = f"v{len(forum.posts)}"
                forum.sessions.add(name)
                return self.say(302, b"", Location="/group", **{"Set-Cookie": f"visit={name}; Path=/"})

            def say(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def job(self, session: Session) -> PageJob:
        return PageJob(page_id=1, url=f"{self.url}/group", session=session)


@pytest.fixture
def forum() -> Iterator[Forum]:
    forum = Forum()
    thread = threading.Thread(target=forum.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield forum
    forum.server.shutdown()
    forum.server.server_close()
    thread.join()


def member(forum: Forum, password: str = "s3cret", check: str = "a.logout") -> Session:
    fields = {"user": SecretStr("anna"), "password": SecretStr(password)}
    return Session(Access(login=Login(url=f"{forum.url}/login", fields=fields, check=check)))


# What is sent with every request


def test_cookies_headers_and_a_password_go_with_the_page_and_nowhere_into_the_evidence(
    site, look: Look
) -> None:
    access = Access(
        cookies={"consent": SecretStr("all-of-it")},
        headers={"X-Key": SecretStr("k-123")},
        basic=Basic(user="anna", password="s3cret"),
    )
    (answer,) = look(PageJob(page_id=1, url=site.page("/forum"), session=Session(access)))
    robots, page = site.asked
    assert page.headers["cookie"] == "consent=all-of-it"
    assert page.headers["x-key"] == "k-123"
    assert page.headers["authorization"] == "Basic YW5uYTpzM2NyZXQ="
    assert not {"cookie", "x-key", "authorization"} & robots.headers.keys()
    assert {name.lower() for name, _ in answer.asked}.isdisjoint({"cookie", "x-key", "authorization"})
    assert not any(secret in repr(access) for secret in ("all-of-it", "k-123", "s3cret"))


def test_a_redirect_to_another_site_gets_none_of_it(site, look: Look) -> None:
    site.page("/elsewhere")
    other = site.url.replace("127.0.0.1", "localhost")
    url = site.page("/old", status=302, headers={"Location": f"{other}/elsewhere"})
    access = Access(
        cookies={"a": SecretStr("1")}, headers={"X-Key": SecretStr("k")}, basic=Basic(user="u", password="p")
    )
    (answer,) = look(PageJob(page_id=1, url=url, session=Session(access)))
    assert answer.status == 200
    assert "x-key" in next(asked for asked in site.asked if asked.path == "/old").headers
    assert not {"cookie", "x-key", "authorization"} & site.asked[-1].headers.keys()


def test_what_a_site_makes_of_a_cookie_stands_at_the_next_look(site, look: Look) -> None:
    url = site.page("/forum", headers={"Set-Cookie": "consent=renewed; Path=/"})
    session = Session(Access(cookies={"consent": SecretStr("given")}))
    look(PageJob(page_id=1, url=url, session=session))
    look(PageJob(page_id=1, url=url, session=session))
    pages = [asked.headers["cookie"] for asked in site.asked if asked.path == "/forum"]
    assert pages == ["consent=given", "consent=renewed"]


# Forms


@pytest.mark.parametrize("check", ["a.logout", "Log out"])
def test_a_form_lets_us_in_once_for_many_looks(forum: Forum, look: Look, check: str) -> None:
    session = member(forum, check=check)
    first, second = look(forum.job(session), forum.job(session))
    (third,) = look(forum.job(session))
    assert [answer.body for answer in (first, second, third)] == [MEMBERS] * 3
    assert forum.posts == [{"token": ["t-17"], "user": ["anna"], "password": ["s3cret"], "go": ["in"]}]
    assert "s3cret" not in repr((first, session))


def test_a_session_that_ended_is_begun_again_once(forum: Forum, look: Look) -> None:
    session = member(forum)
    look(forum.job(session))
    forum.sessions.clear()
    (answer,) = look(forum.job(session))
    assert (answer.error, answer.body) == (None, MEMBERS)
    assert answer.final_url == f"{forum.url}/group"
    assert len(forum.posts) == 2


def test_a_wrong_password_is_the_pages_failure_and_is_not_tried_again_at_once(
    forum: Forum, look: Look
) -> None:
    session = member(forum, password="wr0ng")
    first, second = look(forum.job(session), forum.job(session))
    assert first.error == second.error == f"logging in at {forum.url}/login: it does not let us in (200)"
    assert len(forum.posts) == 1
    later = datetime.now(UTC) + timedelta(minutes=16)
    look(forum.job(session), clock=lambda: later)
    assert len(forum.posts) == 2


def test_a_page_that_never_shows_that_we_are_in_is_a_failure(forum: Forum, look: Look) -> None:
    (answer,) = look(forum.job(member(forum, check="Welcome, Anna")))
    assert answer.error is not None
    assert "still does not show 'Welcome, Anna'" in answer.error
    assert len(forum.posts) == 2


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (b"<html><body>Closed</body></html>", "shows no form with user and password"),
        (FORM.replace(b"post", b"get"), "would put the password into an address"),
    ],
)
def test_a_form_that_is_not_there_or_not_safe_is_told(
    forum: Forum, look: Look, form: bytes, reason: str
) -> None:
    forum.form = form
    (answer,) = look(forum.job(member(forum)))
    assert answer.error is not None
    assert reason in answer.error
    assert forum.posts == []


# In a whole check


def test_a_source_has_its_own_proxy_and_no_secret_is_stored(sqlite_world: World) -> None:
    world = sqlite_world
    url = "http://harbour.example/group"  # that only the proxy can reach
    world.pages[url] = Shown(group_page().encode())
    open_to_all = world.show("/open", group_page(number=2))
    world.environ |= {"KEY": "k-123", "PROXY": world.url.replace("//", "//anna:pr0xy@")}
    (world.folder / "watchlist.yaml").write_text(f"""
defaults: {{delay: 0 seconds}}
sources:
  - name: harbour
    pages: ["{url}"]
    proxy: ${{PROXY}}
    headers: {{X-Key: "${{KEY}}"}}
    cookies: {{visit: c00kie}}
    basic: {{user: anna, password: pa55word}}
  - {{name: open, pages: ["{open_to_all}"]}}
""")
    checked = world.wgwatch("check")
    assert (url, 200) in world.requests
    assert ("/open", 200) in world.requests
    said = checked.output + world.wgwatch("export", "watchlist").output + world.wgwatch("status").output
    stored = b"".join(path.read_bytes() for path in world.folder.glob("wgwatch.db*"))
    for secret in ("k-123", "pr0xy", "c00kie", "pa55word", "YW5uYTpwYTU1d29yZA"):
        assert secret not in said
        assert secret.encode() not in stored
