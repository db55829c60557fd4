"""Digests and quiet hours by the clocks of a zone: no gap, nothing twice, over midnight, DST and restarts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import ANNA, FOLD, HOOK, NOW, RULES, Desk
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.watchlist import Subscription
from notifier.planning.concerns import Concern
from notifier.planning.listeners import Listener, Rules
from storage import deliveries
from storage.engine import Database
from storage.watched import subscriptions

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BEGINNINGS = (  # each some hours before the clocks change; in Kolkata before a new year
    ("Europe/Paris", datetime(2027, 3, 26, 12, tzinfo=UTC)),
    ("Europe/Paris", datetime(2027, 10, 29, 12, tzinfo=UTC)),
    ("America/Santiago", datetime(2027, 9, 3, 12, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2027, 12, 30, 12, tzinfo=UTC)),
)
CLOCKS = {  # what the clocks show when a digest goes out; later where they skip its hour
    "hourly": {f"{hour:02}:00" for hour in range(24)},
    "daily at 02:30": {"02:30", "03:30"},
    "daily at 00:00": {"00:00", "01:00"},
    "weekly on sunday at 02:30": {"02:30", "03:30"},
}
NewDesk = Callable[[Rules], Desk]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, to be copied."""
    file = tmp_path_factory.mktemp("prepared") / "wgwatch.db"
    database = Database(f"sqlite:///{file}")
    database.prepare()
    database.close()
    return file


@pytest.fixture
def new_desk(prepared: Path, tmp_path: Path, change: Callable[..., dict[str, Any]]) -> Iterator[NewDesk]:
    numbers, opened = count(), list[Database]()

    def new_desk(rules: Rules) -> Desk:
        file = shutil.copy(prepared, tmp_path / f"{next(numbers)}.db")
        opened.append(Database(f"sqlite:///{file}"))
        return Desk(opened[-1], change, rules)

    yield new_desk
    for database in opened:
        database.close()


@pytest.mark.parametrize(("zone", "now"), BEGINNINGS)
@pytest.mark.parametrize("send", CLOCKS)
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(looks=st.lists(st.tuples(st.floats(0.01, 30), st.floats(0, 1)), min_size=4, max_size=8))
def test_every_change_is_in_one_digest_and_periods_follow_each_other(
    new_desk: NewDesk, zone: str, now: datetime, send: str, looks: list[tuple[float, float]]
) -> None:
    """A service that finds something, plans and sends at odd moments, and stands still for hours between them."""
    desk = new_desk(Rules(ZoneInfo(zone), FOLD))
    desk.subscribe("digest", now=now, email=ANNA, send=send)
    began, found = now, {}
    for number, (wait, when) in enumerate(looks):
        found[f"chg_{number}"] = now + when * wait * HOUR
        now += wait * HOUR
        desk.publish(str(number), now=found[f"chg_{number}"])
        desk.plan(now)
        desk.send(now)
    desk.plan(now + 8 * DAY)
    desk.send(now + 8 * DAY)
    digests = desk.deliveries()
    told = [(item.change_id, each) for each in digests for item in each.items]
    assert sorted(change for change, _ in told) == sorted(found)
    assert all(each.since and each.since <= found[change] < each.due_at for change, each in told)
    assert [each.since for each in digests] == [began, *(each.due_at for each in digests)][:-1]
    assert {f"{each.due_at.astimezone(ZoneInfo(zone)):%H:%M}" for each in digests} <= CLOCKS[send]
    assert {each.state for each in digests} == {"sent"}


def test_a_weekly_digest_goes_out_when_there_is_nothing_to_tell_and_others_do_not(desk: Desk) -> None:
    desk.subscribe("week", email=ANNA, send="weekly on monday at 08:30")
    desk.subscribe("day", email=ANNA, send="daily at 07:00")
    desk.subscribe("hour", email=ANNA, send="hourly")
    monday = datetime(2027, 9, 6, 0, 30, tzinfo=UTC)
    desk.plan(monday - timedelta(seconds=1))
    assert desk.deliveries() == []
    desk.plan(monday)
    desk.plan(monday + HOUR)
    [digest] = desk.deliveries()
    assert (digest.subscription, digest.since, digest.due_at, digest.items) == ("week", NOW, monday, ())
    desk.plan(monday + 7 * DAY)
    first, second = desk.deliveries()
    assert (second.since, second.due_at) == (first.due_at, monday + 7 * DAY)


def test_weeks_in_which_nothing_ran_are_one_digest(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("week", email=ANNA, send="weekly on monday at 08:30")
    desk.plan(NOW + 25 * DAY)
    [digest] = desk.deliveries()
    assert (digest.since, digest.due_at) == (NOW, datetime(2027, 9, 20, 0, 30, tzinfo=UTC))


def test_what_was_found_before_a_digests_hour_and_planned_after_it_is_in_that_digest(
    sqlite_desk: Desk,
) -> None:
    desk, monday = sqlite_desk, datetime(2027, 9, 6, 0, 30, tzinfo=UTC)
    desk.subscribe("week", email=ANNA, send="weekly on monday at 08:30")
    desk.publish("a", now=monday - timedelta(seconds=1))
    desk.plan(monday + timedelta(seconds=1))
    [digest] = desk.deliveries()
    assert (digest.due_at, [item.change_id for item in digest.items]) == (monday, ["chg_a"])


def test_the_first_digest_after_a_pause_begins_where_it_was_resumed(sqlite_desk: Desk) -> None:
    desk, monday = sqlite_desk, datetime(2027, 9, 6, 0, 30, tzinfo=UTC)
    desk.subscribe("week", email=ANNA, send="weekly on monday at 08:30")
    desk.plan(monday)
    with desk.database.write() as connection:
        subscriptions.pause(connection, "week", monday + DAY)
    desk.plan(monday + 14 * DAY)
    with desk.database.write() as connection:
        subscriptions.resume(connection, "week", monday + 15 * DAY)
    desk.plan(monday + 21 * DAY)
    first, second = desk.deliveries()
    assert (first.due_at, second.since) == (monday, monday + 15 * DAY)
    assert second.due_at == monday + 21 * DAY


def test_after_a_digest_was_discarded_what_is_found_next_is_told_at_its_hour(sqlite_desk: Desk) -> None:
    desk, monday = sqlite_desk, datetime(2027, 9, 6, 0, 30, tzinfo=UTC)
    desk.subscribe("week", email=ANNA, send="weekly on monday at 08:30")
    desk.publish("a")
    desk.plan()
    with desk.database.write() as connection:
        deliveries.discard(connection, desk.deliveries()[0].id)
    desk.publish("b", now=NOW + DAY)
    desk.plan(NOW + DAY)
    [digest] = desk.send(monday)
    assert (digest.since, digest.due_at, len(digest.items)) == (NOW, monday, 1)


def test_a_digest_that_waits_comes_sooner_when_its_schedule_does(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("digest", email=ANNA, send="weekly on monday at 08:30")
    desk.publish("a")
    desk.plan()
    desk.subscribe("digest", email=ANNA, send="daily at 21:00")
    desk.publish("b")
    desk.plan()
    [digest] = desk.deliveries()
    assert digest.due_at == datetime(2027, 9, 1, 13, tzinfo=UTC)
    assert len(digest.items) == 2


def test_a_subscription_may_have_clocks_of_its_own(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("here", email=ANNA, send="daily at 15:00")
    desk.subscribe("lima", email=ANNA, send="daily at 15:00", zone="America/Lima")
    desk.publish("a")
    desk.plan()
    assert [each.due_at.hour for each in desk.deliveries()] == [7, 20]


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "due"),
    [
        ("19:00-07:00", "Asia/Singapore", NOW, datetime(2027, 9, 1, 23, tzinfo=UTC)),
        ("07:00-19:00", "Asia/Singapore", NOW, NOW),
        ("20:00-20:01", "Asia/Singapore", NOW, NOW + MINUTE),
        ("19:00-20:00", "Asia/Singapore", NOW, NOW),
        (  # the night on which clocks go forward in Paris is an hour shorter, and longer when they go back
            "22:00-07:00",
            "Europe/Paris",
            datetime(2027, 3, 27, 22, tzinfo=UTC),
            datetime(2027, 3, 28, 5, tzinfo=UTC),
        ),
        (
            "22:00-07:00",
            "Europe/Paris",
            datetime(2027, 10, 30, 22, tzinfo=UTC),
            datetime(2027, 10, 31, 6, tzinfo=UTC),
        ),
        (
            "22:00-00:00",
            "America/Santiago",
            datetime(2027, 9, 5, 3, tzinfo=UTC),
            datetime(2027, 9, 5, 4, tzinfo=UTC),
        ),
        (
            "22:00-06:30",
            "Asia/Kolkata",
            datetime(2027, 9, 1, 20, tzinfo=UTC),
            datetime(2027, 9, 2, 1, tzinfo=UTC),
        ),
    ],
)
def test_quiet_hours_end_by_the_clocks_of_their_zone(
    quiet: str, zone: str, now: datetime, due: datetime
) -> None:
    said = Subscription.model_validate({"name": "crm", "webhook": HOOK, "quiet": quiet, "zone": zone})
    listener = Listener(said, (("webhook", HOOK),), NOW, Concern(said))
    assert listener.alert_at("webhook", now, RULES)[0] == due


def test_alerts_of_quiet_hours_wait_for_their_end_and_go_out_as_one(desk: Desk) -> None:
    desk.subscribe("newsroom", email=ANNA, quiet="19:00-07:00")
    morning = datetime(2027, 9, 1, 23, tzinfo=UTC)
    for hour in range(3):
        desk.publish(str(hour), now=NOW + hour * HOUR)
        desk.plan(NOW + hour * HOUR, close=True)
    assert desk.send(morning - MINUTE) == []
    [mail] = desk.send(morning)
    assert len(mail.items) == 3


def test_another_subscription_of_the_address_does_not_wait_with_the_quiet_one(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("quiet", email=ANNA, quiet="19:00-07:00", tell=["contacts"])
    desk.subscribe("loud", email=ANNA, tell=["events"])
    desk.publish("a", kind="role.changed")
    desk.publish("b", kind="event.moved")
    desk.plan(close=True)
    [mail] = desk.send()
    assert [item.change_id for item in mail.items] == ["chg_b"]


def test_a_digest_keeps_its_hour_in_quiet_hours(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("day", email=ANNA, send="daily at 21:00", quiet="19:00-07:00")
    desk.publish("a")
    desk.plan()
    assert [each.due_at for each in desk.deliveries()] == [datetime(2027, 9, 1, 13, tzinfo=UTC)]


def test_hourly_digests_wait_in_quiet_hours(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.subscribe("hour", email=ANNA, send="hourly", quiet="19:30-07:30")
    for hour in range(3):
        desk.publish(str(hour), now=NOW + hour * HOUR)
        desk.plan(NOW + hour * HOUR)
    [digest] = desk.deliveries()
    assert (digest.due_at, len(digest.items)) == (datetime(2027, 9, 1, 23, 30, tzinfo=UTC), 3)
