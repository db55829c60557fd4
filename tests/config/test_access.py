"""How a source lets us in, and what a browser renders, as the watchlist writes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.sentences import source_sentence
from config.watchlist import Watchlist

LIST = "sources: [{{name: harbour, pages: ['https://harbour.example/group'], {written}}}]"
ENVIRON = {"KEY": "k-123", "PASSWORD": "s3cret", "PROXY": "http://anna:s3cret@proxy.example:3128"}
EVERYTHING = """
    sources:
      - name: harbour
        pages: ["https://harbour.example/group", {url: "https://harbour.example/old", render: false}]
        render: {wait_for: "#events li", screenshot: yes}
        cookies: {consent: all}
        headers: {X-Key: "${KEY}"}
        basic: {user: anna, password: "${PASSWORD}"}
        login: {url: "https://harbour.example/login", fields: {user: anna, pass: "${PASSWORD}"}, check: Log out}
        proxy: ${PROXY}
"""


def test_secrets_come_from_the_environment_and_are_in_no_repr(load: Callable[..., Watchlist]) -> None:
    watchlist = load(EVERYTHING, ENVIRON)
    access = watchlist.sources[0].access
    assert access.headers["X-Key"].get_secret_value() == "k-123"
    assert access.basic is not None
    assert access.basic.password.get_secret_value() == "s3cret"
    assert access.login is not None
    assert {name: value.get_secret_value() for name, value in access.login.fields.items()} == {
        "user": "anna",
        "pass": "s3cret",
    }
    assert access.proxy is not None
    assert access.proxy.get_secret_value() == ENVIRON["PROXY"]
    said = repr(watchlist) + source_sentence(watchlist.sources[0], watchlist)
    assert not any(secret in said for secret in ("k-123", "s3cret"))


def test_a_page_may_be_rendered_or_not_against_its_source(load: Callable[..., Watchlist]) -> None:
    first, second = load(EVERYTHING, ENVIRON).pages()
    assert first.render is not None
    assert first.render.written() == {"wait_for": "#events li", "screenshot": True}
    assert second.render is not None
    assert second.render.written() is None


def test_what_is_done_is_said_in_the_sentence(load: Callable[..., Watchlist]) -> None:
    watchlist = load(EVERYTHING, ENVIRON)
    assert source_sentence(watchlist.sources[0], watchlist).endswith(
        "; a browser renders 1 of them; logs in at https://harbour.example/login; sends consent and X-Key; "
        "with user and password; through a proxy of its own."
    )


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("headers: {User-Agent: Mozilla}", "User-Agent cannot be set: wgwatch says who it is"),
        ("headers: {Cookie: a=1}", "Cookie cannot be set: write cookies instead"),
        ('headers: {X-Key: "a\\r\\nX-Other: b"}', "the value of X-Key holds a line's end"),
        ("headers: {'X Key': a}", "'X Key' is no name of a header"),
        ("headers: {X-Key: 17}", "should be text; put it in quotes"),
        ("cookies: {visit: 'a; b'}", "the value of visit holds a semicolon"),
        ("basic: {user: anna, password: '${NONE}'}", "NONE is not set; set it, or NONE_FILE"),
        ("login: {url: 'https://harbour.example/login', check: in}", "login.fields: is missing"),
        ("login: {url: 'https://harbour.example/login', fields: {a: b}}", "login.check: is missing"),
        ("proxy: proxy.example", "is no address of a proxy"),
        ("render: {waitfor: h1}", "is no known key; did you mean 'wait_for'?"),
    ],
)
def test_mistakes_are_told_without_the_value(
    problems: Callable[..., list[str]], written: str, problem: str
) -> None:
    [found] = problems(LIST.format(written=written), ENVIRON)
    assert problem in found
    assert "X-Other" not in found
