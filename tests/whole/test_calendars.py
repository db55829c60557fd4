"""Calendars and feeds that watched pages link: their events and news come into history without further ado."""

from __future__ import annotations

from world import World, group_page

FEEDS = """\
timezone: UTC
defaults: {{check: every 6 hours, delay: 0 seconds}}
sources:
  - name: harbour
    pages: [{pages}]
    follow: {{feeds: true}}
"""
QUIET = FEEDS.replace("feeds: true", "calendars: false")


def calendar(*meetings: tuple[str, str]) -> str:
    entries = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}@harbour.example\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        for n, (day, title) in enumerate(meetings)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Harbour//EN\r\n{entries}END:VCALENDAR\r\n"


def show_site(
    world: World, *meetings: tuple[str, str], more: str = '<a href="/dates.ics">Calendar</a>'
) -> str:
    world.show("/dates.ics", calendar(*meetings), headers={"Content-Type": "text/calendar"})
    return world.show("/ports", group_page(extra=more))


def states(world: World) -> dict[str, str]:
    return {page["url"].removeprefix(world.url): page["health"] for page in world.json("status")["pages"]}


def titles(world: World, *asked: str) -> set[str]:
    return {event["title"] for event in world.json("events", *asked)}


def test_the_events_of_a_linked_calendar_come_into_history_untold(world: World) -> None:
    world.watch(show_site(world, ("20270401", "Dredging Clinic")))
    world.wgwatch("check")
    assert states(world) == {"/ports": "ok", "/dates.ics": "ok"}
    assert "Dredging Clinic" in titles(world)
    assert "Dredging Clinic" in titles(world, "--group", "HWG")
    assert world.mails == []


def test_what_a_calendar_announces_later_is_told(world: World) -> None:
    world.watch(show_site(world, ("20270401", "Dredging Clinic")))
    world.wgwatch("check")
    show_site(world, ("20270401", "Dredging Clinic"), ("20270601", "Pilots Day"))
    world.wgwatch("check")
    [mail] = world.mails
    assert "Pilots Day" in mail.get_body(("plain",)).get_content()


def test_a_group_still_means_its_page_and_not_its_calendar(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(show_site(world, ("20270401", "Dredging Clinic")))
    world.wgwatch("check")
    assert len(world.json("captures", "HWG")) == 1


def test_a_calendar_that_is_no_longer_linked_rests_untold_and_comes_back(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(show_site(world, ("20270401", "Dredging Clinic")))
    world.wgwatch("check")
    show_site(world, more="")
    world.wgwatch("check")
    assert states(world) == {"/ports": "ok", "/dates.ics": "paused"}
    show_site(world, ("20270401", "Dredging Clinic"))
    world.wgwatch("check")
    assert states(world) == {"/ports": "ok", "/dates.ics": "ok"}
    assert not {change["kind"] for change in world.json("changes")} & {"page.found", "page.gone"}


def test_calendars_can_be_switched_off_and_on_again(sqlite_world: World) -> None:
    world = sqlite_world
    address = show_site(world, ("20270401", "Dredging Clinic"))
    world.watch(address, text=QUIET)
    world.wgwatch("check")
    assert states(world) == {"/ports": "ok"}
    for text, expected in ((FEEDS, "ok"), (QUIET, "paused"), (FEEDS, "ok")):
        world.watch(address, text=text)
        world.wgwatch("check")
        assert states(world) == {"/ports": "ok", "/dates.ics": expected}


def test_feeds_are_read_where_the_source_asks(sqlite_world: World) -> None:
    world = sqlite_world
    told = "<title>A second crane stands</title><link>/crane</link>"
    item = f"<item>{told}<pubDate>Fri, 02 Apr 2027 08:00:00 GMT</pubDate></item>"
    world.show(
        "/feed.xml",
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{item}</channel></rss>',
    )
    address = show_site(world, more='<link rel="alternate" type="application/rss+xml" href="/feed.xml">')
    world.watch(address)
    world.wgwatch("check")
    assert states(world) == {"/ports": "ok"}
    world.watch(address, text=FEEDS)
    world.wgwatch("check")
    assert states(world) == {"/ports": "ok", "/feed.xml": "ok"}
    assert [item["title"] for item in world.json("news")] == ["A second crane stands"]


def test_no_sitemap_is_asked_for_where_no_links_are_followed(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(show_site(world, ("20270401", "Dredging Clinic")))
    world.wgwatch("check")
    assert world.statuses("/sitemap.xml") == []
