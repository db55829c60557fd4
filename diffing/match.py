"""Which old record is which new one: by identity, never by line.

Scores are 0 to 1. Records are paired best score first; a pair under `THRESHOLD` is two different records.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from storage.records import Contact, Event, Group, NewsItem, Project, Record

THRESHOLD = 0.6
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_QUOTES = {ord("\u2018"): "'", ord("\u2019"): "'", ord("\u201c"): '"', ord("\u201d"): '"'}
_NUMBER = re.compile(r"\d+")
_NUMERAL = re.compile(r"\b(?:[ivx]+|one|two|three|four|first|second|third|fourth)\b")


@dataclass(frozen=True, slots=True)
class Matches:
    """Indexes into the two lists that were compared."""

    pairs: tuple[tuple[int, int], ...]
    gone: tuple[int, ...]
    come: tuple[int, ...]


def match(old: Sequence[Record], new: Sequence[Record]) -> Matches:
    """Pair records of one kind. Order in the lists only breaks ties."""
    pairs = _identical(old, new)
    left = set(range(len(old))) - {i for i, _ in pairs}
    right = set(range(len(new))) - {j for _, j in pairs}
    scored = ((score(old[i], new[j]), i, j) for i in left for j in right)
    likely = [candidate for candidate in scored if candidate[0] >= THRESHOLD]
    for _, i, j in sorted(likely, key=lambda c: (-c[0], abs(c[1] - c[2]), c[1], c[2])):
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((i, j))
    return Matches(tuple(sorted(pairs)), tuple(sorted(left)), tuple(sorted(right)))


def score(old: Record, new: Record) -> float:
    """How surely two records of one kind are the same one."""
    return _SCORES[old.kind](old, new)


def identity(record: Record) -> str:
    """What a record is known by when it is first met: the register's key."""
    return "|".join(folded(part) for part in _identity(record))


def folded(value: object) -> str:
    """Case, diacritics, dashes, quotes, emoji and white space say nothing about who or what is meant."""
    text = unicodedata.normalize("NFKD", str(value or "")).translate(_DASHES).translate(_QUOTES)
    kept = (c for c in text if not unicodedata.combining(c) and unicodedata.category(c) not in {"So", "Cf"})
    return re.sub(r"\s+", " ", "".join(kept)).strip(" .,;:").casefold()


def distinct(records: Iterable[Record]) -> list[Record]:
    """A record stated twice in one reading is one; a meeting that prose repeats from the list is the list's."""
    kept: dict[str, Record] = {}
    for record in records:
        kept.setdefault(repr(sorted(record.said().items())), record)
    listed = [r for r in kept.values() if isinstance(r, Event) and r.read_from != "prose"]
    return [r for r in kept.values() if not _is_repeated(r, listed)]


def _is_repeated(record: Record, listed: Sequence[Event]) -> bool:
    if not isinstance(record, Event) or record.read_from != "prose":
        return False
    return any(_event_score(record, other) >= THRESHOLD for other in listed)


def _identical(old: Sequence[Record], new: Sequence[Record]) -> list[tuple[int, int]]:
    """Pairs of one identity, found without comparing each with each: most of a long list, mostly."""
    waiting: dict[str, list[int]] = {}
    for i in reversed(range(len(old))):
        waiting.setdefault(identity(old[i]), []).append(i)
    keys = ((j, waiting.get(identity(record))) for j, record in enumerate(new))
    return [(same.pop(), j) for j, same in keys if same]


def _identity(record: Record) -> tuple[object, ...]:
    if isinstance(record, Event):
        return record.title, record.starts_on
    if isinstance(record, Contact):
        return (record.name, record.role, record.group) if record.group else (record.name, record.role)
    if isinstance(record, Project):
        return (_code(record.code) if record.code else record.title,)
    if isinstance(record, NewsItem):
        return (record.title,)
    if isinstance(record, Group) and record.read_from != "page":
        return (record.acronym or record.name,)
    return ()  # a page has one group of its own


def _event_score(old: Event, new: Event) -> float:
    title = _title_likeness(old.title, new.title)
    same_code = bool(old.project_code) and _code(old.project_code) == _code(new.project_code)
    same_day = bool(old.starts_on) and old.starts_on == new.starts_on
    same_place = folded(old.city) == folded(new.city) and folded(old.economy) == folded(new.economy)
    if "title" in old.inferred or "title" in new.inferred:
        return (
            0.8 + 0.1 * same_place if same_day else 0.0
        )  # a title that the page did not give tells nothing apart
    if title >= 0.9:
        return 0.7 * title + 0.2 * same_day + 0.1 * same_place
    if same_day and same_place and title >= 0.5:
        return 0.6 + 0.2 * title
    if same_code and (same_day or title >= 0.6):
        return 0.6 + 0.1 * title
    return 0.0


def _contact_score(old: Contact, new: Contact) -> float:
    if old.group and new.group and not _same(old.group, new.group):
        return 0.0  # one person in two groups holds two appointments
    if not old.name or not new.name:  # a post without a name is nobody's
        return 0.7 if old.name == new.name and _same(old.role, new.role) else 0.0
    same_role = _same(old.role, new.role)
    if _name_key(old.name) == _name_key(new.name):
        return 0.9 + 0.1 * same_role
    if (
        old.email
        and old.email.casefold() == (new.email or "").casefold()
        and _likeness(old.name, new.name) > 0.5
    ):
        return 0.8 + 0.1 * same_role
    return 0.7 if same_role and _likeness(old.name, new.name) >= 0.85 else 0.0


def _project_score(old: Project, new: Project) -> float:
    if old.code and new.code:
        return 1.0 if _code(old.code) == _code(new.code) else 0.0
    return 0.8 * _title_likeness(old.title or "", new.title or "")


def _news_score(old: NewsItem, new: NewsItem) -> float:
    if old.link and old.link == new.link:
        return 0.9
    likeness = _title_likeness(old.title, new.title)
    return likeness if likeness >= 0.9 else 0.0


def _group_score(old: Group, new: Group) -> float:
    """A page's own group is one, whatever it is called; those that it lists go by acronym or name."""
    if old.read_from == "page" or new.read_from == "page":
        return 1.0 if old.read_from == new.read_from else 0.0
    if old.acronym and new.acronym:
        return 0.9 if _same(old.acronym, new.acronym) else 0.0
    likeness = _title_likeness(old.name or "", new.name or "")
    return likeness if likeness >= 0.85 else 0.0


_SCORES: dict[str, Callable[..., float]] = {
    "event": _event_score,
    "contact": _contact_score,
    "project": _project_score,
    "news": _news_score,
    "group": _group_score,
}


def _title_likeness(one: str, other: str) -> float:
    one, other = folded(one), folded(other)
    if one == other:
        return 1.0
    if _numbers(one) != _numbers(other):  # the 42nd meeting is not the 43rd, Forum I not Forum II
        return 0.0
    return fuzz.token_sort_ratio(one, other) / 100


def _numbers(title: str) -> list[str]:
    return sorted(_NUMBER.findall(title) + _NUMERAL.findall(title))


def _likeness(one: str, other: str) -> float:
    return fuzz.ratio(_name_key(one), _name_key(other)) / 100


def _name_key(name: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", folded(name))))


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and folded(one) == folded(other)


def _code(code: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", folded(code))
