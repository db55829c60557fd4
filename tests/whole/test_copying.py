"""A database is copied into another, of either kind: whole, under the same ids, also when it is interrupted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import emptied
from world import World, group_page

from config.errors import StorageError
from storage import copying
from storage.engine import UNFINISHED, Database
from storage.models import metadata, pages

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def other_url(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the other kind."""
    if "postgresql" in world.environ["WGWATCH_DATABASE_URL"]:
        return f"sqlite:///{tmp_path / 'copy.db'}"
    return emptied(request.getfixturevalue("postgres_database"))


@pytest.fixture
def watched(world: World) -> World:
    """Three pages with two versions each, told; one more change that is planned and not sent."""
    for day in (7, 12):
        world.watch(*(world.show(f"/groups/{n}", group_page(day, number=n)) for n in range(3)))
        world.wgwatch("check")
    world.hook_answers = [500]
    world.show("/groups/1", group_page(13, number=1))
    world.wgwatch("check")
    return world


def move(world: World, url: str) -> None:
    world.environ["WGWATCH_DATABASE_URL"] = url


def opened(url: str) -> Database:
    return Database(url.replace("postgresql://", "postgresql+psycopg://"))


def test_a_copy_is_equal_and_the_product_goes_on_there(watched: World, other_url: str) -> None:
    before = {name: watched.json(*name.split()) for name in ("verify", "events", "changes", "deliveries list")}
    told = len(watched.hooks)
    asked = len(watched.conditions)
    result = watched.wgwatch("db", "copy", "--to", other_url)
    assert "equal to those of" in result.stdout

    move(watched, other_url)
    assert {name: watched.json(*name.split()) for name in before} == before
    assert watched.wgwatch("search", "small ports").stdout.count("Harbour") >= 1
    watched.wgwatch("check", "--no-send")
    assert None not in watched.conditions[asked:]  # validators came along: every page was asked for conditionally
    assert len(watched.hooks) == told
    watched.show("/groups/2", group_page(20, number=2))
    watched.wgwatch("deliveries", "retry", "--state", "waiting")
    watched.wgwatch("check")
    ids = [body["data"]["id"] for body in watched.hooked()]
    assert len(ids) == len(set(ids)) == told + 2


@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_observations_c"
)
def test_a_copied_schema_is_that_of_the_models(watched: World, other_url: str) -> None:
    watched.wgwatch("db", "copy", "--to", other_url)
    database = opened(other_url)
    with database.read() as connection:
        ours = lambda _, name, *__: not str(name).startswith(("passage_words", "ix_passage_words", "ix_observations_c"))
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, metadata) == []
    database.close()
