"""Users, sessions, tokens and counted tries, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from config.errors import UsageError
from storage.access import attempts, sessions, tokens, users
from storage.engine import Database

WINDOW = timedelta(minutes=15)


def test_what_is_a_users_goes_with_the_user(database: Database, now: datetime) -> None:
    with database.write() as connection:
        mei = users.add(connection, "Mei", "member", now)
        other = users.add(connection, "other", "reader", now)
        secrets = [sessions.begin(connection, user.id, now) for user in (mei, other)]
        _, token = tokens.create(connection, mei.id, "phone", ["feeds", "read"], now)
    with database.write() as connection:
        assert [token.scopes for token in tokens.all_of(connection, mei.id)] == [("read", "feeds")]
        users.remove(connection, mei.id)
        assert tokens.find(connection, token, now) is None
        assert [sessions.find(connection, secret, now) is None for secret in secrets] == [True, False]


def test_names_are_one_whatever_their_letters(database: Database, now: datetime) -> None:
    with database.write() as connection:
        users.add(connection, "Mei.Tan", "reader", now)
        assert users.find(connection, "mei.tan")
        assert users.find(connection, "ｍｅｉ.tan")
        for name in ("MEI.TAN", "two words", "", "a/b", "<b>", "x" * 101):
            with pytest.raises(UsageError):
                users.add(connection, name, "reader", now)


def test_an_operator_is_one_who_could_log_in(database: Database, now: datetime) -> None:
    with database.write() as connection:
        assert not users.exist(connection)
        users.add(connection, "reader", "reader", now, password="hash")
        boss = users.add(connection, "boss", "operator", now)
        assert users.exist(connection)
        assert not users.has_operator(connection)
        users.change(connection, boss.id, password="hash")
        assert users.has_operator(connection)
        users.change(connection, boss.id, disabled_at=now)
        assert not users.has_operator(connection)


def test_sessions_that_ended_are_forgotten_with_the_next_login(database: Database, now: datetime) -> None:
    with database.write() as connection:
        mei = users.add(connection, "mei", "reader", now)
        first = sessions.begin(connection, mei.id, now, "x" * 1000)
        later = now + sessions.IDLE + timedelta(seconds=1)
        sessions.begin(connection, mei.id, later)
        assert sessions.find(connection, first, now) is None
        assert len(sessions.of_user(connection, mei.id, later)) == 1


def test_of_tries_at_once_each_is_counted(database: Database, now: datetime) -> None:
    def one(_: int) -> int:
        with database.write() as connection:
            return attempts.count(connection, "name mei", now, WINDOW).number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(16))) == list(range(1, 17))


def test_a_count_begins_anew_when_it_ended_and_not_before(database: Database, now: datetime) -> None:
    with database.write() as connection:
        first = attempts.count(connection, "name mei", now, WINDOW)
        second = attempts.count(connection, "name mei", now + WINDOW / 2, WINDOW)
        assert (second.number, second.ends_at) == (2, first.ends_at)
        attempts.give_back(connection, "name mei")
        assert attempts.count(connection, "name mei", now + WINDOW / 2, WINDOW).number == 2
        anew = attempts.count(connection, "name mei", now + WINDOW, WINDOW)
        assert (anew.number, anew.ends_at) == (1, now + 2 * WINDOW)
        attempts.forget(connection, now + 3 * WINDOW)
        attempts.give_back(connection, "name mei")
        assert attempts.count(connection, "name mei", now, WINDOW).number == 1
