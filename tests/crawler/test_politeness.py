"""One request at a time and a pause before the next, in all crawls of a process and where redirects lead."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from config.networks import Networks
from crawler.answers import PageJob
from crawler.engine import crawl_host
from crawler.fetching.robots import LARGEST, RobotsEntry
from crawler.fetching.turns import PATIENCE, NotNow, Turns


@pytest.fixture
def crawl(robots, make_options):
    """Crawls, one after the other or side by side; gives the answers in the order in which they came."""

    def run(*groups, together=False, **changes):
        answers = []
        options = make_options(networks=Networks.parse(["loopback"]), **changes)

        async def keep(answer):
            answers.append(answer)

        async def all_of_them():
            crawls = [
                crawl_host(
                    [PageJob(page_id=n, url=url) for n, url in enumerate(urls, 1)], options, robots, keep
                )
                for urls in groups
            ]
            if together:
                await asyncio.gather(*crawls)
                return
            for one in crawls:
                await one

        asyncio.run(all_of_them())
        return answers

    return run


def gaps(site):
    """Seconds between requests as the site saw them: a new connection takes its time, so bounds leave room."""
    times = [asked.at for asked in site.asked]
    return [later - earlier for earlier, later in pairwise(times)]


def test_two_crawls_of_a_host_keep_the_delay_between_them(site, crawl):
    crawl([site.page("/a")], [site.page("/b")], delay=0.4)
    assert site.paths() == ["/robots.txt", "/a", "/b"]
    assert min(gaps(site)) >= 0.25


def test_two_crawls_of_a_host_at_once_take_turns(site, crawl):
    urls = [site.page(f"/{n}", wait=0.1) for n in range(4)]
    crawl(urls[:2], urls[2:], together=True, delay=0.4)
    assert site.most_at_once == 1
    assert min(gaps(site)) >= 0.25


def test_a_host_that_a_redirect_leads_to_has_its_own_turns(site, forbidden_site, crawl):
    other = forbidden_site
    urls = [
        site.page(f"/{n}", status=302, headers={"Location": other.page(f"/there{n}", wait=0.1)})
        for n in range(2)
    ]
    own = [other.page(f"/own{n}", wait=0.1) for n in range(3)]
    answers = crawl(urls, own, together=True, delay=0.4)
    assert [answer.status for answer in answers] == [200] * 5
    assert other.most_at_once == 1
    assert min(gaps(other)) >= 0.25


def test_a_hosts_lease_is_taken_where_a_redirect_leads_there_and_only_there(site, forbidden_site, crawl):
    visited, turns = [], Turns()
    turns.enter(site.url.removeprefix("http://"))

    @asynccontextmanager
    async def guest(host):
        visited.append(host)
        yield

    url = site.page("/a", status=302, headers={"Location": forbidden_site.page("/there")})
    (answer,) = crawl([url], turns=turns, guest=guest)
    assert answer.status == 200
    assert set(visited) == {forbidden_site.url.removeprefix("http://")}


def test_a_page_whose_redirect_leads_to_a_busy_host_waits(site, forbidden_site, crawl):
    @asynccontextmanager
    async def guest(host):
        raise NotNow("another process is at the host that it leads to", timedelta(minutes=2))
        yield

    turns, now = Turns(), datetime(2027, 9, 1, tzinfo=UTC)
    turns.enter(site.url.removeprefix("http://"))
    url = site.page("/a", status=302, headers={"Location": forbidden_site.page("/there")})
    (answer,) = crawl([url], turns=turns, guest=guest, clock=lambda: now)
    assert answer.not_before == now + timedelta(minutes=2)
    assert forbidden_site.asked == []


def test_a_guest_does_not_sit_through_a_long_pause():
    async def visit():
        turns = Turns()
        turns.rest("forum.example", PATIENCE + 50, PATIENCE + 20)

        @asynccontextmanager
        async def guest(host):
            yield

        with pytest.raises(NotNow) as raised:
            async with turns.take("forum.example", 0, guest=guest):
                raise AssertionError("it was asked")
        assert raised.value.wait > timedelta(seconds=PATIENCE + 15)

    asyncio.run(visit())


def test_a_pause_that_another_process_began_is_kept_but_never_longer_than_it_was(site, crawl):
    turns = Turns()
    turns.rest(site.url.removeprefix("http://"), 0.5, 3600.0)  # as where a clock was set back
    began = time.monotonic()
    crawl([site.page("/a")], turns=turns)
    assert 0.49 <= time.monotonic() - began < 3


def test_large_answers_are_followed_by_longer_pauses(site, crawl):
    urls = [site.page("/large", body=b"a" * 60_000), site.page("/small", body=b"a"), site.page("/last")]
    crawl(urls, bandwidth=100_000.0)
    after_robots, after_large, after_small = gaps(site)
    assert after_large >= 0.59
    assert max(after_robots, after_small) < 0.5


def test_a_page_is_not_asked_for_once_its_hours_are_over(site, robots, make_options):
    now = datetime(2027, 9, 1, 6, tzinfo=UTC)
    jobs = [
        PageJob(page_id=1, url=site.page("/day"), closes_at=now + timedelta(hours=1)),
        PageJob(page_id=2, url=site.page("/night"), closes_at=now),
    ]
    answers = []

    async def keep(answer):
        answers.append((answer.page_id, answer.not_before))

    asyncio.run(crawl_host(jobs, make_options(clock=lambda: now), robots, keep))
    assert answers == [(1, None), (2, now)]
    assert site.pages_asked() == ["/day"]


def test_requests_are_counted_before_they_are_made_and_redirects_and_robots_count(site, robots, make_options):
    spent = []

    async def spend(sources):
        if len(spent) == 3:
            raise NotNow("the 3 requests of today are spent", timedelta(hours=5))
        spent.append(tuple(sources))

    site.page("/there")
    urls = [site.page("/a", status=302, headers={"Location": "/there"}), site.page("/b"), site.page("/c")]
    answers = []

    async def keep(answer):
        answers.append((answer.status, answer.not_before is not None))

    jobs = [PageJob(page_id=n, url=url, sources=("harbour",)) for n, url in enumerate(urls, 1)]
    asyncio.run(crawl_host(jobs, make_options(spend=spend), robots, keep))
    assert answers == [(200, False), (0, True), (0, True)]
    assert site.paths() == ["/robots.txt", "/a", "/there"]
    assert spent == [("harbour",)] * 3


def test_a_robots_txt_that_had_to_wait_is_asked_for_again_by_the_same_crawl(site, robots, make_options):
    calls = []

    async def spend(sources):
        calls.append(sources)
        if len(calls) == 1:
            raise NotNow("not yet", timedelta(minutes=1))

    answers = []

    async def keep(answer):
        answers.append(answer.status)

    jobs = [PageJob(page_id=n, url=site.page(f"/{n}")) for n in (1, 2)]
    asyncio.run(crawl_host(jobs, make_options(spend=spend), robots, keep))
    assert answers == [0, 200]


def test_a_huge_robots_txt_is_read_in_whole_lines_up_to_the_bound(site, look, robots):
    start = b"User-agent: *\nDisallow: /members\n"
    filler = b"#" * 99 + b"\n"
    many = (LARGEST - len(start)) // len(filler)
    cut = b"Disallow: /" + b"x" * 200 + b"\n"
    site.page("/robots.txt", body=start + filler * many + cut + b"Disallow: /late\n")
    members, late = look(site.page("/members"), site.page("/late"))
    assert members.refused_by_robots
    assert late.status == 200
    assert robots.entries[site.url].body.endswith(b"#\n")


def test_an_answer_that_broke_off_at_robots_leaves_the_kept_one_alone(site, look, robots):
    old = RobotsEntry(200, b"", datetime.now(UTC) - timedelta(hours=25))
    robots.put(site.url, old)
    site.page("/robots.txt", status=503)
    assert look(site.page("/forum"))[0].error == "robots.txt answered 503: staying away"
    assert robots.entries[site.url] == old
