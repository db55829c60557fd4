"""What holds for every history: dress says nothing, order of arrival says nothing, reading again says nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extract.knowledge import DEFAULT
from crawler.history.derivation import Reader
from storage import captures, changes, observations, pages, register
from storage.engine import Database
from storage.pages import Page
from wgwatch.imports.saved import import_file
from wgwatch.keeping.reparse import Wanted, reparse

URL = "https://harbour.example/group"
START = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2021, 1, 1, tzinfo=UTC)
MEETINGS = ("43rd HWG Meeting", "Port Workshop", "Quay Forum", "Tide Seminar")
PLACES = ("Lima, Peru", "Ha Noi, Viet Nam")
PEOPLE = ("Mei Tan", "Anna Crane", "Luis Vega")
ROLES = ("Chair", "Programme Director")
SENTENCES = (
    "The group studies small ports.",
    "It was founded in 1990 by 12 ports.",
    "All are welcome to its work.",
    "A report is published each year.",
)
bounded = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Said:
    """What a version of the page says: meetings with day and place, people with roles, sentences."""

    meetings: tuple[tuple[str, int, str], ...]
    people: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Dress:
    """How a version says it: in which order, with which white space and names of classes."""

    turn: int = 0
    gap: str = "\n"
    style: str = "plain"

    def order(self, items: Sequence[Any]) -> list[Any]:
        if not items:
            return []
        turn = self.turn % len(items)
        return [*items[turn:], *items[:turn]]


def html(said: Said, dress: Dress) -> str:
    gap, style = dress.gap, dress.style
    meetings = gap.join(
        f'<li class="{style}">{day:02}{gap}Sep 2027 {title}{gap}{place}</li>'
        for title, day, place in dress.order(said.meetings)
    )
    people = gap.join(
        f'<p class="{style}-person">{name}<br>{gap}{role}<br>Harbour Secretariat</p>'
        for name, role in dress.order(said.people)
    )
    text = gap.join(f'<p id="{style}">{sentence}</p>' for sentence in dress.order(said.sentences))
    events = f"<h2>Events</h2><ul>{gap}{meetings}</ul>" if meetings else ""
    contacts = f"<h2>Contacts</h2>{gap}{people}" if people else ""
    return (
        f'<!doctype html><html><head><title>Harbour Working Group</title></head><body class="{style}">'
        f"<h1>Harbour Working Group (HWG)</h1>{gap}<p>The Harbour Working Group (HWG) trades.</p>{events}"
        f"{contacts}<h2>About us</h2>{gap}{text}</body></html>"
    )


def subsets(items: Sequence[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(
        st.sampled_from(items), unique_by=lambda item: item[0] if isinstance(item, tuple) else item
    ).map(tuple)


MEETING = [(title, day, place) for title in MEETINGS for day in (7, 19) for place in PLACES]
PERSON = [(name, role) for name in PEOPLE for role in ROLES]
SAID = st.builds(Said, subsets(MEETING), subsets(PERSON), subsets(SENTENCES))
DRESS = st.builds(Dress, st.integers(0, 3), st.sampled_from(["\n", " ", "\n\n  \t"]), st.sampled_from("abc"))
Versions = dict[datetime, str]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the present schema and nothing in it."""
    file = tmp_path_factory.mktemp("empty") / "wgwatch.db"
    made = Database(f"sqlite:///{file}")
    made.prepare()
    made.close()
    return file


@pytest.fixture
def open_one(empty: Path, tmp_path: Path) -> Callable[[], Any]:
    """A database of its own for each example."""
    numbers = count()

    @contextmanager
    def opened() -> Iterator[Database]:
        file = tmp_path / f"{next(numbers)}.db"
        shutil.copy(empty, file)
        database = Database(f"sqlite:///{file}")
        yield database
        database.close()
        file.unlink()

    return opened


def reader_of(_: Page) -> Reader:
    return Reader(DEFAULT)


def see(database: Database, at: datetime, text: str) -> None:
    file = Path(str(database.url.database)).with_suffix(".html")
    file.write_text(text)
    import_file(database, file, URL, at, NOW, reader_of)


def see_all(database: Database, versions: Versions) -> None:
    for at, text in versions.items():
        see(database, at, text)


def told(database: Database) -> list[str]:
    with database.read() as connection:
        return [f"{change.kind}: {change.summary}" for change in changes.of_page(connection, 1)]


def history(database: Database) -> dict[str, Any]:
    """All that is derived, without ids and numbers; records are called by the order in which they were first seen."""
    with database.read() as connection:
        versions = sorted(
            (v for v in observations.all_of(connection, 1)), key=lambda v: (v.first_seen, repr(v.record))
        )
        called: dict[str, int] = {}
        for version in versions:
            called.setdefault(version.record_id, len(called))
        spans = connection.execute(
            sa.text("SELECT key, title, first_seen_at, last_seen_at FROM section_spans")
        )
        return {
            "captures": [
                (c.sha256, c.first_seen_at, c.last_seen_at, c.looks, c.digest)
                for c in captures.all_of(connection, 1)
            ],
            "records": [
                (called[v.record_id], repr(v.record), v.first_seen, v.last_seen, v.next_look, v.verdict)
                for v in versions
            ],
            "sections": sorted(map(tuple, spans), key=repr),
            "changes": sorted(
                (
                    c.kind,
                    c.summary,
                    c.last_seen_before,
                    c.first_seen_after,
                    c.importance,
                    c.state,
                    repr(_plain(c)),
                )
                for c in changes.of_page(connection, 1)
            ),
            "page": (pages.get(connection, 1).said_name, pages.get(connection, 1).last_good_at),
        }


def _plain(change: changes.Change) -> dict[str, Any]:
    """The payload without what is made of ids."""
    kept = {name: change.payload[name] for name in ("fields", "sentences", "section", "group", "evidence")}
    record = change.payload["record"] or {}
    sides = [record.get(side) or {} for side in ("before", "after")]
    return kept | {"record": [{k: v for k, v in side.items() if k != "id"} for side in sides]}


def days(*texts: str) -> Versions:
    return {START + timedelta(days=30 * n): text for n, text in enumerate(texts)}


@bounded
@given(SAID, DRESS, DRESS)
def test_order_white_space_and_classes_are_no_change(
    open_one: Callable[[], Any], said: Said, one: Dress, other: Dress
) -> None:
    with open_one() as database:
        see_all(database, days(html(said, one), html(said, other), html(said, other)))
        assert told(database) == []


@bounded
@given(SAID, SAID, DRESS)
def test_there_and_back_again_is_told_as_two_steps(
    open_one: Callable[[], Any], one: Said, other: Said, dress: Dress
) -> None:
    with open_one() as database:
        see_all(database, days(html(one, dress), html(other, dress), html(one, dress)))
        with database.read() as connection:
            found = changes.of_page(connection, 1)
    steps = {change.first_seen_after for change in found}
    assert len(steps) == (0 if _same(one, other) else 2)


def _same(one: Said, other: Said) -> bool:
    return all(set(getattr(one, name)) == set(getattr(other, name)) for name in Said.__dataclass_fields__)


STORY = st.lists(SAID, min_size=2, max_size=3).flatmap(
    lambda pool: st.lists(st.sampled_from(pool), min_size=3, max_size=5)
)


@bounded
@given(STORY, st.data())
def test_any_order_of_arrival_gives_the_same_history(
    open_one: Callable[[], Any], story: list[Said], data: st.DataObject
) -> None:
    versions = days(*(html(said, Dress()) for said in story))
    arrivals = data.draw(st.permutations(list(versions)))
    shown: set[str] = set()
    with open_one() as database:
        see_all(database, versions)
        expected = history(database)
    with open_one() as database:
        for at in arrivals:
            see(database, at, versions[at])
            shown |= ids(database)
        assert history(database) == expected
        [again] = reparse(database, reader_of, Wanted(anyway=True), lambda: NOW)
        assert (again.differences, again.appeared, again.vanished) == ((), (), ())
        assert history(database) == expected
        with database.read() as connection:
            standing = {version.record_id for version in observations.all_of(connection, 1)}
            assert {register.resolve(connection, record_id) for record_id in shown} <= standing


def ids(database: Database) -> set[str]:
    with database.read() as connection:
        found = changes.of_page(connection, 1)
        seen = {version.record_id for version in observations.all_of(connection, 1)}
    return seen | {change.record_id for change in found if change.record_id}


def test_an_answer_seen_again_within_a_run_of_others_makes_the_history_that_it_would_have_made(
    open_one: Callable[[], Any],
) -> None:
    a, b = (html(Said((("Quay Forum", day, PLACES[0]),), (), SENTENCES[:1]), Dress()) for day in (7, 19))
    versions = days(a, a, b, a, a)
    with open_one() as database:
        see_all(database, versions)
        expected = history(database)
    assert [capture[3] for capture in expected["captures"]] == [2, 1, 2]
    for order in ([0, 4, 2, 1, 3], [4, 3, 2, 1, 0], [2, 0, 4, 3, 1]):
        with open_one() as database:
            for place in order:
                see(database, list(versions)[place], list(versions.values())[place])
            assert history(database) == expected


def test_what_arrives_later_joins_no_records_of_before(open_one: Callable[[], Any]) -> None:
    """A match between two looks holds only while no third lies between them, and a later one says nothing of them."""
    quiet = Said((("Quay Forum", 7, PLACES[0]),), (), SENTENCES[:1])
    early, late = (
        Said((*quiet.meetings, ("43rd HWG Meeting", day, PLACES[0])), (), quiet.sentences) for day in (7, 19)
    )
    versions = days(*(html(said, Dress()) for said in (early, quiet, late, early)))
    kinds = [["event.removed"], ["event.added"], ["event.moved"]]
    for order in ([0, 1, 2, 3], [0, 2, 1, 3], [3, 2, 1, 0], [0, 3, 2, 1]):
        with open_one() as database:
            for place in order:
                see(database, list(versions)[place], list(versions.values())[place])
            assert [[line.split(":")[0]] for line in told(database)] == kinds
