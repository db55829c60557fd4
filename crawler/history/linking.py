"""Linking a page's records to those of other pages: a step of its own, after each derivation of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from diffing import linking, seconding
from diffing.linking import Observed
from diffing.match import folded
from diffing.seconding import Said
from storage import changes, links
from storage.changes import Change
from storage.pages import Page
from storage.records import record_from_json

MANY = 30
"""An entity of more records than this (news that every page of a site repeats) is joined, not put together anew."""
RECORD_KINDS = ("event", "contact", "role", "project", "group", "news")


def link(connection: sa.Connection, page: Page, touched: Iterable[str] | None = None) -> None:
    """Find out with which records of other pages the touched ones (None: all of the page) are one."""
    wanted = set(touched) if touched is not None else links.records_of_page(connection, page.id)
    loose = set(links.entities_of_page(connection, page.id)) if touched is None else set()
    mine = _observed(connection, wanted)
    keys = {observed.record_id: _keys(observed) for observed in mine}
    if touched is not None:
        mine = _news(connection, page.id, mine, keys)
    scope = scope_of(page)
    links.put_keys(connection, page.id, scope, keys, whole=touched is None)
    near = links.sharing(connection, page.id, scope, (key for one in mine for key in keys[one.record_id]))
    together = links.entities(connection, {*(one.record_id for one in mine), *near, *loose})
    if not near and not together:
        return
    crowds = links.crowds(connection, set(together.values()), MANY)
    standing = {
        min(one for one in near if together.get(one) == crowd) for crowd in crowds & _met(near, together)
    }
    near = {one for one in near if together.get(one) not in crowds} | standing
    # the whole of every entity that is met is put together anew: what this page once joined may fall apart
    small = set(together.values()) - crowds
    affected = {*near, *links.members(connection, small), *(one.record_id for one in mine if near)}
    observed = [*mine, *_observed(connection, affected - {one.record_id for one in mine})]
    observed = _with_names(connection, observed)
    groups = linking.components(observed, _candidates(observed))
    members = [{one.record_id: one.page_id for one in group} for group in groups]
    links.join(connection, {*affected, *loose} - standing, members)


def _news(
    connection: sa.Connection,
    page_id: int,
    observed: Sequence[Observed],
    keys: Mapping[str, Sequence[tuple[str, str]]],
) -> list[Observed]:
    """Those that are found under other keys than before, or are alone: others stay with those they are one with."""
    known, linked = links.keys_of(connection, page_id, keys), links.entities(connection, keys)
    return [
        one
        for one in observed
        if one.record_id not in linked or known.get(one.record_id) != set(keys[one.record_id])
    ]


def _met(near: Iterable[str], together: Mapping[str, str]) -> set[str]:
    return {together[one] for one in near if one in together}


def seconded(connection: sa.Connection, found: Sequence[Change]) -> list[Change]:
    """The changes, those that only repeat another page's marked with what said it first (`same_as`)."""
    told = [change for change in found if change.record_id and change.kind.split(".")[0] in RECORD_KINDS]
    entity = links.entities(connection, {str(change.record_id) for change in told})
    if not entity:
        return list(found)
    versions = _said(connection, set(entity.values()))
    return [_marked(connection, change, entity.get(change.record_id or ""), versions) for change in found]


def second_derived(connection: sa.Connection, page: Page) -> None:
    """After an import or a rebuild: which derived changes, of whatever page, only repeat another page's."""
    entity = links.entities_of_page(connection, page.id)
    records = links.members(connection, set(entity.values())) | set(entity)
    found = changes.derived_of(connection, records)
    for change, marked in zip(found, seconded(connection, found), strict=True):
        if change.same_as != marked.same_as:
            changes.mark_same(connection, change.id, marked.same_as)


def scope_of(page: Page) -> str:
    """What a page's records are linked within: its profile's site, or its host."""
    return f"profile {page.profile}" if page.profile else f"host {page.host.removeprefix('www.')}"


def _keys(observed: Observed) -> list[tuple[str, str]]:
    kind = observed.records[0].kind
    return [(kind, key) for key in linking.keys(observed)]


def _observed(connection: sa.Connection, wanted: Iterable[str]) -> list[Observed]:
    rows: dict[str, list[Any]] = {}
    for row in links.versions_of(connection, wanted):
        rows.setdefault(row.record_id, []).append(row)
    return [
        Observed(
            record_id,
            versions[0].page_id,
            tuple(record_from_json(row.kind, row.said) for row in versions),
        )
        for record_id, versions in sorted(rows.items())
    ]


def _with_names(connection: sa.Connection, observed: Sequence[Observed]) -> list[Observed]:
    names = _names(connection, {one.page_id for one in observed})
    return [replace(one, groups=names.get(one.page_id, frozenset())) for one in observed]


def _names(connection: sa.Connection, page_ids: set[int]) -> dict[int, frozenset[str]]:
    """What the pages' own groups are or were called, by their profile or by themselves."""
    found: dict[int, set[str]] = {}
    for page_id, name in links.names_of_groups(connection, page_ids):
        found.setdefault(page_id, set()).add(folded(name))
    return {page_id: frozenset(names) for page_id, names in found.items()}


def _candidates(observed: Sequence[Observed]) -> set[tuple[int, int]]:
    """Pairs of two pages' records that share a key."""
    under: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(observed):
        for key in _keys(one):
            under.setdefault(key, []).append(index)
    pairs = (pair for indexes in under.values() for pair in combinations(indexes, 2))
    return {(i, j) for i, j in pairs if observed[i].page_id != observed[j].page_id}


def _said(connection: sa.Connection, wanted: set[str]) -> dict[str, list[Said]]:
    """Versions by entity."""
    records = links.members(connection, wanted)
    entity = links.entities(connection, records)
    found: dict[str, list[Said]] = {}
    for row in links.versions_of(connection, records):
        said = Said(row.record_id, row.page_id, row.said, row.first_seen_at, row.next_look_at, row.verdict)
        found.setdefault(entity[row.record_id], []).append(said)
    return found


def _marked(
    connection: sa.Connection, change: Change, entity: str | None, versions: dict[str, list[Said]]
) -> Change:
    if entity is None:
        return replace(change, same_as=None)
    fields = change.payload["fields"]
    first = seconding.said_before(
        change.kind, fields, change.first_seen_after, change.page_id, versions[entity]
    )
    if first is None:
        return replace(change, same_as=None)
    told = changes.at(connection, first.record_id, first.first_seen)
    return replace(change, same_as=told or first.record_id)
