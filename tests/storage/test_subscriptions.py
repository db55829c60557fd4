"""Subscriptions as the notifier reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from storage.access import users
from storage.engine import Database
from storage.watched import subscriptions

NOW = datetime(2027, 9, 1, 8, tzinfo=UTC)


def writes_to(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        return {stored.name: list(stored.spec["email"]) for stored in subscriptions.active(connection)}


def set_user(database: Database, number: int, **values: Any) -> None:
    with database.write() as connection:
        users.change(connection, number, **values)


def test_what_a_member_made_writes_to_the_members_address_as_it_is_now(database: Database) -> None:
    with database.write() as connection:
        mei = users.add(connection, "mei", "member", NOW, email="mei@old.example").id
        spec = {"email": ["mei@old.example"], "about": {}}
        subscriptions.put_subscription(connection, "mine", spec, NOW, "web", mei)
        subscriptions.put_subscription(connection, "desk", {"email": ["desk@trade.example"]}, NOW)
    desk = {"desk": ["desk@trade.example"]}
    assert writes_to(database) == {"mine": ["mei@old.example"], **desk}
    set_user(database, mei, email="mei@new.example", confirmed_at=None)
    assert writes_to(database) == desk, "the new address is not known to be Mei's"
    set_user(database, mei, confirmed_at=NOW)
    assert writes_to(database) == {"mine": ["mei@new.example"], **desk}
    set_user(database, mei, disabled_at=NOW)
    assert writes_to(database) == desk
    with database.write() as connection:
        users.remove(connection, mei)
    assert writes_to(database) == desk
