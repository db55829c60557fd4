"""Two versions of a page block by block, in the order of the new one: what stands, moved, changed, came and went."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from diffing import text, words
from diffing.text import Pair
from diffing.words import Run
from storage.document import Block, Document


class State(StrEnum):
    """What became of a block."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Aligned:
    """A block of the old version, of the new one, or both side by side.

    `runs` mark the words that differ; empty where nothing does, or where both are told better whole. `behind` are
    link targets, dates in the markup and texts for pictures that differ. A block that moved stands twice, at its
    old place with `new` None and at its new place with `old` (it may have changed on the way).
    """

    state: State
    old: Block | None
    new: Block | None
    runs: tuple[Run, ...] = ()
    behind: tuple[Pair, ...] = ()


def align(old: Document, new: Document) -> tuple[Aligned, ...]:
    """Both versions side by side. The cost grows with the blocks that differ, not with their product."""
    was, now = old.blocks, new.blocks
    partners = _partners(was, now)
    in_place = _longest_rising(partners)
    return tuple(_merged(was, now, partners, in_place))


def _partners(was: Sequence[Block], now: Sequence[Block]) -> dict[int, int]:
    """Which new block (key) is which old one: word for word, else re-worded."""
    keys_old, keys_new = [[text.wording_of(block.text) for block in side] for side in (was, now)]
    partners: dict[int, int] = {}
    for step in LCSseq.opcodes(keys_old, keys_new):
        if step.tag == "equal":
            places = range(step.src_start, step.src_end)
            partners.update(zip(range(step.dest_start, step.dest_end), places, strict=True))
    taken = set(partners.values())
    waiting: dict[str, list[int]] = {}
    for i in reversed([i for i in range(len(was)) if i not in taken]):
        waiting.setdefault(keys_old[i], []).append(i)
    for j in [j for j in range(len(now)) if j not in partners]:
        if places_left := waiting.get(keys_new[j]):
            partners[j] = places_left.pop()
    gone = {i: was[i].text for left in waiting.values() for i in left}
    come = {j: block.text for j, block in enumerate(now) if j not in partners}
    return partners | {j: i for i, j in text.related(gone, come).items()}


def _longest_rising(partners: dict[int, int]) -> set[int]:
    """The new places of the most blocks that kept their order: all others moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for j in sorted(partners):
        place = bisect_left(tails, partners[j])
        before[j] = ends[place - 1] if place else None
        tails[place : place + 1] = [partners[j]]
        ends[place : place + 1] = [j]
    kept: set[int] = set()
    last: int | None = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def _merged(
    was: Sequence[Block], now: Sequence[Block], partners: dict[int, int], in_place: set[int]
) -> Iterator[Aligned]:
    moved = {i for j, i in partners.items() if j not in in_place}
    shown = 0
    for j, block in enumerate(now):
        if j in in_place:
            yield from _left_behind(was[shown : partners[j]], shown, moved)
            shown = partners[j] + 1
        if j not in partners:
            yield Aligned(State.ADDED, None, block)
        else:
            yield _both(was[partners[j]], block, is_moved=j not in in_place)
    yield from _left_behind(was[shown:], shown, moved)


def _left_behind(blocks: Sequence[Block], start: int, moved: set[int]) -> Iterator[Aligned]:
    for place, block in enumerate(blocks, start):
        yield Aligned(State.MOVED if place in moved else State.REMOVED, block, None)


def _both(old: Block, new: Block, *, is_moved: bool) -> Aligned:
    is_reworded = text.wording_of(old.text) != text.wording_of(new.text)
    behind = tuple(text.compare_references(_behind(old), _behind(new)))
    state = State.CHANGED if is_reworded or behind else State.SAME
    runs = words.compare(old.text, new.text) if is_reworded else ()
    return Aligned(State.MOVED if is_moved else state, old, new, runs, behind)


def _behind(block: Block) -> list[str]:
    links = [f"link to {link.target}" for link in block.links]
    return [
        *links,
        *(f"date {time}" for time in block.times),
        *(f"picture of {alt}" for alt in block.alternatives),
    ]
