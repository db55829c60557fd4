"""A database is copied into another, of either kind: whole, under the same ids, also when it is interrupted."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import emptied
from world import World, group_page

from storage.engine import UNFINISHED, Database
from storage.keeping import copying
from storage.models import metadata, sources
from storage.work import leases

ANSWERS = ("verify", "events", "changes", "deliveries list", "search port")
DYING = """
import os, signal, sys
from datetime import UTC, datetime
from storage.keeping import copying
from storage.work import leases
from storage.engine import Database
source, left = Database(sys.argv[1]), int(sys.argv[3])
def on_rows(rows):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
with copying.open_target(sys.argv[2]) as target, source.read() as connection:
    copying.begin(target, source.name, datetime.now(UTC))
    copying.bring(connection, target, on_rows)
"""
"""A copy that is killed after so many ranges."""


@pytest.fixture
def other_url(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the other kind."""
    if "postgresql" in world.environ["WGWATCH_DATABASE_URL"]:
        return f"sqlite:///{tmp_path / 'copy.db'}"
    return emptied(request.getfixturevalue("postgres_database"))


def watch_three_pages(world: World) -> None:
    """Three pages, one with two versions, told; one more change that is planned and not sent."""
    world.watch(*(world.show(f"/groups/{n}", group_page(7, number=n)) for n in range(3)))
    world.wgwatch("check")
    world.show("/groups/1", group_page(12, number=1))
    world.wgwatch("check")
    world.hook_answers = [500]
    world.show("/groups/1", group_page(13, number=1))
    world.wgwatch("check")


def move(world: World, url: str) -> None:
    world.environ["WGWATCH_DATABASE_URL"] = url


def answers(world: World) -> dict[str, Any]:
    return {asked: world.json(*asked.split()) for asked in ANSWERS}


def driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_observations_c"
)
def test_an_interrupted_copy_goes_on_and_the_product_goes_on_there(world: World, other_url: str) -> None:
    watch_three_pages(world)
    url = world.environ["WGWATCH_DATABASE_URL"]
    for ranges in (4, 11):
        args = [sys.executable, "-c", DYING, driver(url), driver(other_url), str(ranges)]
        assert subprocess.run(args, check=False, cwd=Path(__file__).parents[2]).returncode == -9
        move(world, other_url)
        assert "is an unfinished copy" in world.wgwatch("status", rc=1).stderr
        move(world, url)
    world.show("/groups/2", group_page(20, number=2))  # and the source goes on in between
    world.wgwatch("check", "--no-send")
    before = answers(world)
    assert "equal to those of" in world.wgwatch("db", "copy", "--to", other_url).stdout

    move(world, other_url)
    assert answers(world) == before
    told, asked = len(world.hooks), len(world.conditions)
    world.wgwatch("deliveries", "retry", "--state", "waiting")
    world.wgwatch("check")
    assert None not in world.conditions[asked:]  # the validators came along
    ids = [body["data"]["id"] for body in world.hooked()]
    assert len(ids) == len(set(ids)) == told + 2
    assert_schema_is_that_of_the_models(other_url)


def assert_schema_is_that_of_the_models(url: str) -> None:
    def by_tables(_: object, name: str, *__: object) -> bool:
        return not name.startswith(("passage_words", "ix_passage_words", "ix_observations_c"))

    database = Database(driver(url))
    with database.read() as connection:
        opts = {"compare_type": True, "include_object": by_tables}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []
    database.close()


def test_every_table_is_copied_but_those_that_are_named(database: Database) -> None:
    with database.read() as connection:
        there = set(sa.inspect(connection).get_table_names())
    index = {name for name in there if name.startswith("passage_words")}
    assert there - index - copying.NOT_COPIED - {"alembic_version"} == {t.name for t in copying.tables()}


def test_what_holds_something_else_is_refused_and_stays(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page()))
    world.wgwatch("apply")
    here, there = world.environ["WGWATCH_DATABASE_URL"], f"sqlite:///{tmp_path / 'other.db'}"
    assert "is the database itself" in world.wgwatch("db", "copy", "--to", here, rc=2).stderr
    assert "--to: has to begin with" in world.wgwatch("db", "copy", "--to", "mysql://x", rc=2).stderr
    move(world, there)
    world.wgwatch("apply")
    move(world, here)
    assert "is not empty" in world.wgwatch("db", "copy", "--to", there, rc=1).stderr

    with copying.open_target(f"sqlite:///{tmp_path / 'half.db'}") as other:
        copying.begin(other, "/elsewhere/wgwatch.db", world_now())
        assert other.schema() == UNFINISHED
    said = world.wgwatch("db", "copy", "--to", f"sqlite:///{tmp_path / 'half.db'}", rc=1).stderr
    assert "is an unfinished copy of /elsewhere/wgwatch.db" in said


def test_a_pass_takes_up_rows_that_were_added_altered_and_deleted(database: Database, tmp_path: Path) -> None:
    with database.write() as connection:
        rows = [
            {"name": f"s{n}", "origin": "watchlist", "spec": {"n": n, "a": [1.5, None]}} for n in range(9)
        ]
        connection.execute(sa.insert(sources), rows)
    with copying.open_target(f"sqlite:///{tmp_path / 'copy.db'}") as target:
        copying.begin(target, "it", world_now())
        assert bring(database, target) == 1
        assert bring(database, target) == 0
        with database.write() as connection:
            connection.execute(sa.delete(sources).where(sources.c.name.in_(("s3", "s8"))))
            connection.execute(sa.update(sources).where(sources.c.name == "s1").values(paused_at=world_now()))
        assert bring(database, target) == 1
        copying.finish(target)
        with database.read() as here, target.read() as there:
            query = sa.select(sources).order_by(sources.c.id)
            assert here.execute(query).all() == there.execute(query).all()


def test_a_running_service_keeps_its_database(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page()))
    world.wgwatch("check")
    database = Database(world.environ["WGWATCH_DATABASE_URL"])
    with database.write() as connection:
        leases.acquire(connection, "service", leases.new_owner(), world_now())
    said = world.wgwatch("db", "copy", "--to", f"sqlite:///{tmp_path / 'copy.db'}", rc=1).stderr
    assert "wgwatch is at work on" in said
    database.close()


def bring(source: Database, target: Database) -> int:
    with source.read() as connection:
        return copying.bring(connection, target, lambda rows: None)


def world_now() -> datetime:
    return datetime.now(UTC)
