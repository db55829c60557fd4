"""The main job through the command line: look, read, store, diff, tell."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from email.utils import formatdate

from standardwebhooks import Webhook
from world import SECRET, World, group_page


def test_a_moved_meeting_is_one_change_one_mail_and_one_signed_webhook(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    assert "baseline" in world.wgwatch("check").stdout
    assert (world.mails, world.hooks) == ([], [])

    world.show("/group", group_page(12))
    world.wgwatch("check")

    [change] = world.json("changes")
    assert change["kind"] == "event.moved"
    assert change["fields"] == {"starts_on": ["2027-09-07", "2027-09-12"]}
    [mail] = world.mails
    assert mail["Subject"] == "HWG: 43rd HWG Meeting moved to 12 Sep 2027"
    [(headers, body)] = world.hooks
    verified = Webhook(SECRET).verify(body, {k.lower(): v for k, v in headers.items()})
    assert verified["type"] == "event.moved"
    assert verified["data"]["id"] == change["id"]
    assert verified["data"]["record"]["before"]["starts_on"] == "2027-09-07"

    world.wgwatch("check")
    assert (len(world.mails), len(world.hooks)) == (1, 1)
    assert world.statuses("/group") == [200, 200, 304]


def test_a_changed_mailto_alone_is_seen(world: World) -> None:
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    world.show("/group", group_page(email="m.tan@harbour.example"))
    world.wgwatch("check")
    [change] = world.json("changes")
    assert change["kind"] == "contact.modified"
    assert change["fields"] == {"email": ["mei.tan@harbour.example", "m.tan@harbour.example"]}
    assert (len(world.mails), len(world.hooks)) == (1, 1)


def test_a_changed_datetime_alone_is_seen(world: World) -> None:
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    world.show("/group", group_page().replace('datetime="2027-10-01"', 'datetime="2027-10-04"'))
    world.wgwatch("check")
    [change] = world.json("changes")
    assert "2027-10-01" in json.dumps(change)
    assert "2027-10-04" in json.dumps(change)
    assert (len(world.mails), len(world.hooks)) == (1, 1)


def test_what_only_the_markup_says_is_no_change_and_keeps_its_bytes(world: World) -> None:
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    world.show("/group", group_page().replace("<ul>", '<ul class="list-2" data-token="x81">'))
    assert "1 unchanged" in world.wgwatch("check").stdout
    assert world.json("changes") == []
    assert len(world.json("captures", world.url + "/group")) == 2


def test_bad_answers_are_no_changes_and_the_page_comes_back_as_it_was(world: World) -> None:
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    challenge = "<title>Just a moment...</title><p>Checking your browser before you go on.</p>"
    for bad, outcome in (
        ({"text": "down", "status": 503}, "failed"),
        ({"text": "no", "status": 403}, "blocked"),
        ({"text": challenge, "headers": {"cf-mitigated": "challenge"}}, "blocked"),
        ({"text": "   "}, "failed"),
        ({"text": "GIF89a" + "\0" * 600, "headers": {"Content-Type": "image/gif"}}, "failed"),
    ):
        world.show("/group", **bad)
        world.ahead += timedelta(hours=6)
        assert f"1 {outcome}" in world.wgwatch("check", rc=1).stdout
    world.show("/group", group_page())
    assert "1 unchanged" in world.wgwatch("check").stdout
    kinds = [change["kind"] for change in world.json("changes")]
    assert kinds == ["page.blocked", "page.recovered"]
    assert len(world.json("events")) == 3


def test_a_page_back_at_an_earlier_state_is_two_changes_and_two_blobs(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    for day in (7, 12, 7, 12):
        world.show("/group", group_page(day))
        world.wgwatch("check")
    ids = [change["id"] for change in world.json("changes")]
    assert len(ids) == len(set(ids)) == 3
    assert len(world.hooks) == 3
    captures = world.json("captures", "HWG")
    assert len(captures) == 4
    assert len({capture["sha256"] for capture in captures}) == 2


def test_a_subscriber_hears_only_of_what_it_asked_for(world: World) -> None:
    text = """\
sources:
  - name: harbour
    pages: [{pages}]
defaults: {{delay: 0 seconds}}
subscriptions:
  - {{name: peru, email: peru@desk.example, about: {{economies: [Peru]}}}}
  - {{name: viet-nam, email: vn@desk.example, about: {{economies: [Viet Nam]}}}}
  - {{name: people, email: people@desk.example, tell: [contacts]}}
  - {{name: elsewhere, email: else@desk.example, about: {{groups: [SMEWG]}}}}
  - {{name: weekly, email: week@desk.example, send: weekly on monday at 08:30}}
"""
    world.watch(world.show("/group", group_page(7)), text=text)
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.wgwatch("check")
    assert [mail["To"] for mail in world.mails] == ["peru@desk.example"]
    waiting = [d for d in world.json("deliveries", "list") if d["state"] == "waiting"]
    assert [(d["target"], d["digest"]) for d in waiting] == [("week@desk.example", True)]


def test_a_date_of_modification_is_trusted_only_when_it_is_a_second_old(sqlite_world: World) -> None:
    world = sqlite_world
    old, new = "Sun, 01 Nov 2026 10:00:00 GMT", formatdate(time.time() + 3600, usegmt=True)
    world.watch(world.show("/group", group_page(), headers={"ETag": "", "Last-Modified": new}))
    world.wgwatch("check")
    world.show("/group", group_page(), headers={"ETag": "", "Last-Modified": old})
    world.wgwatch("check")
    world.wgwatch("check")
    assert world.conditions == [None, None, old]


def test_a_headline_that_is_touched_up_is_read_and_not_told(sqlite_world: World) -> None:
    world = sqlite_world
    news = '<h2>News</h2><ul><li><a href="/n/1">Ports {}</a></li><li><a href="/n/2">Quays close</a></li></ul>'
    world.watch(world.show("/group", group_page(extra=news.format("open"))))
    world.wgwatch("check")
    world.show("/group", group_page(extra=news.format("opened at last")))
    assert "1 changed" in world.wgwatch("check").stdout
    assert world.json("changes") == []
    assert "Ports opened at last" in [item["title"] for item in world.json("news")]


def test_without_a_sender_mail_comes_from_the_contact(sqlite_world: World) -> None:
    world = sqlite_world
    del world.environ["WGWATCH_MAIL_FROM"]
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.wgwatch("check")
    assert world.mails[0]["From"].addresses[0].addr_spec == "webwatch@trade.example"
