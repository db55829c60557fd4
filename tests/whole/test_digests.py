"""Digests as they arrive: what changed, what comes up, and the table that proves silence."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import icalendar
import pytest
from world import World, group_page

from config.schedules import WEEKDAYS
from storage.engine import Database
from storage.models import deliveries

WATCHLIST = """\
timezone: {{zone}}
contact: webwatch@trade.example
defaults: {{{{check: every 6 hours, delay: 0 seconds}}}}
sources:
  - name: harbour
    pages: [{{pages}}]
subscriptions:
  - name: desk
    email: anna@paper.example
    send: {send}
    {more}
"""


def watch(
    world: World, *pages: str, send: str = "", more: str = "about: {{}}", zone: str = "UTC"
) -> datetime:
    """Watch the pages, with a digest once a week; answers when the first one is due, which is tomorrow."""
    due = (datetime.now(UTC) + timedelta(days=1)).replace(hour=8, minute=30, second=0, microsecond=0)
    send = send or f"weekly on {WEEKDAYS[due.weekday()]} at 08:30"
    text = WATCHLIST.format(send=send, more=more).replace("{zone}", zone)
    world.watch(*pages, text=text)
    return due


def other_page(day: int = 8) -> str:
    return (
        group_page(day).replace("HWG", "PWG").replace("Harbour", "Port").replace("Quay Forum", "Crane Forum")
    )


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def section(mail: EmailMessage, heading: str) -> list[str]:
    """The lines under a heading, up to the next empty one."""
    lines = text_of(mail).split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith(heading)) + 1
    return lines[start : lines.index("", start)]


def files(mail: EmailMessage) -> dict[str, EmailMessage]:
    return {str(part.get_filename()): part for part in mail.iter_attachments()}


def drive_to(world: World, moment: datetime) -> None:
    """The clock of the command line a little past a moment."""
    world.ahead = moment - datetime.now(UTC) + timedelta(minutes=1)


def test_a_weekly_digest_is_sent_when_nothing_changed_and_proves_the_silence(world: World) -> None:
    due = watch(world, world.show("/group", group_page()), world.show("/other", other_page()))
    world.wgwatch("check")
    world.ahead = timedelta(minutes=1)
    world.pages["/other"].status = 403
    world.wgwatch("check", rc=1)
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert "nothing new" in mail["Subject"]
    assert "2 groups unchanged" in mail["Subject"]
    assert text_of(mail).count("Nothing new.") == 1
    table = section(mail, "NOTHING NEW, AND HOW WE KNOW")
    assert table[0].split("  ")[0:2] == ["", "group"]
    blocked, calm = table[1], table[2]
    assert blocked.split()[:4] == ["PWG", "2", "1", "blocked"]
    assert calm.split()[:3] == ["HWG", "2", "0"]
    assert calm.endswith("1 contact / ?; 3 events / ?; 1 project / ?")
    assert "Nothing is held back for a second look." in text_of(mail)
    world.wgwatch("dispatch", "--once")
    assert len(world.mails) == 1


def test_a_page_that_was_never_read_is_no_silence(sqlite_world: World) -> None:
    world = sqlite_world
    due = watch(world, world.show("/group", group_page()), world.show("/other", other_page(), status=403))
    world.wgwatch("check", rc=1)
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert mail["Subject"].endswith("nothing new; 1 page was not read")
    assert "never" in text_of(mail)


def test_a_digest_says_what_changed_and_what_comes_up(world: World) -> None:
    due = watch(
        world,
        world.show("/group", group_page(7)),
        world.show("/other", other_page()),
        more="upcoming: 900 days",
    )
    world.wgwatch("check")
    world.ahead = timedelta(minutes=1)
    undated = "<li>58th HWG Meeting Manila, Philippines</li></ul>\n<h2>Contacts"
    world.show("/group", group_page(12).replace("</ul>\n<h2>Contacts", undated))
    world.wgwatch("check")
    assert not world.mails
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert "HWG: 43rd HWG Meeting moved to 12 Sep 2027" in mail["Subject"]
    assert mail["Subject"].endswith("1 group unchanged")
    assert mail["Date"].datetime == due
    assert section(mail, "IMPORTANT") == ["  HWG  43rd HWG Meeting moved to 12 Sep 2027 (was 7 Sep 2027)"]
    coming = section(mail, "COMING UP, as the pages say")
    assert coming[0] == "  8 Sep 2027   PWG  43rd PWG Meeting, Lima, Peru"
    assert coming[1] == "  12 Sep 2027  HWG  43rd HWG Meeting, Lima, Peru"
    assert "  Date was  7 Sep 2027" not in text_of(mail)  # but in full, under its own heading
    assert "IN FULL" in text_of(mail)
    calendar = icalendar.Calendar.from_ical(files(mail)["events.ics"].get_content())
    assert "43rd HWG Meeting" in {str(event["SUMMARY"]) for event in calendar.walk("VEVENT")}


def test_the_chain_heads_of_a_digest_are_those_of_a_proof(sqlite_world: World) -> None:
    world = sqlite_world
    due = watch(world, world.show("/group", group_page()))
    world.wgwatch("check")
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    heads = files(mail)["heads.txt"].get_content()
    assert hashlib.sha256(heads.replace("\r\n", "\n").encode()).hexdigest() in text_of(mail)
    link, number, page = heads.split()
    assert (len(link), number, page) == (64, "1", f"{world.url}/group")


def test_what_a_digest_says_is_the_same_at_every_attempt(sqlite_world: World) -> None:
    world = sqlite_world
    due = watch(world, world.show("/group", group_page()), more="upcoming: 900 days")
    world.wgwatch("check")
    drive_to(world, due)
    world.mail_answers = ["451 try later"]
    world.wgwatch("dispatch", "--once", rc=None)
    frozen = _extra(world)
    assert frozen is not None
    world.ahead += timedelta(hours=1)
    world.show("/group", group_page(20))
    world.wgwatch("check", "--no-send")
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert _extra(world) == frozen
    assert "7 Sep 2027" in text_of(mail)
    assert "20 Sep 2027" not in text_of(mail)


def _extra(world: World) -> object:
    database = Database(world.environ["WGWATCH_DATABASE_URL"])
    with database.read() as connection:
        first = connection.execute(deliveries.select().order_by(deliveries.c.number)).mappings().first()
    database.close()
    assert first is not None
    return first["extra"]


def test_dates_are_in_the_language_and_times_in_the_zone_that_were_asked_for(sqlite_world: World) -> None:
    world = sqlite_world
    watch(
        world,
        world.show("/group", group_page()),
        send="daily at 07:00",
        more="language: es\n    upcoming: 900 days\n    zone: America/Lima",
        zone="Asia/Tokyo",
    )
    world.wgwatch("check")
    world.ahead = timedelta(minutes=1)
    world.show("/group", group_page(12))
    world.wgwatch("check")
    world.ahead = timedelta(days=1)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert "moved to 12 sept 2027" in mail["Subject"]
    assert "12 sept 2027  HWG  43rd HWG Meeting" in text_of(mail)
    assert "Days and times are those of America/Lima." in text_of(mail)
    assert mail["Date"].datetime.astimezone(ZoneInfo("America/Lima")).hour == 7


def test_a_person_who_is_erased_is_in_no_digest_that_is_kept(sqlite_world: World) -> None:
    world = sqlite_world
    page = group_page().replace("Quay Forum", "Lecture of Mei Tan")
    due = watch(world, world.show("/group", page), more="upcoming: 900 days")
    world.wgwatch("check")
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    assert "Mei Tan" in str(_extra(world))
    world.wgwatch("redact", "Mei Tan", "--reason", "asked for it")
    assert "Mei Tan" not in str(_extra(world))


def test_what_is_held_back_is_said(sqlite_world: World) -> None:
    world = sqlite_world
    listed = "".join(f"<li>{day:02} Nov 2027 Harbour Seminar {day} Lima, Peru</li>" for day in range(1, 20))
    world.show("/group", group_page(extra=f"<h2>Seminars</h2><ul>{listed}</ul>"))
    due = watch(world, f"{world.url}/group")
    world.wgwatch("check")
    drive_to(world, due - timedelta(hours=1))
    world.show(
        "/group", "<html><title>Harbour</title><body><h1>Harbour Working Group (HWG)</h1></body></html>"
    )
    world.wgwatch("check", rc=1)
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert f"Held back for a second look: HWG, since {due.day} " in " ".join(text_of(mail).split())
    assert "1 suspect" in text_of(mail)


@pytest.mark.parametrize(("asked", "pages"), [("groups: [PWG]", 1), ("sources: [harbour]", 2)])
def test_the_table_is_of_what_the_subscription_is_about(sqlite_world: World, asked: str, pages: int) -> None:
    world = sqlite_world
    due = watch(
        world,
        world.show("/group", group_page()),
        world.show("/other", other_page()),
        more=f"about:\n      {asked}\n    upcoming: 900 days",
    )
    world.wgwatch("check")
    drive_to(world, due)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    assert f"{pages} group" in mail["Subject"]
    assert ("Quay Forum" in text_of(mail)) is (pages == 2)
    assert len(files(mail)["heads.txt"].get_content().splitlines()) == pages
