"""The best assignment: which of the possible pairs to take so that nobody is paired twice and the sum is greatest.

Possible pairs fall into islands that share no record. An island of one pair needs no choice; the others are solved
exactly (linear sum assignment: Crouse 2016, "On implementing 2D rectangular assignment algorithms").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Pair = tuple[int, int]

_NEARER = 1e-6
"""What a place nearer in the list is worth: it decides between equal sums and never against a better one."""


def best_pairs(scores: Mapping[Pair, float]) -> list[Pair]:
    """Pairs `(i, j)` with the greatest sum of `scores`; what is not in `scores` cannot be paired."""
    found: list[Pair] = []
    for island in _islands(scores):
        found += island if len(island) == 1 else _solved(island, scores)
    return sorted(found)


def _islands(pairs: Mapping[Pair, float]) -> Iterator[list[Pair]]:
    """Pairs in groups that have no member in common."""
    of_left: dict[int, list[Pair]] = {}
    of_right: dict[int, list[Pair]] = {}
    for pair in sorted(pairs):
        of_left.setdefault(pair[0], []).append(pair)
        of_right.setdefault(pair[1], []).append(pair)
    seen: set[Pair] = set()
    for pair in sorted(pairs):
        if pair not in seen:
            yield _reached(pair, of_left, of_right, seen)


def _reached(
    start: Pair, of_left: Mapping[int, list[Pair]], of_right: Mapping[int, list[Pair]], seen: set[Pair]
) -> list[Pair]:
    waiting, island = [start], []
    seen.add(start)
    while waiting:
        pair = waiting.pop()
        island.append(pair)
        new = [other for other in (*of_left[pair[0]], *of_right[pair[1]]) if other not in seen]
        seen.update(new)
        waiting += dict.fromkeys(new)
    return sorted(island)


def _solved(island: list[Pair], scores: Mapping[Pair, float]) -> list[Pair]:
    import numpy as np  # a third of a second to import, for the few pages where there is a choice
    from scipy.optimize import linear_sum_assignment

    rows = {i: n for n, i in enumerate(sorted({i for i, _ in island}))}
    columns = {j: n for n, j in enumerate(sorted({j for _, j in island}))}
    worth = np.zeros((len(rows), len(columns)))
    for i, j in island:
        worth[rows[i], columns[j]] = scores[i, j] - _NEARER * min(abs(i - j), 1000) / 1000
    taken = {(int(r), int(c)) for r, c in zip(*linear_sum_assignment(worth, maximize=True), strict=True)}
    return [(i, j) for i, j in island if (rows[i], columns[j]) in taken]
