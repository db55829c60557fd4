"""Sending what is due: tried again for three days, one target never in another's way."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from promised import promise

from config.errors import PermanentDeliveryError, StorageError, TemporaryDeliveryError
from notifier.channels import Channel, Outgoing
from notifier.dispatch import CLAIM, Dispatcher, Report
from notifier.lanes import AT_ONCE_BY
from storage import deliveries
from storage.deliveries import Delivery, Item
from storage.engine import Database
from storage.sending import claims, silenced

BEGUN = datetime(2027, 9, 1, 12, tzinfo=UTC)
OWNER = "another-machine/12/345/abcdef01"
SECOND = timedelta(seconds=1)


class Taking:
    """Takes everything, and remembers it."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []

    async def send(self, delivery: Outgoing) -> str:
        self.taken.append(delivery)
        return "250 taken"


class Failing(Taking):
    """Answers with these errors, one a try, then takes."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)
        self.tried: list[Outgoing] = []

    async def send(self, delivery: Outgoing) -> str:
        self.tried.append(delivery)
        if self.errors:
            raise self.errors.pop(0)
        return await super().send(delivery)


class Down:
    """Never takes anything."""

    async def send(self, delivery: Outgoing) -> str:
        raise TemporaryDeliveryError("503 come again")


class Refusing(Taking):
    """Takes what is for all targets but one."""

    def __init__(self, refused: str, error: Exception | None = None) -> None:
        super().__init__()
        self.refused = refused
        self.error = error or TemporaryDeliveryError("503 down")
        self.tried: list[Outgoing] = []

    async def send(self, delivery: Outgoing) -> str:
        self.tried.append(delivery)
        if delivery.target == self.refused:
            raise self.error
        return await super().send(delivery)


class Hanging(Taking):
    """Says nothing to some targets until it is let go."""

    def __init__(self, *targets: str) -> None:
        super().__init__()
        self.targets = targets
        self.free = asyncio.Event()

    async def send(self, delivery: Outgoing) -> str:
        if delivery.target in self.targets:
            await self.free.wait()
        return await super().send(delivery)


class Post:
    """Deliveries in a database, and a clock that the test turns."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = BEGUN

    def promise(self, *targets: str, channel: str = "email", begin: str = "chg_a") -> None:
        with self.database.write() as connection:
            for number, target in enumerate(targets):
                payload = {"id": begin, "importance": 0.5, "first_seen_after": "2027-09-01T12:00:00Z"}
                promise(
                    connection,
                    channel=channel,
                    target=target,
                    fold=f"{begin} {number} {target}",
                    digest=False,
                    item=Item(begin, payload, ("crm",)),
                    now=self.now,
                    due_at=self.now,
                )

    def dispatcher(
        self, *, owner: str = OWNER, secret: str = "whsec_hush", **channels: Channel
    ) -> Dispatcher:
        return Dispatcher(
            database=self.database,
            channels=channels,
            owner=owner,
            clock=lambda: self.now,
            zone=lambda: ZoneInfo("Asia/Singapore"),
            secrets=lambda name: (secret,) if secret else (),
            chance=random.Random(1),
        )

    def send(self, **channels: Channel) -> Report:
        return asyncio.run(self.dispatcher(**channels).send_due())

    def found(self) -> list[Delivery]:
        with self.database.read() as connection:
            return deliveries.listed(connection)

    def one(self) -> Delivery:
        [delivery] = self.found()
        return delivery

    def turn_to_next(self) -> timedelta:
        """Let the next try's time come; answers how long that took."""
        with self.database.read() as connection:
            due = deliveries.next_due(connection)
        assert due is not None
        passed, self.now = due - self.now, due
        return passed


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


@pytest.fixture
def sqlite_post(tmp_path: Path) -> Iterator[Post]:
    """For what does not depend on the database."""
    database = Database(f"sqlite:///{tmp_path / 'wgwatch.db'}")
    database.prepare()
    yield Post(database)
    database.close()


def test_what_is_due_is_sent_once_and_settled(post: Post) -> None:
    post.promise("anna@paper.example", "ben@paper.example")
    channel = Taking()
    assert post.send(email=channel) == Report(sent=2)
    assert post.send(email=channel) == Report()
    assert {d.target for d in channel.taken} == {"anna@paper.example", "ben@paper.example"}
    assert {(d.state, d.answer, d.sent_at) for d in post.found()} == {("sent", "250 taken", BEGUN)}
    [sent, _] = channel.taken
    assert sent.zone.key == "Asia/Singapore"
    assert sent.items[0].reasons == ("crm",)
    assert sent.secrets == ()


def test_more_than_fit_into_one_round_are_all_sent(post: Post) -> None:
    post.promise(*(f"{number}@paper.example" for number in range(45)))
    channel = Taking()
    assert post.send(email=channel) == Report(sent=45)
    assert len({d.id for d in channel.taken}) == 45


def test_what_is_not_due_yet_waits(post: Post) -> None:
    post.promise("anna@paper.example")
    post.now -= SECOND
    assert post.send(email=Taking()) == Report()


def test_a_passing_trouble_is_tried_again_later_under_the_same_id(post: Post) -> None:
    post.promise("anna@paper.example")
    channel = Failing(TemporaryDeliveryError("451 busy"))
    assert post.send(email=channel) == Report(waiting=1, problems=("451 busy",))
    assert post.send(email=channel) == Report()
    pause = post.turn_to_next()
    assert timedelta(seconds=24) <= pause <= timedelta(seconds=36)
    assert post.send(email=channel) == Report(sent=1)
    assert [d.id for d in channel.tried] == [post.one().id] * 2
    assert channel.tried[0] == channel.tried[1]
    with post.database.read() as connection:
        log = [(a.outcome, a.answer) for a in deliveries.attempts_of(connection, post.one().id)]
    assert log == [("waiting", "451 busy"), ("sent", "250 taken")]


def test_the_pauses_grow_to_some_hours_and_after_three_days_it_is_given_up(sqlite_post: Post) -> None:
    post = sqlite_post
    post.promise("anna@paper.example")
    post.send(email=Down())
    pauses = []
    while post.one().state == "waiting":
        pauses.append(post.turn_to_next())
        post.send(email=Down())
    minutes = [pause / timedelta(minutes=1) for pause in pauses]
    for pause, usual in zip(minutes, (0.5, 2, 8, 32, 128), strict=False):
        assert 0.8 * usual <= pause <= 1.2 * usual
    assert max(minutes) <= 1.2 * 480
    assert post.one().state == "dead"
    assert timedelta(days=3) < post.now - BEGUN < timedelta(days=3, hours=10)
    assert post.one().answer == "given up: 503 come again"
    assert post.one().attempts < 25


def test_what_was_given_up_is_tried_for_three_days_more_when_it_is_asked_for_again(
    sqlite_post: Post,
) -> None:
    post = sqlite_post
    post.promise("anna@paper.example")
    post.now += timedelta(days=4)
    post.send(email=Down())
    assert post.one().state == "dead"
    with post.database.write() as connection:
        assert deliveries.again(connection, post.one().id, post.now)
    assert post.send(email=Down()).waiting == 1
    post.turn_to_next()
    assert post.send(email=Taking()) == Report(sent=1)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(3600.0, timedelta(hours=1)), (1e9, timedelta(days=3)), (1.0, timedelta(seconds=24))],
    ids=["an hour", "for ever", "less than we would"],
)
def test_retry_after_is_honoured(sqlite_post: Post, asked: float, waited: timedelta) -> None:
    sqlite_post.promise("https://crm.example/hook", channel="webhook")
    sqlite_post.send(webhook=Failing(TemporaryDeliveryError("429 slower", retry_after=asked)))
    assert waited <= sqlite_post.turn_to_next() <= waited + timedelta(seconds=12)


def test_a_lasting_refusal_is_given_up_at_once_and_listed(post: Post) -> None:
    post.promise("gone@paper.example")
    channel = Failing(PermanentDeliveryError("550 no such person"))
    assert post.send(email=channel) == Report(dead=1, problems=("550 no such person",))
    assert (post.one().state, post.one().answer) == ("dead", "550 no such person")
    post.now += timedelta(days=9)
    assert post.send(email=channel) == Report()
    assert len(channel.tried) == 1


def test_one_that_is_refused_does_not_stop_the_others(post: Post) -> None:
    post.promise(*(f"{number}@paper.example" for number in range(6)))
    channel = Failing(
        PermanentDeliveryError("550 no"), TemporaryDeliveryError("451 busy"), ValueError("not foreseen")
    )
    report = post.send(email=channel)
    assert (report.sent, report.waiting, report.dead) == (3, 2, 1)


def test_a_defect_of_a_channel_is_kept_for_another_try(
    sqlite_post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_post.promise("anna@paper.example")
    with caplog.at_level(logging.ERROR):
        report = sqlite_post.send(email=Failing(ValueError("the secret is hush")))
    assert report == Report(waiting=1, problems=("our own defect: ValueError",))
    assert sqlite_post.one().id in caplog.text
    sqlite_post.turn_to_next()
    assert sqlite_post.send(email=Taking()) == Report(sent=1)


def test_a_channel_that_this_process_does_not_have_loses_nothing(sqlite_post: Post) -> None:
    sqlite_post.promise("anna@paper.example")
    assert sqlite_post.send(webhook=Taking()).waiting == 1
    sqlite_post.turn_to_next()
    assert sqlite_post.send(email=Taking()) == Report(sent=1)


def test_a_webhook_is_signed_with_the_secret_of_its_subscription_or_waits(sqlite_post: Post) -> None:
    post = sqlite_post
    post.promise("https://crm.example/hook", channel="webhook")
    channel = Taking()
    unsigned = asyncio.run(post.dispatcher(secret="", webhook=channel).send_due())
    assert (unsigned.waiting, channel.taken) == (1, [])
    assert "crm" in unsigned.problems[0]
    post.turn_to_next()
    dispatcher = post.dispatcher(webhook=channel)
    assert asyncio.run(dispatcher.send_due()) == Report(sent=1)
    assert channel.taken[0].secrets == ("whsec_hush",)
    assert "hush" not in repr(dispatcher) + repr(channel.taken[0])


def taken_while_hanging(post: Post, channel: Hanging, expected: int) -> list[str]:
    """What the others got while some target hangs, within two seconds."""

    async def watch() -> list[str]:
        task = asyncio.create_task(post.dispatcher(email=channel, webhook=channel).send_due())
        for _ in range(40):
            await asyncio.sleep(0.05)
            if len(channel.taken) == expected:
                break
        taken = [delivery.target for delivery in channel.taken]
        channel.free.set()
        await task
        return taken

    return asyncio.run(watch())


def test_a_target_that_hangs_does_not_delay_the_others(sqlite_post: Post) -> None:
    others = [f"{number}@paper.example" for number in range(5)]
    sqlite_post.promise("hanging@slow.example", *others)
    assert sorted(taken_while_hanging(sqlite_post, Hanging("hanging@slow.example"), 5)) == others


def test_a_target_with_many_messages_that_hangs_does_not_delay_the_others(sqlite_post: Post) -> None:
    for number in range(30):
        sqlite_post.promise("hanging@slow.example", begin=f"chg_{number}")
    sqlite_post.now += SECOND
    sqlite_post.promise("anna@paper.example")
    assert taken_while_hanging(sqlite_post, Hanging("hanging@slow.example"), 1) == ["anna@paper.example"]


def test_what_a_killed_process_was_sending_is_sent_by_the_next_under_its_id(post: Post) -> None:
    post.promise("anna@paper.example")
    channel = Hanging("anna@paper.example")

    async def killed() -> None:
        task = asyncio.create_task(post.dispatcher(email=channel, webhook=channel).send_due())
        await asyncio.sleep(0.3)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(killed())
    other = Taking()
    following = post.dispatcher(owner="third/1/1/a", email=other)
    assert asyncio.run(following.send_due()) == Report()
    post.now += timedelta(minutes=10)
    assert asyncio.run(following.send_due()) == Report(sent=1)
    assert [delivery.id for delivery in other.taken] == [post.one().id]


def test_two_who_send_at_the_same_time_send_each_message_once(post: Post) -> None:
    post.promise(*(f"{number}@paper.example" for number in range(40)))
    channel = Taking()

    async def both() -> list[Report]:
        owners = ("first/1/1/a", "second/1/1/b")
        return await asyncio.gather(*(post.dispatcher(owner=o, email=channel).send_due() for o in owners))

    reports = asyncio.run(both())
    assert sum(report.sent for report in reports) == 40
    assert len(channel.taken) == len({d.id for d in channel.taken}) == 40


def test_a_target_that_is_gone_takes_all_that_waits_for_it_with_it(post: Post) -> None:
    post.promise("gone@paper.example", "anna@paper.example")
    for number in range(3):
        post.promise("gone@paper.example", begin=f"chg_{number}")
    channel = Refusing("gone@paper.example", PermanentDeliveryError("550 5.1.1 no mailbox", gone=True))
    report = post.send(email=channel)
    assert (report.sent, report.dead) == (1, 4)
    assert "nothing more is sent there" in report.problems[0]
    assert len(channel.tried) == 2
    states = {(d.target, d.state) for d in post.found()}
    assert states == {("gone@paper.example", "dead"), ("anna@paper.example", "sent")}
    with post.database.read() as connection:
        [gone] = silenced.all_gone(connection)
    assert (gone.channel, gone.target, gone.reason, gone.at) == (
        "email",
        "gone@paper.example",
        "550 5.1.1 no mailbox",
        BEGUN,
    )


def test_a_target_that_fails_again_and_again_rests_with_all_that_waits_for_it(sqlite_post: Post) -> None:
    post = sqlite_post
    for number in range(30):
        post.promise("https://down.example/", channel="webhook", begin=f"chg_{number}")
    post.promise("https://good.example/", channel="webhook")
    channel = Refusing("https://down.example/")
    dispatcher = post.dispatcher(webhook=channel)
    assert asyncio.run(dispatcher.send_due()) == Report(sent=1, waiting=3, problems=("503 down",))
    assert asyncio.run(dispatcher.send_due()) == Report()
    post.now += timedelta(minutes=1)
    assert asyncio.run(dispatcher.send_due()).waiting == 1
    channel.refused = ""
    post.now += timedelta(minutes=3)
    assert asyncio.run(dispatcher.send_due()).sent == 30


def test_what_was_tried_in_vain_goes_out_as_soon_as_the_target_takes_messages_again(
    sqlite_post: Post,
) -> None:
    post = sqlite_post
    channel = Refusing("https://down.example/")
    dispatcher = post.dispatcher(webhook=channel)
    post.promise("https://down.example/", channel="webhook")
    for _ in range(5):
        assert asyncio.run(dispatcher.send_due()).waiting == 1
        post.turn_to_next()
    asyncio.run(dispatcher.send_due())
    channel.refused = ""
    post.now += timedelta(minutes=20)
    post.promise("https://down.example/", channel="webhook", begin="chg_b")
    assert asyncio.run(dispatcher.send_due()).sent == 2


def test_one_message_that_a_target_cannot_take_keeps_no_other_back(sqlite_post: Post) -> None:
    post = sqlite_post
    for number in range(8):
        post.promise("https://crm.example/", channel="webhook", begin=f"chg_{number}")
    wrong = [TemporaryDeliveryError("422 what is this?", concerns="message") for _ in range(4)]
    report = post.send(webhook=Failing(*wrong))
    assert (report.sent, report.waiting) == (4, 4)


def test_a_target_that_asks_for_a_pause_gets_it_for_every_message(sqlite_post: Post) -> None:
    post = sqlite_post
    for number in range(5):
        post.promise("https://crm.example/", channel="webhook", begin=f"chg_{number}")
    dispatcher = post.dispatcher(webhook=Failing(TemporaryDeliveryError("429 slower", retry_after=3600)))
    assert asyncio.run(dispatcher.send_due()).waiting == 1
    post.now += timedelta(minutes=59)
    assert asyncio.run(dispatcher.send_due()) == Report()
    post.now += timedelta(minutes=1)
    assert asyncio.run(dispatcher.send_due()).sent == 5


def test_a_mail_server_that_is_down_is_asked_a_few_times_and_not_for_each_recipient(
    sqlite_post: Post,
) -> None:
    post = sqlite_post
    post.promise(*(f"{number}@paper.example" for number in range(60)))
    post.promise("https://crm.example/", channel="webhook")
    down = Failing(*[TemporaryDeliveryError("cannot connect", concerns="channel") for _ in range(60)])
    report = post.send(email=down, webhook=Taking())
    assert report.sent == 1
    assert len(down.tried) <= AT_ONCE_BY["email"]


def test_fifty_messages_to_a_target_that_hangs_leave_the_others_alone(sqlite_post: Post) -> None:
    post = sqlite_post
    for number in range(50):
        post.promise("https://hanging.example/", channel="webhook", begin=f"chg_{number}")
    post.now += SECOND
    post.promise("https://good.example/", channel="webhook")
    post.promise("anna@paper.example")
    channel = Hanging("https://hanging.example/")
    good = ["anna@paper.example", "https://good.example/"]
    assert sorted(taken_while_hanging(post, channel, 2)) == good


def test_a_claim_is_renewed_for_as_long_as_the_sending_lasts(sqlite_post: Post) -> None:
    post = sqlite_post
    post.promise("anna@paper.example")
    slow, other = Hanging("anna@paper.example"), Taking()

    async def watch() -> Report:
        task = asyncio.create_task(post.dispatcher(email=slow).send_due())
        for _ in range(5):
            await asyncio.sleep(0.4)
            post.now += CLAIM / 2
        taken = await post.dispatcher(owner="third/1/1/a", email=other).send_due()
        slow.free.set()
        assert (await task).sent == 1
        return taken

    assert asyncio.run(watch()) == Report()
    assert other.taken == []


def test_what_was_sent_is_noted_although_the_database_was_away_for_a_moment(
    sqlite_post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = sqlite_post
    post.promise("anna@paper.example")
    settle, failures = claims.settle, [StorageError("the database is locked")]

    def failing_once(*args: object, **said: object) -> None:
        if failures:
            raise failures.pop()
        settle(*args, **said)

    monkeypatch.setattr(claims, "settle", failing_once)
    assert post.send(email=Taking()) == Report(sent=1)
    assert post.one().state == "sent"


def test_one_who_is_asked_to_stop_ends_what_is_under_way_and_begins_nothing(sqlite_post: Post) -> None:
    post = sqlite_post
    post.promise("slow@paper.example")
    channel = Hanging("slow@paper.example")

    async def stopped() -> Report:
        dispatcher = post.dispatcher(email=channel)
        task = asyncio.create_task(dispatcher.send_due())
        await asyncio.sleep(0.3)
        dispatcher.stop()
        post.promise("anna@paper.example", begin="chg_b")
        channel.free.set()
        return await task

    assert asyncio.run(stopped()).sent == 1
    assert [d.target for d in channel.taken] == ["slow@paper.example"]
