"""Calendars, cards and feeds out of the database, as a person asks for them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import feedparser
import pytest
import vobject
from content_lines import components
from icalendar import Calendar
from lxml import etree
from world import World, group_page

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "notifier" / "atom.rng"))
CALLED_OFF = "<p>The 43rd HWG Meeting is cancelled.</p>"


def look(world: World, page: str) -> None:
    world.show("/hwg", page)
    world.wgwatch("check", "--no-send")


def moved(world: World) -> World:
    """A page that was seen twice: its 43rd meeting moved by two days."""
    world.watch(world.show("/hwg", group_page(7)))
    world.wgwatch("check", "--no-send")
    look(world, group_page(9))
    return world


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all tests that only ask."""
    folder = tmp_path_factory.mktemp("known")
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world:
        yield moved(world)


@pytest.fixture
def seen(sqlite_world: World) -> World:
    """One for a test that goes on from there."""
    return moved(sqlite_world)


def exported(world: World, *args: str) -> bytes:
    return bytes(world.wgwatch("export", *args).stdout_bytes)


def meetings(world: World, *args: str) -> dict[str, dict[str, str]]:
    """The entries of the calendar by their titles, strictly read, and once more by a parser."""
    data = exported(world, "ics", *args)
    found = components(data, "VEVENT")
    parsed = Calendar.from_ical(data).walk("VEVENT")
    assert len({event["uid"] for event in parsed}) == len(parsed) == len(found)
    return {entry["SUMMARY"]: entry for entry in found}


def entries(world: World, *args: str) -> list[Any]:
    data = exported(world, "atom", *args)
    SCHEMA.assertValid(etree.fromstring(data))
    read = feedparser.parse(data)
    assert not read.bozo
    return list(read.entries)


def without(page: str, title: str) -> str:
    """The page without the line of its list that names an event."""
    return "\n".join(line for line in page.splitlines() if title not in line)


def test_events_come_as_a_calendar_and_a_meeting_that_moves_keeps_its_id(known: World) -> None:
    now = meetings(known, "--group", "HWG", "--source", "harbour")
    assert set(now) == {"43rd HWG Meeting", "Port Workshop", "Quay Forum"}
    moved = now["43rd HWG Meeting"]
    assert (moved["DTSTART"], moved["SEQUENCE"], moved["LOCATION"]) == ("20270909", "1", r"Lima\, Peru")
    events = {event["title"]: event["id"] for event in known.json("events")}
    assert {title: entry["UID"] for title, entry in now.items()} == events
    assert now["Quay Forum"]["SEQUENCE"] == "0"


def test_a_calendar_of_a_past_moment_says_what_was_announced_then(known: World) -> None:
    first = known.json("captures", "HWG")[0]["last_seen"]
    then = meetings(known, "--as-of", first)["43rd HWG Meeting"]
    assert then["DTSTART"] == "20270907"
    known.wgwatch("export", "ics", "--as-of", "2010-01-01", rc=1)


def test_an_unchanged_page_gives_the_same_bytes(seen: World) -> None:
    asked = (("ics",), ("vcf",), ("atom",), ("csv", "events"))
    before = [exported(seen, *args) for args in asked[:3]]
    seen.ahead = timedelta(hours=7)
    seen.wgwatch("check", "--no-send")
    assert [exported(seen, *args) for args in asked[:3]] == before


def test_an_event_that_is_called_off_stays_in_the_calendar_as_cancelled(seen: World) -> None:
    look(seen, without(group_page(9, extra=CALLED_OFF), "43rd HWG Meeting Lima"))
    assert meetings(seen)["43rd HWG Meeting"]["STATUS"] == "CANCELLED"
    marked = meetings(seen, "--cancelled", "prefix")["Cancelled: 43rd HWG Meeting"]
    assert "STATUS" not in marked
    assert marked["SEQUENCE"] == "2"


def test_an_event_that_its_list_drops_without_a_word_leaves_the_calendar(seen: World) -> None:
    look(seen, without(group_page(9), "Quay Forum"))
    assert set(meetings(seen)) == {"43rd HWG Meeting", "Port Workshop"}


def test_an_event_that_was_held_stays(seen: World) -> None:
    seen.ahead = datetime(2027, 11, 1, tzinfo=UTC) - datetime.now(UTC)
    look(seen, without(group_page(9), "Quay Forum"))
    entry = meetings(seen)["Quay Forum"]
    assert (entry["STATUS"], entry["DTSTART"]) == ("CONFIRMED", "20271001")


def test_what_only_a_sentence_announces_is_marked_and_what_has_no_date_is_counted(seen: World) -> None:
    said = "<p>The 44th HWG Meeting will be held in Lima, Peru.</p>"
    said += "<p>The 45th HWG Meeting will be held on 3 May 2028 in Ha Noi, Viet Nam.</p>"
    look(seen, group_page(9, extra=f"<h2>Aims</h2>{said}"))
    found = {event["title"]: event["starts_on"] for event in seen.json("events", "--prose")}
    assert {title: bool(day) for title, day in found.items()} == {
        "44th HWG Meeting": False,
        "45th HWG Meeting": True,
    }
    told = seen.wgwatch("export", "ics", "--prose", "-o", "hwg.ics").stderr
    assert "1 event without a date left out" in told
    entries = components((seen.folder / "hwg.ics").read_bytes(), "VEVENT")
    assert "45th HWG Meeting (from the text)" in {entry["SUMMARY"] for entry in entries}
    assert len(meetings(seen)) == 3


def test_contacts_come_as_cards(known: World) -> None:
    (card,) = vobject.readComponents(exported(known, "vcf", "--group", "hwg").decode())
    (contact,) = known.json("contacts")
    assert (card.fn.value, card.uid.value) == ("Mei Tan", contact["id"])
    assert (card.email.value, card.title.value) == ("mei.tan@harbour.example", "Programme Director")
    first = known.json("captures", "HWG")[0]["last_seen"]
    assert ", next look 20" in vobject.readOne(exported(known, "vcf", "--as-of", first).decode()).note.value
    assert exported(known, "vcf", "--version", "4.0").startswith(b"BEGIN:VCARD\r\nVERSION:4.0\r\n")


def test_changes_come_as_a_feed(known: World) -> None:
    (entry,) = entries(known)
    (change,) = known.json("changes")
    day = f"{date.today():%Y-%m-%d}"
    assert entry.id == f"tag:wgwatch.invalid,{day}:change/{change['id']}"
    assert entry.title == "HWG: 43rd HWG Meeting moved to 9 Sep 2027"
    assert entries(known, "--kind", "contact", "--source", "harbour", "--group", "HWG") == []
    assert len(entries(known, "--subscription", "newsroom", "--kind", "event.moved")) == 1
    served = exported(known, "atom", "--url", "https://watch.example/all.atom")
    assert b'<link rel="self" href="https://watch.example/all.atom"' in served
    with patch.dict(known.environ, WGWATCH_FEED_AUTHORITY="trade.example"):
        assert entries(known)[0].id == f"tag:trade.example,{day}:change/{change['id']}"


def test_a_feed_holds_the_newest_and_not_what_imports_found(world: World) -> None:
    seen = moved(world)
    look(seen, group_page(11))
    (newest,) = entries(seen, "--limit", "1")
    assert newest.title.endswith("11 Sep 2027")
    (seen.folder / "old.html").write_text(group_page(3))
    seen.wgwatch("import", "old.html", "--url", f"{seen.url}/hwg", "--at", "2020-01-01")
    assert len(entries(seen)) == 2
    assert len(entries(seen, "--history")) == 3
    assert meetings(seen)["43rd HWG Meeting"]["SEQUENCE"] == "2"
    assert len(exported(seen, "vcf").split(b"END:VCARD")) == 2


@pytest.mark.parametrize(
    "args",
    [
        ("atom", "--subscription", "nobody"),
        ("atom", "--kind", "event.exploded"),
        ("ics", "--group", "none-such"),
        ("vcf", "--source", "none-such"),
        ("vcf", "--version", "2.1"),
        ("csv", "events", "-o", "no/such/folder.csv"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(known: World, args: tuple[str, ...]) -> None:
    result = known.wgwatch("export", *args, rc=2)
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_before_the_first_look_there_is_a_sentence(sqlite_world: World) -> None:
    sqlite_world.watch(sqlite_world.show("/hwg", group_page(7)))
    sqlite_world.wgwatch("apply")
    for kind in ("ics", "vcf", "atom"):
        assert "no page was looked at yet" in sqlite_world.wgwatch("export", kind, rc=1).stderr


HOSTILE = """<!doctype html><html><body>
<h1>Harbour Working Group (HWG)</h1><p>The Harbour Working Group (HWG) studies small ports.</p>
<h2>Events</h2><ul>
<li>7 Sep 2027 43rd HWG Meeting Lima, Peru</li>
<li>19 Sep 2027 =cmd|' /C calc'!A0 Workshop, Lima, Peru</li>
<li>20 Sep 2027 Forum END:VEVENT&#13;&#10;BEGIN:VALARM&#x2028;x, Lima, Peru</li>
<li>21 Sep 2027 &lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} ]]&gt; Seminar, Lima, Peru</li>
<li>22 Sep 2027 &#x202e;evil&#x2066; M&#x435;eting @everyone, Lima, Peru</li>
<li>23 Sep 2027 %s Symposium, Lima, Peru</li></ul>
<h2>Contacts</h2>
<p>Mei Tan (Ms)<br>Programme Director<br>=Harbour; Secretariat &lt;b&gt; END:VCARD&#x85;<br>
Email: <a href="mailto:a@b.example">x</a></p>
</body></html>"""


def test_a_hostile_page_breaks_out_of_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/hwg", group_page(7)))
    world.wgwatch("check", "--no-send")
    look(world, HOSTILE % ("long " * 5000))
    told = world.json("events")
    assert len(told) >= 5
    assert len(meetings(world)) == len({event["title"] for event in told})
    assert all(entry.content[0].value.count("<script") == 0 for entry in entries(world, "--history"))
    cards = components(exported(world, "vcf"), "VCARD")
    assert [card["FN"] for card in cards] == [contact["name"] for contact in world.json("contacts")] != []
    for kind in ("events", "contacts", "changes"):
        rows = list(
            csv.reader(io.StringIO(exported(world, "csv", kind).decode("utf-8-sig"), newline=""), strict=True)
        )
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
