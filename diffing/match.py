"""Which old record is which new one: by identity, never by line.

Scores are 0 to 1; a pair under `THRESHOLD` is two different records. Which pairs are taken is `diffing.assignment`'s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from diffing.assignment import best_pairs
from storage.records import Contact, Event, Group, NewsItem, Project, Record

THRESHOLD = 0.6
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_QUOTES = {ord("\u2018"): "'", ord("\u2019"): "'", ord("\u201c"): '"', ord("\u201d"): '"'}
OTHER_WORD = 0.85
"""How alike two titles are at most where a word of one stands for another word of the other."""
SAME_WORD = 75
"""Per cent of likeness from which two words are one, misspelt or inflected."""
_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "upon", "with"]
)
_NUMBER = re.compile(r"\d+")
_NUMERAL = re.compile(r"\b(?:[ivx]+|one|two|three|four|first|second|third|fourth)\b")


@dataclass(frozen=True, slots=True)
class Matches:
    """Indexes into the two lists that were compared."""

    pairs: tuple[tuple[int, int], ...]
    gone: tuple[int, ...]
    come: tuple[int, ...]


def match(old: Sequence[Record], new: Sequence[Record]) -> Matches:
    """Pair records of one kind in the best way as a whole; order only breaks ties."""
    pairs = _identical(old, new)
    left = sorted(set(range(len(old))) - {i for i, _ in pairs})
    right = sorted(set(range(len(new))) - {j for _, j in pairs})
    scores = {(i, j): score(old[i], new[j]) for i in left for j in right}
    # to the fourth: one sure pair is worth more than two doubtful ones
    pairs += best_pairs({pair: value**4 for pair, value in scores.items() if value >= THRESHOLD})
    gone, come = {i for i, _ in pairs}, {j for _, j in pairs}
    return Matches(
        tuple(sorted(pairs)),
        tuple(i for i in left if i not in gone),
        tuple(j for j in right if j not in come),
    )


def score(old: Record, new: Record) -> float:
    """How surely two records of one kind are the same one."""
    return _SCORES[old.kind](old, new)


def identity(record: Record) -> str:
    """What a record is known by when it is first met: the register's key."""
    return "|".join(folded(part) for part in _identity(record))


@lru_cache(maxsize=50_000)
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
        return (code_key(record.code) if record.code else record.title,)
    if isinstance(record, NewsItem):
        return (record.title,)
    if isinstance(record, Group) and record.read_from != "page":
        return (record.acronym or record.name,)
    return ()  # a page has one group of its own


def _event_score(old: Event, new: Event) -> float:
    title = title_likeness(old.title, new.title)
    same_code = bool(old.project_code) and code_key(old.project_code) == code_key(new.project_code)
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
    if name_key(old.name) == name_key(new.name):
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
        return 1.0 if code_key(old.code) == code_key(new.code) else 0.0
    return 0.8 * title_likeness(old.title or "", new.title or "")


def _news_score(old: NewsItem, new: NewsItem) -> float:
    if old.link and old.link == new.link:
        return 0.9
    likeness = title_likeness(old.title, new.title)
    return likeness if likeness >= 0.9 else 0.0


def _group_score(old: Group, new: Group) -> float:
    """A page's own group is one, whatever it is called; those that it lists go by acronym or name."""
    if old.read_from == "page" or new.read_from == "page":
        return 1.0 if old.read_from == new.read_from else 0.0
    if old.acronym and new.acronym:
        return 0.9 if _same(old.acronym, new.acronym) else 0.0
    likeness = title_likeness(old.name or "", new.name or "")
    return likeness if likeness >= 0.85 else 0.0


_SCORES: dict[str, Callable[..., float]] = {
    "event": _event_score,
    "contact": _contact_score,
    "project": _project_score,
    "news": _news_score,
    "group": _group_score,
}


def title_likeness(one: str, other: str) -> float:
    """0 to 1; titles whose numbers differ are not alike at all, those that swap a word for another hardly surely."""
    one, other = folded(one), folded(other)
    if one == other:
        return 1.0
    if _numbers(one) != _numbers(other):  # the 42nd meeting is not the 43rd, Forum I not Forum II
        return 0.0
    alike = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) / 100
    return min(alike, OTHER_WORD) if _swaps_a_word(one, other) else alike


def _swaps_a_word(one: str, other: str) -> bool:
    """Boats for ports, not a misspelling of the same word; a word more or less is neither."""
    left, right = _words(one), _words(other)
    gone, come = left - right, right - left
    if not gone or not come:
        return False
    fewer, more = sorted((gone, come), key=len)
    return any(all(fuzz.ratio(word, new) < SAME_WORD for new in more) for word in fewer)


@lru_cache(maxsize=10_000)
def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title)) - _SMALL_WORDS


@lru_cache(maxsize=10_000)
def _numbers(title: str) -> list[str]:
    return sorted(_NUMBER.findall(title) + _NUMERAL.findall(title))


def _likeness(one: str, other: str) -> float:
    return fuzz.ratio(name_key(one), name_key(other)) / 100


def name_key(name: str) -> str:
    """A person's name in whatever order its parts stand."""
    return " ".join(sorted(re.findall(r"\w+", folded(name))))


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and folded(one) == folded(other)


def code_key(code: str | None) -> str:
    """A project's code without blanks, dashes and case."""
    return re.sub(r"[^a-z0-9]", "", folded(code))
