"""Persons are recognised however they are written, and nobody else is."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from config.errors import RemovedError
from storage import blobs, redactions
from storage.engine import Database
from storage.models import redactions as table
from storage.records import Contact, Reading
from storage.redactions import Redactions, Term

MEI = (
    Term("name", "Mei Tán"),
    Term("email", "mei.tan@harbour.example"),
    Term("phone", "+65 6123 4567"),
)


@pytest.fixture
def erased(sqlite_database: Database, now: datetime) -> Redactions:
    with sqlite_database.write() as connection:
        redactions.add(connection, MEI, now, "request")
        return redactions.load(connection)


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("Ms Mei Tan, chair", "Ms [redacted 1], chair"),
        ("TAN Mei", "[redacted 1]"),
        ("Mei\xa0Tan and Mei-Tan", "[redacted 1] and [redacted 1]"),
        ("write to Mei.Tan@harbour.example!", "write to [redacted 1]!"),
        ("call (65) 6123-4567.", "call [redacted 1]."),
        ("https://harbour.example/people/mei_tan", "https://harbour.example/people/[redacted 1]"),
        ("Mei Tanaka and Mei Ling Tan", "Mei Tanaka and Mei Ling Tan"),
        ("port@harbour.example, +65 6123 4568", "port@harbour.example, +65 6123 4568"),
    ],
)
def test_a_person_is_masked_and_nobody_else(erased: Redactions, said: str, masked: str) -> None:
    assert erased.mask(said) == masked
    assert (erased.of_value(said) is not None) == (said != masked)


def test_a_name_without_spaces_is_found_in_a_sentence(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.write() as connection:
        redactions.add(connection, [Term("name", "王小明")], now, "request")
        found = redactions.load(connection)
    assert found.mask("主席王小明出席") == "主席[redacted 1]出席"


def test_a_reading_that_names_nobody_is_left_as_it_is(erased: Redactions) -> None:
    reading = Reading("rules", "digest", contacts=(Contact(name="An Le", role="Chair"),))
    assert erased.mask_reading(reading) is reading
    named = Reading("rules", "digest", contacts=(Contact(name="Mei Tan", role="Chair", phone="+6561234567"),))
    [contact] = erased.mask_reading(named).contacts
    assert (contact.name, contact.role, contact.phone) == ("[redacted 1]", "Chair", "[redacted 1]")


def test_nothing_of_the_person_is_stored(erased: Redactions, sqlite_database: Database) -> None:
    with sqlite_database.read() as connection:
        rows = connection.execute(sa.select(table)).all()
    assert len(rows) == 3
    assert all("mei" not in repr(row).casefold() and "6123" not in repr(row) for row in rows)


def test_one_who_is_erased_again_keeps_the_number(database: Database, now: datetime) -> None:
    with database.write() as connection:
        assert redactions.add(connection, MEI[:1], now, "request") == 1
        assert redactions.add(connection, [Term("name", "An Le")], now, "request") == 2
        assert redactions.add(connection, MEI, now, "request") == 1
        assert len(redactions.load(connection).rows) == 4


@pytest.mark.parametrize(
    "body", [b"<p>Mei <b>Tan</b></p>", b"<a href='mailto:mei.tan@harbour.example'>x</a>"]
)
def test_bytes_that_name_the_person_are_not_kept_again(
    erased: Redactions, sqlite_database: Database, body: bytes
) -> None:
    with sqlite_database.write() as connection:
        blob_id = blobs.put(connection, body)
        assert blobs.put(connection, body) == blob_id
        with pytest.raises(RemovedError, match="redacted: request"):
            blobs.get(connection, blob_id)
        assert blobs.get(connection, blobs.put(connection, b"<p>An Le</p>")) == b"<p>An Le</p>"
