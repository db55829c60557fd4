"""Who hears of what, from the command line to the mailbox: by meaning, before it is confirmed, tried and foreseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from world import SECRET, WATCHLIST, World, group_page

LIST = """\
timezone: UTC
defaults: {{delay: 0 seconds}}
sources: [{{name: harbour, pages: [{pages}]}}]
subscriptions:
"""
EMPTIED = (
    "<title>Harbour Working Group</title><h1>Harbour Working Group (HWG)</h1><h2>Welcome</h2>"
    "<p>Our new site is here. Write to us with questions of any kind.</p>"
)
MINUTES = timedelta(minutes=1)


def whole_page(**said: Any) -> str:
    """A page that has enough to lose."""
    people = "".join(
        f"<p>{name}<br>{role}<br>Harbour Secretariat<br>{name.split()[0].lower()}@harbour.example</p>"
        for name, role in (
            ("Carlos Obando", "Chair"),
            ("Aki Mori", "Deputy Chair"),
            ("Lan Pham", "Secretary"),
        )
    )
    return group_page(extra=people, **said)


def watch(world: World, *subscriptions: str, page: str = "") -> World:
    """One page and these subscriptions, after the first look."""
    text = LIST + "".join(f"  - {one.strip()}\n" for one in subscriptions)
    world.watch(world.show("/group", page or whole_page()), text=text)
    world.wgwatch("check")
    return world


def mails_to(world: World, name: str) -> list[str]:
    return [str(mail["Subject"]) for mail in world.mails if mail["To"].startswith(name)]


def test_subscriptions_hear_of_what_they_are_about(sqlite_world: World) -> None:
    world = watch(
        sqlite_world,
        "{{name: lima, email: lima@desk.example, about: {{cities: [lima]}}}}",
        "{{name: hanoi, email: hanoi@desk.example, about: {{cities: [Hanoi]}}}}",
        "{{name: mei, email: mei@desk.example, about: {{people: [Tan Mei]}}}}",
        "{{name: dates, email: dates@desk.example, about: {{fields: [starts_on]}}}}",
        "{{name: places, email: places@desk.example, about: {{fields: [city]}}}}",
        "{{name: meetings, email: meetings@desk.example, about: {{words: [hwg meeting]}}}}",
        "{{name: not-lima, email: not-lima@desk.example, except: {{economies: [Peru]}}}}",
        "{{name: rest, email: rest@desk.example, except: {{words: [forum], people: [tan]}}}}",
    )
    world.show("/group", whole_page(day=12, email="tan@harbour.example"))
    world.wgwatch("check")
    heard = {str(mail["To"]).split("@")[0] for mail in world.mails}
    assert heard == {"lima", "mei", "dates", "meetings", "not-lima", "rest"}


def test_a_loss_is_told_before_it_is_confirmed_and_withdrawn_in_the_same_thread(world: World) -> None:
    watch(
        world,
        "{{name: fast, email: fast@desk.example, unconfirmed: tell}}",
        "{{name: sure, email: sure@desk.example}}",
        f"{{{{name: crm, webhook: {world.url}/hook, secret: '${{{{CRM_HOOK_SECRET}}}}', unconfirmed: tell}}}}",
    )
    world.show("/group", EMPTIED)
    world.wgwatch("check", rc=1)
    assert len(mails_to(world, "fast")) == 1
    held = world.hooked()
    assert held
    assert {hook["data"]["state"] for hook in held} == {"held"}
    world.show("/group", whole_page())
    world.ahead += 5 * MINUTES
    world.wgwatch("check")
    after = world.hooked()[len(held) :]
    assert {hook["data"]["state"] for hook in after} == {"withdrawn"}
    assert {hook["data"]["id"] for hook in after} == {hook["data"]["id"] for hook in held}
    ids = {hook["data"]["id"]: headers["webhook-id"] for headers, hook in _with_headers(world, held)}
    assert {hook["data"]["id"]: hook["data"]["follows"] for hook in after} == ids
    assert {hook["data"]["settled"]["reason"] for hook in after} == {
        "a later look shows the page whole again"
    }
    assert len(mails_to(world, "fast")) == 2
    assert mails_to(world, "sure") == []
    world.wgwatch("dispatch", "--once")
    assert len(world.hooks) == 2 * len(held)


def test_a_loss_that_is_confirmed_is_told_once_to_each(sqlite_world: World) -> None:
    world = watch(
        sqlite_world,
        "{{name: fast, email: fast@desk.example, unconfirmed: tell}}",
        "{{name: sure, email: sure@desk.example}}",
    )
    world.show("/group", EMPTIED)
    world.wgwatch("check", rc=1)
    for minutes, code in ((6, 1), (60, 0)):
        world.ahead += minutes * MINUTES
        world.wgwatch("check", rc=code)
    assert (len(mails_to(world, "fast")), len(mails_to(world, "sure"))) == (2, 1)
    first, second = (mail for mail in world.mails if mail["To"].startswith("fast"))
    assert first["Message-ID"] != second["Message-ID"]
    world.wgwatch("dispatch", "--once")
    assert len(world.mails) == 3


def _with_headers(world: World, found: list[dict[str, Any]]) -> list[tuple[dict[str, str], dict[str, Any]]]:
    return [({k.lower(): v for k, v in headers.items()}, json.loads(body)) for headers, body in world.hooks][
        : len(found)
    ]


@pytest.fixture
def moved(sqlite_world: World) -> World:
    """A page whose meeting moved twice, once two days after the other; both were told."""
    world = sqlite_world
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    for day in (12, 14):
        world.ahead += timedelta(days=2)
        world.show("/group", group_page(day))
        world.wgwatch("check")
    return world


def test_a_preview_tells_message_by_message_and_sends_nothing(moved: World) -> None:
    sent = len(moved.mails), len(moved.hooks)
    since = f"{datetime.now(UTC):%Y-%m-%d}"
    alerts = moved.json("subscriptions", "preview", "newsroom", "--since", since)
    assert [(each["channel"], each["to"]) for each in alerts] == [("email", ["anna@paper.example"])] * 2
    assert [change["kind"] for each in alerts for change in each["changes"]] == ["event.moved"] * 2
    hooks = moved.json("subscriptions", "preview", "crm", "--since", since)
    assert [len(each["changes"]) for each in hooks] == [1, 1]
    text = moved.wgwatch("subscriptions", "preview", "newsroom", "--since", since).stdout
    assert "event.moved" in text
    assert "2 messages about 2 changes of 2" in text
    assert (len(moved.mails), len(moved.hooks)) == sent
    assert len(moved.json("deliveries", "list")) == 4


def test_a_subscription_can_be_previewed_before_it_is_brought_in(moved: World) -> None:
    added = WATCHLIST + "  - {{name: week, email: a@b.example, send: weekly on monday at 08:30}}\n"
    moved.watch(moved.url + "/group", text=added)
    moved.ahead += timedelta(days=21)
    since = f"{datetime.now(UTC):%Y-%m-%d}"
    digests = moved.json("subscriptions", "preview", "week", "--since", since)
    assert {each["digest"] for each in digests} == {True}
    assert len(digests) >= 3
    assert sum(len(each["changes"]) for each in digests) == 2
    assert [each["since"] for each in digests[1:]] == [each["at"] for each in digests[:-1]]
    assert "nothing new" in moved.wgwatch("subscriptions", "preview", "week", "--since", since).stdout
    assert (
        "known are: newsroom, crm, week"
        in moved.wgwatch("subscriptions", "preview", "nobody", "--since", since, rc=2).stderr
    )


def test_a_sample_is_marked_signed_and_sent_to_all_its_targets(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page()))
    said = world.wgwatch("subscriptions", "test", "crm", "--kind", "role.changed").stdout
    assert said.startswith(f"sent: webhook to {world.url}/hook: 200")
    [(headers, body)] = world.hooks
    sample = Webhook(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})
    assert (sample["type"], sample["data"]["test"]) == ("role.changed", True)
    assert world.json("subscriptions", "test", "newsroom")[0]["sent"]
    [mail] = world.mails
    assert mail["To"] == "anna@paper.example"
    assert world.json("deliveries", "list") == world.json("changes") == []


def test_a_sample_that_cannot_be_delivered_is_a_problem(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page()))
    world.hook_answers = [500]
    result = world.wgwatch("subscriptions", "test", "crm", rc=1)
    assert result.stdout.startswith("failed: webhook to")
    assert "answered 500" in result.stdout
    assert (
        "no subscription 'newsrom'; did you mean 'newsroom'"
        in world.wgwatch("subscriptions", "test", "newsrom", rc=2).stderr
    )
    assert (
        "event.moveed" in world.wgwatch("subscriptions", "test", "crm", "--kind", "event.moveed", rc=2).stderr
    )


def test_a_person_who_unsubscribes_hears_no_more_until_they_come_back(moved: World) -> None:
    before = len(moved.mails)
    assert (
        "hears no more of newsroom"
        in moved.wgwatch("subscriptions", "unsubscribe", "newsroom", "Anna@paper.example").stdout
    )
    assert (
        "had unsubscribed before"
        in moved.wgwatch("subscriptions", "unsubscribe", "newsroom", "anna@paper.example").stdout
    )
    newsroom, _ = moved.json("subscriptions", "list")
    assert [one["address"] for one in newsroom["unsubscribed"]] == ["anna@paper.example"]
    assert "not to anna@paper.example: unsubscribed" in moved.wgwatch("subscriptions").stdout
    moved.show("/group", group_page(16))
    moved.wgwatch("check")
    assert moved.json("subscriptions", "test", "newsroom") == []
    assert len(moved.mails) == before
    moved.wgwatch("subscriptions", "resubscribe", "newsroom", "anna@paper.example")
    moved.show("/group", group_page(18))
    moved.wgwatch("check")
    assert len(moved.mails) == before + 1
    wrong = moved.wgwatch("subscriptions", "unsubscribe", "newsroom", "ben@paper.example", rc=2)
    assert "newsroom does not e-mail ben@paper.example; it e-mails anna@paper.example" in wrong.stderr


def test_a_digest_that_waits_goes_when_the_watchlist_names_it_no_more(sqlite_world: World) -> None:
    world = watch(sqlite_world, "{{name: week, email: a@b.example, send: weekly on monday at 08:30}}")
    world.show("/group", whole_page(day=12))
    world.wgwatch("check")
    [waiting] = world.json("deliveries", "list")
    assert (waiting["state"], waiting["digest"]) == ("waiting", True)
    world.watch(world.url + "/group", text=LIST + "  - {{name: other, email: a@b.example}}\n")
    world.wgwatch("apply")
    [delivery] = world.json("deliveries", "list")
    assert (delivery["state"], delivery["answer"]) == (
        "discarded",
        "the watchlist names its subscription no more",
    )
