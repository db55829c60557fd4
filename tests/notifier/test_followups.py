"""News that is not confirmed yet: told at once to those who want it, and followed up once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk import ANNA, BEN, HOOK, NOW, Desk

from storage.deliveries import Delivery
from storage.watched import subscriptions

HOUR = timedelta(hours=1)


@pytest.fixture
def doubtful(desk: Desk) -> Desk:
    """Anna and the hook hear of what is not confirmed, Ben does not; of two held changes all hear if it is true."""
    desk.subscribe("newsroom", email=ANNA, unconfirmed="tell")
    desk.subscribe("crm", webhook=HOOK, unconfirmed="tell")
    desk.subscribe("desk", email=BEN)
    return desk


def said(found: list[Delivery]) -> list[tuple[str, str, list[str]]]:
    """To whom, in which state, about what."""
    return sorted(
        (each.target, each.items[0].payload["state"], [i.change_id for i in each.items]) for each in found
    )


def test_what_is_held_is_told_to_those_who_ask_for_it_and_to_nobody_else(doubtful: Desk) -> None:
    doubtful.publish("a", "b", state="held")
    doubtful.plan(close=True)
    assert said(doubtful.send()) == [
        (ANNA, "held", ["chg_a", "chg_b"]),
        (HOOK, "held", ["chg_a"]),
        (HOOK, "held", ["chg_b"]),
    ]


def test_held_news_is_no_part_of_a_mail_about_what_is_sure(doubtful: Desk) -> None:
    doubtful.publish("a", state="held")
    doubtful.publish("b")
    doubtful.plan(close=True)
    assert [each for each in said(doubtful.send()) if each[0] == ANNA] == [
        (ANNA, "held", ["chg_a"]),
        (ANNA, "open", ["chg_b"]),
    ]


def test_when_it_is_confirmed_those_who_know_hear_so_and_the_others_hear_it(doubtful: Desk) -> None:
    held = doubtful.publish("a", "b", state="held")
    doubtful.plan(close=True)
    first = {each.target: each.id for each in doubtful.send()}
    doubtful.settle(held, NOW + HOUR)
    doubtful.plan(NOW + HOUR, close=True)
    found = doubtful.send(NOW + HOUR)
    assert said(found) == [
        (ANNA, "confirmed", ["chg_a", "chg_b"]),
        (BEN, "open", ["chg_a", "chg_b"]),
        (HOOK, "confirmed", ["chg_a"]),
        (HOOK, "confirmed", ["chg_b"]),
    ]
    told = {each.target: each.items[0].payload for each in found}
    assert told[ANNA]["follows"] == first[ANNA]
    assert told[ANNA]["settled"] == {"at": "2027-09-01T13:00:00Z", "reason": "a later look shows the same"}
    assert "follows" not in told[BEN]
    assert doubtful.plan(NOW + 2 * HOUR, close=True) == 0
    assert doubtful.send(NOW + 2 * HOUR) == []


def test_when_it_is_withdrawn_those_who_know_hear_why_and_the_others_nothing(doubtful: Desk) -> None:
    doubtful.publish("a", state="held")
    doubtful.plan(close=True)
    first = {each.target: each.id for each in doubtful.send()}
    doubtful.settle([], NOW + HOUR)
    doubtful.plan(NOW + HOUR, close=True)
    found = doubtful.send(NOW + HOUR)
    assert said(found) == [(ANNA, "withdrawn", ["chg_a"]), (HOOK, "withdrawn", ["chg_a"])]
    for each in found:
        assert each.items[0].payload["follows"] == first[each.target]
        assert each.items[0].payload["settled"]["reason"] == "a later look shows the page whole again"
    assert doubtful.plan(NOW + 2 * HOUR, close=True) == 0


def test_a_loss_that_is_half_true_is_followed_up_in_one_mail(doubtful: Desk) -> None:
    held = doubtful.publish("a", "b", state="held")
    doubtful.plan(close=True)
    doubtful.send()
    doubtful.settle(held[:1], NOW + HOUR)
    doubtful.plan(NOW + HOUR)
    [mail] = [each for each in doubtful.deliveries() if each.target == ANNA and each.state == "waiting"]
    assert {i.change_id: i.payload["state"] for i in mail.items} == {
        "chg_a": "confirmed",
        "chg_b": "withdrawn",
    }


def test_a_message_that_has_not_left_when_the_doubt_ends_says_what_is_sure(doubtful: Desk) -> None:
    held = doubtful.publish("a", "b", state="held")
    doubtful.plan()
    doubtful.settle(held[:1], NOW + timedelta(minutes=5))
    doubtful.plan(NOW + timedelta(minutes=5), close=True)
    found = said(doubtful.send(NOW + timedelta(minutes=5)))
    assert (ANNA, "open", ["chg_a"]) in found
    assert [each for each in found if each[0] == ANNA] == [(ANNA, "open", ["chg_a"])]


def test_a_message_of_which_nothing_is_left_never_was(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA, unconfirmed="tell")
    desk.publish("a", state="held")
    desk.plan()
    desk.settle([], NOW + timedelta(minutes=5))
    desk.plan(NOW + timedelta(minutes=5), close=True)
    assert desk.deliveries() == []


def test_a_digest_follows_up_in_the_next_one(sqlite_desk: Desk) -> None:
    desk, day = sqlite_desk, timedelta(days=1)
    desk.subscribe("daily", email=ANNA, unconfirmed="tell", send="daily at 20:30")
    held = desk.publish("a", state="held")
    desk.plan()
    [first] = desk.send(NOW + HOUR)
    desk.settle(held, NOW + HOUR)
    desk.plan(NOW + HOUR)
    [second] = desk.send(NOW + day + HOUR)
    states = [[i.payload["state"] for i in each.items] for each in (first, second)]
    assert states == [["held"], ["confirmed"]]
    assert second.due_at - first.due_at == day


def test_who_is_paused_meanwhile_hears_no_more_of_it(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA, unconfirmed="tell")
    desk.publish("a", state="held")
    desk.plan(close=True)
    desk.send()
    with desk.database.write() as connection:
        subscriptions.pause(connection, "newsroom", NOW)
    desk.settle([], NOW + HOUR)
    desk.plan(NOW + HOUR, close=True)
    assert desk.send(NOW + HOUR) == []


def test_an_address_that_two_ask_for_is_told_and_followed_up_once(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA, unconfirmed="tell")
    desk.subscribe("desk", email=ANNA)
    held = desk.publish("a", state="held")
    desk.plan(close=True)
    desk.send()
    desk.settle(held, NOW + HOUR)
    desk.plan(NOW + HOUR, close=True)
    assert said(desk.send(NOW + HOUR)) == [(ANNA, "confirmed", ["chg_a"])]


def test_a_database_made_again_follows_up_under_the_same_ids(desk: Desk, other_desk: Desk) -> None:
    ids = []
    for each in (desk, other_desk):
        each.subscribe("newsroom", email=ANNA, unconfirmed="tell")
        each.subscribe("crm", webhook=HOOK, unconfirmed="tell")
        held = each.publish("a", "b", state="held")
        each.plan(close=True)
        each.send()
        each.settle(held[:1], NOW + HOUR)
        each.plan(NOW + HOUR, close=True)
        ids.append(sorted(delivery.id for delivery in each.deliveries()))
    assert ids[0] == ids[1]
    assert len(ids[0]) == 6
