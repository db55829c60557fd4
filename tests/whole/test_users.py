"""Users and tokens by the command line."""

from __future__ import annotations

import pytest
from world import World

from storage.access import users
from storage.engine import Database
from wgwatch.passwords import Passwords


def password_of(world: World, name: str) -> str:
    database = Database(world.environ["WGWATCH_DATABASE_URL"])
    with database.read() as connection:
        found = users.find(connection, name)
    database.close()
    assert found
    assert found.password
    return found.password


def test_a_user_is_made_before_anything_else_is_there(sqlite_world: World) -> None:
    world = sqlite_world
    assert "there is no database" in world.wgwatch("users", rc=1).stderr
    made = world.wgwatch("users", "add", "Mei", "--role", "operator", "--generate")
    assert Passwords().is_right(made.stdout.strip(), password_of(world, "mei"))
    assert made.stderr == "Mei is an operator now\n"
    [listed] = world.json("users", "list")
    about = {"name": "Mei", "role": "operator", "email": None, "email_confirmed": False, "has_password": True}
    assert {**listed, **about, "disabled": False} == listed
    assert "Mei" in world.wgwatch("users").stdout


def test_a_password_comes_from_standard_input_and_is_printed_nowhere(sqlite_world: World) -> None:
    world = sqlite_world
    said = world.wgwatch("users", "add", "mei", "--password-stdin", input="quay lantern 7\nmore\n")
    assert Passwords().is_right("quay lantern 7", password_of(world, "mei"))
    assert "no operator can log in with a password yet" in said.stderr
    changed = world.wgwatch("users", "password", "MEI", "--password-stdin", input="another quay\n")
    assert Passwords().is_right("another quay", password_of(world, "mei"))
    assert "quay" not in said.output + changed.output


@pytest.mark.parametrize(
    ("args", "typed", "said"),
    [
        (["add", "mei"], "", "give --password-stdin or --generate"),
        (["add", "mei", "--password-stdin"], "short\n", "a password has 8 to 1000 characters"),
        (["add", "mei-mei-mei", "--password-stdin"], "Mei-Mei-Mei\n", "has to differ from the user's name"),
        (["add", "mei", "--password-stdin", "--generate"], "", "not both"),
        (["add", "two words", "--generate"], "", "'two words' is no name of a user"),
        (["add", "mei", "--generate", "--email", "nowhere"], "", "nowhere"),
        (["add", "mei", "--role", "emperor"], "", "'emperor' is not one of"),
        (["role", "mei", "member"], "", "there is no user 'mei'; known are: boss"),
        (["disable", "bos"], "", "did you mean"),
        (["add", "BOSS", "--generate"], "", "there is a user 'BOSS' already"),
    ],
)
def test_what_will_not_do_is_said_so(sqlite_world: World, args: list[str], typed: str, said: str) -> None:
    sqlite_world.wgwatch("users", "add", "boss", "--role", "operator", "--no-password")
    refused = sqlite_world.wgwatch("users", *args, rc=2, input=typed)
    assert said in refused.stderr
    assert [each["name"] for each in sqlite_world.json("users", "list")] == ["boss"]


def test_users_change_and_go(sqlite_world: World) -> None:
    world = sqlite_world
    world.wgwatch("users", "add", "mei", "--no-password", "--email", "mei@trade.example")
    world.wgwatch("users", "role", "mei", "member")
    world.wgwatch("users", "disable", "mei")
    [mei] = world.json("users", "list")
    assert (mei["role"], mei["disabled"], mei["has_password"]) == ("member", True, False)
    assert (mei["email"], mei["email_confirmed"]) == ("mei@trade.example", True)
    world.wgwatch("users", "enable", "mei")
    assert not world.json("users", "list")[0]["disabled"]
    world.wgwatch("users", "remove", "mei")
    assert "whoever is at this machine" in world.wgwatch("users").stdout


def test_tokens_are_made_listed_and_revoked(sqlite_world: World) -> None:
    world = sqlite_world
    world.wgwatch("users", "add", "mei", "--no-password")
    made = world.wgwatch("tokens", "create", "phone", "--user", "MEI", "--scope", "feeds", "--days", "30")
    assert made.stdout.startswith("wgw_")
    as_json = world.json("tokens", "create", "script", "--user", "mei", "--scope", "check", "--scope", "read")
    assert as_json["scopes"] == ["read", "check"]
    listed = world.json("tokens", "list", "--user", "mei")
    assert [(t["name"], t["user"], t["scopes"]) for t in listed] == [
        ("phone", "mei", ["feeds"]),
        ("script", "mei", ["read", "check"]),
    ]
    assert listed[0]["expires_at"] > listed[0]["created_at"]
    assert made.stdout.strip() not in world.wgwatch("tokens").stdout
    world.wgwatch("tokens", "revoke", listed[0]["id"])
    assert [token["name"] for token in world.json("tokens", "list")] == ["script"]
    refused = world.wgwatch("tokens", "revoke", as_json["id"], "tok_nowhere", rc=2)
    assert "there is no token tok_nowhere; nothing was revoked" in refused.stderr
    assert len(world.json("tokens", "list")) == 1
    assert (
        "there is no user 'nobody'"
        in world.wgwatch("tokens", "create", "x", "--user", "nobody", "--scope", "read", rc=2).stderr
    )
