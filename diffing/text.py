"""What differs between two texts of a section, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from rapidfuzz import fuzz

Pair = tuple[str | None, str | None]

_END = re.compile(r"(?<=[.!?。！？])\s+(?=[^a-z])")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:(?:[A-Z]\.)*[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|approx|ca|cf|e\.g|i\.e|etc|Inc|Ltd|Co"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
"""What a full stop belongs to without ending a sentence."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z]\w+")
RELATED = 60  # per cent of likeness from which two sentences are one that was re-worded


def compare(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Sentences that changed, as (was, is); None where one came or went.

    A sentence that only moved is no change. Pairs whose numbers, dates or names differ stand first.
    """
    gone, come = _unmatched(sentences(old), sentences(new))
    pairs = _related(gone, come)
    told = {id(s) for pair in pairs for s in pair}
    alone: list[Pair] = [(s, None) for s in gone if id(s) not in told]
    alone += [(None, s) for s in come if id(s) not in told]
    return sorted([*pairs, *alone], key=_rank)


def compare_references(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """What changed behind a text that reads the same: link targets, `datetime` values, texts for pictures."""
    gone = [value for value in old if value not in set(new)]
    come = [value for value in new if value not in set(old)]
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


def differs_in_facts(pair: Pair) -> bool:
    """Whether a pair's numbers or names differ, not only its words."""
    return _differ(_NUMBER, pair) or _differ(_NAME, pair)


def _unmatched(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    keys_old, keys_new = [_key(s) for s in old], [_key(s) for s in new]
    gone: list[str] = []
    come: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, keys_old, keys_new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[i1:i2]
            come += new[j1:j2]
    moved = {_key(s) for s in gone} & {_key(s) for s in come}
    return [s for s in gone if _key(s) not in moved], [s for s in come if _key(s) not in moved]


def _related(gone: list[str], come: list[str]) -> list[Pair]:
    scored = sorted(
        ((_likeness(a, b), i, j) for i, a in enumerate(gone) for j, b in enumerate(come)),
        key=lambda c: (-c[0], c[1], c[2]),
    )
    pairs: dict[int, int] = {}
    for likeness, i, j in scored:
        if likeness >= RELATED and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(gone[i], come[j]) for i, j in sorted(pairs.items())]


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


def _key(sentence: str) -> str:
    return sentence.translate(
        {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2011: "-"}
    ).casefold()
