"""Deliveries: folded while they wait, claimed by one, settled once, and never forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from promised import promise

from config.errors import StorageError
from storage import deliveries
from storage.deliveries import Delivery, Item
from storage.engine import Database
from storage.sending import claims

ELSEWHERE = "another-machine/12/345/abcdef01"
TERM = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
Plan = Callable[..., None]


@pytest.fixture
def plan(database: Database, now: datetime) -> Plan:
    """Promise changes to an address; the fold is open for ten minutes."""

    def plan(
        *change_ids: str,
        at: datetime = now,
        target: str = "anna@paper.example",
        importance: float = 0.5,
        **about: object,
    ) -> None:
        said = {
            "channel": "email",
            "fold": f"email {target}",
            "digest": False,
            "due_at": at + 10 * MINUTE,
            **about,
        }
        with database.write() as connection:
            for change_id in change_ids:
                payload = {
                    "importance": importance,
                    "first_seen_after": "2027-09-01T12:00:00Z",
                    "id": change_id,
                }
                item = Item(change_id, payload, ("newsroom",))
                promise(connection, target=target, item=item, now=at, **said)

    return plan


def all_of(database: Database) -> list[Delivery]:
    with database.read() as connection:
        return [deliveries.get(connection, each.id) for each in deliveries.listed(connection)]


def changes_in(database: Database) -> list[list[str]]:
    return [[item.change_id for item in delivery.items] for delivery in all_of(database)]


def claim(database: Database, owner: str, now: datetime, limit: int = 20) -> list[str]:
    with database.write() as connection:
        return [d.id for d in claims.claim(connection, owner, now, limit=limit, term=TERM)]


def settle(
    database: Database, delivery_id: str, owner: str, now: datetime, outcome: str, **said: object
) -> None:
    with database.write() as connection:
        claims.settle(connection, delivery_id, owner, now, outcome=outcome, answer="said", **said)


def test_changes_share_a_message_until_it_is_due(database: Database, plan: Plan, now: datetime) -> None:
    plan("chg_a", "chg_b")
    plan("chg_c", at=now + 9 * MINUTE)
    plan("chg_d", at=now + 10 * MINUTE)
    assert changes_in(database) == [["chg_a", "chg_b", "chg_c"], ["chg_d"]]
    assert [d.due_at - now for d in all_of(database)] == [10 * MINUTE, 20 * MINUTE]


def test_a_change_is_never_twice_in_a_fold(database: Database, plan: Plan, now: datetime) -> None:
    plan("chg_a")
    with pytest.raises(StorageError, match=r"(?i)unique"):
        plan("chg_a")
    with pytest.raises(StorageError, match=r"(?i)unique"):
        plan("chg_a", at=now + timedelta(days=1))
    assert changes_in(database) == [["chg_a"]]
    plan("chg_a", target="ben@paper.example")
    assert changes_in(database) == [["chg_a"], ["chg_a"]]


def test_what_is_not_shared_is_a_message_each(database: Database, plan: Plan, now: datetime) -> None:
    hook = {"target": "https://crm.example/hook", "channel": "webhook", "shared": False, "due_at": now}
    plan("chg_a", "chg_b", **hook)
    assert changes_in(database) == [["chg_a"], ["chg_b"]]


def test_a_message_that_somebody_is_sending_takes_nothing_more(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a")
    with database.write() as connection:
        deliveries.close_folds(connection, now)
    assert len(claim(database, ELSEWHERE, now)) == 1
    plan("chg_b")
    assert changes_in(database) == [["chg_a"], ["chg_b"]]


def test_the_most_important_stands_first_and_then_what_was_promised_first(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_z")
    plan("chg_b", importance=0.9)
    plan("chg_a")
    assert changes_in(database) == [["chg_b", "chg_z", "chg_a"]]


def test_closing_the_folds_makes_alerts_due_and_leaves_digests_their_hour(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a")
    plan("chg_a", target="week@paper.example", digest=True, due_at=now + timedelta(days=3))
    with database.write() as connection:
        deliveries.close_folds(connection, now)
        assert claims.any_due(connection, now)
    assert [d.next_attempt_at - now for d in all_of(database)] == [timedelta(0), timedelta(days=3)]


def test_only_what_is_due_is_claimed_the_longest_waiting_first(
    database: Database, plan: Plan, now: datetime
) -> None:
    for minute in (3, 1, 2):
        plan("chg_a", target=f"{minute}@paper.example", due_at=now + minute * MINUTE)
    with database.read() as connection:
        assert not claims.any_due(connection, now)
        assert deliveries.next_due(connection) == now + MINUTE
    assert claim(database, ELSEWHERE, now) == []
    claimed = claim(database, ELSEWHERE, now + 2 * MINUTE)
    targets = {delivery.id: delivery.target for delivery in all_of(database)}
    assert [targets[delivery_id] for delivery_id in claimed] == ["1@paper.example", "2@paper.example"]


def test_no_two_claim_the_same_delivery(database: Database, plan: Plan, now: datetime) -> None:
    for number in range(30):
        plan("chg_a", target=f"{number}@paper.example", due_at=now)
    barrier = threading.Barrier(3)

    def claims(owner: str) -> list[str]:
        barrier.wait()
        return claim(database, owner, now, limit=30)

    with ThreadPoolExecutor(3) as pool:
        claimed = list(pool.map(claims, [f"{ELSEWHERE}{n}" for n in range(3)]))
    together = [delivery_id for each in claimed for delivery_id in each]
    assert len(together) == len(set(together)) == 30


def test_a_claim_is_free_again_when_it_ran_out(database: Database, plan: Plan, now: datetime) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    assert claim(database, "other/1/1/a", now + TERM - MINUTE) == []
    assert claim(database, "other/1/1/a", now + TERM) == [mine]


def test_what_is_being_sent_is_not_sent_by_another_for_being_asked_for_again(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    with database.write() as connection:
        assert deliveries.again(connection, mine, now)
    assert claim(database, "other/1/1/a", now) == []
    assert claim(database, "other/1/1/a", now + TERM) == [mine]


def test_the_claim_of_a_process_that_ended_is_free_at_once(
    database: Database, plan: Plan, now: datetime, ended_owner: str
) -> None:
    plan("chg_a", due_at=now)
    [claimed] = claim(database, ended_owner, now)
    assert claim(database, ELSEWHERE, now) == [claimed]


def test_what_was_sent_is_sent_and_logged(database: Database, plan: Plan, now: datetime) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    settle(database, mine, ELSEWHERE, now + MINUTE, "sent")
    [delivery] = all_of(database)
    assert (delivery.state, delivery.sent_at, delivery.attempts) == ("sent", now + MINUTE, 1)
    assert claim(database, ELSEWHERE, now + timedelta(days=9)) == []
    with database.write() as connection:
        [attempt] = deliveries.attempts_of(connection, mine)
        assert (attempt.at, attempt.outcome, attempt.answer) == (now + MINUTE, "sent", "said")
        assert not deliveries.again(connection, mine, now)
        assert not deliveries.discard(connection, mine)
        assert deliveries.counts(connection) == {"sent": 1}
        assert deliveries.next_due(connection) is None


def test_what_is_to_be_tried_again_waits_for_its_time_under_its_id(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    settle(database, mine, ELSEWHERE, now, "waiting", retry_at=now + MINUTE)
    assert claim(database, ELSEWHERE, now + timedelta(seconds=59)) == []
    assert claim(database, ELSEWHERE, now + MINUTE) == [mine]
    settle(database, mine, ELSEWHERE, now + MINUTE, "sent")
    with database.read() as connection:
        assert [a.outcome for a in deliveries.attempts_of(connection, mine)] == ["waiting", "sent"]


def test_a_message_that_was_tried_takes_nothing_more(database: Database, plan: Plan, now: datetime) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    settle(database, mine, ELSEWHERE, now, "waiting", retry_at=now + MINUTE)
    plan("chg_b")
    assert changes_in(database) == [["chg_a"], ["chg_b"]]


def test_what_is_dead_can_be_sent_again_under_its_id(database: Database, plan: Plan, now: datetime) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    settle(database, mine, ELSEWHERE, now, "dead")
    assert claim(database, ELSEWHERE, now + TERM) == []
    with database.write() as connection:
        assert deliveries.again(connection, mine, now + TERM)
    assert claim(database, ELSEWHERE, now + TERM) == [mine]


def test_what_is_discarded_is_never_sent_unless_asked_for_again(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a", due_at=now)
    [waiting] = all_of(database)
    with database.write() as connection:
        assert deliveries.discard(connection, waiting.id)
        assert not deliveries.discard(connection, waiting.id)
    assert claim(database, ELSEWHERE, now + TERM) == []
    with database.write() as connection:
        assert deliveries.again(connection, waiting.id, now)
    assert claim(database, ELSEWHERE, now) == [waiting.id]


def test_what_is_discarded_while_it_is_being_sent_is_not_tried_again(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    with database.write() as connection:
        assert deliveries.discard(connection, mine)
    settle(database, mine, ELSEWHERE, now, "waiting", retry_at=now + MINUTE)
    assert [delivery.state for delivery in all_of(database)] == ["discarded"]
    assert claim(database, ELSEWHERE, now + TERM) == []


def test_one_whose_claim_ran_out_cannot_undo_what_the_next_did(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a", due_at=now)
    [mine] = claim(database, ELSEWHERE, now)
    claim(database, "other/1/1/a", now + TERM)
    settle(database, mine, "other/1/1/a", now + TERM, "sent")
    settle(database, mine, ELSEWHERE, now + TERM, "waiting", retry_at=now + TERM)
    assert [delivery.state for delivery in all_of(database)] == ["sent"]


def test_a_delivery_is_found_by_the_beginning_of_its_id(
    database: Database, plan: Plan, now: datetime
) -> None:
    plan("chg_a", target="a@b.example")
    plan("chg_a", target="c@d.example")
    first, _ = all_of(database)
    with database.read() as connection:
        assert deliveries.find(connection, first.id[:12]) == first
        assert deliveries.find(connection, "msg_") is None
        assert deliveries.find(connection, "msg%") is None
