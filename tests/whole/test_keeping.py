"""What is kept is checked, thinned out and erased, and the questions about the past are answered as before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import World, group_page

from config.retention import Retention
from crawler.extract.knowledge import DEFAULT
from crawler.history.derivation import Reader, rebuild
from storage import blobs, captures, pages, readings, sightings
from storage.engine import Database
from storage.models import blobs as blob_table
from storage.models import captures as capture_table
from storage.models import sightings as sighting_table
from storage.sightings import Sighting
from storage.tables import metadata
from wgwatch.keeping.pruning import prune
from wgwatch.keeping.verifying import verify

PERSON = ("mei tan", "mei.tan")


@pytest.fixture
def watched(world: World) -> str:
    """A page that was looked at four times; its meeting moved twice."""
    return look_four_times(world)


@pytest.fixture
def watched_by_sqlite(sqlite_world: World) -> str:
    """The same, for what does not depend on the database."""
    return look_four_times(sqlite_world)


def look_four_times(world: World) -> str:
    url = world.show("/group", group_page(7))
    world.watch(url)
    for day in (7, 8, 9):
        world.show("/group", group_page(day))
        world.wgwatch("check")
    world.show("/group", group_page(9, extra="<!-- token 77 -->"))
    world.wgwatch("check")
    return url


def answers(world: World) -> Any:
    """All that is known of the past."""
    kinds = [world.json(kind, "--history") for kind in ("events", "contacts", "projects")]
    return [*kinds, world.json("changes"), world.json("events", "--as-of", "2030-01-01")]


def sql(world: World, statement: Any) -> Any:
    database = Database(world.environ["WGWATCH_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"))
    try:
        with database.write() as connection:
            found = connection.execute(statement)
            return found.all() if found.returns_rows else None
    finally:
        database.close()


def test_verify_says_that_all_is_well_and_where_the_chains_end(world: World, watched: str) -> None:
    said = world.json("verify")
    assert (said["ok"], said["problems"], said["notes"], said["blobs"]) == (True, [], [], 4)
    [head] = said["heads"]
    assert (head["page"], head["number"], len(head["link"])) == (watched, 4, 64)
    assert world.json("verify", watched) == said
    assert head["link"] in world.wgwatch("verify").stdout


def test_a_damaged_answer_is_named_never_shown_and_brought_anew(world: World, watched: str) -> None:
    newest = sql(world, sa.select(sa.func.max(blob_table.c.id)))[0][0]
    [(sha256,)] = sql(world, sa.select(blob_table.c.sha256).where(blob_table.c.id == newest))
    sql(world, sa.update(blob_table).where(blob_table.c.id == newest).values(data=b"\0\1\2\3"))
    said = world.json("verify", rc=1)
    [problem] = said["problems"]
    assert (problem["sha256"], problem["page"], problem["sighting"]) == (bytes(sha256).hex(), watched, 4)
    assert said["fetched_again"] == [watched]
    assert "damaged" in world.wgwatch("page", watched, rc=1).stderr
    world.wgwatch("check")
    assert world.statuses("/group")[-1] == 200
    assert world.json("verify")["ok"]


def test_what_was_altered_in_history_is_found(sqlite_world: World, watched_by_sqlite: str) -> None:
    sql(sqlite_world, sa.update(sighting_table).where(sighting_table.c.number == 2).values(status=304))
    sql(sqlite_world, sa.update(capture_table).where(capture_table.c.looks == 1).values(looks=7))
    sql(
        sqlite_world,
        sa.text("UPDATE observations SET label = label, verdict = 'ended' WHERE verdict = 'modified'"),
    )
    said = [problem["what"] for problem in sqlite_world.json("verify", rc=1)["problems"]]
    for part in ("the chain breaks", "a capture is not what its looks say", "is stored and not derived"):
        assert any(part in what for what in said), part


def test_prune_keeps_the_answers_and_says_of_what_it_took_when_and_why(world: World, watched: str) -> None:
    before = answers(world)
    planned = world.json("prune", "--keep", "at least 1", "--with-proof", "--dry-run")["removed"]
    assert world.json("verify")["removed"] == 0
    done = world.json("prune", "--keep", "at least 1", "--with-proof")["removed"]
    assert [each["sha256"] for each in done] == [each["sha256"] for each in planned]
    assert len(planned) == 3
    assert answers(world) == before
    said = world.json("verify")
    assert (said["ok"], said["removed"]) == (True, 3)
    first = world.json("captures", watched)[0]["first_seen"]
    told = world.wgwatch("page", watched, "--as-of", first, rc=1).stderr
    assert "were removed on" in told
    assert "pruned: kept are at least 1" in told
    world.show("/group", group_page(12))
    world.wgwatch("check")
    assert len(world.json("changes")) == len(before[3]) + 1
    assert world.json("verify")["ok"]


def test_prune_leaves_what_proves_a_published_change(sqlite_world: World, watched_by_sqlite: str) -> None:
    done = sqlite_world.wgwatch("prune", "--keep", "at least 1")
    assert "0 answers gone" in done.stdout
    assert "3 answers more stay as the proof of published changes" in done.stderr


def test_without_a_rule_all_is_kept_and_a_wrong_one_is_explained(
    sqlite_world: World, watched_by_sqlite: str
) -> None:
    assert sqlite_world.json("prune")["removed"] == []
    assert "at least K" in sqlite_world.wgwatch("prune", "--keep", "the best", rc=2).stderr


def test_a_reparse_after_pruning_takes_what_was_read_then(world: World, watched: str) -> None:
    world.wgwatch("prune", "--keep", "at least 1", "--with-proof")
    before = answers(world)
    sql(world, sa.text("UPDATE readings SET rules = 'older' WHERE frozen"))
    sql(world, sa.text("UPDATE frozen SET rules = 'older'"))
    sql(world, sa.text("UPDATE pages SET rules = 'older', history_rules = 'older'"))
    world.wgwatch("reparse")
    assert answers(world) == before
    assert world.json("verify")["ok"]


def test_a_redacted_person_is_gone_everywhere_and_nothing_else_is(world: World, watched: str) -> None:
    world.show("/group", group_page(9, email="tan@harbour.example"))
    world.wgwatch("check")
    before = {kind: world.json(kind, "--history") for kind in ("events", "contacts")}
    contact = before["contacts"][0]
    done = world.json("redact", "Mei Tan", "--reason", "a request of 2 October")
    assert (done["marker"], done["answers"], done["pages"]) == ("[redacted 1]", 5, 1)
    assert world.json("events", "--history") == before["events"]
    after = world.json("contacts", "--history")
    assert {c["name"] for c in after} == {c["email"] for c in after} == {"[redacted 1]"}
    assert {c["role"] for c in after} == {"Programme Director"}
    assert world.json("show", contact["id"])["id"] == contact["id"]
    assert world.json("verify")["ok"]
    assert "mei" not in world.wgwatch("search", "Mei", rc=None).stdout.casefold()
    everything = dump(world)
    assert not any(word in everything for word in (*PERSON, "tan@harbour"))
    assert "a request of 2 october" in everything


def test_a_redacted_person_does_not_come_back_with_the_next_look(world: World, watched: str) -> None:
    world.wgwatch("redact", "mei.tan@harbour.example", "--reason", "a request")
    told = len(world.json("changes"))
    world.show("/group", group_page(9, number=3))
    world.wgwatch("check")
    kinds = [change["kind"] for change in world.json("changes")[told:]]
    assert kinds == ["text.changed"], [(c["fields"], c["sentences"]) for c in world.json("changes")[told:]]
    assert not any(word in dump(world) for word in PERSON)
    assert "Mei Tan" not in world.mails[-1].as_string()
    assert world.json("verify")["ok"]
    assert world.wgwatch("check").exit_code == 0


def test_a_redacted_answer_loses_its_bytes_and_what_it_said_stays(
    sqlite_world: World, watched_by_sqlite: str
) -> None:
    before = answers(sqlite_world)
    newest = sqlite_world.json("captures", watched_by_sqlite)[-1]
    sqlite_world.wgwatch("redact", str(newest["id"]), "--reason", "not ours to keep")
    assert "redacted: not ours to keep" in sqlite_world.wgwatch("page", watched_by_sqlite, rc=1).stderr
    assert answers(sqlite_world) == before
    sqlite_world.wgwatch("check")
    assert "redacted" in sqlite_world.wgwatch("page", watched_by_sqlite, rc=1).stderr
    assert sqlite_world.json("verify")["ok"]
    older = sqlite_world.json("captures", watched_by_sqlite)[0]
    assert sqlite_world.json("redact", older["sha256"][:16], "--reason", "nor this")["answers"] == 1


@pytest.mark.parametrize(
    ("wanted", "reason", "said"),
    [
        ("Mei", "a request", "one word"),
        ("Mei Tan", "Ms Tan asked", "names the person"),
        ("99999", "a request", "no capture 99999"),
        ("0123456789abcdef", "a request", "0 stored answers"),
    ],
)
def test_what_cannot_be_redacted_is_explained(
    sqlite_world: World, watched_by_sqlite: str, wanted: str, reason: str, said: str
) -> None:
    assert said in sqlite_world.wgwatch("redact", wanted, "--reason", reason, rc=2).stderr
    assert sqlite_world.json("verify")["removed"] == 0


def dump(world: World) -> str:
    """All that the database holds, as text in lower case: rows, and for SQLite the file itself."""
    url = world.environ["WGWATCH_DATABASE_URL"]
    database = Database(url.replace("postgresql:", "postgresql+psycopg:"))
    with database.read() as connection:
        told = [repr(row) for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
        told += [
            json.dumps(reading.to_json())
            for page in pages.all_pages(connection)
            for reading in readings.all_of(connection, page.id)
        ]
        for (blob_id,) in connection.execute(
            sa.select(blob_table.c.id).where(blob_table.c.removed_at.is_(None))
        ):
            told.append(blobs.get(connection, blob_id).decode("utf-8", "replace"))
    database.close()
    if url.startswith("sqlite"):
        told.append(Path(url.removeprefix("sqlite:///")).read_bytes().decode("latin-1"))
    return "\n".join(told).casefold()


BEGIN = datetime(2027, 1, 1, tzinfo=UTC)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    looks=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), min_size=1, max_size=10),
    rule=st.sampled_from(
        ["at least 1", "at least 3", "one a day after 2 days", "one a day after 1 days, at least 2"]
    ),
)
def test_after_any_pruning_of_any_history_verify_is_clean(
    tmp_path_factory: pytest.TempPathFactory, looks: list[tuple[int, int]], rule: str
) -> None:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'wgwatch.db'}")
    database.prepare()
    reader, now = Reader(DEFAULT), BEGIN
    with database.write() as connection:
        url = "https://harbour.example/group"
        page_id = pages.create(connection, key=url[8:], url=url, host="harbour.example", now=BEGIN)
        for day, hours in looks:
            now += timedelta(hours=hours)
            body = group_page(day + 1, number=day % 3).encode()
            near = captures.recent_blobs(connection, page_id, now)
            said = Sighting(
                seen_at=now,
                address=url,
                origin="import",
                outcome="changed",
                good=True,
                status=200,
                blob_id=blobs.put(connection, body, near),
                headers=(("content-type", "text/html"),),
            )
            sightings.add(connection, page_id, said)
            captures.rebuild(connection, page_id)
        pages.update(connection, page_id, last_good_at=now)
        rebuild(connection, pages.get(connection, page_id), reader)
    list(prune(database, lambda _: reader, Retention.parse(rule), now))
    found = verify(database, lambda _: reader)
    assert (found.problems, found.notes) == ((), ())
    database.close()
