from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crawler.fetching.robots import RobotsEntry, product_token


def test_a_disallowed_page_is_not_asked_for(site, look):
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /members")
    members, forum = look(site.page("/members"), site.page("/forum"))
    assert (members.status, members.error, members.refused_by_robots) == (0, "robots.txt forbids it", True)
    assert forum.status == 200
    assert site.paths() == ["/robots.txt", "/forum"]


def test_rules_for_us_by_name_go_before_those_for_all(site, look):
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /\n\nUser-agent: WgWatch\nDisallow: /members")
    forum, members = look(site.page("/forum"), site.page("/members"))
    assert forum.status == 200
    assert members.refused_by_robots


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_site_without_robots_txt_allows_everything(site, look, status):
    site.page("/robots.txt", status=status, body=b"User-agent: *\nDisallow: /")
    assert look(site.page("/forum"))[0].status == 200


@pytest.mark.parametrize("status", [500, 503])
def test_a_robots_txt_out_of_order_keeps_us_away(site, look, status):
    site.page("/robots.txt", status=status, body=b"")
    first, second = look(site.page("/a"), site.page("/b"))
    assert first.error == second.error == f"robots.txt answered {status}: staying away"
    assert not first.refused_by_robots
    assert site.paths() == ["/robots.txt"]


def test_a_robots_txt_that_does_not_answer_keeps_us_away_but_only_for_this_crawl(site, look):
    site.page("/robots.txt", wait=2)
    (answer,) = look(site.page("/forum"), timeout=0.3)
    assert answer.error.startswith("no answer within 0.3 s (robots.txt")
    site.page("/robots.txt", body=b"")
    assert look(site.page("/forum"))[0].status == 200


def test_a_robots_txt_that_breaks_off_keeps_us_away(site, look):
    def half(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nUser-agent: *\n")

    site.page("/robots.txt", misbehave=half)
    assert look(site.page("/forum"))[0].error == "robots.txt broke off: staying away"


def test_a_redirected_robots_txt_is_followed_and_a_circle_means_no_rules(site, look):
    site.page("/robots.txt", status=301, headers={"Location": "/rules"})
    site.page("/rules", body=b"User-agent: *\nDisallow: /forum")
    assert look(site.page("/forum"))[0].refused_by_robots
    other = site.url.replace("127.0.0.1", "localhost")  # an origin of its own, so that nothing is kept
    site.page("/robots.txt", status=301, headers={"Location": "/robots.txt"})
    assert look(f"{other}/forum")[0].status == 200


def test_robots_txt_is_asked_for_once_a_day(site, look, robots):
    url = site.page("/forum")
    clock = [datetime(2026, 3, 1, tzinfo=UTC)]
    for hours in (0, 23, 2):
        clock[0] += timedelta(hours=hours)
        look(url, url, clock=lambda: clock[0])
    assert site.paths().count("/robots.txt") == 2
    assert robots.entries[site.url] == RobotsEntry(404, b"not here", clock[0])


def test_kept_rules_are_obeyed_without_asking(site, look, robots):
    now = datetime.now(UTC)
    robots.put(site.url, RobotsEntry(200, b"User-agent: *\nDisallow: /", now - timedelta(hours=5)))
    assert look(site.page("/forum"))[0].refused_by_robots
    assert site.paths() == []


def test_an_unchanged_robots_txt_with_validators_still_forbids(site, look):
    """A 304 for robots.txt would be taken for a file without rules."""
    site.page("/robots.txt", body=b"User-agent: *\nDisallow: /", headers={"ETag": '"1"'})
    url = site.page("/forum", headers={"ETag": '"1"'})
    assert [look(url)[0].refused_by_robots for _ in range(2)] == [True, True]


@pytest.mark.parametrize("kept", [False, True])
def test_crawl_delay_slows_us_down_from_the_first_page_on(site, look, robots, kept):
    body = b"User-agent: *\nCrawl-delay: 0.3"
    site.page("/robots.txt", body=body)
    if kept:
        robots.put(site.url, RobotsEntry(200, body, datetime.now(UTC)))
    look(*(site.page(f"/{n}") for n in range(3)), delay=0.05)
    times = [asked.at for asked in site.asked]
    assert len(times) == (3 if kept else 4)
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


def test_a_crawl_delay_below_our_own_delay_changes_nothing(site, look):
    site.page("/robots.txt", body=b"User-agent: *\nCrawl-delay: 0.01")
    started = time.monotonic()
    look(site.page("/a"), delay=0.3)
    assert time.monotonic() - started >= 0.29


def test_the_product_token_is_the_first_word_of_the_user_agent():
    assert product_token("wgwatch/0.1 (+mailto:webwatch@trade.example)") == "wgwatch"
    assert product_token("Wgwatch") == "wgwatch"
