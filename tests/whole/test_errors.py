"""A user's mistake gets one clear message and the right exit code; nothing is lost by it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from world import World, group_page


@pytest.mark.parametrize(
    ("watchlist", "says"),
    [
        ("sources: [", "is no YAML"),
        ("sources:\n  - {name: a, pages: [https://a.example/], chek: adaptive}\n", "did you mean 'check'"),
        (
            'sources:\n  - {name: a, pages: [https://a.example/], check: {cron: "99 * * * *"}}\n',
            "is no cron time",
        ),
        (
            "sources:\n  - {name: a, pages: [https://a.example/]}\nsubscriptions:\n"
            "  - {name: s, webhook: https://h.example/, secret: '${NOT_THERE}'}\n",
            "NOT_THERE is not set",
        ),
    ],
)
def test_a_wrong_watchlist_names_the_line_and_stops_a_check(
    sqlite_world: World, watchlist: str, says: str
) -> None:
    (sqlite_world.folder / "watchlist.yaml").write_text(watchlist)
    for command in ("check", "validate", "apply"):
        result = sqlite_world.wgwatch(command, rc=2)
        assert says in result.stderr
        assert "watchlist.yaml:" in result.stderr


def test_all_mistakes_are_told_in_one_go(sqlite_world: World) -> None:
    (sqlite_world.folder / "watchlist.yaml").write_text(
        "timezone: Mars/Base\nsources:\n  - {name: a, pages: [ftp://a.example/]}\nsubscriptions:\n  - {name: s}\n"
    )
    err = sqlite_world.wgwatch("validate", rc=2).stderr
    assert err.count("watchlist.yaml:") == 3


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("contacts --as-of 2017-13-45", 2, "'2017-13-45' is no date"),
        ("contacts --as-of yesterday", 2, "is no date"),
        ("events --during 2019-99", 2, "is no period"),
        ("events --held 2020..2019", 2, "ends before it begins"),
        ("events --as-of 2020-01-01 --during 2020", 2, "not both"),
        ("events --group NOPE", 2, "known are: HWG"),
        ("diff https://nowhere.example/", 2, "no page is known"),
        ("page NOPE", 2, "no page is known"),
        ("show chg_nothing", 2, "nothing has the id"),
        ("check nowhere", 2, "is no source, group or address"),
        ("changes --kind event.mooved", 2, "is no kind of change"),
        ("subscriptions pause nobody", 2, "known are: newsroom, crm"),
        ("deliveries show msg_0", 2, "no delivery"),
        ("import nowhere.html --url https://a.example/ --at 2020-01-01", 2, "does not exist"),
        ("import watchlist.yaml --url a.example --at 2020-01-01", 2, "no web address"),
        ("import watchlist.yaml --url https://a.example/ --at 2999-01-01", 2, "in the future"),
        ("extract nowhere.html", 2, "cannot be read"),
        ("extract http://10.0.0.1/", 1, "WGWATCH_ALLOW_NETWORKS"),
        ("no-such-command", 2, "No such command"),
    ],
)
def test_wrong_words_are_told_in_words(sqlite_world: World, command: str, code: int, says: str) -> None:
    sqlite_world.watch(sqlite_world.show("/group", group_page()))
    sqlite_world.wgwatch("check")
    result = sqlite_world.wgwatch(*command.split(), rc=code)
    assert says in result.stderr
    assert result.stdout == ""


def test_questions_without_a_database_say_how_to_make_one(sqlite_world: World) -> None:
    for command in ("contacts", "changes", "status", "deliveries"):
        result = sqlite_world.wgwatch(command, rc=1)
        assert "wgwatch check or wgwatch import makes it" in result.stderr
    assert not (sqlite_world.folder / "wgwatch.db").exists()


def test_init_leaves_a_watchlist_alone(sqlite_world: World) -> None:
    sqlite_world.wgwatch("init")
    (sqlite_world.folder / "watchlist.yaml").write_text("mine")
    assert "left as it is" in sqlite_world.wgwatch("init", rc=2).stderr
    assert (sqlite_world.folder / "watchlist.yaml").read_text() == "mine"


def test_an_unreachable_mail_server_loses_nothing(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    port = world.environ["WGWATCH_SMTP_PORT"]
    world.environ["WGWATCH_SMTP_PORT"] = "1"
    world.show("/group", group_page(12))
    result = world.wgwatch("check")
    assert "cannot connect to the mail server 127.0.0.1:1" in result.stderr
    assert len(world.hooks) == 1  # the other target got its own at once
    world.environ["WGWATCH_SMTP_PORT"] = port
    [waiting] = world.json("deliveries", "list", "--state", "waiting")
    world.wgwatch("deliveries", "retry", waiting["id"])
    world.wgwatch("dispatch", "--once")
    assert len(world.mails) == 1
    assert waiting["id"] in world.mails[0]["Message-ID"]
    assert len(world.hooks) == 1


def test_mail_that_nobody_set_up_waits_and_says_what_is_missing(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    del world.environ["WGWATCH_SMTP_HOST"]
    world.show("/group", group_page(12))
    assert "WGWATCH_SMTP_HOST not set" in world.wgwatch("check").stderr
    assert world.json("deliveries", "list", "--state", "waiting")


def test_a_refused_recipient_is_listed_as_given_up(world: World) -> None:
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.mail_answers = ["554 5.7.1 not from you"]
    world.show("/group", group_page(12))
    assert "given up" in world.wgwatch("check").stderr
    [dead] = world.json("deliveries", "list", "--state", "dead")
    assert "554" in dead["answer"]
    world.wgwatch("deliveries", "retry")
    world.wgwatch("dispatch", "--once")
    assert len(world.mails) == 1


def test_a_private_site_is_refused_with_the_setting_that_allows_it(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page()))
    del world.environ["WGWATCH_ALLOW_NETWORKS"]
    result = world.wgwatch("check", rc=1)
    assert "WGWATCH_ALLOW_NETWORKS" in result.stdout
    assert world.requests == []


def test_a_database_that_cannot_be_reached_hides_its_password(sqlite_world: World) -> None:
    sqlite_world.watch(sqlite_world.show("/group", group_page()))
    sqlite_world.environ["WGWATCH_DATABASE_URL"] = "postgresql://me:hunter2@127.0.0.1:1/none"
    result = sqlite_world.wgwatch("check", rc=1)
    assert "127.0.0.1:1" in result.stderr
    assert "hunter2" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_help_needs_none_of_the_heavy_libraries() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from wgwatch.cli import cli\n"
        "for args in ([], *([name] for name in cli.list_commands(None))):\n"
        "    assert CliRunner().invoke(cli, [*args, '--help']).exit_code == 0, args\n"
        "print([m for m in ('scrapy', 'sqlalchemy', 'alembic', 'bs4', 'lxml', 'aiohttp', 'pydantic')"
        " if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
