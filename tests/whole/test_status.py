"""`wgwatch status`: trouble first, the next look and why, and short however many pages there are."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from world import World, group_page

from storage.engine import Database
from storage.models import pages
from wgwatch.cli.output import print_table


def lines(world: World, *args: str) -> list[str]:
    return world.wgwatch("status", *args).stdout.splitlines()


def database(world: World) -> Database:
    return Database(world.environ["WGWATCH_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))


def test_pages_in_trouble_come_first_with_the_reason(world: World) -> None:
    world.watch(world.show("/well", group_page(7)), world.show("/zero", "no", status=403))
    world.wgwatch("check", rc=1)
    state = world.json("status")
    assert [(page["health"], page["why"]) for page in state["pages"]] == [
        ("blocked", "it refuses us (403); every 6 hours"),
        ("ok", "every 6 hours"),
    ]
    assert state["health"] == {"ok": 1, "blocked": 1}
    assert (state["due"], state["trouble"]) == (0, [])
    assert state["last_look"] == max(page["last_look"] for page in state["pages"])
    assert state["size"] > 100_000
    shown = lines(world)
    assert any(line.startswith("Pages: 1 blocked, 1 ok") for line in shown)
    assert "blocked" in shown[-2]
    assert "ok" in shown[-1]


def test_a_page_that_stays_bad_says_why_it_waits_longer(sqlite_world: World) -> None:
    world = sqlite_world
    world.watch(world.show("/zero", "no", status=403))
    for _ in range(2):
        world.wgwatch("check", rc=1)
    [page] = world.json("status")["pages"]
    assert page["why"] == "it refuses us (403); 2 bad looks in a row, hence later than every 6 hours"
    assert page["why"] in lines(world)[-1]


def test_pages_that_are_due_are_counted_with_the_first_ones_time(world: World) -> None:
    world.watch(world.show("/well", group_page(7)))
    world.wgwatch("check")
    [page] = world.json("status")["pages"]
    world.ahead = timedelta(hours=7)
    state = world.json("status")
    assert (state["due"], state["oldest_due"], state["next_look"]) == (1, page["next_look"], None)
    due = datetime.fromisoformat(page["next_look"])
    assert any(f"1 page due now, the first since {due:%Y-%m-%d %H:%M}" in line for line in lines(world))


def test_thousands_of_pages_take_a_moment_and_a_screen(world: World) -> None:
    world.watch(world.show("/well", group_page(7)), world.show("/zero", "no", status=403))
    world.wgwatch("check", rc=1)
    fill(world, 5000)
    began = time.monotonic()
    shown = lines(world)
    assert time.monotonic() - began < 5
    assert len(shown) < 45
    assert any("blocked" in line and "/zero" in line for line in shown)
    assert shown[-1] == "and 4972 pages more: wgwatch status --all"
    assert "Pages: 1 blocked, 5000 ok, 1 paused" in "\n".join(shown)


def fill(world: World, number: int) -> None:
    """So many pages more, the last of them paused."""
    opened, now = database(world), datetime.now(UTC)
    rows = [
        {
            "key": f"harbour.example/{n}",
            "url": f"https://harbour.example/{n}",
            "host": "harbour.example",
            "health": "ok",
            "spec": {"checks": ["every 6 hours"]},
            "next_check_at": now + timedelta(seconds=n),
            "paused_at": now if n == number else None,
        }
        for n in range(1, number + 1)
    ]
    with opened.write() as connection:
        connection.execute(sa.insert(pages), rows)
    opened.close()


@pytest.mark.parametrize("option", ["--all", "--json"])
def test_all_pages_are_there_for_who_asks(sqlite_world: World, option: str) -> None:
    sqlite_world.watch(sqlite_world.show("/well", group_page(7)))
    sqlite_world.wgwatch("check")
    fill(sqlite_world, 100)
    shown = sqlite_world.wgwatch("status", option).stdout
    assert [n for n in range(1, 101) if f"https://harbour.example/{n}" not in shown] == []
    assert "more: wgwatch" not in shown


def test_a_table_of_twenty_thousand_rows_is_printed_in_a_moment(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [[f"https://harbour.example/{n}", "", "船" * (n % 3), f"row\t{n}"] for n in range(20_000)]
    began = time.monotonic()
    print_table(["page", "empty", "wide", "what"], rows)
    assert time.monotonic() - began < 5
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 20_001
    assert shown[0] == "page                           wide  what"
    assert shown[1] == "https://harbour.example/0            row 0"
    assert shown[3] == "https://harbour.example/2      船船  row 2"
