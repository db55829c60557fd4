"""Passages: pieces of what a page said, each kept once with the intervals over which it stood, and a full-text index.

A passage is a piece of a section's text, or what one version of a record says. The index is SQLite's FTS5 or
PostgreSQL's tsvector, filled with the same words (`storage.fulltext.words`), so that both find the same. All of it is
derived: written in the transaction that puts a reading into history, and made anew by a rebuild.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from storage.fulltext.words import words
from storage.models import pages, passage_spans, passages
from storage.records import Reading, Record

TEXT = "text"
"""The kind of passages that are no record's."""

LONGEST = 2_000
"""Characters of a passage; longer paragraphs are cut at the end of a sentence or word."""

UNSEARCHED = frozenset({"link", "read_from"})
"""Facts of records that are not part of their text."""


class Passage(NamedTuple):
    """What stands on a page: the section as it is titled, `text` or the record's kind, the record's id, the words."""

    section: str
    kind: str
    record_id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A capture's looks and the passages that stood in it."""

    first_seen: datetime
    last_seen: datetime
    passages: frozenset[Passage]


def passages_of(reading: Reading, records: Iterable[tuple[str, Record]]) -> frozenset[Passage]:
    """The passages of a reading and of the records, by id, that stand in it."""
    titles = {section.key: section.title or section.key for section in reading.sections}
    found = {
        Passage(titles[section.key], TEXT, None, piece)
        for section in reading.sections
        for paragraph in section.paragraphs
        for piece in _pieces(unicodedata.normalize("NFC", paragraph))
    }
    for record_id, record in records:
        section = titles.get(record.section, record.section)
        found |= {Passage(section, record.kind, record_id, piece) for piece in _pieces(text_of(record))}
    return frozenset(found)


def text_of(record: Record) -> str:
    """All that the record says, as one line."""
    said: list[str] = []
    for name, value in record.said().items():
        if isinstance(value, str) and name not in UNSEARCHED:
            said.append(value)
        elif isinstance(value, tuple):
            said += [str(item) for item in value]
    return unicodedata.normalize("NFC", " · ".join(said))


def begin(connection: sa.Connection, page_id: int, stretch: Stretch) -> None:
    """The first look at a page: from here on all that it says can be searched."""
    advance(connection, page_id, None, stretch)
    connection.execute(sa.update(pages).where(pages.c.id == page_id).values(searchable=True))


def advance(connection: sa.Connection, page_id: int, last_seen: datetime | None, stretch: Stretch) -> None:
    """One step: what stands no longer was last seen at `last_seen`, what is new stands from the stretch on."""
    open_now = _open(connection, page_id)
    gone = [span_id for passage, span_id in open_now.items() if passage not in stretch.passages]
    for ids in _batches(gone):
        connection.execute(
            sa.update(passage_spans)
            .where(passage_spans.c.id.in_(ids))
            .values(last_seen_at=last_seen, next_look_at=stretch.first_seen)
        )
    come = stretch.passages - open_now.keys()
    known = _known(connection, page_id, come)
    known |= add(connection, page_id, come - known.keys())
    _add_spans(connection, page_id, [(known[one], stretch.first_seen, None, None) for one in come])


def rebuild(
    connection: sa.Connection, page_id: int, stretches: Sequence[Stretch], resolve: Callable[[str], str]
) -> None:
    """Put a whole history in the place of the old one. `resolve` says which record an id is today."""
    spans = _spans(stretches, resolve)
    stored = {_passage(row): row.id for row in _rows(connection, page_id)}
    connection.execute(sa.delete(passage_spans).where(passage_spans.c.page_id == page_id))
    _remove(connection, page_id, {one: row_id for one, row_id in stored.items() if one not in spans})
    stored |= add(connection, page_id, spans.keys() - stored.keys())
    rows = [(stored[one], *interval) for one, intervals in spans.items() for interval in intervals]
    _add_spans(connection, page_id, rows)
    connection.execute(sa.update(pages).where(pages.c.id == page_id).values(searchable=True))


def add(connection: sa.Connection, page_id: int, new: Iterable[Passage]) -> dict[Passage, int]:
    """Store and index passages that the page has not; answers their numbers."""
    ordered = sorted(new, key=lambda passage: (passage.section, passage.kind, passage.text))
    if not ordered:
        return {}
    rows = [
        {
            "page_id": page_id,
            "section": passage.section,
            "kind": passage.kind,
            "record_id": passage.record_id,
            "text": passage.text,
        }
        for passage in ordered
    ]
    ids = connection.execute(_ADD, rows).scalars().all()
    added = dict(zip(ordered, ids, strict=True))
    _index(connection, page_id, added)
    return added


_ADD = sa.insert(passages).returning(passages.c.id, sort_by_parameter_order=True)


def reindex(connection: sa.Connection) -> None:
    """Make the index anew from the passages, as after they were copied from another database."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("INSERT INTO passage_words (passage_words) VALUES ('delete-all')"))
    else:
        connection.execute(sa.text("DELETE FROM passage_words"))
    for page_id in connection.execute(sa.select(passages.c.page_id).distinct()).scalars().all():
        _index(connection, page_id, {_passage(row): row.id for row in _rows(connection, page_id)})


def mark(what: str, value: object) -> str:
    """A word that no text has, by which the index knows a passage's page or kind."""
    return f"{what}={value}"


_SAID = tuple(passages.c[name] for name in Passage._fields)
_Span = tuple[datetime, datetime | None, datetime | None]


def _spans(stretches: Sequence[Stretch], resolve: Callable[[str], str]) -> dict[Passage, list[_Span]]:
    """The intervals of every passage, over stretches in order of time; the last is open where it still stands."""
    spans: dict[Passage, list[_Span]] = {}
    begun: dict[Passage, datetime] = {}
    last_seen: datetime | None = None
    for stretch in stretches:
        stands = frozenset(_resolved(passage, resolve) for passage in stretch.passages)
        for passage in begun.keys() - stands:
            spans.setdefault(passage, []).append((begun.pop(passage), last_seen, stretch.first_seen))
        begun |= dict.fromkeys(stands - begun.keys(), stretch.first_seen)
        last_seen = stretch.last_seen
    for passage, first_seen in begun.items():
        spans.setdefault(passage, []).append((first_seen, None, None))
    return spans


def _resolved(passage: Passage, resolve: Callable[[str], str]) -> Passage:
    return passage._replace(record_id=resolve(passage.record_id)) if passage.record_id else passage


def _pieces(text: str) -> Iterator[str]:
    while len(text) > LONGEST:
        cuts = (text.rfind(end, LONGEST // 2, LONGEST) + 1 for end in (". ", "。", " "))
        cut = next((cut for cut in cuts if cut > 0), LONGEST)
        yield text[:cut].strip()
        text = text[cut:].strip()
    if text:
        yield text


def _open(connection: sa.Connection, page_id: int) -> dict[Passage, int]:
    return {Passage(*said): span_id for *said, span_id in connection.execute(_OPEN, {"of_page": page_id})}


_OPEN = (
    sa.select(*_SAID, passage_spans.c.id)
    .join(passage_spans, passage_spans.c.passage_id == passages.c.id)
    .where(passage_spans.c.page_id == sa.bindparam("of_page"), passage_spans.c.last_seen_at.is_(None))
)


def _known(connection: sa.Connection, page_id: int, wanted: Iterable[Passage]) -> dict[Passage, int]:
    """Those of the passages that stood before."""
    found: dict[Passage, int] = {}
    for texts in _batches([passage.text for passage in wanted]):
        rows = connection.execute(_SAYING, {"of_page": page_id, "texts": texts})
        found |= {_passage(row): row.id for row in rows}
    return found


_SAYING = sa.select(passages).where(
    passages.c.page_id == sa.bindparam("of_page"),
    passages.c.text.in_(sa.bindparam("texts", expanding=True)),
)


def _rows(connection: sa.Connection, page_id: int, *tests: Any) -> sa.CursorResult[Any]:
    return connection.execute(sa.select(passages).where(passages.c.page_id == page_id, *tests))


def _passage(row: Any) -> Passage:
    return Passage(row.section, row.kind, row.record_id, row.text)


def _add_spans(
    connection: sa.Connection,
    page_id: int,
    spans: Sequence[tuple[int, datetime, datetime | None, datetime | None]],
) -> None:
    names = ("passage_id", "first_seen_at", "last_seen_at", "next_look_at")
    rows = [
        {"page_id": page_id, **dict(zip(names, span, strict=True))}
        for span in sorted(spans, key=lambda s: s[0])
    ]
    if rows:
        connection.execute(sa.insert(passage_spans), rows)


def _remove(connection: sa.Connection, page_id: int, gone: dict[Passage, int]) -> None:
    if not gone:
        return
    if (
        connection.dialect.name == "sqlite"
    ):  # an index without its own copy of the text has to be told it again
        forget = "INSERT INTO passage_words (passage_words, rowid, words) VALUES ('delete', :id, :words)"
        connection.execute(sa.text(forget), _indexed(page_id, gone))
    for ids in _batches(list(gone.values())):
        if connection.dialect.name != "sqlite":
            connection.execute(sa.text("DELETE FROM passage_words WHERE id = ANY(:ids)"), {"ids": ids})
        connection.execute(sa.delete(passages).where(passages.c.id.in_(ids)))


def _index(connection: sa.Connection, page_id: int, added: dict[Passage, int]) -> None:
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO passage_words (rowid, words) VALUES (:id, :words)"
        connection.execute(sa.text(statement), _indexed(page_id, added))
        return
    rows = [
        {
            "id": row["id"],
            "words": " ".join(f"'{word}':{n}" for n, word in enumerate(row["words"].split(), 1)),
        }
        for row in _indexed(page_id, added)
    ]
    statement = "INSERT INTO passage_words (id, words) VALUES (:id, CAST(:words AS tsvector))"
    connection.execute(sa.text(statement), rows)


def _indexed(page_id: int, added: dict[Passage, int]) -> list[dict[str, Any]]:
    return [
        {
            "id": row_id,
            "words": " ".join((mark("page", page_id), mark("kind", passage.kind), *words(passage.text))),
        }
        for passage, row_id in added.items()
    ]


def _batches(items: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
