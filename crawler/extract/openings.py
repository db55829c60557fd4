"""Where people stand as cards: a name on a line of its own, the role on the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crawler.extract.people import read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_role
from storage.document import Block, BlockKind

FEWEST_CARDS = 3
"""So many names with a role below each are a body's people, whatever stands above."""
LONGEST_CARD, LONGEST_ROLE = 6, 80


def opens_card(blocks: Sequence[Block], index: int, known: Gazetteer) -> bool:
    """Whether a block begins with a name that has a role below."""
    lines = blocks[index].lines
    if not lines or blocks[index].kind is BlockKind.ROW or read_person(lines[0], known, bare=True) is None:
        return False
    below = lines[1:] or (blocks[index + 1].lines if index + 1 < len(blocks) else ())
    return bool(below) and len(below[0]) <= LONGEST_ROLE and is_role(below[0], known.roles)


def cards_near(cards: Sequence[int]) -> list[int]:
    """The first cards, as long as they stand near each other; none where they are few."""
    gaps = enumerate(pairwise(cards), start=1)
    apart = next((n for n, (last, at) in gaps if at - last > LONGEST_CARD), len(cards))
    return list(cards[:apart]) if apart >= FEWEST_CARDS else []


def named_headings(blocks: Sequence[Block], known: Gazetteer) -> list[int]:
    """Headings that are the names of a body's people."""
    headings = (index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING)
    return cards_near([index for index in headings if opens_card(blocks, index, known)])
