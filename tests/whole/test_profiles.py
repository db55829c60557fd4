"""Profiles from one end to the other: the document's own case, drafts, tests, layouts of their time in history."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from pathlib import Path

import pytest
import yaml
from world import World, group_page

from config.layouts import FIELDS
from config.profile import Profile, load_profile

DOCUMENT = Path(__file__).parents[2] / "docs" / "profiles.md"
FENCE = re.compile(r"<!-- (?P<remark>[^>]+) -->\n```\w*\n(?P<text>.*?)^```$", re.M | re.S)
OLD = """<h1>Tide Circle (TC)</h1><h2>Dates</h2><table class="t">
<tr><td>Ebb forum</td><td class="d">3 May 2019</td></tr>
<tr><td>Tide talk</td><td class="d">7 June 2019</td></tr></table>"""
NEW = """<h1>Tide Circle (TC)</h1><h2>Dates</h2>
<div class="card" data-day="2019-06-09"><b>Tide talk</b></div>"""
LAYOUTS = """\
name: tides
selectors:
  - {for: event, each: table.t tr, fields: {title: td, starts_on: td.d}, until: 2019-03-31}
  - {for: event, each: .card, fields: {title: b, starts_on: "@data-day"}, from: 2019-04-01}
"""
WATCHLIST = """\
sources:
  - {{name: tides, profile: ./tides.yaml, pages: [{pages}]}}
"""


def test_the_document_shows_what_the_commands_print(sqlite_world: World) -> None:
    folder, ran = sqlite_world.folder, 0
    for match in FENCE.finditer(DOCUMENT.read_text("utf-8")):
        what, _, name = match["remark"].partition(": ")
        if what == "file":
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(match["text"], "utf-8")
        elif what == "part of":
            written = (folder / name).read_text("utf-8").splitlines()
            assert [line for line in match["text"].splitlines() if line not in written] == []
        else:
            ran += _run(sqlite_world, match["text"], int(what.partition("exit ")[2] or 0))
    assert ran == 7


def _run(world: World, text: str, code: int) -> int:
    """Run a block's commands; every line that it shows has to be printed, in that order."""
    calls = re.split(r"^\$ wgwatch ", text, flags=re.M)[1:]
    for call in calls:
        command, *shown = map(_folded, call.splitlines())
        result = world.wgwatch(*shlex.split(command), rc=code)
        printed = iter(
            [_folded(line) for line in (result.stdout + result.stderr).splitlines()]
        )  # so that the order counts
        missing = [line for line in shown if line != "[...]" and line not in printed]
        assert missing == [], (command, result.stdout, result.stderr)
    return len(calls)


def _folded(line: str) -> str:
    """A line whatever the width of its columns."""
    return " ".join(line.split())


def test_the_document_explains_every_key() -> None:
    keys = re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text("utf-8"), re.M)
    assert set(keys) == Profile.model_fields.keys()
    assert all(f"`{kind}`" in DOCUMENT.read_text("utf-8") for kind in FIELDS)


def test_init_names_the_groups_that_are_asked_for_and_keeps_its_comments(sqlite_world: World) -> None:
    sqlite_world.wgwatch("init", "some", "--profile", "apec", "--group", "smewg", "--group", "ECSG")
    text = (sqlite_world.folder / "some" / "watchlist.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["sources"][0]["groups"] == ["smewg", "desg"]
    sqlite_world.wgwatch("init", "every", "--all")
    all_text = (sqlite_world.folder / "every" / "watchlist.yaml").read_text("utf-8")
    assert yaml.safe_load(all_text)["sources"][0]["groups"] == "all"
    sqlite_world.wgwatch("init", "plain")
    plain = (sqlite_world.folder / "plain" / "watchlist.yaml").read_text("utf-8")
    for other in (text, all_text):
        differing = set(other.splitlines()) ^ set(plain.splitlines())
        assert all(line.lstrip().startswith("groups: ") for line in differing)
        assert other.count("#") == plain.count("#")


def test_init_with_a_profile_of_ones_own(sqlite_world: World) -> None:
    folder = sqlite_world.folder
    (folder / "my.yaml").write_text(
        "name: my\ngroups: {q: {name: Q, acronym: QG, url: https://q.example/}}\n"
    )
    sqlite_world.wgwatch("init", "--profile", "./my.yaml", "--group", "QG")
    assert "my: looks at 1 page (QG)" in sqlite_world.wgwatch("validate").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--group smegw", "did you mean 'smewg'"),
        ("--group smewg --all", "give one of the two"),
        ("--profile apec", "--group som, or --all"),
        ("--profile zebra --all", "there is no profile 'zebra'"),
    ],
)
def test_init_tells_a_mistake_and_writes_nothing(sqlite_world: World, arguments: str, says: str) -> None:
    result = sqlite_world.wgwatch("init", "new", *arguments.split(), rc=2)
    assert says in result.stderr
    assert not (sqlite_world.folder / "new").exists()


def test_a_profile_is_drafted_from_a_page_on_the_web_and_passes_its_first_test(sqlite_world: World) -> None:
    url = sqlite_world.show("/groups/harbour", group_page())
    printed = sqlite_world.wgwatch("profile", "new", url, "--name", "Harbour Forum").stdout
    assert "wrote harbour-forum.yaml" in printed
    profile = load_profile("./harbour-forum.yaml", sqlite_world.folder)
    assert (profile.name, profile.find(url)) == ("harbour-forum", "hwg")
    assert "as expected" in sqlite_world.wgwatch("profile", "test", "harbour-forum.yaml").stdout
    again = sqlite_world.wgwatch("profile", "new", url, "--name", "Harbour Forum", rc=2)
    assert "left as it is" in again.stderr


def test_a_drafts_suggestions_are_a_sound_profile_once_they_are_uncommented(sqlite_world: World) -> None:
    page = group_page(extra="<h2>Wharfage</h2><ul><li>QG/7-001 a</li><li>QG/7-002 b</li></ul>")
    url = sqlite_world.show("/groups/harbour", page)
    sqlite_world.wgwatch("profile", "new", url, "--name", "harbour")
    path = sqlite_world.folder / "harbour.yaml"
    path.write_text(re.sub(r"^# (?=\w+:(?!/)|  )", "", path.read_text("utf-8"), flags=re.M), "utf-8")
    profile = load_profile("./harbour.yaml", sqlite_world.folder)
    assert (profile.protected_emails, len(profile.layouts), profile.roles) == ("decode", 1, ("Wharf Warden",))
    assert profile.words


def test_a_test_tells_each_difference(sqlite_world: World) -> None:
    url = sqlite_world.show("/groups/harbour", group_page())
    sqlite_world.wgwatch("profile", "new", url, "--name", "harbour")
    [file] = (sqlite_world.folder / "harbour").glob("*.expected.json")
    expected = json.loads(file.read_text("utf-8"))
    expected["group"]["acronym"] = "HG"
    expected["events"][0]["city"] = "Cusco"
    expected["events"] = [*expected["events"][:2], {"title": "Nothing of that kind"}]
    file.write_text(json.dumps(expected), "utf-8")
    printed = sqlite_world.wgwatch("profile", "test", "harbour.yaml", rc=1).stdout
    for line in (
        "group: acronym is “HWG”, not “HG”",
        "events: “43rd HWG Meeting”: city is “Lima”, not “Cusco”",
        "events: “Nothing of that kind” was not read",
        "events: “Quay Forum” was read, and should not be",
    ):
        assert line in printed
    [tested] = json.loads(sqlite_world.wgwatch("profile", "test", "harbour.yaml", "--json", rc=1).stdout)
    assert len(tested["differences"]) == 4


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "is no file"),
        ({"p.yaml": "name: p\n"}, "nothing to test"),
        ({"p.yaml": "name: p\n", "p/a.expected.json": "{"}, "is no JSON"),
        ({"p.yaml": "name: p\n", "p/a.expected.json": "{}"}, "no page beside"),
        (
            {"p.yaml": "name: p\n", "p/a.expected.json": '{"meetings": []}'},
            "names what is not read: meetings",
        ),
        ({"p.yaml": "name: p\n", "p/a.expected.json": '{"events": [1]}'}, "should be a list of objects"),
        (
            {"p.yaml": "name: p\n", "p/a.expected.json": '{"at": "soon"}', "p/a.html": "<p>x"},
            "such as 2019-05-31",
        ),
        ({"p.yaml": "name: p\ncolour: blue\n", "p/a.expected.json": "{}"}, "p.yaml:2: colour"),
    ],
)
def test_what_cannot_be_tested_is_told_in_words(
    sqlite_world: World, files: dict[str, str], says: str
) -> None:
    for name, text in files.items():
        (sqlite_world.folder / name).parent.mkdir(exist_ok=True)
        (sqlite_world.folder / name).write_text(text, "utf-8")
    assert says in sqlite_world.wgwatch("profile", "test", "p.yaml", rc=2).stderr


def test_old_captures_are_read_by_their_layout_and_new_ones_by_theirs(sqlite_world: World) -> None:
    world, url = sqlite_world, "https://tides.example/circle"
    (world.folder / "tides.yaml").write_text(LAYOUTS)
    world.watch(url, text=WATCHLIST)
    world.wgwatch("apply")
    for name, text, day in (("new", NEW, "2019-05-02"), ("old", OLD, "2019-02-01")):
        (world.folder / f"{name}.html").write_text(f"<!doctype html><title>Tide</title>{text}")
        world.wgwatch("import", f"{name}.html", "--url", url, "--at", day)

    def held(as_of: date) -> dict[str, str]:
        events = world.json("events", "--as-of", as_of.isoformat())
        return {event["title"]: event["starts_on"] for event in events if event["state"] != "removed"}

    assert held(date(2019, 2, 1)) == {"Ebb forum": "2019-05-03", "Tide talk": "2019-06-07"}
    assert held(date(2019, 5, 2))["Tide talk"] == "2019-06-09"
    moved = [change for change in world.json("changes") if change["kind"] == "event.moved"]
    assert [change["fields"]["starts_on"] for change in moved] == [["2019-06-07", "2019-06-09"]]
    before = world.json("events", "--history")
    world.wgwatch("reparse", "--all")
    assert world.json("events", "--history") == before


def test_extract_reads_by_a_profile_and_a_day(sqlite_world: World) -> None:
    (sqlite_world.folder / "tides.yaml").write_text(LAYOUTS)
    (sqlite_world.folder / "old.html").write_text(f"<!doctype html><title>Tide</title>{OLD}")
    call = ("extract", "old.html", "--profile", "./tides.yaml")
    said = json.loads(sqlite_world.wgwatch(*call, "--at", "2019-03-31").stdout)
    assert [event["title"] for event in said["events"]] == ["Ebb forum", "Tide talk"]
    assert said["warnings"] == []
    late = json.loads(sqlite_world.wgwatch(*call, "--at", "2019-04-01").stdout)
    assert "found nothing ('.card')" in late["warnings"][0]
    explained = json.loads(sqlite_world.wgwatch(*call, "--at", "2019-03-31", "--explain", "--json").stdout)
    assert {one["kind"] for one in explained} >= {"group", "event"}
    [title] = [field for field in explained[1]["fields"] if field["name"] == "title"]
    assert title["why"].startswith("by the profile's selector")


def test_explain_marks_what_is_doubtful(sqlite_world: World) -> None:
    page = "<h1>Tide Group</h1><p>The 57th and 58th Tide meetings will be held in Peru and Chile, respectively.</p>"
    (sqlite_world.folder / "saved.html").write_text(page)
    printed = sqlite_world.wgwatch("extract", "saved.html", "--explain").stdout
    assert "put together from words of the block  DOUBTFUL (0.54)" in printed
