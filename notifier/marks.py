"""What differs inside a sentence, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from notifier.values import plain

MOST_WORDS = 400
"""Longer sentences are shown whole, old and new: comparing them costs the square of their length."""
LEAST_ALIKE = 0.35
"""Below this share of common words, marks are harder to read than the two sentences."""
SHORTEST_BRIDGE = 2
"""So few equal words between two differences are taken into one: `[20 to 50] -> [40 to 60]`."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence; where `old` and `new` are equal, nothing changed in it."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        return self.old == self.new

    def __str__(self) -> str:
        if self.same:
            return self.new
        if not self.old:
            return f"[added: {self.new}]"
        return f"[{self.old}] -> [{self.new}]" if self.new else f"[removed: {self.old}]"


def marked(old: str, new: str) -> tuple[Run, ...]:
    """The runs of a sentence that changed; empty where it is told better by showing both whole."""
    before, after = plain(old, 10_000).split(), plain(new, 10_000).split()
    if max(len(before), len(after)) > MOST_WORDS:
        return ()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return ()
    return tuple(
        Run(" ".join(before[a:b]), " ".join(after[c:d])) for _, a, b, c, d in _bridged(matcher.get_opcodes())
    )


Opcode = tuple[str, int, int, int, int]


def _bridged(opcodes: Sequence[Opcode]) -> list[Opcode]:
    """Neighbouring differences made one where only a word or two lies between them."""
    merged: list[Opcode] = []
    for place, opcode in enumerate(opcodes):
        inner = 0 < place < len(opcodes) - 1
        differs = opcode[0] != "equal" or (inner and opcode[2] - opcode[1] <= SHORTEST_BRIDGE)
        if differs and merged and merged[-1][0] == "replace":
            _, a, _, c, _ = merged.pop()
            merged.append(("replace", a, opcode[2], c, opcode[4]))
        else:
            merged.append(("replace" if differs else "equal", *opcode[1:]))
    return merged
