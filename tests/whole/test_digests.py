"""Digests as they arrive: what changed, what comes up, and the table that proves silence."""

from __future__ import annotations

from datetime import timedelta

from world import World, group_page

WATCHLIST = """\
timezone: UTC
contact: webwatch@trade.example
defaults: {{check: every 6 hours, delay: 0 seconds}}
sources:
  - name: harbour
    pages: [{pages}]
subscriptions:
  - name: weekly
    email: anna@paper.example
    send: daily at 07:00
    upcoming: 900 days
"""


def test_a_digest_says_what_changed_what_comes_and_how_silence_is_known(sqlite_world: World) -> None:
    world = sqlite_world
    pages = [
        world.show("/group", group_page(7)),
        world.show("/other", group_page(8).replace("HWG", "PWG").replace("Harbour", "Port")),
    ]
    world.watch(*pages, text=WATCHLIST)
    world.wgwatch("check")
    world.ahead = timedelta(hours=6)
    world.show("/group", group_page(12))
    world.wgwatch("check")
    world.ahead = timedelta(days=1, hours=6)
    world.wgwatch("dispatch", "--once")
    [mail] = world.mails
    print(mail["Subject"], mail["Date"])
    print(mail.get_body(("plain",)).get_content())
    for part in mail.walk():
        print(part.get_content_type(), part.get_filename())
    open("/tmp/w/T2mail.html", "w").write(mail.get_body(("html",)).get_content())
    assert 0
