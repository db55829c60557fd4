"""The schema that migrations make, and databases that are older or newer than this wgwatch."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from config.errors import StorageError
from storage import additions, observations, pages, proposals, rests
from storage.engine import SCHEMA, Database
from storage.migrations import configuration
from storage.models import metadata
from storage.observations import PageState, Version
from storage.records import KINDS, Contact, Event, Group, NewsItem, Project

VIEWS = {"event": "events", "contact": "contacts", "project": "projects", "news": "news", "group": "groups"}
RECORDS = (
    Event(title="43rd HWG Meeting", starts_on="2027-09-07"),
    Contact(name="Mei Tan", email_protected=True),
    Project(code="HWG 01 2026A"),
    NewsItem(title="Port opened"),
    Group(name="Harbour Working Group", acronym="HWG"),
)


@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_observations_c"
)
def test_all_migrations_together_are_the_tables_of_the_models(database: Database) -> None:
    with database.read() as connection:
        opts = {"compare_type": True, "include_object": made_by_tables_alone}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    assert {additions.additions, proposals.proposals, rests.rests} <= set(metadata.tables.values())


def made_by_tables_alone(_: object, name: str, *__: object) -> bool:
    return not name.startswith(("passage_words", "ix_passage_words", "ix_observations_coming"))


def test_the_schema_that_the_engine_knows_is_the_newest_migration(database: Database) -> None:
    heads = ScriptDirectory.from_config(configuration()).get_heads()
    assert heads == [SCHEMA]
    assert database.schema() == SCHEMA


def test_a_view_of_each_kind_answers_every_field_of_its_records(
    database: Database, add_page: Callable[..., int], now: datetime
) -> None:
    page_id = add_page()
    versions = [Version(f"id_{record.kind}", record, now) for record in RECORDS]
    with database.write() as connection:
        observations.save(connection, page_id, PageState(touched=versions))
    with database.read() as connection:
        for record in RECORDS:
            [row] = connection.execute(sa.text(f"SELECT * FROM {VIEWS[record.kind]}")).mappings()
            said = {f.name for f in fields(KINDS[record.kind])} - record.not_said
            assert said <= row.keys()
            assert row["record_id"] == f"id_{record.kind}"
            known = {name: value for name, value in record.said().items() if isinstance(value, str)}
            assert {name: row[name] for name in known} == known


def test_preparing_again_changes_nothing(database: Database, add_page: Callable[..., int]) -> None:
    add_page()
    database.prepare()
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM pages")).scalar() == 1


def test_pages_of_the_first_schema_keep_their_history_and_say_where_they_came_from(database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with database.write() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for key, spec in {
            "hwg.example/named": '{"checks": ["every 6 hours"]}',
            "hwg.example/saved": "{}",
        }.items():
            connection.execute(
                sa.text("INSERT INTO pages (key, url, host, spec) VALUES (:key, :url, 'hwg.example', :spec)"),
                {"key": key, "url": f"https://{key}", "spec": spec},
            )
    database.prepare()
    with database.read() as connection:
        assert [(page.key, page.origin) for page in pages.all_pages(connection)] == [
            ("hwg.example/named", "watchlist"),
            ("hwg.example/saved", "import"),
        ]
    database.close()


def test_two_who_prepare_an_empty_database_at_once_both_succeed(database_url: str) -> None:
    opened = [Database(database_url.replace("postgresql://", "postgresql+psycopg://")) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Database.prepare, opened))
    assert [database.schema() for database in opened] == [SCHEMA, SCHEMA]
    for database in opened:
        database.close()


def test_a_database_of_a_newer_wgwatch_is_refused_and_left_as_it_is(database: Database) -> None:
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9041'"))
    with pytest.raises(
        StorageError, match=r"made by a newer wgwatch \(schema 9041\): update wgwatch"
    ) as caught:
        database.prepare()
    assert database.name in str(caught.value)
    assert database.schema() == "9041"
