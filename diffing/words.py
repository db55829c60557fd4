"""What differs inside a sentence, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rapidfuzz.distance import LCSseq

MOST_WORDS = 4000
"""Longer texts are shown whole, old and new: comparing them costs the product of their lengths."""
LEAST_ALIKE = 0.35
"""Below this share of common words, marks are harder to read than the two sentences."""
SHORTEST_BRIDGE = 2
"""So few equal words between two differences may be taken into one: `[20 to 50] -> [40 to 60]`."""

_SIGNS = r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_LETTERS = rf"(?:[^\W{_SIGNS}]|[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0eff\u200c\u200d])+"
_WORD = re.compile(rf"[{_SIGNS}]|{_LETTERS}(?:[.,:/@'\u2019_-]+{_LETTERS})*|\S")
"""A word, number, date or address; a Chinese or Japanese character; a mark of punctuation."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence; where `old` and `new` are equal, nothing changed in it.

    `end` is the space that follows it: the runs' `new` and `end` in a row are the new sentence.
    """

    old: str
    new: str
    end: str = ""

    @property
    def same(self) -> bool:
        return self.old == self.new

    def __str__(self) -> str:
        if self.same:
            return self.new + self.end
        if not self.old:
            return f"[added: {self.new}]{self.end}"
        return (f"[{self.old}] -> [{self.new}]" if self.new else f"[removed: {self.old}]") + self.end

    def to_json(self) -> list[str | None]:
        """`[old, new]`, the following space with each; None for what is not there."""
        return [part + self.end if part else None for part in (self.old, self.new)]


def compare(old: str, new: str) -> tuple[Run, ...]:
    """The runs of a sentence that changed; empty where it is told better by showing both whole."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return ()
    return _runs(before, after)


def in_text(old: str, new: str) -> str | None:
    """One line for a terminal or a plain mail: `It ranges from [20 to 50] -> [40 to 60] per cent.`"""
    return "".join(map(str, compare(old, new))) or None


def words(text: str) -> list[str]:
    """The words, numbers and marks of a text; Chinese and Japanese by characters."""
    return _WORD.findall(text)


def _words(text: str) -> list[Run]:
    folded = " ".join(text.split())
    return [
        Run(word[0], word[0], " " if folded[word.end() : word.end() + 1] == " " else "")
        for word in _WORD.finditer(folded)
    ]


def _runs(before: Sequence[Run], after: Sequence[Run]) -> tuple[Run, ...]:
    old, new = [word.old for word in before], [word.new for word in after]
    runs, common = [], 0
    for step in LCSseq.opcodes(old, new):
        was, now = before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]
        if step.tag == "equal":
            common += len(now)
            was = now
        runs.append(Run(_joined(was), _joined(now), (now or was)[-1].end))
    if 2 * common < LEAST_ALIKE * (len(old) + len(new)):
        return ()
    return _bridged(_paired(runs))


def _joined(found: Sequence[Run]) -> str:
    return "".join(word.new + word.end for word in found).rstrip()


def _paired(runs: Sequence[Run]) -> list[Run]:
    """What left and what came at one place are one difference."""
    paired: list[Run] = []
    for run in runs:
        joins = paired and not run.same and not paired[-1].same
        paired.append(_joint(paired.pop(), run) if joins else run)
    return paired


def _bridged(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Two differences made one where less lies between them than in either, and a word or two at most."""
    merged: list[Run] = []
    for run, following in zip_longest(runs, runs[1:]):
        joins = merged and not merged[-1].same and (not run.same or _is_bridge(run, merged[-1], following))
        merged.append(_joint(merged.pop(), run) if joins else run)
    return tuple(merged)


def _is_bridge(run: Run, before: Run, after: Run | None) -> bool:
    if after is None or len(words(run.new)) > SHORTEST_BRIDGE:
        return False
    return len(run.new) <= min(max(len(side.old), len(side.new)) for side in (before, after))


def _joint(one: Run, other: Run) -> Run:
    old = one.old + one.end * bool(one.old) + other.old
    new = one.new + one.end * bool(one.new) + other.new
    return Run(old.rstrip(), new.rstrip(), other.end)
