"""Subscriptions on the web: made, changed, previewed, tried, paused, removed; each visitor's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from website import Site, moved, served
from world import World

from storage import models
from storage.sending import silenced
from storage.watched import subscriptions
from wgwatch.web.visitors import Role, Visitor

NEW = "/subscriptions/new"
MEMBER = Visitor("mei", Role.MEMBER, user_id=7, email="mei.tan@trade.example")
OTHER = Visitor("ines", Role.MEMBER, user_id=8, email="ines@trade.example")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("subscribing")
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as made:
        made.environ["WGWATCH_SECRET_KEY"] = "a key that is long enough for this test"
        yield moved(made)


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[Site]:
    with served(world) as site:
        yield site


@pytest.fixture(autouse=True)
def as_before(world: World, site: Site) -> Iterator[None]:
    """What a test made is gone after it."""
    yield
    world.ahead = timedelta()
    with site.application.database.write() as connection:
        connection.execute(
            sa.delete(models.subscriptions).where(models.subscriptions.c.origin != "watchlist")
        )
        connection.execute(sa.delete(models.pace).where(models.pace.c.name.startswith("tested:")))


def stored(site: Site, name: str) -> Any:
    with site.application.database.read() as connection:
        return subscriptions.find(connection, name)


DESK = {
    "name": "tide desk",
    "email": "tide@trade.example\nquay@trade.example",
    "tell": ["events", "contacts"],
    "kinds": "text.changed",
    "send": "monday",
    "time": "08:30",
    "upcoming": "90 days",
    "about.groups": "HWG",
    "about.cities": "Lima\nHa Noi",
    "unconfirmed": "tell",
}


def test_a_subscription_is_made_as_the_form_says_and_shown_so_again(site: Site) -> None:
    answer = site.post(NEW, DESK)
    assert (answer.status, answer.headers["Location"]) == (303, "/subscriptions/tide%20desk?done=kept")
    spec = stored(site, "tide desk").spec
    assert spec["email"] == ["tide@trade.example", "quay@trade.example"]
    assert spec["tell"] == ["events", "contacts", "text.changed"]
    assert spec["send"] == "weekly on monday at 08:30"
    assert spec["about"] == {"groups": ["HWG"], "cities": ["Lima", "Ha Noi"]}
    assert (spec["upcoming"], spec["unconfirmed"]) == ("90 days", "tell")
    shown = site.page("/subscriptions/tide%20desk")
    assert '<option value="monday" selected>' in shown.text
    assert 'value="08:30"' in shown.text
    assert re.search(r'value="events"\s+checked', shown.text)
    assert "tide@trade.example quay@trade.example" in shown.words
    kept = site.post("/subscriptions/tide%20desk", {**DESK, "send": "at once", "time": ""})
    assert kept.status == 303
    assert stored(site, "tide desk").spec["send"] == "at once"


def test_what_the_form_cannot_say_is_shown_and_kept(world: World, site: Site) -> None:
    from wgwatch.watching import subscribing
    from wgwatch.web.visitors import LOCAL

    said = {
        "name": "desk",
        "email": "a@trade.example",
        "except": {"words": ["test"]},
        "about": {"fields": ["email"]},
    }
    with site.application.database.write() as connection:
        now = site.application.clock()
        subscribing.make(connection, site.application.settings, LOCAL, said, origin="api", now=now)
    assert "except: words: - test" in site.page("/subscriptions/desk").words
    site.post(
        "/subscriptions/desk", {"email": "b@trade.example", "send": "at once", "about.economies": "Peru"}
    )
    spec = stored(site, "desk").spec
    assert (spec["email"], spec["except"]) == (["b@trade.example"], {"words": ["test"]})
    assert spec["about"] == {"fields": ["email"], "economies": ["Peru"]}


def test_problems_stand_beside_their_fields_with_everything_kept(site: Site) -> None:
    answer = site.post(NEW, {**DESK, "email": "nobody", "kinds": "evnt.moved", "about.groups": "HWX"})
    assert answer.status == 422
    for name, said in {
        "email": "is no e-mail address",
        "about.groups": "no page of a group",
    }.items():
        assert re.search(rf'id="wrong-{re.escape(name)}">[^<]*{said}', answer.text), name
    assert "nobody</textarea>" in answer.text
    assert "evnt.moved</textarea>" in answer.text
    assert stored(site, "tide desk") is None
    assert site.post(NEW, {**DESK, "name": ""}).status == 422
    taken = site.post(NEW, {**DESK, "name": "Newsroom"})
    assert "is the name of another subscription already" in taken.text


def test_a_preview_shows_what_would_have_been_sent_and_keeps_nothing(site: Site) -> None:
    answer = site.post(NEW, {**DESK, "send": "at once", "time": "", "do": "preview"})
    assert answer.status == 200
    assert "e-mail to tide@trade.example, quay@trade.example: an alert" in re.sub("<[^>]*>", "", answer.words)
    assert "43rd HWG Meeting moved to 2027-09-12" in answer.text
    assert 'value="tide desk"' in answer.text
    assert stored(site, "tide desk") is None
    silent = site.post(
        NEW, {**DESK, "send": "at once", "time": "", "about.cities": "Callao", "do": "preview"}
    )
    assert "Nothing: no change since then is of its kind" in silent.words
    of_file = site.page("/subscriptions/newsroom?since=2020-01-01").words
    assert "43rd HWG Meeting moved to 2027-09-12" in of_file


def test_a_sample_is_sent_to_its_targets_and_not_twice_in_a_minute(world: World, site: Site) -> None:
    site.post(NEW, {**DESK, "send": "at once", "time": ""})
    before = len(world.mails)
    assert "What the targets answered" in site.post("/subscriptions/tide%20desk/test").text
    assert {mail["To"] for mail in world.mails[before:]} == {"tide@trade.example", "quay@trade.example"}
    assert site.post("/subscriptions/tide%20desk/test").status == 400
    world.ahead = timedelta(minutes=2)
    assert site.post("/subscriptions/tide%20desk/test").status == 200


def test_pause_resume_and_remove(site: Site) -> None:
    site.post(NEW, DESK)
    assert site.post("/subscriptions/tide%20desk/pause").status == 303
    assert "paused since" in site.page("/subscriptions").words
    assert site.post("/subscriptions/tide%20desk/resume").status == 303
    assert stored(site, "tide desk").paused_at is None
    assert site.post("/subscriptions/tide%20desk/remove").status == 303
    assert stored(site, "tide desk") is None
    assert site.post(NEW, DESK).status == 303


def test_one_of_the_file_is_shown_and_changed_there(site: Site) -> None:
    shown = site.page("/subscriptions/crm")
    assert "It stands in the watchlist file" in shown.text
    assert "whsec_" not in shown.text
    for path in ("/subscriptions/crm", "/subscriptions/crm/remove"):
        answer = site.post(path, {"email": "me@trade.example", "send": "at once"})
        assert answer.status == 400
        assert "change it in watchlist.yaml" in answer.words
    assert site.post("/subscriptions/crm/pause").status == 303


def test_the_secret_of_a_webhook_is_shown_once_and_drawn_anew_when_asked(world: World, site: Site) -> None:
    made = site.post(NEW, {"name": "hook", "webhook": f"{world.url}/hook", "send": "at once"})
    secret = re.search(r'id="secret">(whsec_[^<]+)<', made.text)
    assert secret
    assert made.headers["Cache-Control"] == "no-store"
    assert "whsec_" not in site.page("/subscriptions/hook").text
    again = site.post("/subscriptions/hook", {"do": "new secret"})
    new = re.search(r'id="secret">(whsec_[^<]+)<', again.text)
    assert new
    assert new[1] != secret[1]
    before = len(world.hooks)
    site.post("/subscriptions/hook/test")
    (headers, _) = world.hooks[before]
    assert (
        len(headers["webhook-signature"].split()) == 2
    )  # with the last one, too, until the receiver has the new


def test_members_see_and_change_their_own_alone(site: Site, come_as: Any) -> None:
    come_as(MEMBER)
    assert site.post(NEW, {"name": "mine", "send": "at once"}).status == 303
    assert stored(site, "mine").spec["email"] == [MEMBER.email]
    refused = site.post(NEW, {"name": "theirs", "email": "anna@paper.example", "send": "at once"})
    assert "only be your own confirmed address" in refused.text
    assert "newsroom" not in site.page("/subscriptions").text
    assert site.get("/subscriptions/newsroom").status == 404
    come_as(OTHER)
    for path in ("", "/test", "/pause", "/remove"):
        assert site.post(f"/subscriptions/mine{path}", {"send": "at once"}).status == 404
    assert site.get("/subscriptions/mine").status == 404
    come_as(Visitor("new", Role.MEMBER, user_id=9))
    assert "no confirmed address" in site.post(NEW, {"name": "none", "send": "at once"}).text
    come_as(Visitor("ines", Role.READER, user_id=8))
    assert site.get("/subscriptions").status == 403


def test_a_member_who_unsubscribed_hears_again_when_it_asks_to(site: Site, come_as: Any) -> None:
    come_as(MEMBER)
    site.post(NEW, {"name": "mine", "send": "at once"})
    with site.application.database.write() as connection:
        silenced.unsubscribe(connection, "mine", MEMBER.email or "", site.application.clock())
    assert "who unsubscribed" in site.page("/subscriptions/mine").words
    site.post("/subscriptions/mine/resume")
    with site.application.database.read() as connection:
        assert silenced.all_unsubscribed(connection) == []


def test_what_is_no_form_is_refused_and_breaks_nothing(site: Site) -> None:
    assert site.post(NEW, {**DESK, "about.words": "a\0b"}).status == 400
    assert site.post(NEW, {"name": "x" * 200_000}).status == 413
