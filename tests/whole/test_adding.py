"""Pages and subscriptions that the watchlist file does not name: they live in the database, and are not mixed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from world import World, group_page

from config.errors import FieldErrors
from config.settings import Settings
from storage.engine import Database
from wgwatch.application import Application
from wgwatch.watching import subscribing
from wgwatch.watching.adding import add
from wgwatch.web.visitors import LOCAL, Role, Visitor

MEMBER = Visitor("mei", Role.MEMBER, user_id=7, email="mei.tan@trade.example")
Made = Callable[..., subscribing.Made]


@pytest.fixture
def watching(sqlite_world: World) -> World:
    """One page in the file, one that is not."""
    return begun(sqlite_world)


@pytest.fixture
def any_watching(world: World) -> World:
    """The same on either database."""
    return begun(world)


def begun(world: World) -> World:
    world.show("/other", group_page(20, number=2))
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("apply")
    return world


def states(world: World) -> dict[str, tuple[str, str, list[str]]]:
    found = world.json("status")["pages"]
    return {
        page["url"].removeprefix(world.url): (page["origin"], page["health"], page["sources"])
        for page in found
    }


def test_an_added_page_is_looked_at_stays_when_the_file_is_brought_in_and_goes_when_removed(
    watching: World,
) -> None:
    url = f"{watching.url}/other"
    said = watching.wgwatch("add", url, "--check", "every 30 minutes").stdout
    assert "is watched, in the source added" in said
    watching.wgwatch("check")
    assert states(watching)["/other"] == ("cli", "ok", ["added"])
    assert "2 pages of 2 sources watched (1 of them added elsewhere)" in watching.wgwatch("apply").stdout
    assert (
        f"added: looks at {url} every 30 minutes. (added by a command)" in watching.wgwatch("validate").stdout
    )
    watching.wgwatch("remove", url)
    assert states(watching)["/other"][1] == "paused"
    assert len(watching.json("captures", url)) == 1
    watching.wgwatch("apply")
    assert states(watching)["/other"][1] == "paused"


def test_a_page_that_is_watched_is_not_added_again_whatever_its_address_looks_like(watching: World) -> None:
    url = f"{watching.url}/GROUP/?utm_source=mail"
    said = watching.wgwatch("add", url, rc=2).stderr
    assert "is watched already" in said
    assert "of source harbour, every 6 hours" in said


def test_what_cannot_be_watched_is_refused_with_the_part_that_is_wrong(watching: World) -> None:
    assert (
        "url: 'ftp://x.example' is no web address" in watching.wgwatch("add", "ftp://x.example", rc=2).stderr
    )
    often = watching.wgwatch("add", "https://x.example/", "--check", "every 5 seconds", rc=2).stderr
    assert "check: 'every 5 seconds' is too often" in often
    assert (
        "there is no profile"
        in watching.wgwatch("add", "https://x.example", "--profile", "./a.yaml", rc=2).stderr
    )
    private = watching.wgwatch("add", "http://10.1.2.3/groups", rc=2).stderr
    assert "WGWATCH_ALLOW_NETWORKS" in private
    assert set(states(watching)) == {"/group"}


def test_a_page_in_both_places_is_looked_at_once_at_the_shorter_interval(any_watching: World) -> None:
    url = f"{any_watching.url}/other"
    any_watching.wgwatch("add", url, "--check", "every 30 minutes")
    any_watching.watch(f"{any_watching.url}/group", url)
    any_watching.wgwatch("check")
    assert len(any_watching.statuses("/other")) == 1
    assert states(any_watching)["/other"] == ("watchlist", "ok", ["added", "harbour"])
    assert "every 6 hours or every 30 minutes" in any_watching.wgwatch("status").stdout
    exported = yaml.safe_load(any_watching.wgwatch("export", "watchlist").stdout)
    assert {source["name"]: source["pages"] for source in exported["sources"]} == {
        "harbour": [f"{any_watching.url}/group", url],
        "added": [{"url": url, "check": "every 30 minutes"}],
    }
    any_watching.wgwatch("remove", url)
    assert states(any_watching)["/other"] == ("watchlist", "ok", ["harbour"])
    assert "or every 30 minutes" not in any_watching.wgwatch("status").stdout
    assert "stands in the watchlist file" in any_watching.wgwatch("remove", url, rc=2).stderr


def test_a_page_that_is_paused_by_hand_rests_whatever_the_file_says_until_it_is_resumed(
    watching: World,
) -> None:
    url = f"{watching.url}/group"
    watching.wgwatch("pause", url)
    watching.wgwatch("check", rc=None)
    assert states(watching)["/group"][1] == "paused"
    assert watching.statuses("/group") == []
    assert "is not looked at anyhow" in watching.wgwatch("pause", url, rc=2).stderr
    assert url in watching.wgwatch("export", "watchlist").stdout
    watching.wgwatch("resume", url)
    watching.wgwatch("check")
    assert states(watching)["/group"][1] == "ok"
    assert "was not paused by hand" in watching.wgwatch("resume", url, rc=2).stderr
    watching.wgwatch("pause", url)
    watching.watch(f"{watching.url}/other")  # it leaves the file, and comes back
    watching.wgwatch("apply")
    watching.watch(url)
    watching.wgwatch("apply")
    assert states(watching)["/group"][1] == "ok"


def test_the_export_of_both_places_is_a_watchlist_that_watches_the_same(watching: World) -> None:
    watching.wgwatch("add", f"{watching.url}/other", "--name", "Tide Forum", "--check", "0 7 * * mon-fri")
    text = watching.wgwatch("export", "watchlist").stdout
    assert f"# Not in the file until now: {watching.url}/other" in text
    (watching.folder / "watchlist.yaml").write_text(text)
    watching.environ["CRM_SECRET"] = watching.environ["CRM_HOOK_SECRET"]
    watching.wgwatch("validate")
    watching.wgwatch("apply")
    assert states(watching)["/other"] == ("watchlist", "new", ["added"])


@pytest.fixture
def database(watching: World) -> Iterator[Database]:
    found = opened(watching)
    yield found
    found.close()


def opened(world: World) -> Database:
    return Database(world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))


def settings_of(world: World, **more: str) -> Settings:
    environ = {name: text for name, text in world.environ.items() if name.startswith("WGWATCH_")}
    return Settings.load({**environ, **more}, world.folder)


KEY = {"WGWATCH_SECRET_KEY": "a key that is long enough for this test"}


@pytest.fixture
def make(watching: World, database: Database) -> Made:
    def make(visitor: Visitor, **said: Any) -> subscribing.Made:
        settings = settings_of(watching, **KEY)
        with database.write() as connection:
            now = Application(settings).clock()
            return subscribing.make(connection, settings, visitor, said, origin="web", now=now)

    return make


def problems(make: Made, visitor: Visitor, **said: Any) -> dict[str, str]:
    with pytest.raises(FieldErrors) as caught:
        make(visitor, **said)
    return dict(caught.value.fields)


def test_a_made_subscription_hears_and_is_exported_and_the_file_cannot_take_its_name(
    watching: World, make: Made
) -> None:
    make(LOCAL, name="tide desk", email="tide@trade.example", about={"sources": ["harbour"]}, tell=["events"])
    watching.wgwatch("check")
    watching.show("/group", group_page(12))
    watching.wgwatch("check")
    assert sorted(mail["To"] for mail in watching.mails) == ["anna@paper.example", "tide@trade.example"]
    listed = watching.wgwatch("subscriptions").stdout
    assert "tide desk: e-mails tide@trade.example" in listed
    assert "(made on the web)" in listed
    exported = yaml.safe_load(watching.wgwatch("export", "watchlist").stdout)
    assert [one["name"] for one in exported["subscriptions"]] == ["newsroom", "crm", "tide desk"]
    file = watching.folder / "watchlist.yaml"
    file.write_text(file.read_text().replace("name: newsroom", "name: Tide Desk"))
    for command in ("apply", "validate"):
        said = watching.wgwatch(command, rc=2).stderr
        assert (
            "subscriptions[0].name: 'Tide Desk' is the name of a subscription that was made elsewhere (web)"
            in said
        )


def test_every_problem_of_a_subscription_is_told_with_its_field(make: Made) -> None:
    found = problems(
        make,
        LOCAL,
        name="newsroom",
        email=["nobody"],
        about={"sources": ["harbor"], "groups": ["HWX"], "pages": ["https://x.example/"]},
        tell=["evnts"],
        send="daily",
        quiet="22:00-07:00",
        file="./x.jsonl",
    )
    assert found["name"] == "'newsroom' is the name of another subscription already"
    assert "is no e-mail address" in found["email.0"]
    assert "did you mean 'harbour'?" in found["about.sources"]
    assert found["about.groups"] == "no page of a group 'HWX' is known"
    assert found["about.pages"] == "no source watches https://x.example/"
    assert "did you mean 'events'?" in found["tell.0"]
    assert "keeps its hour" in found["quiet"]
    assert "watchlist file" in found["file"]


def test_a_member_writes_to_its_confirmed_address_alone_and_touches_no_others(
    make: Made, watching: World, database: Database
) -> None:
    made = make(MEMBER, name="mine")
    assert (made.stored.owner_id, made.stored.spec["email"]) == (7, [MEMBER.email])
    assert "your own" in problems(make, MEMBER, name="theirs", email="anna@paper.example")["email"]
    assert "operators" in problems(make, MEMBER, name="hook", webhook="https://crm.example/hook")["webhook"]
    stranger = Visitor("new", Role.MEMBER, user_id=8)
    assert "no confirmed address" in problems(make, stranger, name="none", email="new@trade.example")["email"]
    settings = settings_of(watching)
    with database.write() as connection:
        assert [one.name for one in subscribing.visible(connection, MEMBER)] == ["mine"]
        with pytest.raises(subscribing.UsageError, match="there is no subscription 'crm'"):
            subscribing.remove(connection, settings, MEMBER, "crm", Application(settings).clock())
        with pytest.raises(
            subscribing.NotHere, match=r"stands in the watchlist file: change it in watchlist\.yaml"
        ):
            subscribing.remove(connection, settings, LOCAL, "crm", Application(settings).clock())


def test_a_made_webhook_is_signed_by_a_secret_that_follows_from_the_key_and_is_stored_nowhere(
    make: Made, watching: World, database: Database
) -> None:
    watching.environ |= KEY
    made = make(LOCAL, name="desk", webhook=f"{watching.url}/desk", tell=["events"])
    assert made.secret is not None
    secret = made.secret.get_secret_value()
    assert secret.removeprefix("whsec_") not in str(made.stored)
    watching.wgwatch("check")
    watching.show("/group", group_page(12))
    watching.wgwatch("check")
    assert sorted(is_signed(secret, *hook) for hook in watching.hooks) == [
        False,
        True,
    ]  # the other is the file's


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    from standardwebhooks import Webhook, WebhookVerificationError

    try:
        Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    except WebhookVerificationError:
        return False
    return True


def test_without_a_key_webhooks_are_left_to_the_file(watching: World, database: Database) -> None:
    settings = settings_of(watching)
    said = {"name": "desk", "webhook": "https://crm.example/hook"}
    with database.write() as connection, pytest.raises(FieldErrors, match="WGWATCH_SECRET_KEY is not set"):
        subscribing.make(connection, settings, LOCAL, said, origin="web", now=Application(settings).clock())


def test_two_who_add_the_same_page_at_once_add_it_once(any_watching: World) -> None:
    from concurrent.futures import ThreadPoolExecutor

    settings = settings_of(any_watching)
    database = opened(any_watching)
    watchlist = Application(settings, any_watching.environ).watchlist()

    def one(_: int) -> bool:
        try:
            with database.write() as connection:
                add(
                    connection,
                    {"url": f"{any_watching.url}/other"},
                    watchlist,
                    settings.allow_networks,
                    origin="api",
                    by="x",
                    now=Application(settings).clock(),
                )
        except FieldErrors:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, False, False, True]
    database.close()
