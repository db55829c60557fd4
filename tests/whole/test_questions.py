"""Questions as people ask them: of a day, a period, a person, a code, any words; and in SQL as the documents show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from world import World, group_page

from storage.engine import Database

DATABASE = Path(__file__).parents[2] / "docs" / "database.md"
EXAMPLE = re.compile(r"(?:<!-- (?P<only>\w+) -->\n)?^```sql\n(?P<sql>.*?)^```$", re.M | re.S)
CHAIR = "<p>Dr Ann Lee<br>Chair<br>Harbour Board<br>Email: ann@harbour.example</p>"
LOOKS = {"2020-01-01": CHAIR, "2020-06-01": "", "2021-01-01": "", "2021-06-01": CHAIR, "2022-01-01": CHAIR}


OLD = (
    "http://www.apec.org/Groups/SOM-Steering-Committee-on-Economic-and-Technical-Cooperation/"
    "Working-Groups/Small-and-Medium-Enterprises.aspx"
)


def put(world: World, at: str, page: str, url: str = "https://hwg.example/group") -> None:
    path = world.folder / "saved.html"
    path.write_text(page)
    world.wgwatch("import", str(path), "--url", url, "--at", at)


@pytest.fixture
def smewg(sqlite_world: World, cases: Path) -> World:
    """Both captures of the group's page, seven years apart."""
    sqlite_world.wgwatch("init")
    for case, at in (("seed-2016", "2016-09-23"), ("seed-2023", "2023-10-05")):
        sqlite_world.wgwatch("import", str(cases / case / "page.txt"), "--url", OLD, "--at", at)
    return sqlite_world


@pytest.fixture
def years(sqlite_world: World) -> World:
    """A group over two years, whose chair left and came back."""
    for at, chair in LOOKS.items():
        put(sqlite_world, at, group_page(extra=chair))
    return sqlite_world


def test_a_year_without_a_look_is_answered_with_the_states_around_it(smewg: World) -> None:
    answer = smewg.json("contacts", "--group", "SMEWG", "--during", "2019", rc=1)
    assert answer["answer"] == "no look in 2019"
    assert (answer["last_look"], answer["next_look"]) == ("2016-09-23T00:00:00Z", "2023-10-05T00:00:00Z")
    assert {c["name"] for c in answer["before"]} == {"John M. Andersen", "Xuan Hoa NGHIEM"}
    assert {c["name"] for c in answer["after"]} == {"Aaron SYDOR", "Carlos Obando"}
    shown = smewg.wgwatch("contacts", "--group", "SMEWG", "--during", "2019", rc=1)
    assert "no look in 2019" in shown.stderr
    before, after = shown.stdout.split("After, as of 2023-10-05")
    assert "Before, as of 2016-09-23" in before
    assert "Xuan Hoa NGHIEM" in before
    assert "Carlos Obando" in after


def test_filters_and_search_over_the_years(smewg: World) -> None:
    asked = ("--as-of", "2017-01-01")
    codes = {project["code"] for project in smewg.json("projects", *asked, "--code", "sme 01 2015a")}
    assert codes == {"SME 01 2015A"}
    assert smewg.json("projects", "--code", "SME 01 2015A") == []
    [project] = smewg.json("projects", "--code", "SME 01 2015A", "--history")
    assert project["intervals"] == [
        {
            "first_seen": "2016-09-23T00:00:00Z",
            "last_seen": "2016-09-23T00:00:00Z",
            "next_look": "2023-10-05T00:00:00Z",
        }
    ]
    assert {c["name"] for c in smewg.json("contacts", *asked, "--role", "director")} == {"Xuan Hoa NGHIEM"}
    peru = smewg.json("events", *asked, "--economy", "peru")
    assert peru
    assert {event["economy"] for event in peru} == {"Peru"}
    [hit, *_] = smewg.json("search", "Andersen", "--group", "SMEWG")
    assert "«Andersen»" in hit["snippet"]
    assert hit["intervals"][0]["next_look"] == "2023-10-05T00:00:00Z"
    assert smewg.json("search", "Andersen", "--since", "2017-01-01") == []


def test_tenure_is_told_in_intervals_of_looks(years: World) -> None:
    versions = years.json("contacts", "--person", "ann lee", "--history")
    assert versions[0]["intervals"] == [
        {
            "first_seen": "2020-01-01T00:00:00Z",
            "last_seen": "2020-01-01T00:00:00Z",
            "next_look": "2020-06-01T00:00:00Z",
        },
        {"first_seen": "2021-06-01T00:00:00Z", "last_seen": "2022-01-01T00:00:00Z", "next_look": None},
    ]
    shown = years.wgwatch("contacts", "--history", "--person", "Ann Lee").stdout
    assert "2020-01-01 to 2020-01-01; 2021-06-01 to 2022-01-01" in shown
    assert years.json("contacts", "--person", "Ann Lee", "--during", "2020-02..2021-01") == []


def test_pages_without_a_look_in_the_period_are_counted(years: World) -> None:
    put(years, "2021-01-01", group_page().replace("(HWG)", "(QWG)"), "https://qwg.example/group")
    answer = years.wgwatch("contacts", "--during", "2020-01", "--person", "Mei")
    assert "1 page had no look in 2020-01" in answer.stderr
    assert answer.stdout.count("Mei Tan") == 1


def test_search_finds_text_and_records_with_when_they_stood(years: World) -> None:
    [left] = [hit for hit in years.json("search", "ann", "lee") if hit["kind"] == "contact"]
    assert [interval["first_seen"][:10] for interval in left["intervals"]] == ["2020-01-01", "2021-06-01"]
    assert years.json("show", left["record_id"])["label"] == "Ann Lee"
    shown = years.wgwatch("search", '"studies small ports"', "--page", "https://hwg.example/group").stdout
    assert "«studies small ports»" in shown
    assert "2020-01-01 to 2022-01-01" in shown
    assert len(years.json("search", "harbour", "--limit", "1")) == 1
    nothing = years.wgwatch("search", "lighthouse")
    assert (nothing.stdout, "No passage was found" in nothing.stderr) == ("", True)


@pytest.mark.parametrize("asked", ['"', "(", "a AND", "*", "NEAR(", "'; DROP TABLE passages; --"])
def test_no_words_of_a_question_give_a_traceback(years: World, asked: str) -> None:
    result = years.wgwatch("search", asked, rc=None)
    assert result.exit_code in (0, 2)
    assert "Traceback" not in result.output


def test_a_reparse_brings_back_what_an_older_wgwatch_did_not_index(years: World) -> None:
    database = Database(years.environ["WGWATCH_DATABASE_URL"])
    with database.write() as connection:
        for statement in (
            "DELETE FROM passage_spans",
            "DELETE FROM passages",
            "INSERT INTO passage_words (passage_words) VALUES ('delete-all')",
            "UPDATE pages SET searchable = 0, history_rules = NULL",
        ):
            connection.execute(sa.text(statement))
    database.close()
    result = years.wgwatch("search", "ann lee")
    assert "The past of 1 page cannot be searched yet: wgwatch reparse" in result.stderr
    years.wgwatch("reparse")
    assert years.json("search", "ann lee")
    assert "cannot be searched" not in years.wgwatch("search", "ann lee").stderr


def test_step_by_step_and_made_anew_the_passages_are_the_same(years: World) -> None:
    database = Database(years.environ["WGWATCH_DATABASE_URL"])

    def texts() -> list[Any]:
        columns = "section, kind, record_id, text, first_seen_at, last_seen_at, next_look_at"
        with database.read() as connection:
            return connection.exec_driver_sql(f"SELECT {columns} FROM texts ORDER BY 1, 2, 4, 5").all()

    before = texts()
    assert len(before) > 8
    with database.write() as connection:
        connection.execute(sa.text("UPDATE pages SET history_rules = NULL"))
    years.wgwatch("reparse")
    assert texts() == before
    put(years, "2020-09-01", group_page(extra="<p>Dredging begins.</p>"))
    assert [hit["intervals"] for hit in years.json("search", "dredging")] == [
        [
            {
                "first_seen": "2020-09-01T00:00:00Z",
                "last_seen": "2020-09-01T00:00:00Z",
                "next_look": "2021-01-01T00:00:00Z",
            }
        ]
    ]
    database.close()


def answers(connection: sa.Connection, kind: str) -> list[Any]:
    """What each example of the document answers on this kind of database."""
    text = DATABASE.read_text("utf-8")
    examples = [found["sql"] for found in EXAMPLE.finditer(text) if found["only"] in (None, kind)]
    assert len(examples) > 5
    return [connection.exec_driver_sql(example.strip().rstrip(";")).all() for example in examples]


def test_the_examples_of_the_document_answer_on_both_databases(world: World) -> None:
    put(
        world,
        "2025-09-01",
        group_page().replace("Lima, Peru</li>\n<li><time", "Hà Nội, Viet Nam</li>\n<li><time"),
    )
    put(world, "2026-01-01", group_page())
    url = world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    database = Database(url)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE pages SET acronym = 'HWG'"))
    with database.read() as connection:
        found = answers(connection, "sqlite" if database.is_sqlite else "postgresql")
    database.close()
    now, on_a_day, ever, timeline, by_month, looks, *_, [workshop] = found
    assert {row.title for row in now} >= {"43rd HWG Meeting", "Port Workshop"}
    assert [row.name for row in on_a_day] == ["Mei Tan"]
    assert {row.title for row in ever} == {row.title for row in now}
    assert {row.kind for row in timeline} == {"project", "event"}
    assert {row.month for row in by_month} == {"2026-01"}
    assert sum(row.looks for row in looks) == 2
    assert workshop.text.startswith("Port Workshop")
    assert workshop.last_seen_at is not None
