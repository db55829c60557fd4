"""A database of many pages with many versions of records each, for measuring questions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.engine import Database
from storage.fulltext import passages as stored_passages
from storage.fulltext.passages import Passage, text_of
from storage.models import blobs, group_names, observations, pages, passage_spans, passages, sightings
from storage.records import Contact, Event, Project, Record

FIRST, LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
LOOKS = 20
"""Looks at a page, half a year apart."""
RARE = "qzx"
"""Begins a word that one page alone has."""
TALK = (
    "harbour port quay tide pilot lock crane vessel cargo customs trade small medium enterprise workshop training "
    "policy digital finance resilience women startup market access supply chain report survey network session"
)
WORDS = TALK.split()
CITIES = ("Lima", "Cusco", "Hà Nội", "Busan", "Hobart", "Singapore", "Taipei", "Santiago", "Osaka", "Manila")
CHAIN = 3
"""Versions of a record; a page of 50 versions then shows some 15 records at a time."""
BATCH = 250
TABLES = ("passages", "passage_spans", "passage_words", "observations")


def fill(database: Database, page_count: int, versions: int) -> dict[str, int]:
    """Put in the pages, numbered from 1, of groups G0, G1 ...; answers sizes in bytes."""
    with database.write() as connection:
        connection.execute(sa.insert(blobs).values(sha256=b"0" * 32, size=0, depth=0, data=b""))
    for start in range(0, page_count, BATCH):
        numbers = range(start, min(start + BATCH, page_count))
        with database.write() as connection:
            _put_pages(connection, numbers)
            for number in numbers:
                _put_history(connection, number, versions)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:  # as its own housekeeping does before long
            connection.exec_driver_sql("VACUUM ANALYZE")
        return dict(_sizes(connection, database.is_sqlite))


def _put_pages(connection: sa.Connection, numbers: Sequence[int]) -> None:
    rows, names, looks = [], [], []
    for number in numbers:
        url = f"https://group-{number}.example/"
        about = {"id": number + 1, "key": url, "url": url, "host": url, "name": f"Group {number}"}
        rows.append(
            {**about, "acronym": f"G{number}", "searchable": True, "last_good_at": LAST, "arrivals": LOOKS}
        )
        names.append({"name": f"g{number}", "page_id": number + 1, "origin": "declared"})
        looks += [_look(number + 1, n) for n in range(LOOKS)]
    connection.execute(sa.insert(pages), rows)
    connection.execute(sa.insert(group_names), names)
    connection.execute(sa.insert(sightings), looks)


def _look(page_id: int, n: int) -> dict[str, Any]:
    said = {"address": "https://group.example/", "origin": "check", "outcome": "changed", "status": 200}
    at = FIRST + (LAST - FIRST) * n / (LOOKS - 1)
    return {
        "page_id": page_id,
        "number": n + 1,
        "seen_at": at,
        "good": True,
        "blob_id": 1,
        "chain": b"",
        **said,
    }


def _put_history(connection: sa.Connection, number: int, versions: int) -> None:
    dice = random.Random(number)
    rows, spans, added = [], [], []
    for n in range(versions):
        record = _record(dice, number, n)
        first, last, following = _interval(dice, n % CHAIN)
        span = {
            "page_id": number + 1,
            "first_seen_at": first,
            "last_seen_at": last,
            "next_look_at": following,
        }
        record_id = f"{record.kind}_{number}_{n // CHAIN}"
        verdict = "removed" if last else None
        said = {"kind": record.kind, "label": record.label, "said": record.to_json(), "verdict": verdict}
        rows.append({**span, **said, "record_id": record_id})
        added.append(Passage(record.kind.title(), record.kind, record_id, text_of(record)))
        spans.append(span)
    connection.execute(sa.insert(observations), rows)
    _put_passages(connection, number + 1, added, spans)


def _put_passages(
    connection: sa.Connection, page_id: int, added: Sequence[Passage], spans: Sequence[dict[str, Any]]
) -> None:
    ids = stored_passages.add(connection, page_id, set(added))
    rows = [{**span, "passage_id": ids[passage]} for passage, span in zip(added, spans, strict=True)]
    connection.execute(sa.insert(passage_spans), rows)


def _interval(dice: random.Random, nth: int) -> tuple[datetime, datetime | None, datetime | None]:
    """When a record's nth version stood: one follows the other, the last still stands in every second record."""
    length = (LAST - FIRST) / CHAIN
    first = FIRST + length * nth + length / 2 * dice.random()
    if nth == CHAIN - 1 and dice.random() < 0.5:
        return first, None, None
    following = FIRST + length * (nth + 1)
    return first, following - timedelta(days=30), following


def _record(dice: random.Random, number: int, n: int) -> Record:
    title = " ".join(dice.choices(WORDS, k=8)).capitalize()
    if n == 0:
        return Event(title=f"{title} {RARE}{number}", starts_on="2020-05-07", city="Lima", economy="Peru")
    kind = n // CHAIN % 3
    if kind == 0:
        day = FIRST + timedelta(days=dice.randrange(3_600))
        return Event(title=title, starts_on=f"{day:%Y-%m-%d}", city=dice.choice(CITIES), economy="Peru")
    if kind == 1:
        name = f"{dice.choice(CITIES)} {dice.choice(WORDS).title()}"
        return Contact(name=name, role="Programme Director", organization=title, email=f"p{n}@group.example")
    return Project(code=f"G{number} {n:02} 2015A", title=title, economy="Peru", status="Completed")


def _sizes(connection: sa.Connection, sqlite: bool) -> Iterator[tuple[str, int]]:
    """Bytes of the searchable text, of its index, and of the records that it is made of."""
    texts = connection.execute(sa.select(sa.func.sum(sa.func.length(passages.c.text)))).scalar_one()
    yield "characters of all passages", int(texts or 0)
    for table in TABLES:
        if sqlite:
            size = "SELECT sum(pgsize) FROM dbstat WHERE name GLOB :table OR name GLOB :index"
            given = {"table": f"{table}_*" if table == "passage_words" else table, "index": f"ix_{table}_*"}
        else:
            size, given = "SELECT pg_total_relation_size(:table)", {"table": table}
        yield f"{table} with its indexes", int(connection.execute(sa.text(size), given).scalar() or 0)
