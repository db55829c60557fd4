"""Which pairs are taken where there is a choice."""

from __future__ import annotations

import itertools
import random

import pytest

from diffing.assignment import best_pairs


def best_sum(scores: dict[tuple[int, int], float]) -> float:
    """By trying all assignments."""
    pairs = list(scores)
    sums = [0.0]
    for size in range(1, len(pairs) + 1):
        for chosen in itertools.combinations(pairs, size):
            lefts, rights = zip(*chosen, strict=True)
            if len(set(lefts)) == len(set(rights)) == size:
                sums.append(sum(scores[pair] for pair in chosen))
    return max(sums)


def test_nothing_can_be_paired() -> None:
    assert best_pairs({}) == []


def test_the_sum_decides_and_not_who_comes_first() -> None:
    assert best_pairs({(0, 0): 0.9, (0, 1): 0.8, (1, 0): 0.8}) == [(0, 1), (1, 0)]


def test_of_equal_sums_the_nearer_places_win() -> None:
    scores = {(i, j): 0.7 for i in range(3) for j in range(3)}
    assert best_pairs(scores) == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize("seed", range(20))
def test_no_other_assignment_is_better_and_nobody_is_paired_twice(seed: int) -> None:
    chance = random.Random(seed)
    everybody = [(i, j) for i in range(4) for j in range(4)]
    scores = {pair: chance.uniform(0.1, 1) for pair in chance.sample(everybody, chance.randrange(1, 10))}
    found = best_pairs(scores)
    assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
    assert sum(scores[pair] for pair in found) == pytest.approx(best_sum(scores), abs=1e-4)
