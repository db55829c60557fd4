"""A real group's three pages over seven years, imported file by file: what a right history tells, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings
from storage import changes, links
from storage.changes import Change
from wgwatch.application import Application
from wgwatch.imports.saved import import_file

FOLDER = Path(__file__).parents[3] / "shared" / "histories" / "owasp-london"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no ../shared/histories beside the checkout")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """A database with all of it."""
    folder = tmp_path_factory.mktemp("history")
    settings = Settings.load({"WGWATCH_DATABASE_URL": f"sqlite:///{folder / 'history.db'}"}, folder)
    made = Application(settings, {})
    for edition in json.loads((FOLDER / "index.json").read_text()):
        at = datetime.fromisoformat(edition["captured_at"]).astimezone(UTC)
        now = datetime.now(UTC)
        import_file(made.database, FOLDER / edition["file"], edition["url"], at, now, made.reader_of)
    yield made
    made.close()


@pytest.fixture(scope="module")
def told(application: Application) -> list[Change]:
    """Every change, without those that only repeat another page's."""
    with application.database.read() as connection:
        return changes.find(connection)


def on(told: list[Change], day: str, page: str) -> list[tuple[str, str | None]]:
    """Kinds and event days of the record changes of a page on a day."""
    found = [
        c for c in told if c.first_seen_after.isoformat().startswith(day) and c.payload["page"].endswith(page)
    ]
    records = [(c.kind, c.payload["record"]) for c in found if c.payload["record"]]
    return sorted((kind, (record["after"] or record["before"]).get("starts_on")) for kind, record in records)


def test_an_upcoming_event_comes_and_ends_and_is_the_one_on_the_past_page(
    application: Application, told: list[Change]
) -> None:
    assert on(told, "2025-06-13", "next") == [("event.added", "2025-06-26")]
    assert on(told, "2025-06-28", "next") == [("event.ended", "2025-06-26")]
    assert on(told, "2025-06-28", "past") == []
    with application.database.read() as connection:
        [added] = [
            c
            for c in told
            if c.kind == "event.added" and c.first_seen_after.date().isoformat() == "2025-06-13"
        ]
        assert (
            len(links.members(connection, links.entities(connection, [str(added.record_id)]).values())) == 2
        )


def test_two_events_that_follow_each_other_are_two_and_none_has_moved(told: list[Change]) -> None:
    assert on(told, "2025-09-29", "next") == [("event.added", "2025-10-02"), ("event.ended", "2025-09-22")]
    assert on(told, "2025-10-05", "next") == [("event.ended", "2025-10-02")]
    assert on(told, "2026-01-06", "next") == [
        ("event.added", "2026-01-21"),
        ("event.ended", "2025-12-05"),
        ("event.ended", "2025-12-10"),
    ]
    assert on(told, "2026-01-28", "next") == [("event.ended", "2026-01-21")]
    assert not any(change.kind in ("event.moved", "event.cancelled", "event.removed") for change in told)


def test_what_the_past_page_repeats_is_not_told_again(told: list[Change]) -> None:
    known = {day for change in told if change.payload["page"].endswith("next") for _, day in _days(change)}
    again = {day for change in told if change.payload["page"].endswith("past") for _, day in _days(change)}
    assert known & again == set()


def test_placeholders_give_way_to_people_and_other_hrefs_are_no_change(told: list[Change]) -> None:
    leaders = [c for c in told if c.payload["page"].endswith("leaders") and c.payload["record"]]
    people = {c.payload["record"]["after"]["name"] for c in leaders}
    assert people == {"Sherif Mansour", "Sam Stepanyan", "Andra Lezza"}
    assert {c.first_seen_after.date().isoformat() for c in leaders} == {"2019-10-03"}
    assert {c.kind for c in leaders} <= {"contact.added", "role.changed"}


def test_nothing_else_is_told_but_texts(told: list[Change]) -> None:
    kinds = {change.kind for change in told if change.kind != "text.changed"}
    assert kinds <= {
        "event.added",
        "event.ended",
        "event.renamed",
        "contact.added",
        "role.changed",
        "section.gone",
    }


def _days(change: Change) -> list[tuple[str, str]]:
    record = change.payload["record"]
    return [(change.kind, record["after"]["starts_on"])] if record and record["after"] else []
