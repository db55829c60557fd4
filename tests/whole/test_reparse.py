"""The past read anew: what became different is said, and nobody is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from world import World, group_page

from crawler.extract.knowledge import DEFAULT
from crawler.history.derivation import Reader
from storage.engine import Database
from wgwatch.keeping.reparse import Wanted, reparse, try_out

WATCHLIST = """\
defaults: {{delay: 0 seconds}}
sources:
  - {{name: harbour, profile: ./harbour.yaml, pages: [{pages}]}}
subscriptions:
  - {{name: all, email: anna@paper.example, tell: [contacts, events, projects, text, page]}}
"""
PLAIN, KNOWING = "name: harbour\n", 'name: harbour\ncodes: ["HX/[0-9]+"]\n'
PROJECTS = "<h2>Projects</h2><ul><li>Quay lights (HX/77)</li><li>Tide tables (HX/78)</li></ul>"


@pytest.fixture
def harbour(world: World) -> World:
    """A page looked at twice, by a profile that knows nothing yet; nothing is left to be told."""
    (world.folder / "harbour.yaml").write_text(PLAIN)
    for day in (7, 12):
        world.watch(world.show("/group", group_page(day, extra=PROJECTS)), text=WATCHLIST)
        world.wgwatch("check")
    assert len(world.mails) == 1
    return world


def test_what_became_different_is_said_and_kept_and_nobody_is_told(harbour: World) -> None:
    told = [change["id"] for change in harbour.json("changes")]
    first = harbour.json("captures", harbour.url + "/group")[0]["first_seen"]
    (harbour.folder / "harbour.yaml").write_text(KNOWING)
    [report] = harbour.json("reparse")
    [quay] = [d for d in report["differences"] if "HX/77" in d["label"]]
    assert (quay["as_of"], quay["until"], quay["kind"]) == (first, None, "project")
    assert quay["fields"]["code"] == [None, "HX/77"]
    assert report["rules_before"] != report["rules_after"]
    [kept] = harbour.json("reparse", "--report")
    assert {name: kept[name] for name in report} == report
    assert kept["is_ended"]
    assert "became different" in harbour.wgwatch("reparse", "--report").stdout
    assert [change["id"] for change in harbour.json("changes")] == told
    assert len(harbour.mails) == 1


def test_what_today_s_rules_have_read_is_left_alone(harbour: World) -> None:
    assert "nothing to read anew" in harbour.wgwatch("reparse").stdout
    [report] = harbour.json("reparse", "--all")
    assert (report["differences"], report["changes_appeared"], report["changes_vanished"]) == ([], [], [])
    (harbour.folder / "harbour.yaml").write_text(KNOWING)
    harbour.wgwatch("check")  # reads only the last answer by the new rules
    assert len(harbour.json("reparse")) == 1
    assert harbour.json("reparse") == []


def test_a_dry_run_says_the_same_and_changes_nothing(harbour: World) -> None:
    asked = [("projects", "--history"), ("events", "--history"), ("changes",)]
    before = [harbour.json(*question) for question in asked]
    profile = harbour.folder / "tried.yaml"
    profile.write_text(KNOWING)
    tried = harbour.json("reparse", "--dry-run", "--profile", "./tried.yaml")
    assert [harbour.json(*question) for question in asked] == before
    assert harbour.json("reparse", "--report") == []
    kept = harbour.json("reparse", "--profile", "./tried.yaml")
    assert [report["differences"] for report in kept] == [report["differences"] for report in tried]
    assert tried[0]["differences"]


def test_only_the_page_and_the_time_that_are_named(harbour: World) -> None:
    (harbour.folder / "harbour.yaml").write_text(KNOWING)
    assert harbour.json("reparse", "--dry-run", "--since", "2990-01-01") == []
    assert harbour.json("reparse", "--dry-run", "--page", harbour.url + "/group")[0]["differences"]
    failed = harbour.wgwatch("reparse", "--profile", "apec", rc=2)
    assert "no page is read by a profile 'apec'" in failed.stderr


def clock() -> datetime:
    return datetime.now(UTC)


def imported(world: World, name: str, text: str, at: str = "2020-01-01") -> None:
    page = world.folder / "page.html"
    page.write_text(text)
    world.wgwatch("import", str(page), "--url", f"https://hwg.example/{name}", "--at", at)


@pytest.fixture
def stored(sqlite_world: World) -> World:
    """Three pages with two versions each."""
    for name in "abc":
        imported(sqlite_world, name, group_page(7))
        imported(sqlite_world, name, group_page(12), "2020-02-01")
    return sqlite_world


@pytest.fixture
def stored_database(stored: World) -> Iterator[Database]:
    database = Database(stored.environ["WGWATCH_DATABASE_URL"])
    yield database
    database.close()


NEW_RULES = Reader(replace(DEFAULT, role_words=("Tide Warden",)))
WARDEN = "<p>Anna Crane (Ms)<br>Tide Warden<br>Email: <a href='mailto:crane@harbour.example'>write</a></p>"


def test_a_run_that_was_stopped_goes_on_where_it_was(stored: World, stored_database: Database) -> None:
    first = next(reparse(stored_database, lambda _: NEW_RULES, Wanted(), clock))
    [unfinished] = stored.json("reparse", "--report")
    assert not unfinished["is_ended"]
    rest = list(reparse(stored_database, lambda _: NEW_RULES, Wanted(), clock))
    assert first.page.id not in {done.page.id for done in rest}
    assert len(rest) == 2
    reports = stored.json("reparse", "--report")
    assert len(reports) == 3
    assert all(report["is_ended"] for report in reports)


def test_a_record_that_is_read_differently_keeps_its_id(stored: World, stored_database: Database) -> None:
    imported(stored, "d", group_page(7, extra=WARDEN))
    [shown] = [contact for contact in stored.json("contacts") if contact["name"] == "Anna Crane"]
    [tried] = try_out(stored_database, lambda _: NEW_RULES, Wanted(anyway=True, page_ids=[4]))
    [done] = reparse(stored_database, lambda _: NEW_RULES, Wanted(page_ids=[4]), clock)
    [difference] = done.differences
    assert tried.differences == done.differences
    said = "as of 2020-01-01: contact Anna Crane: role 'Tide Warden' was nothing; department nothing was 'Tide Warden'"
    assert str(difference) == said
    [now] = [contact for contact in stored.json("contacts") if contact["name"] == "Anna Crane"]
    assert (now["id"], now["role"]) == (shown["id"], "Tide Warden")
    assert stored.json("show", shown["id"])["label"] == "Anna Crane"


def test_checks_may_go_on_while_the_past_is_read(stored: World, stored_database: Database) -> None:
    run = reparse(stored_database, lambda _: NEW_RULES, Wanted(), clock)
    next(run)
    imported(stored, "b", group_page(21), "2020-03-01")  # by the rules that the others still have
    done = {report.page.url[-1]: report for report in run}
    assert done["b"].captures == 3
    assert stored.json("reparse", "--dry-run") != []  # all were read by rules that are not today's


def test_an_id_that_nothing_bears_any_more_still_answers(stored: World, stored_database: Database) -> None:
    shown = [project["id"] for project in stored.json("projects")]
    assert shown
    with stored_database.write() as connection:  # as rules would that find none of them
        connection.execute(sa.text("DELETE FROM observations WHERE kind = 'project'"))
    for record_id in shown:
        answer = stored.json("show", record_id)
        assert (answer["kind"], answer["versions"]) == ("project", [])
        assert "find no such record" in answer["note"]
    assert stored.wgwatch("show", "prj_0000", rc=2)
