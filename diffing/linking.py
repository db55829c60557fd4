"""Which records of several pages are one: the same project, meeting, appointment, group or piece of news.

Only pages of one scope (a profile, else a site) are linked. The precedence of what is compared: a project's code; a
meeting's day with its title or code, or a numbered title; a person's name with role and group; a group's acronym;
a news item's address, or its title and date. Two records of one page are never linked with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from diffing.match import code_key, folded, name_key, title_likeness
from storage.records import Contact, Event, Group, NewsItem, Project, Record

SURE = 0.8
"""From this score on two records of two pages are one."""
FAR = 200
"""Days between two dates of one numbered meeting; what is further apart is next year's."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A record as one page has said it over time, oldest version first; `groups` are the page's own names, folded."""

    record_id: str
    page_id: int
    records: tuple[Record, ...]
    groups: frozenset[str] = frozenset()


def keys(observed: Observed) -> set[str]:
    """What a record is looked up by: only records that share a key are compared."""
    kind = observed.records[0].kind
    return {key for record in observed.records for key in _KEYS[kind](record) if key}


def likeness(one: Observed, other: Observed) -> float:
    """How surely two records of one kind, met on two pages, are one: 0 to 1."""
    score = _SCORES[one.records[0].kind]
    return max(score(a, b, one.groups, other.groups) for a in one.records for b in other.records)


def components(observed: Sequence[Observed], candidates: Iterable[tuple[int, int]]) -> list[list[Observed]]:
    """Records that are one, in groups of two and more. `candidates` are pairs of indexes that share a key.

    The surest pairs are joined first; a pair that would put two records of one page together is not.
    """
    scored = [(likeness(observed[i], observed[j]), i, j) for i, j in candidates]
    sure = [pair for pair in scored if pair[0] >= SURE]
    group_of = {i: [i] for i in range(len(observed))}
    for _, i, j in sorted(
        sure, key=lambda pair: (-pair[0], _tie(observed[pair[1]]), _tie(observed[pair[2]]))
    ):
        one, other = group_of[i], group_of[j]
        pages = [observed[n].page_id for n in (*one, *other)]
        if one is not other and len(set(pages)) == len(pages):
            one += other
            group_of.update(dict.fromkeys(one, one))
    groups = {id(group): group for group in group_of.values() if len(group) > 1}
    return [[observed[n] for n in group] for group in groups.values()]


def _tie(observed: Observed) -> tuple[int, str]:
    return observed.page_id, observed.records[0].label


def _event_keys(record: Record) -> set[str]:
    assert isinstance(record, Event)
    day = record.starts_on if record.starts_on and len(record.starts_on) == 10 else None
    numbered = folded(record.title) if re.search(r"\d", record.title) else None
    return {f"day:{day}" if day else "", f"title:{numbered}" if numbered else ""}


def _contact_keys(record: Record) -> set[str]:
    assert isinstance(record, Contact)
    return {f"name:{name_key(record.name)}" if record.name else ""}


def _project_keys(record: Record) -> set[str]:
    assert isinstance(record, Project)
    return {f"code:{code_key(record.code)}" if record.code else f"title:{folded(record.title)}"}


def _group_keys(record: Record) -> set[str]:
    assert isinstance(record, Group)
    return {f"name:{folded(name)}" for name in (record.acronym, record.name) if name}


def _news_keys(record: Record) -> set[str]:
    assert isinstance(record, NewsItem)
    return {f"link:{record.link}" if record.link else "", f"title:{folded(record.title)}"}


_KEYS: Mapping[str, Callable[[Record], set[str]]] = {
    Event.kind: _event_keys,
    Contact.kind: _contact_keys,
    Project.kind: _project_keys,
    Group.kind: _group_keys,
    NewsItem.kind: _news_keys,
}

_Names = frozenset[str]


def _event_score(one: Event, other: Event, mine: _Names, theirs: _Names) -> float:
    title = title_likeness(one.title, other.title)
    if one.project_code and other.project_code and code_key(one.project_code) != code_key(other.project_code):
        return 0.0
    if _elsewhere(one, other) or _of_others(one.group, other.group):
        return 0.0
    if one.starts_on and one.starts_on == other.starts_on:
        return _same_day_score(one, other, title)
    numbered = bool(re.search(r"\d", one.title)) and title >= 0.97
    return 0.85 if numbered and _near(one.starts_on, other.starts_on) and mine & theirs else 0.0


def _same_day_score(one: Event, other: Event, title: float) -> float:
    """On one day a page may say less of a title than another; another word in it is another meeting."""
    if one.project_code and one.project_code == other.project_code:
        return 0.95
    if title >= 0.9:
        return title
    mine, theirs = (set(re.findall(r"\w+", folded(event.title))) for event in (one, other))
    return 0.85 if title and (mine <= theirs or theirs <= mine) else 0.0


def _elsewhere(one: Event, other: Event) -> bool:
    places = [(one.city, other.city), (one.economy, other.economy)]
    return any(here and there and folded(here) != folded(there) for here, there in places)


def _near(one: str | None, other: str | None) -> bool:
    if not one or not other or len(one) < 10 or len(other) < 10:
        return not one or not other or one.startswith(other) or other.startswith(one)
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= FAR


def _contact_score(one: Contact, other: Contact, mine: _Names, theirs: _Names) -> float:
    if not one.name or not other.name or name_key(one.name) != name_key(other.name):
        return 0.0
    if folded(one.role) != folded(other.role):
        return 0.0
    mine = frozenset({folded(one.group)}) if one.group else mine
    theirs = frozenset({folded(other.group)}) if other.group else theirs
    return 0.95 if mine & theirs else 0.0


def _project_score(one: Project, other: Project, mine: _Names, theirs: _Names) -> float:
    if one.code and other.code:
        return 1.0 if code_key(one.code) == code_key(other.code) else 0.0
    titles = one.title and folded(one.title) == folded(other.title)
    return 0.85 if titles and len(str(one.title).split()) > 3 else 0.0


def _group_score(one: Group, other: Group, mine: _Names, theirs: _Names) -> float:
    if one.acronym and other.acronym:
        return 0.95 if folded(one.acronym) == folded(other.acronym) else 0.0
    return 0.9 if one.name and folded(one.name) == folded(other.name) else 0.0


def _news_score(one: NewsItem, other: NewsItem, mine: _Names, theirs: _Names) -> float:
    if one.link and one.link == other.link:
        return 0.95
    same = folded(one.title) == folded(other.title) and one.date == other.date
    return 0.9 if same and one.date else 0.0


def _of_others(one: str | None, other: str | None) -> bool:
    return bool(one and other) and folded(one) != folded(other)


_SCORES: Mapping[str, Callable[..., float]] = {
    Event.kind: _event_score,
    Contact.kind: _contact_score,
    Project.kind: _project_score,
    Group.kind: _group_score,
    NewsItem.kind: _news_score,
}
