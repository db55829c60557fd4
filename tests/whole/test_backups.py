"""A backup is one whole moment without secrets; what is restored from it sends nothing until it is released."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from conftest import emptied
from world import SECRET, WATCHLIST, World, group_page

from config.errors import StorageError
from storage.engine import Database
from storage.migrations import configuration
from storage.work import leases
from wgwatch.backups import archive

PROFILE = "name: harbour\n"


@pytest.fixture
def other_url(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the other kind."""
    if "postgresql" in world.environ["WGWATCH_DATABASE_URL"]:
        return f"sqlite:///{tmp_path / 'restored.db'}"
    return emptied(request.getfixturevalue("postgres_database"))


@contextlib.contextmanager
def at_work(world: World) -> Iterator[None]:
    """A service holds its database, and writes at this very moment."""
    database = Database(world.environ["WGWATCH_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"))
    with database.write() as connection:
        leases.acquire(connection, "service", leases.new_owner(), datetime.now(UTC))
    with database.write() as connection:
        leases.acquire(connection, "host:harbour.example", leases.new_owner(), datetime.now(UTC))
        yield
    database.close()


def test_what_is_restored_is_the_same_and_sends_when_it_is_released(world: World, other_url: str) -> None:
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.hook_answers = [500]
    world.show("/group", group_page(12))
    world.wgwatch("check")
    before = {asked: world.json(*asked.split()) for asked in ("verify", "events", "deliveries list")}
    told, mailed = len(world.hooks), len(world.mails)
    with at_work(world):
        assert "checked" in world.wgwatch("backup", "kept.zip").stdout

    world.environ["WGWATCH_DATABASE_URL"] = other_url
    shown = world.wgwatch("restore", "kept.zip").stdout
    assert "1 message would go out" in shown
    assert "crm: 1 message" in shown
    assert "moved to 2027-09-12" in shown
    assert {asked: world.json(*asked.split()) for asked in before} == before
    world.wgwatch("deliveries", "retry", "--state", "waiting")
    assert "Nothing is sent since" in world.wgwatch("check").stderr
    assert "Nothing is sent since" in world.wgwatch("dispatch", "--once", rc=1).stderr
    assert "restored from the backup of" in world.json("status")["trouble"][0]
    assert (len(world.hooks), len(world.mails)) == (told, mailed)

    assert world.json("deliveries", "release", "--dry-run")["waiting"]["messages"] == 1
    assert "Released" in world.wgwatch("deliveries", "release").stdout
    world.wgwatch("dispatch", "--once")
    [waited] = [each["id"] for each in before["deliveries list"] if each["state"] == "waiting"]
    assert [headers["webhook-id"] for headers, _ in world.hooks[told:]] == [waited]
    assert len(world.mails) == mailed


def test_a_backup_holds_what_is_declared_and_nothing_that_lets_in(
    sqlite_world: World, tmp_path: Path
) -> None:
    world, url = sqlite_world, sqlite_world.url
    (world.folder / "profiles").mkdir()
    (world.folder / "profiles" / "harbour.yaml").write_text(PROFILE)
    text = WATCHLIST.replace("pages: [{pages}]", "pages: [{pages}]\n    profile: ./profiles/harbour.yaml")
    text = text.replace("${{CRM_HOOK_SECRET}}", f'"{SECRET}"  # by hand').replace(
        "profile: ./", 'headers: {{X-Key: "abc{{0}}\\x41"}}\n    profile: ./'
    )
    world.watch(world.show("/group", group_page()), text=text)
    world.environ["WGWATCH_SMTP_USER"], world.environ["WGWATCH_SMTP_PASSWORD"] = "anna", "hunter2-of-smtp"
    world.wgwatch("apply")
    made = world.json("backup", "kept.zip")
    assert made["rows"]["pages"] == 1
    assert [remark for remark in made["remarks"] if "2 secrets" in remark]
    assert (world.folder / "kept.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(world.folder / "kept.zip") as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
        assert packed.read("watch/profiles/harbour.yaml").decode() == PROFILE
    assert not [secret for secret in (SECRET, "abc{0}", "hunter2") if secret.encode() in everything]

    world.environ["WGWATCH_WATCHLIST"] = str(tmp_path / "new" / "watchlist.yaml")
    world.wgwatch("restore", "kept.zip", "--to", f"sqlite:///{tmp_path / 'restored.db'}")
    restored = (tmp_path / "new" / "watchlist.yaml").read_text()
    assert f'pages: ["{url}/group"]' in restored
    assert 'secret: "${REMOVED_FROM_BACKUP_2}"  # by hand' in restored
    assert (tmp_path / "new" / "profiles" / "harbour.yaml").read_text() == PROFILE


@pytest.fixture
def kept(sqlite_world: World) -> Path:
    """A backup of a page that was never looked at."""
    sqlite_world.watch(sqlite_world.show("/group", group_page()))
    sqlite_world.wgwatch("apply")
    sqlite_world.wgwatch("backup", "kept.zip")
    return sqlite_world.folder / "kept.zip"


def test_a_damaged_backup_is_refused_before_anything_is_changed(sqlite_world: World, kept: Path) -> None:
    whole, chance = kept.read_bytes(), random.Random(11)
    damaged = kept.with_name("damaged.zip")
    for _ in range(300):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        damaged.write_bytes(bytes(flipped))
        with contextlib.suppress(StorageError), archive.opened(damaged) as found:
            found.check()  # any other error is a failure; a flip in what nobody reads does no harm
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        damaged.write_bytes(whole[:size])
        with pytest.raises(StorageError, match=r"damaged\.zip is no backup of wgwatch, or it is cut off"):
            archive.opened(damaged).__enter__()
    middle = bytearray(whole)
    middle[len(whole) // 2] ^= 1
    damaged.write_bytes(bytes(middle))
    there = sqlite_world.folder / "restored.db"
    said = sqlite_world.wgwatch("restore", "damaged.zip", "--to", f"sqlite:///{there}", rc=1).stderr
    assert "damaged" in said
    assert not there.exists()


def test_a_manifest_leads_nowhere_else_and_newer_ones_are_refused(kept: Path) -> None:
    with archive.opened(kept) as found:
        manifest = found.manifest
    for said, why in (
        (
            {"files": {"wgwatch.db": {"size": 1, "sha256": ""}, "watch/../../x": {"size": 1, "sha256": ""}}},
            "cannot hold",
        ),
        ({"files": {}}, "cannot hold"),
        ({"format": 2}, "update wgwatch"),
        ({"rows": None}, "manifest is damaged"),
    ):
        forged = json.dumps({**json.loads(manifest.model_dump_json(by_alias=True)), **said})
        path = kept.with_name("forged.zip")
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("manifest.json", forged)
        with pytest.raises(StorageError, match=why):
            archive.opened(path).__enter__()


def test_a_database_with_anything_in_it_is_replaced_only_when_asked(sqlite_world: World, kept: Path) -> None:
    world = sqlite_world
    world.wgwatch("check")
    assert "is not empty" in world.wgwatch("restore", "kept.zip", rc=1).stderr
    assert world.json("captures", "HWG")
    world.wgwatch("restore", "kept.zip", "--replace")
    assert world.json("status")["pages"][0]["looks"] == 0
    assert list(world.folder.glob("*.restored.*")) == []  # the watchlist is the same
    assert list(world.folder.glob(".*")) == []


def test_a_backup_never_takes_the_place_of_anything_else(sqlite_world: World, kept: Path) -> None:
    world = sqlite_world
    said = world.wgwatch("backup", "wgwatch.db", rc=2).stderr
    assert "is there and no backup" in said
    world.wgwatch("backup", "kept.zip")
    world.wgwatch("backup", ".")
    assert len(list(world.folder.glob("wgwatch-*.backup.zip"))) == 1
    assert "cannot be written" in world.wgwatch("backup", "nowhere/kept.zip", rc=1).stderr


def test_the_database_in_a_backup_can_be_used_as_it_is(sqlite_world: World, kept: Path) -> None:
    with zipfile.ZipFile(kept) as packed:
        packed.extract("wgwatch.db", kept.parent / "bare")
    with contextlib.closing(sqlite3.connect(kept.parent / "bare" / "wgwatch.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    sqlite_world.environ["WGWATCH_DATABASE_URL"] = f"sqlite:///{kept.parent}/bare/wgwatch.db"
    assert "this is a backup of" in sqlite_world.json("status")["trouble"][0]


def test_messages_are_held_by_hand_too(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/group", group_page(7)))
    world.wgwatch("check")
    world.wgwatch("deliveries", "hold", "--reason", "the mail server moves")
    world.show("/group", group_page(12))
    assert "the mail server moves" in world.wgwatch("check").stderr
    assert world.hooks == []
    world.wgwatch("deliveries", "release")
    world.wgwatch("check")
    assert len(world.hooks) == 1


@pytest.mark.parametrize("schema", ["0007", "9041"])
def test_older_backups_are_brought_up_to_date_and_newer_ones_refused(
    sqlite_world: World, kept: Path, schema: str
) -> None:
    world, file = sqlite_world, kept.with_name("old.db")
    old = Database(f"sqlite:///{file}")
    with old.write() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        values = "('hwg.example/', 'https://hwg.example/', 'hwg.example')"
        connection.execute(sa.text(f"INSERT INTO pages (key, url, host) VALUES {values}"))
    old.close()
    with archive.opened(kept) as found:
        about = {**found.manifest.model_dump(by_alias=True), "schema": schema}
    archive.pack(kept, about, {archive.DATABASE: file})
    to = ("--to", f"sqlite:///{world.folder / 'restored.db'}")
    if schema == "9041":
        assert "update wgwatch" in world.wgwatch("restore", "kept.zip", *to, rc=1).stderr
        return
    world.wgwatch("restore", "kept.zip", *to)
    world.environ["WGWATCH_DATABASE_URL"] = to[1]
    assert [page["url"] for page in world.json("status")["pages"]] == ["https://hwg.example/"]
