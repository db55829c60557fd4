"""When pages are looked at: habits, budgets, hours, limits of a day, hints; with a clock that is driven on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from world import World, group_page

from config.settings import Settings
from crawler.fetching.hosts import HOST
from crawler.pipelines import Outcome
from crawler.timing import pacing
from storage import pages
from storage.pages import Page
from storage.watched import pace
from storage.work import leases
from wgwatch.application import Application
from wgwatch.watching.applying import apply

MORNING = datetime(2027, 3, 1, 8, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


CHECKED = "sources: [{{name: harbour, pages: [{}], check: every 6 hours}}]\n"


class Watch:
    """What `run` does when pages are due, at the time that the test says."""

    def __init__(self, world: World) -> None:
        self.now = MORNING
        self.world = world
        settings = Settings.load(world.environ, world.folder)
        self.application = Application(settings, world.environ, clock=lambda: self.now)
        self.database = self.application.database

    def declare(self, text: str) -> None:
        (self.world.folder / "watchlist.yaml").write_text(text)
        apply(self.database, self.application.watchlist(), self.now)

    def look(self, *, only_due: bool = True) -> list[Outcome]:
        """Look at what is due now, or at all."""
        outcomes: list[Outcome] = []

        async def note(outcome: Outcome) -> None:
            outcomes.append(outcome)

        with self.database.read() as connection:
            due = pages.due(connection, self.now) if only_due else pages.all_pages(connection)
        asyncio.run(self.application.round().look(due, note, only_due=only_due))
        return outcomes

    def until(self, end: datetime, on_look: Callable[[list[Outcome]], None] = lambda found: None) -> int:
        """Go from one due look to the next; answers how many there were."""
        count = 0
        while True:
            with self.database.read() as connection:
                coming = pages.next_due(connection)
            if coming is None or coming > end:
                self.now = end
                return count
            self.now = max(self.now, coming)
            found = self.look()
            count += len(found)
            on_look(found)

    def rescale(self) -> dict[str | None, float]:
        """What `run` does once a day."""
        with self.database.write() as connection:
            pacing.rescale(connection, self.now)
            return pacing.scales_of(connection)

    def page(self, end: str = "") -> Page:
        with self.database.read() as connection:
            return next(page for page in pages.all_pages(connection) if page.url.endswith(end))

    def wait(self, end: str = "") -> timedelta:
        """How far ahead the next look is."""
        due = self.page(end).next_check_at
        assert due is not None
        return due - self.now

    def status(self) -> str:
        self.world.ahead = self.now - datetime.now(UTC)
        return " ".join(self.world.wgwatch("status").stdout.split())


@pytest.fixture
def watch(world: World) -> Iterator[Watch]:
    made = Watch(world)
    yield made
    made.application.close()


@pytest.fixture
def quick(sqlite_world: World) -> Iterator[Watch]:
    made = Watch(sqlite_world)
    yield made
    made.application.close()


def source(*urls: str, name: str = "harbour", **more: object) -> str:
    said = "".join(f", {key}: {value}" for key, value in more.items())
    return f"  - {{name: {name}, pages: [{', '.join(urls)}]{said}}}\n"


def watchlist(*sources: str, **defaults: object) -> str:
    said = {"delay": "0 seconds", **defaults}
    shared = ", ".join(f"{key}: {value}" for key, value in said.items())
    return f"timezone: UTC\ndefaults: {{{shared}}}\nsources:\n{''.join(sources)}"


def test_adaptive_pages_share_the_budget_by_how_often_they_change(quick: Watch) -> None:
    """Two pages and six looks a day: the busy one gets most of them, and status says why."""
    world, day = quick.world, [1]
    urls = [world.show(f"/{name}", group_page(7)) for name in ("busy", "calm")]
    quick.declare(watchlist(source(*urls), check="adaptive", budget="6 looks a day"))

    def edit(found: list[Outcome]) -> None:
        if any(outcome.url.endswith("/busy") for outcome in found):
            day[0] = day[0] % 28 + 1
            world.show("/busy", group_page(day[0]))

    looks = quick.until(MORNING + DAY, edit)
    quick.rescale()
    looks += quick.until(MORNING + 2 * DAY, edit)
    assert 10 <= looks <= 20  # it learns fast here, and the budget is shared anew once a day
    scales = quick.rescale()
    busy, calm = quick.page("/busy"), quick.page("/calm")
    pauses = [pacing.adaptive_interval(page, pacing.habit_of(page), scales) for page in (busy, calm)]
    assert sum(DAY / pause for pause in pauses if pause) == pytest.approx(6, rel=0.01)
    assert quick.wait("/busy") < quick.wait("/calm") / 1.5
    status = quick.status()
    assert "Budget: 6 looks a day, 0 by fixed schedules, 6 shared by 2 adaptive pages" in status
    assert f"Changed {busy.arrivals - 1} times in 2 days, so it is looked at every" in status
    assert "Has not changed in 2 days, so it is looked at every" in status


def test_a_page_that_weighs_four_times_as_much_is_looked_at_twice_as_often(quick: Watch) -> None:
    world = quick.world
    dear = source(world.show("/dear", group_page(7)), name="dear", weight=4)
    usual = source(world.show("/usual", group_page(8)), world.show("/own", group_page(9)), name="usual")
    both = source(world.url + "/dear", name="both", weight=2)
    quick.declare(watchlist(dear, usual, both, check="adaptive", budget="20 looks a day"))
    quick.look()
    assert quick.wait("/dear") == pytest.approx(quick.wait("/usual") / 2, rel=0.01)
    assert quick.wait("/usual") == pytest.approx(timedelta(hours=4.8), rel=0.01)
    status = quick.status()
    assert "20 shared by 3 adaptive pages; 3 made today" in status
    assert "so it is looked at every 2 hours by its weight of 4." in status
    assert "dear: looks at 1 page" in (said := world.wgwatch("validate").stdout)
    assert "weighing 4" in said


def test_fixed_schedules_come_first_and_adaptive_pages_share_what_they_leave(watch: Watch) -> None:
    world = watch.world
    fixed = source(world.show("/fixed", group_page(7)), name="fixed", check="every 1 hour")
    paced = source(world.show("/paced", group_page(8)), name="paced", check="adaptive")
    own = source(world.show("/own", group_page(9)), name="own", check="adaptive", budget="48 looks a day")
    watch.declare(watchlist(fixed, paced, own, budget="26 looks a day"))
    watch.look()
    assert watch.wait("/fixed") == HOUR
    assert 11 * HOUR < watch.wait("/paced") < 13 * HOUR
    assert 0.45 * HOUR < watch.wait("/own") < 0.55 * HOUR
    status = watch.status()
    assert "Budget: 26 looks a day, 24 by fixed schedules, 2 shared by 1 adaptive page" in status
    assert "Budget of own: 48 looks a day, 0 by fixed schedules, 48 shared by 1 adaptive page" in status


def test_without_a_budget_adaptive_pages_cost_what_the_usual_schedule_would(quick: Watch) -> None:
    quick.declare(watchlist(source(quick.world.show("/a", group_page(7)), check="adaptive")))
    quick.look()
    assert 5.9 * HOUR < quick.wait() < 6.1 * HOUR
    assert "nothing is known of its changes yet, so it is looked at every 6 hours." in quick.status()


def visited(number: int) -> str:
    return group_page(7).replace("<h2>Events", f"<p>You are visitor number {number}.</p><h2>Events")


def test_noise_and_pages_that_cannot_be_read_teach_nothing(quick: Watch) -> None:
    world = quick.world
    quick.declare(watchlist(source(world.show("/a", visited(100))), check="every 1 hour"))
    for number in range(5):
        world.show("/a", visited(101 + 7 * number))
        quick.look()
        quick.now += HOUR
    noisy = quick.page()
    world.show("/a", visited(200))
    assert [outcome.outcome for outcome in quick.look()] == ["unchanged"]
    learned = quick.page()
    assert (learned.habit_changes or 0) <= (noisy.habit_changes or 0)
    assert (learned.habit_days or 0) > (noisy.habit_days or 0)
    world.show("/a", "out of order", status=503)
    quick.now += HOUR
    assert [outcome.outcome for outcome in quick.look()] == ["failed"]
    failed = quick.page()
    assert (failed.habit_changes, failed.habit_days) == (learned.habit_changes, learned.habit_days)


def test_the_requests_of_a_day_are_never_exceeded_and_pages_wait_for_the_next(watch: Watch) -> None:
    world = watch.world
    urls = [world.show(f"/{n}", group_page(7, number=n)) for n in range(4)]
    few = source(*urls[:3], name="few", requests='"3 requests a day"')
    watch.declare(watchlist(few, source(urls[3], name="many"), requests="5 requests a day"))
    outcomes = sorted((o.url[-2:], o.outcome) for o in watch.look())
    assert [outcome for _, outcome in outcomes] == ["baseline", "baseline", "waiting", "baseline"]
    assert len(world.requests) == 4  # robots.txt, and three pages
    asked = [outcome.outcome for outcome in watch.look(only_due=False)]  # `check` may not exceed it either
    assert asked == ["waiting", "waiting", "waiting", "unchanged"]
    assert {outcome.outcome for outcome in watch.look(only_due=False)} == {"waiting"}
    assert len(world.requests) == 5
    assert watch.wait("/2") == timedelta(hours=16)
    assert watch.page("/2").health != "failed"
    status = watch.status()
    assert "Requests today for few: 3 of 3; pages wait until 2027-03-02 00:00 UTC" in status
    assert "waits: the 5 requests of today are spent" in status
    watch.now += timedelta(hours=16)
    before = len(world.requests)
    watch.look()
    assert watch.page("/2").health == "ok"
    assert len(world.requests) - before <= 5


def test_pages_are_looked_at_in_their_hours_only(quick: Watch) -> None:
    world = quick.world
    night = source(
        world.show("/night", group_page(7)), name="night", hours="22:00-06:00", check="every 5 hours"
    )
    quick.declare(watchlist(night, source(world.show("/day", group_page(8)), name="day")))
    assert sorted(outcome.outcome for outcome in quick.look()) == ["baseline", "waiting"]
    assert "/night" not in [path for path, _ in world.requests]
    seen: list[datetime] = []
    quick.until(MORNING + 2 * DAY, lambda found: seen.extend(quick.now for o in found if "night" in o.url))
    assert [moment.hour for moment in seen] == [22, 3, 22, 3]
    assert quick.page("/night").health == "ok"
    assert quick.look(only_due=False)[-1].outcome in ("unchanged", "changed")  # who asks is not kept waiting


def test_a_page_of_two_sources_is_looked_at_once_at_the_shorter_interval(quick: Watch) -> None:
    url = quick.world.show("/a", group_page(7))
    often = source(url, name="often", check="every 20 minutes", bandwidth="100 KB/s")
    quick.declare(watchlist(source(url, name="seldom", delay="2 seconds"), often))
    assert [outcome.outcome for outcome in quick.look()] == ["baseline"]
    assert quick.wait() == timedelta(minutes=20)
    assert quick.page().spec["delay"] == 2
    assert quick.page().spec["bandwidth"] == 100_000
    assert quick.until(MORNING + HOUR) == 3


def test_a_meeting_brings_a_rare_look_forward(quick: Watch) -> None:
    """The page announces meetings on 7 and 19 September and on 1 October."""
    quick.now = datetime(2027, 9, 2, 8, tzinfo=UTC)
    quick.declare(watchlist(source(quick.world.show("/a", group_page(7))), check="every 30 days"))
    seen: list[str] = []
    quick.until(quick.now + 40 * DAY, lambda found: seen.append(f"{quick.now:%m-%d}"))
    assert seen == ["09-02", "09-06", "09-08", "09-18", "09-20", "09-30", "10-02"]


def test_a_meeting_never_puts_a_look_off(quick: Watch) -> None:
    quick.now = datetime(2027, 9, 2, 8, tzinfo=UTC)
    quick.declare(watchlist(source(quick.world.show("/a", group_page(7))), check="every 3 hours"))
    quick.look()
    assert quick.wait() == 3 * HOUR


FEED = (
    """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour news</title>{items}</channel></rss>"""
)
ITEM = (
    "<item><title>{title}</title><link>{link}</link><pubDate>Mon, 01 Mar 2027 08:00:00 GMT</pubDate></item>"
)


def test_news_in_a_feed_bring_its_page_and_what_they_link_to_forward(watch: Watch) -> None:
    world = watch.world
    alternate = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    url = world.show("/group", group_page(7).replace("<title>", f"{alternate}<title>"))
    other, third = world.show("/other", group_page(8)), world.show("/third", group_page(9))
    items = ITEM.format(title="A quay was opened", link=f"{world.url}/elsewhere")
    xml = {"headers": {"Content-Type": "application/rss+xml"}}
    world.show("/feed.xml", FEED.format(items=items), **xml)
    followed = source(url, name="followed", follow="{feeds: true}", check="every 2 days")
    watch.declare(watchlist(followed, source(other, third, name="others", check="every 2 days")))
    watch.look()
    watch.now += HOUR
    watch.look()  # the feed that the page offers
    assert watch.page("/feed.xml").last_good_at
    with watch.database.write() as connection:
        pages.update(connection, watch.page("/feed.xml").id, next_check_at=watch.now + HOUR)
    watch.now += HOUR
    items += ITEM.format(title="The forum meets in Lima", link=other)
    world.show("/feed.xml", FEED.format(items=items), **xml)
    assert [outcome.url[-9:] for outcome in watch.look()] == ["/feed.xml"]
    assert watch.wait("/other") == timedelta()
    assert watch.wait("/group") == timedelta()
    assert watch.wait("/third") > DAY


def test_robots_txt_out_of_order_is_page_health_with_that_reason(quick: Watch) -> None:
    world = quick.world
    url = world.show("/a", group_page(7))
    quick.declare(watchlist(source(url), check="every 1 hour"))
    world.show("/robots.txt", "", status=503)
    (outcome,) = quick.look()
    assert (outcome.outcome, outcome.reasons) == ("failed", ("robots.txt answered 503: staying away",))
    assert "robots.txt answered 503: staying away" in quick.status()
    assert [path for path, _ in world.requests] == ["/robots.txt"]
    world.show("/robots.txt", "User-agent: *\nAllow: /")
    quick.now += HOUR
    assert [outcome.outcome for outcome in quick.look()] == ["baseline"]
    quick.now += 20 * HOUR
    quick.look()
    assert [path for path, _ in world.requests].count("/robots.txt") == 2  # kept for a day


def test_the_pause_of_a_host_is_kept_between_processes(quick: Watch) -> None:
    world = quick.world
    quick.declare(watchlist(source(world.show("/a", group_page(7))), delay="3 seconds"))
    began = datetime.now(UTC)
    quick.look()  # robots.txt, three seconds, the page
    host = quick.page().host
    with quick.database.read() as connection:
        (pause, until) = pace.get(connection, [HOST + host])[HOST + host]
    assert pause == 3
    assert timedelta(seconds=1.5) < until - quick.now <= timedelta(seconds=3)
    quick.look(only_due=False)  # a round of its own, as of another process
    assert datetime.now(UTC) - began >= timedelta(seconds=5.5)


def test_a_redirect_to_a_host_that_another_process_holds_makes_the_page_wait(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.fetching.hosts.PATIENCE", 0.3)
    world = watch.world
    with World(world.folder, world.environ["WGWATCH_DATABASE_URL"]) as other:
        there = other.show("/there", group_page(7))
        url = world.show("/a", "", status=302, headers={"Location": there})
        watch.declare(watchlist(source(url), check="every 1 hour"))
        name = HOST + there.removeprefix("http://").removesuffix("/there")
        with watch.database.write() as connection:
            held = leases.acquire(connection, name, "elsewhere/1/1/x", watch.now)
        assert held is not None
        (outcome,) = watch.look()
        assert outcome.outcome == "waiting"
        assert "another process" in outcome.reasons[0]
        assert other.requests == []
        assert watch.wait() == timedelta(minutes=2)
        with watch.database.write() as connection:
            leases.release(connection, held)
        watch.now += timedelta(minutes=2)
        assert [outcome.outcome for outcome in watch.look()] == ["baseline"]
        with watch.database.read() as connection:
            assert leases.holder(connection, name, watch.now) is None


def test_what_bounds_looks_is_exported_as_it_was_written(quick: Watch) -> None:
    world = quick.world
    url = world.show("/a", group_page(7))
    bounds = {"hours": '"22:00-06:00"', "bandwidth": "200 KB/s", "budget": "40 looks a day", "weight": 2.5}
    rare = f"{{url: '{url}/rare', weight: 0.5}}"
    quick.declare(watchlist(source(url, rare, check="adaptive", **bounds), requests="300 requests a day"))
    before = quick.application.watchlist()
    (world.folder / "watchlist.yaml").write_text(world.wgwatch("export", "watchlist").stdout)
    after = quick.application.watchlist()
    assert after.pages() == before.pages()
    assert after.sources[0].budget == before.sources[0].budget == 40
    assert after.defaults.requests == before.defaults.requests == 300


def test_a_bound_that_leaves_the_watchlist_bounds_no_more(quick: Watch) -> None:
    url = quick.world.show("/a", group_page(7))
    quick.declare(watchlist(source(url, requests="1 requests a day"), check="every 1 hour"))
    assert [outcome.outcome for outcome in quick.look()] == ["waiting"]  # robots.txt took the one
    quick.declare(watchlist(source(url), check="every 1 hour"))
    quick.now += DAY
    assert [outcome.outcome for outcome in quick.look()] == ["baseline"]
    assert "Requests today" not in quick.status()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_watchlist_that_is_brought_in_waits_for_a_look_without_holding_another_page(world: World) -> None:
    """Both take the pages in one order; else each could hold what the other waits for."""
    watch = Watch(world)
    first, second = (world.show(path, group_page()) for path in ("/first", "/second"))
    watch.declare(CHECKED.format(first))
    watch.declare(CHECKED.format(f"{second}, {first}"))
    database = watch.database
    with closing(watch.application), ThreadPoolExecutor(1) as pool:
        with database.write() as looking:
            held, other = sorted(page.id for page in pages.all_pages(looking))
            pages.lock(looking, held)
            applying = pool.submit(watch.declare, CHECKED.format(f"{second}, {first}"))
            time.sleep(0.5)
            assert not applying.done()
            with database.write() as third:
                assert pages.try_lock(third, other)
        applying.result(10)
