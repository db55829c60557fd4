"""Who hears of what, in which message, when; and that planning is done once, or not at all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from desk import ANNA, BEN, FOLD, HOOK, NOW, Desk

from config.errors import StorageError
from notifier import planner
from notifier.planning.outbox import FLOOD
from storage.models import delivery_items, gone_targets
from storage.sending import silenced
from storage.watched import subscriptions


def test_two_subscriptions_of_one_address_are_one_mail_with_both_reasons(desk: Desk) -> None:
    desk.subscribe("newsroom", email=[ANNA, BEN])
    desk.subscribe("events", email=ANNA, tell=["events"])
    desk.subscribe("people", email=ANNA, tell=["contacts"])
    desk.publish("a")
    desk.publish("b", kind="role.changed")
    assert desk.plan() == 2
    both = [("newsroom", "people"), ("newsroom", "events")]
    assert sorted(desk.messages()) == [
        (ANNA, ["chg_b", "chg_a"], both),
        (BEN, ["chg_b", "chg_a"], [("newsroom",), ("newsroom",)]),
    ]
    assert {delivery.due_at for delivery in desk.deliveries()} == {NOW + FOLD}


def test_changes_that_come_while_a_mail_waits_go_with_it(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA)
    for name, minutes in (("a", 0), ("b", 9), ("c", 10)):
        desk.publish(name)
        desk.plan(NOW + timedelta(minutes=minutes))
    assert [changes for _, changes, _ in desk.messages()] == [["chg_a", "chg_b"], ["chg_c"]]


def test_a_webhook_gets_each_change_by_itself_and_at_once(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("crm", webhook=HOOK)
    desk.publish("a", "b")
    desk.plan()
    assert desk.messages() == [(HOOK, ["chg_a"], [("crm",)]), (HOOK, ["chg_b"], [("crm",)])]
    assert {delivery.due_at for delivery in desk.deliveries()} == {NOW}


@pytest.mark.parametrize(
    ("send", "due"),
    [
        ("hourly", datetime(2027, 9, 1, 13, tzinfo=UTC)),
        ("daily at 07:00", datetime(2027, 9, 1, 23, tzinfo=UTC)),
        ("daily at 21:00", datetime(2027, 9, 1, 13, tzinfo=UTC)),
        ("weekly on monday at 08:30", datetime(2027, 9, 6, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_digest_is_due_at_its_hour_in_the_watchlists_zone(
    sqlite_desk: Desk, send: str, due: datetime
) -> None:
    desk = sqlite_desk
    desk.subscribe("week", email=ANNA, send=send)
    desk.publish("a")
    desk.plan()
    [digest] = desk.deliveries()
    assert (digest.digest, digest.due_at, digest.since, digest.subscription) == (True, due, NOW, "week")


def test_a_digest_is_a_message_of_its_own_and_gathers_until_its_hour(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA)
    desk.subscribe("week", email=ANNA, send="weekly on monday at 08:30")
    desk.subscribe("month", email=ANNA, send="weekly on monday at 08:30")
    desk.publish("a")
    desk.plan(close=True)
    desk.publish("b")
    desk.plan(NOW + timedelta(days=2), close=True)
    found = sorted((d.digest, [i.change_id for i in d.items], d.items[0].reasons) for d in desk.deliveries())
    assert found == [
        (False, ["chg_a"], ("newsroom",)),
        (False, ["chg_b"], ("newsroom",)),
        (True, ["chg_a", "chg_b"], ("month",)),
        (True, ["chg_a", "chg_b"], ("week",)),
    ]
    assert {d.due_at for d in desk.deliveries() if d.digest} == {datetime(2027, 9, 6, 0, 30, tzinfo=UTC)}


def test_closing_the_fold_makes_what_waits_for_company_due(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA)
    desk.publish("a")
    desk.plan()
    assert desk.plan(NOW + timedelta(minutes=1), close=True) == 0
    assert [d.due_at for d in desk.deliveries()] == [NOW + timedelta(minutes=1)]


def test_planning_twice_adds_nothing(desk: Desk) -> None:
    desk.subscribe("newsroom", email=ANNA)
    desk.subscribe("crm", webhook=HOOK)
    desk.publish("a", "b")
    assert [desk.plan(), desk.plan(), desk.plan(NOW + timedelta(days=1))] == [2, 0, 0]
    before = desk.messages()
    desk.publish("a", "b")
    assert desk.plan() == 0
    assert desk.messages() == before
    assert desk.open() == []


def test_a_change_that_nobody_asked_for_is_planned_too_and_told_to_nobody_later(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.publish("a")
    assert desk.plan() == 1
    desk.subscribe("newsroom", email=ANNA)
    assert desk.plan() == 0
    assert desk.deliveries() == []


def test_a_paused_subscription_hears_nothing_of_what_came_meanwhile(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA)
    for paused_at, name in ((NOW, "a"), (None, "b")):
        with desk.database.write() as connection:
            if paused_at:
                subscriptions.pause(connection, "newsroom", paused_at)
            else:
                subscriptions.resume(connection, "newsroom", NOW)
        desk.publish(name)
        desk.plan()
    assert desk.messages() == [(ANNA, ["chg_b"], [("newsroom",)])]


def test_a_delivery_keeps_the_payload_that_it_was_planned_with(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("crm", webhook=HOOK)
    desk.publish("a")
    desk.plan()
    [delivery] = desk.deliveries()
    assert delivery.items[0].payload["fields"]["starts_on"] == ["2016-09-07", "2016-09-12"]
    assert delivery.items[0].payload["state"] == "open"


def test_planning_that_fails_half_way_has_planned_nothing(desk: Desk) -> None:
    desk.subscribe("crm", webhook=HOOK)
    desk.subscribe("newsroom", email=ANNA)
    desk.publish("0")
    desk.plan()
    desk.publish("a", "b")
    before = [each.id for each in desk.deliveries()]
    in_the_way = {"fold": f"email {ANNA}", "change_id": "chg_b", "reasons": []}
    with desk.database.write() as connection:
        values = {**in_the_way, "payload": {"importance": 0.5}, "delivery_id": before[0]}
        connection.execute(sa.insert(delivery_items).values(values))
    with pytest.raises(StorageError):
        desk.plan()
    assert [each.id for each in desk.deliveries()] == before
    assert desk.open() == ["chg_a", "chg_b"]
    with desk.database.write() as connection:
        connection.execute(sa.delete(delivery_items).where(delivery_items.c.change_id == "chg_b"))
    assert desk.plan() == 2


def test_a_database_made_again_promises_the_same_messages_under_the_same_ids(
    desk: Desk, other_desk: Desk
) -> None:
    for each in (desk, other_desk):
        each.subscribe("newsroom", email=[ANNA, BEN])
        each.subscribe("week", email=ANNA, send="daily at 07:00")
        each.subscribe("crm", webhook=HOOK)
        each.publish("a", "b")
        each.plan()
    ids = {delivery.id for delivery in desk.deliveries()}
    assert len(ids) == 5
    assert {delivery.id for delivery in other_desk.deliveries()} == ids


def test_a_flood_of_one_page_is_one_request_that_names_every_change(desk: Desk) -> None:
    desk.subscribe("crm", webhook=HOOK)
    desk.subscribe("newsroom", email=ANNA)
    names = [f"{number:02}" for number in range(FLOOD + 1)]
    desk.publish(*names)
    desk.plan()
    ids = [f"chg_{name}" for name in names]
    assert sorted((target, found) for target, found, _ in desk.messages()) == [(ANNA, ids), (HOOK, ids)]
    desk.publish(*(f"next_{name}" for name in names[1:]))
    desk.plan()
    assert len([target for target, *_ in desk.messages() if target == HOOK]) == 1 + FLOOD


def test_who_unsubscribed_is_left_out_by_name_and_what_waited_for_them_alone_is_not_sent(
    sqlite_desk: Desk,
) -> None:
    desk = sqlite_desk
    desk.subscribe("newsroom", email=["Anna@Paper.example", BEN], tell=["events"])
    desk.subscribe("people", email=ANNA, tell=["contacts"])
    desk.publish("a")
    desk.plan()
    with desk.database.write() as connection:
        assert silenced.unsubscribe(connection, "newsroom", ANNA, NOW)
        assert not silenced.unsubscribe(connection, "newsroom", ANNA.upper(), NOW)
    desk.publish("b")
    desk.publish("c", kind="role.changed")
    desk.plan(close=True)
    told = [(each.target, [item.change_id for item in each.items]) for each in desk.send()]
    assert told == [(BEN, ["chg_a", "chg_b"]), (ANNA, ["chg_c"])]
    with desk.database.write() as connection:
        assert silenced.resubscribe(connection, "newsroom", ANNA)
    desk.publish("d")
    desk.plan(close=True)
    assert len(desk.send()) == 2


def test_a_digest_that_waits_for_who_unsubscribed_is_discarded(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("week", email=[ANNA, BEN], send="weekly on monday at 08:30")
    desk.publish("a")
    desk.plan()
    with desk.database.write() as connection:
        silenced.unsubscribe(connection, "week", ANNA, NOW)
    states = [(each.target, each.state) for each in desk.deliveries()]
    assert states == [(ANNA, "discarded"), (BEN, "waiting")]
    desk.plan(NOW + timedelta(days=14))
    assert [each.target for each in desk.deliveries()] == [ANNA, BEN, BEN]


def test_a_target_that_is_gone_is_left_out(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("crm", webhook=HOOK, email=ANNA)
    gone = {"channel": "webhook", "target": HOOK, "at": NOW, "reason": "410 Gone"}
    with desk.database.write() as connection:
        connection.execute(sa.insert(gone_targets).values(gone))
    desk.publish("a")
    desk.plan()
    assert [target for target, *_ in desk.messages()] == [ANNA]


def test_more_changes_than_one_transaction_takes_are_planned_in_one_go(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "AT_A_TIME", 10)
    desk = sqlite_desk
    desk.subscribe("newsroom", email=ANNA)
    desk.publish(*(f"{number:02}" for number in range(25)))
    assert desk.plan() == 25
    [(_, found, _)] = desk.messages()
    assert len(found) == 25


def test_two_who_plan_at_the_same_moment_plan_each_change_once(desk: Desk) -> None:
    desk.subscribe("newsroom", email=ANNA)
    desk.subscribe("crm", webhook=HOOK)
    names = [f"{number:02}" for number in range(40)]
    desk.publish(*names)
    barrier = threading.Barrier(2)

    def planner(_: int) -> int:
        barrier.wait()
        return desk.plan()

    with ThreadPoolExecutor(2) as pool:
        planned = list(pool.map(planner, range(2)))
    assert sum(planned) == 40
    assert desk.open() == []
    hooked = sorted(change for target, found, _ in desk.messages() if target == HOOK for change in found)
    mailed = sorted(change for target, found, _ in desk.messages() if target == ANNA for change in found)
    assert hooked == mailed == [f"chg_{name}" for name in names]
