"""What differs between two texts of a section, sentence by sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product, zip_longest

from rapidfuzz import fuzz

from diffing.words import words

Pair = tuple[str | None, str | None]

_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|(?<=[。！？])(?![」』”’）)])\s*")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:(?:[A-Z]\.)*[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|approx|ca|cf|e\.g|i\.e|etc|Inc|Ltd|Co"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
"""What a full stop belongs to without ending a sentence."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z]\w+")
_SILENT = frozenset(".,;:!…·•|\"'()[]‘’“”‹›«»-\u2010\u2011–—、。，；：！「」『』（）")
"""Marks that a sentence may gain or lose without saying anything else."""
RELATED = 60  # per cent of likeness from which two sentences are one that was re-worded
PART = 75  # per cent of a sentence that has to stand in another for it to be a part of it
MOST_COMPARED = 10_000
"""So many pairs are compared each with each; of more, only those that share their rarest words."""
MOST_LIKELY = 5
MOST_SHARING = 50
"""A word that more sentences share does not tell them apart."""


def compare(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Sentences that changed, as (was, is); None where one came or went.

    A sentence that only moved, is said twice or not twice any more, or was cut or joined at other marks is no
    change. Pairs whose numbers, dates or names differ stand first.
    """
    if old == new:
        return []
    was, now = sentences(old), sentences(new)
    gone, come = _missing(was, now), _missing(now, was)
    found = [_Pairing([i], [j]) for i, j in related(gone, come).items()]
    for pairing in found:
        pairing.take_parts(gone, come, found)
    return sorted(_told(found, gone, come), key=_rank)


def compare_references(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """What changed behind a text that reads the same: link targets, `datetime` values, texts for pictures."""
    was, now = set(old), set(new)
    gone = [value for value in old if value not in now]
    come = [value for value in new if value not in was]
    return list(zip_longest(gone, come))


def sentences(paragraphs: Sequence[str]) -> list[str]:
    """The sentences of a text, white space folded."""
    return [sentence for paragraph in paragraphs for sentence in _cut(" ".join(paragraph.split()))]


def _cut(paragraph: str) -> list[str]:
    found: list[str] = []
    begin = 0
    for end in _END.finditer(paragraph):
        if not _SHORT.search(paragraph, begin, end.start()):
            found.append(paragraph[begin : end.start()])
            begin = end.end()
    return [sentence for sentence in (*found, paragraph[begin:]) if sentence]


def related(gone: Mapping[int, str], come: Mapping[int, str]) -> dict[int, int]:
    """Which old sentence is which new one re-worded: the likest first, each in one pair."""
    scored = sorted(
        ((_likeness(gone[i], come[j]), i, j) for i, j in _candidates(gone, come)),
        key=lambda c: (-c[0], c[1], c[2]),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for likeness, i, j in scored:
        if likeness >= RELATED and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return dict(sorted(pairs.items()))


@lru_cache(20_000)
def wording_of(sentence: str) -> str:
    """What a sentence says whatever its marks, quotes, dashes, case and white space."""
    return " ".join(word for word in words(sentence.casefold()) if word not in _SILENT)


def differs_in_facts(pair: Pair) -> bool:
    """Whether a pair's numbers or names differ, not only its words."""
    return _differ(_NUMBER, pair) or _differ(_NAME, pair)


class _Pairing:
    """Places of old sentences and of new ones that say the same, re-worded: mostly one and one."""

    def __init__(self, old: list[int], new: list[int]) -> None:
        self.old = old
        self.new = new

    def take_parts(
        self, gone: Mapping[int, str], come: Mapping[int, str], others: Sequence[_Pairing]
    ) -> None:
        """Take in the neighbours that one side says in a sentence of its own, and the other within one."""
        taken_old = {i for other in others for i in other.old}
        taken_new = {j for other in others for j in other.new}
        _extend(self.old, gone, taken_old, self.text(come, self.new))
        _extend(self.new, come, taken_new, self.text(gone, self.old))

    @staticmethod
    def text(said: Mapping[int, str], places: Sequence[int]) -> str:
        return " ".join(said[place] for place in places)


def _extend(places: list[int], said: Mapping[int, str], taken: set[int], whole: str) -> None:
    for step in (1, -1):
        place = places[-1 if step == 1 else 0] + step
        while place in said and place not in taken and _is_part(said[place], whole):
            places.append(place)
            taken.add(place)
            place += step
        places.sort()


def _is_part(sentence: str, whole: str) -> bool:
    mine, theirs = Counter(wording_of(sentence).split()), Counter(wording_of(whole).split())
    return 100 * (mine & theirs).total() >= PART * mine.total()


def _told(found: Sequence[_Pairing], gone: Mapping[int, str], come: Mapping[int, str]) -> Iterator[Pair]:
    for pairing in found:
        was, now = pairing.text(gone, pairing.old), pairing.text(come, pairing.new)
        if wording_of(was) != wording_of(now):
            yield was, now
    paired_old = {i for pairing in found for i in pairing.old}
    paired_new = {j for pairing in found for j in pairing.new}
    yield from ((gone[i], None) for i in gone if i not in paired_old)
    yield from ((None, come[j]) for j in come if j not in paired_new)


def _missing(said: Sequence[str], elsewhere: Sequence[str]) -> dict[int, str]:
    """The sentences, by place, that the other text does not have, each once."""
    known = {wording_of(sentence) for sentence in elsewhere}
    first = {wording: place for place, wording in reversed(list(enumerate(map(wording_of, said)))) if wording}
    return {place: said[place] for place in sorted(first.values()) if wording_of(said[place]) not in known}


def _candidates(gone: Mapping[int, str], come: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    if len(gone) * len(come) <= MOST_COMPARED:
        yield from product(gone, come)
        return
    places: dict[str, list[int]] = {}
    for j, sentence in come.items():
        for word in set(wording_of(sentence).split()):
            places.setdefault(word, []).append(j)
    for i, sentence in gone.items():
        weights: Counter[int] = Counter()
        for word in set(wording_of(sentence).split()) & places.keys():
            if len(places[word]) <= MOST_SHARING:
                weights.update(dict.fromkeys(places[word], 1))
        yield from ((i, j) for j, _ in weights.most_common(MOST_LIKELY))


def _likeness(one: str, other: str) -> float:
    """Shared words count, also where one sentence says more than the other; shared letters alone do not suffice."""
    return (fuzz.token_sort_ratio(one, other) + fuzz.token_set_ratio(one, other)) / 2


def _rank(pair: Pair) -> tuple[int, bool, bool]:
    """Re-worded sentences first, then new ones, then gone ones; in each, numbers that differ before names."""
    was, now = pair
    alone = 0 if was and now else 1 if now else 2
    return alone, not _differ(_NUMBER, pair), not _differ(_NAME, pair)


def _differ(fact: re.Pattern[str], pair: Pair) -> bool:
    was, now = pair
    return sorted(fact.findall(was or "")) != sorted(fact.findall(now or ""))
