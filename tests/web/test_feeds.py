"""Feeds, calendars and address books at their addresses: what they hold, and what is asked for again."""

from __future__ import annotations

import json
import re

import feedparser
import pytest
import vobject
from icalendar import Calendar
from website import Site, moved, served
from world import World

TYPES = {"atom": "application/atom+xml", "ics": "text/calendar", "vcf": "text/vcard"}
ADDRESSES = [
    *("changes.atom", "events.ics", "contacts.vcf"),
    *(f"{what}.{suffix}" for what in ("groups/HWG", "sources/harbour") for suffix in TYPES),
    *(f"subscriptions/newsroom.{suffix}" for suffix in TYPES),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_holds_what_it_is_of_and_is_not_sent_twice(site: Site, address: str) -> None:
    answer = site.page(f"/feeds/{address}")
    suffix = address.rpartition(".")[2]
    assert answer.headers["Content-Type"] == f"{TYPES[suffix]}; charset=utf-8"
    again = site.get(f"/feeds/{address}", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert answer.headers["Last-Modified"].endswith(" GMT")
    if suffix == "atom":
        entries = feedparser.parse(answer.body).entries
        assert any("43rd HWG Meeting" in entry.title for entry in entries)
    elif suffix == "ics":
        events = Calendar.from_ical(answer.body).walk("VEVENT")
        assert sorted(str(event["summary"]) for event in events) == [
            "43rd HWG Meeting",
            "Port Workshop",
            "Quay Forum",
        ]
    else:
        assert [card.fn.value for card in vobject.readComponents(answer.text)] == ["Mei Tan"]


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("changes.atom", ["atom"]),
        ("changes.atom?kind=event", ["atom", "--kind", "event"]),
        ("groups/HWG.atom", ["atom", "--group", "HWG"]),
        ("subscriptions/newsroom.atom", ["atom", "--subscription", "newsroom"]),
        ("sources/harbour.ics", ["ics", "--source", "harbour"]),
        ("events.ics?cancelled=prefix&prose=true", ["ics", "--cancelled", "prefix", "--prose"]),
        ("contacts.vcf?version=4.0", ["vcf", "--version", "4.0"]),
    ],
)
def test_the_bytes_are_those_of_the_command(site: Site, address: str, command: list[str]) -> None:
    url = [] if command[0] == "vcf" else ["--url", f"{site.url}/feeds/{address}"]
    written = site.world.folder / "written"
    site.world.wgwatch("export", *command, *url, "-o", str(written))
    assert site.page(f"/feeds/{address}").body == written.read_bytes()


def test_a_name_with_spaces_is_an_address_too(site: Site) -> None:
    path = "/feeds/groups/Harbour%20Working%20Group.ics"
    answer = site.page(path)
    [calendar] = Calendar.from_ical(answer.body).walk("VCALENDAR")
    assert calendar["url"] == site.url + path
    assert answer.headers["Content-Disposition"] == 'inline; filename="Harbour Working Group.ics"'


def test_ids_and_addresses_are_those_of_the_settings(sqlite_world: World) -> None:
    sqlite_world.environ |= {
        "WGWATCH_PUBLIC_URL": "https://wg.trade.example",
        "WGWATCH_FEED_AUTHORITY": "trade.example",
    }
    with served(moved(sqlite_world)) as site:
        told = feedparser.parse(site.page("/feeds/groups/HWG.atom").body)
        assert re.fullmatch(r"tag:trade\.example,\d{4}-\d\d-\d\d:feed/group/hwg", told.feed.id)
        links = {link.rel: link.href for link in told.feed.links}
        assert links["self"] == "https://wg.trade.example/feeds/groups/HWG.atom"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("groups/nobody.atom", 404),
        ("sources/nobody.ics", 404),
        ("subscriptions/nobody.vcf", 404),
        ("nothing.atom", 404),
        ("changes.atom?kind=ship.sunk", 400),
        ("events.ics?cancelled=maybe", 400),
        ("contacts.vcf?colour=red", 400),
    ],
)
def test_what_cannot_be_had_is_said_so(site: Site, address: str, status: int) -> None:
    answer = site.get(f"/feeds/{address}")
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.body)["detail"]


def test_a_calendar_of_too_many_pages_asks_for_a_group(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wgwatch.web.feeds.MOST_PAGES", 0)
    answer = site.get("/feeds/events.ics")
    assert answer.status == 400
    assert "ask for a group's or a source's" in answer.text


def test_pages_lead_to_their_feeds(site: Site) -> None:
    for page, feeds in (
        ("/", {"/feeds/changes.atom"}),
        ("/groups/HWG", {"/feeds/groups/HWG.atom", "/feeds/groups/HWG.ics", "/feeds/groups/HWG.vcf"}),
        ("/calendar", {"/feeds/events.ics"}),
        ("/calendar?group=HWG", {"/feeds/groups/HWG.ics"}),
    ):
        found = set(re.findall(r'href="(/feeds/[^"]+)"', site.page(page).text))
        assert feeds <= found
        assert [site.page(address).status for address in sorted(found)] == [200] * len(found)
