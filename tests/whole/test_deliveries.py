"""The operator's view of messages: listed, shown, sent again, discarded; targets that are gone."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest
from aiohttp.test_utils import make_mocked_request
from world import World, group_page

from config.settings import Settings
from wgwatch.application import Application
from wgwatch.running.endpoints import Endpoints
from wgwatch.running.health import Pulse
from wgwatch.running.metrics import Tally


@pytest.fixture
def told(sqlite_world: World) -> World:
    """A change that a webhook answered with 410 and a mail server took."""
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.show("/group", group_page(12))
    world.hook_answers = [410]
    result = world.wgwatch("check")
    assert "nothing more is sent there" in result.stderr
    return world


def states(world: World, *options: str) -> list[tuple[str, str]]:
    return [(d["channel"], d["state"]) for d in world.json("deliveries", "list", *options)]


def test_messages_are_chosen_by_state_channel_target_and_day(told: World) -> None:
    assert sorted(states(told)) == [("email", "sent"), ("webhook", "dead")]
    assert states(told, "--dead") == states(told, "--state", "dead") == [("webhook", "dead")]
    assert states(told, "--channel", "email") == [("email", "sent")]
    assert states(told, "--target", "PAPER.example") == [("email", "sent")]
    assert len(states(told, "--since", "2020-01-01")) == 2
    assert states(told, "--since", "2999-01-01") == []


def test_a_target_that_is_gone_is_reported_and_enabled_by_sending_again(told: World) -> None:
    [trouble] = told.json("status")["trouble"]
    assert trouble.startswith(f"{told.url}/hook is gone since ")
    assert "answered 410" in trouble
    assert trouble in told.wgwatch("deliveries", "list").stdout
    assert trouble in told.wgwatch("status").stdout
    said = told.wgwatch("deliveries", "retry").stdout
    assert f"{told.url}/hook is written to again" in said
    assert "1 to be sent again" in said
    told.wgwatch("dispatch", "--once")
    assert len(told.hooks) == 1
    assert told.json("status")["trouble"] == []
    assert {state for _, state in states(told)} == {"sent"}


def test_targets_that_are_gone_are_counted_in_the_metrics(told: World) -> None:
    application = Application(Settings.load(told.environ, told.folder), told.environ)
    with closing(application):
        endpoints = Endpoints(application.database, Pulse(), Tally(), application.clock)
        response = asyncio.run(endpoints.metrics(make_mocked_request("GET", "/metrics")))
    text = (response.body or b"").decode()
    assert 'wgwatch_targets_gone{channel="webhook"} 1\n' in text
    assert 'wgwatch_targets_gone{channel="email"} 0\n' in text
    assert 'wgwatch_deliveries{state="dead"} 1\n' in text


def test_a_message_is_shown_with_what_it_tells_and_every_try(told: World) -> None:
    [dead] = told.json("deliveries", "list", "--dead")
    shown = told.json("deliveries", "show", dead["id"][:12])
    assert [item["change"]["kind"] for item in shown["items"]] == ["event.moved"]
    assert [(attempt["outcome"], attempt["answer"]) for attempt in shown["log"]] == [("dead", dead["answer"])]
    text = told.wgwatch("deliveries", "show", dead["id"]).stdout
    assert "event.moved: 43rd HWG Meeting moved to 2027-09-12" in text
    assert "asked for by crm" in text
    assert "answered 410" in text


def test_many_are_discarded_at_once_and_can_be_asked_for_again(told: World) -> None:
    assert "say which" in told.wgwatch("deliveries", "discard", rc=2).stderr
    assert "1 discarded" in told.wgwatch("deliveries", "discard", "--dead").stdout
    assert states(told, "--channel", "webhook") == [("webhook", "discarded")]
    assert "0 to be sent again" in told.wgwatch("deliveries", "retry").stdout
    said = told.wgwatch("deliveries", "retry", "--state", "discarded", "--target", "/hook").stdout
    assert "1 to be sent again" in said


def test_what_was_sent_is_neither_sent_again_nor_discarded(told: World) -> None:
    [sent] = told.json("deliveries", "list", "--state", "sent")
    assert "was sent already" in told.wgwatch("deliveries", "retry", sent["id"], rc=1).stderr
    assert "already" in told.wgwatch("deliveries", "discard", sent["id"], rc=1).stderr
    assert states(told, "--state", "sent") == [("email", "sent")]
