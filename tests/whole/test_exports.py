"""Tables and the watchlist, out of the database."""

from __future__ import annotations

import csv
import io
import json

import yaml
from world import SECRET, World, group_page

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


def table(text: str) -> list[dict[str, str]]:
    """What stands in CSV, which begins with the mark that Excel looks for."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def test_records_and_changes_come_as_csv(sqlite_world: World) -> None:
    seen(sqlite_world)
    rows = table(sqlite_world.wgwatch("export", "csv", "events").stdout)
    assert ("43rd HWG Meeting", "2027-09-09") in [(row["title"], row["starts_on"]) for row in rows]
    sqlite_world.wgwatch("export", "csv", "changes", "--group", "HWG", "--kind", "event", "-o", "changes.csv")
    rows = table((sqlite_world.folder / "changes.csv").read_text("utf-8"))
    assert [(row["kind"], row["fields"]) for row in rows] == [
        ("event.moved", "starts_on: 2027-09-07; 2027-09-09")
    ]
    sqlite_world.wgwatch("export", "csv", "events", "--kind", "event", rc=2)


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
