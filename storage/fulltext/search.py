"""Full-text search over the passages of all times: what stood where, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from storage.fulltext.passages import mark
from storage.fulltext.words import Term, places
from storage.intervals import Interval, joined
from storage.models import pages, passage_spans, passages

POOL = 1_000
"""So many of the newest matches are put in order; a word that more passages hold needs another beside it."""

MANY = 50
"""Pages that are named to the index one by one; more are sorted out after it."""

AROUND = 90
"""Characters shown on each side of the first word found."""

_INDEX = sa.table("passage_words", sa.column("id"), sa.column("rowid"))
_UNKNOWN = (~pages.c.searchable, pages.c.last_good_at.is_not(None), pages.c.merged_into.is_(None))


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and the intervals over which it stood, oldest first.

    `kind` is `text`, or that of the record which says it and whose id is in `record_id`.
    """

    page_id: int
    page: str
    group: str
    section: str
    kind: str
    record_id: str | None
    text: str
    intervals: tuple[Interval, ...]

    def to_json(self, terms: Sequence[Term]) -> dict[str, Any]:
        return {
            "page": self.page,
            "group": self.group,
            "section": self.section,
            "kind": self.kind,
            "record_id": self.record_id,
            "snippet": snippet(self.text, terms),
            "text": self.text,
            "intervals": [interval.to_json() for interval in self.intervals],
        }


def find(
    connection: sa.Connection,
    terms: Sequence[Term],
    *,
    page_ids: Collection[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Passages that hold every term and stood at some moment of the period, those seen last first."""
    if page_ids is not None and not page_ids:
        return []
    newest = _newest(connection, terms, page_ids, since, until)
    ids = connection.execute(_seen_last(newest, since, until, limit)).scalars().all()
    hits = list(_hits(connection, connection.execute(_PASSAGES, {"ids": ids}).all()))
    hits.sort(key=lambda hit: (hit.page, hit.section, hit.text))  # of those seen last together
    hits.sort(key=lambda hit: (hit.intervals[-1].last_seen, hit.intervals[-1].first_seen), reverse=True)
    return hits


def pages_with(connection: sa.Connection, kind: str, terms: Sequence[Term]) -> set[int]:
    """The pages on which a record of the kind may have said every term at some time.

    Pages whose history is not in the index are among them.
    """
    number = _number(connection)
    matched = (
        sa.select(passages.c.page_id)
        .select_from(_INDEX.join(passages, passages.c.id == number))
        .where(_matches(connection, terms, {"kind": [kind]}))
    )
    unknown = sa.select(pages.c.id).where(*_UNKNOWN)
    return set(connection.execute(matched.union(unknown)).scalars())


def not_searchable(connection: sa.Connection, page_ids: Collection[int] | None) -> int:
    """How many of the pages have a past that is not in the index: an older wgwatch derived it."""
    count = sa.select(sa.func.count()).where(*_UNKNOWN)
    if page_ids is not None and len(page_ids) <= MANY:
        count = count.where(pages.c.id.in_(page_ids))
    return int(connection.execute(count).scalar_one())


def snippet(text: str, terms: Sequence[Term]) -> str:
    """The text around the first words found, each found word between « and »."""
    spans = _spans(text, terms)
    if not spans:
        return text if len(text) <= 2 * AROUND else text[: 2 * AROUND].rstrip() + " …"
    begin, end = _cut(text, spans[0])
    shown, at = [], begin
    for first, last in spans:
        if last <= end:
            shown += [text[at:first], "«", text[first:last], "»"]
            at = last
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return before + "".join(shown) + text[at:end] + after


def _newest(
    connection: sa.Connection,
    terms: Sequence[Term],
    page_ids: Collection[int] | None,
    since: datetime | None,
    until: datetime | None,
) -> sa.Select[Any]:
    """The numbers of the newest passages that the index finds, from its end on."""
    few = page_ids is not None and len(page_ids) <= MANY
    marks = {"page": sorted(page_ids)} if few and page_ids is not None else {}
    number = _number(connection)
    query = sa.select(number).where(_matches(connection, terms, marks))
    if (page_ids is not None and not few) or since is not None or until is not None:
        query = query.select_from(_INDEX.join(passages, passages.c.id == number))
    if page_ids is not None and not few:
        query = query.where(passages.c.page_id.in_(page_ids))
    if since is not None or until is not None:
        query = query.where(_stood(since, until))
    return query.order_by(number.desc()).limit(POOL)


def _seen_last(
    newest: sa.Select[Any], since: datetime | None, until: datetime | None, limit: int
) -> sa.Select[Any]:
    """Those that stood in the period, the one that was seen last first: by their spans alone, so that few are read."""
    spans = passage_spans.c
    last = sa.func.coalesce(spans.last_seen_at, pages.c.last_good_at, spans.first_seen_at)
    query = (
        sa.select(spans.passage_id)
        .join(pages, pages.c.id == spans.page_id)
        .where(spans.passage_id.in_(newest), pages.c.merged_into.is_(None))
        .group_by(spans.passage_id)
        .order_by(sa.func.max(last).desc(), sa.func.max(spans.first_seen_at).desc())
    )
    meets = []
    if since is not None:
        meets.append(last >= since)
    if until is not None:
        meets.append(spans.first_seen_at <= until)
    if meets:
        query = query.having(sa.func.max(sa.case((sa.and_(*meets), 1), else_=0)) == 1)
    return query.limit(limit)


_PASSAGES = (
    sa.select(passages, pages.c.url, pages.c.last_good_at, pages.c.acronym, pages.c.name, pages.c.said_name)
    .join(pages, pages.c.id == passages.c.page_id)
    .where(passages.c.id.in_(sa.bindparam("ids", expanding=True)))
)


def _stood(since: datetime | None, until: datetime | None) -> sa.Exists:
    spans = passage_spans.c
    tests = [spans.passage_id == passages.c.id]
    if since is not None:
        tests.append(sa.or_(spans.last_seen_at.is_(None), spans.last_seen_at >= since))
    if until is not None:
        tests.append(spans.first_seen_at <= until)
    return sa.exists().where(*tests)


def _hits(connection: sa.Connection, rows: Sequence[Any]) -> Iterator[Hit]:
    query = (
        sa.select(passage_spans)
        .where(passage_spans.c.passage_id.in_([row.id for row in rows]))
        .order_by(passage_spans.c.passage_id, passage_spans.c.first_seen_at)
    )
    by_passage = groupby(connection.execute(query), key=lambda span: span.passage_id)
    spans = {passage_id: list(found) for passage_id, found in by_passage}
    for row in rows:
        stood = joined(
            Interval(
                span.first_seen_at,
                span.last_seen_at or row.last_good_at or span.first_seen_at,
                span.next_look_at,
            )
            for span in spans.get(row.id, ())
        )
        if stood:
            group = row.acronym or row.name or row.said_name or row.url
            yield Hit(row.page_id, row.url, group, row.section, row.kind, row.record_id, row.text, stood)


def _number(connection: sa.Connection) -> sa.ColumnClause[Any]:
    return _INDEX.c.rowid if connection.dialect.name == "sqlite" else _INDEX.c.id


def _matches(connection: sa.Connection, terms: Sequence[Term], marks: dict[str, list[Any]]) -> sa.TextClause:
    match = (
        "passage_words MATCH :matched"
        if connection.dialect.name == "sqlite"
        else "passage_words.words @@ CAST(:matched AS tsquery)"
    )
    # written into the statement, so that PostgreSQL plans for these words and not for any: rare ones by the index
    asked = _expression(connection, terms, marks)
    return sa.text(match).bindparams(sa.bindparam("matched", asked, sa.Text, literal_execute=True))


def _expression(connection: sa.Connection, terms: Sequence[Term], marks: dict[str, list[Any]]) -> str:
    """The question in the database's own words. Ours are letters and digits alone: there is nothing to escape."""
    sqlite = connection.dialect.name == "sqlite"
    any_of, all_of = (" OR ", " AND ") if sqlite else (" | ", " & ")
    phrase = _fts5 if sqlite else _tsquery
    parts = [
        "(" + any_of.join(phrase(Term((mark(what, value),))) for value in values) + ")"
        for what, values in marks.items()
    ]
    return all_of.join([*parts, *(phrase(term) for term in terms)])


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


def _tsquery(term: Term) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in term.words) + (":*)" if term.prefix else ")")


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in the text, in order; those that overlap are one."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(place for term in terms for place in places(text, term)):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _cut(text: str, around: tuple[int, int]) -> tuple[int, int]:
    """A piece of the text around a place, cut at spaces where there are any."""
    begin, end = max(around[0] - AROUND, 0), min(around[1] + AROUND, len(text))
    if begin:
        begin = max(begin, text.find(" ", begin, around[0]) + 1)
    if end < len(text):
        end = text.rfind(" ", around[1], end) if " " in text[around[1] : end] else end
    return begin, end
