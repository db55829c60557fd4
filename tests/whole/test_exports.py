"""Tables and the watchlist, out of the database."""

from __future__ import annotations

import csv
import io
import json

import yaml
from world import SECRET, World, group_page

from wgwatch.exports.tables import write_csv

WATCHLIST = """\
timezone: Asia/Singapore
contact: webwatch@trade.example
sources:
  - name: harbour
    check: every 5 minutes
    delay: 0 seconds
    allow_networks: [loopback]
    follow: {{links: "/quays/*", depth: 1, at_most: 7}}
    pages: [{pages}]
  - name: slow
    check: {{cron: "0 7 * * mon-fri"}}
    pages: ["https://slow.example/board", {{url: "https://slow.example/quay", name: Quay Board}}]
subscriptions:
  - name: newsroom
    email: anna@paper.example
    about: {{sources: [harbour]}}
    tell: [contacts, events]
    send: weekly on monday at 08:30
    upcoming: 90 days
  - name: crm
    webhook: {hook}
    secret: ${{CRM_HOOK_SECRET}}
"""


def seen(world: World) -> None:
    world.watch(world.show("/hwg", group_page(7)))
    world.wgwatch("check", "--no-send")
    world.show("/hwg", group_page(9))
    world.wgwatch("check", "--no-send")


def test_records_and_changes_come_as_csv(sqlite_world: World) -> None:
    seen(sqlite_world)
    rows = list(csv.DictReader(io.StringIO(sqlite_world.wgwatch("export", "csv", "events").stdout)))
    assert ("43rd HWG Meeting", "2027-09-09") in [(row["title"], row["starts_on"]) for row in rows]
    sqlite_world.wgwatch("export", "csv", "changes", "--group", "HWG", "-o", "changes.csv")
    text = (sqlite_world.folder / "changes.csv").read_text()
    moved = next(row for row in csv.DictReader(io.StringIO(text)) if row["kind"] == "event.moved")
    assert moved["fields"] == "starts_on: 2027-09-07; 2027-09-09"


def test_a_cell_is_no_formula() -> None:
    out = io.StringIO()
    write_csv([{"title": "=2+5", "days": 3, "places": ["Lima", "-"]}, {"held": True, "title": None}], out)
    assert out.getvalue() == "title,days,places,held\n'=2+5,3,Lima; '-,\n,,,yes\n"


def test_everything_comes_as_one_json_object(sqlite_world: World) -> None:
    seen(sqlite_world)
    found = json.loads(sqlite_world.wgwatch("export", "json", "--history").stdout)
    assert {len(found["events"]), len(found["contacts"])} == {4, 1}
    assert found["changes"] == sqlite_world.json("changes")


def test_the_watchlist_comes_out_as_it_went_in(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/hwg", group_page(7)), text=WATCHLIST)
    world.wgwatch("apply")
    written = world.wgwatch("export", "watchlist").stdout
    assert SECRET not in written
    world.environ["CRM_SECRET"] = SECRET
    sources = {source["name"]: source for source in yaml.safe_load(written)["sources"]}
    assert sources["harbour"]["follow"] == {"links": "/quays/*", "at_most": 7}
    assert sources["slow"]["pages"] == [
        "https://slow.example/board",
        {"url": "https://slow.example/quay", "name": "Quay Board"},
    ]
    before = world.json("status")["pages"]
    (world.folder / "watchlist.yaml").write_text(written)
    world.wgwatch("validate")
    world.wgwatch("apply")
    assert world.json("status")["pages"] == before
    assert world.wgwatch("export", "watchlist").stdout == written
