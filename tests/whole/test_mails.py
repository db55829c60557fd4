"""Mails as a real mail server takes them: links or files, a way to stop, and nothing that a page says breaks out."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import icalendar
import pytest
from world import World, group_page

from notifier.unsubscribing import Unsubscribing, read_token
from storage import keys
from storage.engine import Database

PEOPLE = "".join(
    f"<p>{name} Tan<br>Deputy {name}<br>Harbour Secretariat</p>" for name in ("Aki", "Lan", "Bo")
)
UNCONFIRMED = """\
timezone: UTC
contact: webwatch@trade.example
defaults: {{check: every 6 hours, delay: 0 seconds}}
sources:
  - name: harbour
    pages: [{pages}]
subscriptions:
  - name: newsroom
    email: anna@paper.example
    tell: [contacts, events, projects, text, page]
    unconfirmed: tell
"""
HOSTILE = (
    "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} {% raw %} "
    "&#x202e;exe.gpj&#x2066; B\u0430nk\u200b\u00ad =cmd|calc"
)


def moved(world: World, **settings: str) -> EmailMessage:
    """The mail about a meeting that moved."""
    world.environ |= settings
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.wgwatch("check")
    [mail] = world.mails
    return mail


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def files(mail: EmailMessage) -> dict[str, EmailMessage]:
    return {str(part.get_filename()): part for part in mail.iter_attachments()}


def test_without_a_public_address_both_answers_are_attached_and_nothing_links_to_us(
    sqlite_world: World,
) -> None:
    mail = moved(sqlite_world)
    assert set(files(mail)) == {"events.ics", "1-HWG.html"}
    shown = files(mail)["1-HWG.html"].get_content()
    assert "<del>07</del> Sep 2027" in shown
    assert "<ins>12</ins> Sep 2027" in shown
    assert "default-src 'none'" in shown
    links = re.findall(r"https?://[^\s\"<]+", body(mail) + body(mail, "html"))
    assert set(links) == {f"{sqlite_world.url}/group"}
    assert mail["List-Unsubscribe"] == "<mailto:webwatch@trade.example?subject=unsubscribe%20newsroom>"
    assert "List-Unsubscribe-Post" not in mail
    [event] = icalendar.Calendar.from_ical(files(mail)["events.ics"].get_content()).walk("VEVENT")
    assert str(event["DTSTART"].dt) == "2027-09-12"
    assert not mail.defects


def test_with_a_public_address_mails_link_there_and_one_click_stops_them(world: World) -> None:
    mail = moved(world, WGWATCH_PUBLIC_URL="https://watch.example/wg/")
    assert set(files(mail)) == {"events.ics"}
    assert re.search(r"Both pages side by side +https://watch\.example/wg/changes/chg_\w+\n", body(mail))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    first, mailto = mail["List-Unsubscribe"].split(", ")
    assert mailto.startswith("<mailto:")
    url = urlsplit(first.strip("<>"))
    assert (url.scheme, url.netloc, url.query) == ("https", "watch.example", "")
    token = url.path.removeprefix("/wg/unsubscribe/")
    database = Database(
        world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    )
    with database.read() as connection:
        key = keys.known(connection, keys.UNSUBSCRIBE)
    database.close()
    assert key is not None
    assert read_token(key, token) == Unsubscribing("anna@paper.example", ("newsroom",))


def test_the_key_of_tokens_is_drawn_once(database: Database) -> None:
    with database.write() as connection:
        assert keys.known(connection, "unsubscribe") is None
        first = keys.draw(connection, "unsubscribe")
    with database.write() as connection:
        assert keys.draw(connection, "unsubscribe") == first
        assert len(first) == 32
        assert keys.draw(connection, "another") != first


def test_a_hostile_page_breaks_out_of_no_mail(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.ahead = timedelta(minutes=1)
    listed = f"<li>21 Sep 2027 {HOSTILE} {'W' * 200} Lima, Peru</li></ul>\n<h2>Contacts"
    person = f"<p>{HOSTILE} Tan (Mr)<br>Chair<br>{HOSTILE}<br>Email: x@harbour.example</p>"
    page = group_page(7, extra=person).replace("</ul>\n<h2>Contacts", listed)
    world.show("/group", page)
    world.wgwatch("check")
    [mail] = world.mails
    everything = [mail["Subject"], body(mail), body(mail, "html")]
    assert not mail.defects
    assert mail["Bcc"] is None
    for text in everything:
        assert "{{7*7}}" in text
        assert not set(text) & set("\u202e\u200b\u00ad\u2066")
    assert "<script>" not in body(mail, "html")
    assert "<script>" not in files(mail)["1-HWG.html"].get_content()
    assert max(map(len, bytes(mail).split(b"\n"))) <= 998
    calendar = files(mail)["events.ics"].get_content()
    assert icalendar.Calendar.from_ical(calendar).walk("VEVENT")


def _broken(world: World) -> None:
    """A page loses most of what it said; the newsroom wants to know at once."""
    world.watch(world.show("/group", group_page(extra=PEOPLE)), text=UNCONFIRMED)
    world.wgwatch("check")
    world.ahead += timedelta(minutes=1)
    world.show(
        "/group", "<title>Harbour</title><h1>Harbour Working Group (HWG)</h1><p>Welcome to our new site.</p>"
    )
    world.wgwatch("check", rc=1)


@pytest.mark.parametrize(("whole", "mark"), [(False, "Confirmed: "), (True, "Withdrawn: ")])
def test_what_was_told_unconfirmed_is_settled_in_the_same_conversation(
    sqlite_world: World, whole: bool, mark: str
) -> None:
    world = sqlite_world
    _broken(world)
    [first] = world.mails
    assert first["Subject"].startswith("[unconfirmed] HWG: ")
    assert "Not confirmed yet: a second look will confirm or withdraw this." in body(first)
    assert "events.ics" not in files(first)
    if whole:
        world.show("/group", group_page(extra=PEOPLE))
    world.ahead += timedelta(minutes=70)
    world.wgwatch("check", rc=None)
    second = world.mails[1]
    assert len(world.mails) == 2
    assert second["Subject"].startswith(f"{mark}HWG: ")
    assert second["In-Reply-To"] == first["Message-ID"]
    assert first["Message-ID"] in second["References"]
    assert "a later look shows the" in body(second)
