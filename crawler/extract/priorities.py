"""What a group says its priorities are: a list under such a heading, or a line of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.people import narrowed
from storage.document import Block, BlockKind

CALLED = re.compile(
    r"(?:the |our |its )?(?:[\w’'-]+ ){0,3}(?:priorities|priority (?:areas|themes|topics))(?: of work)?"
    r"(?: (?:for|of|in))?[\s(]*(?:(?:19|20)\d\d(?:\s*[-–—/]\s*\d{2,4})?)?\)?"
    r"|(?:áreas )?prioridades|áreas prioritarias|priorités|axes prioritaires"
    r"|prioritäten|priorità|prioritas"
    r"|(?:các )?ưu tiên|优先(?:领域|事项)|優先(?:分野|事項)"
    r"|重点(?:领域|分野|工作)|우선 ?(?:과제|분야)|중점 ?(?:과제|분야)",
    re.I,
)
MOST, LONGEST = 20, 300


def read_priorities(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Each priority as written; none where they stand in sentences only."""
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING and CALLED.fullmatch(block.text.strip(" :")):
            found = _items(blocks[index + 1 :])
        elif block.kind is BlockKind.PARAGRAPH:
            found = _of_line(block)
            if not found and CALLED.fullmatch(block.text.strip(" :")):
                found = _items(blocks[index + 1 :])
        else:
            continue
        if found:
            return tuple(dict.fromkeys(found))[:MOST]
    return ()


def _items(below: Sequence[Block]) -> list[str]:
    """The upper items of the list that stands right below."""
    found: list[Block] = []
    for block in below:
        if block.kind is not BlockKind.ITEM:
            if found or block.kind is BlockKind.HEADING:
                break
            continue
        found.append(block)
    top = min((block.level for block in found), default=0)
    return [_tidy(block.text) for block in found if block.level == top and len(block.text) <= LONGEST]


def _of_line(block: Block) -> list[str]:
    """As in "Priorities 2024: quiet engines; life jackets for all"."""
    label, colon, said = narrowed(block.text).partition(":")
    if not colon or not CALLED.fullmatch(label.strip()):
        return []
    pieces = [_tidy(piece) for piece in re.split(r"[;；、]" if re.search(r"[;；、]", said) else r",", said)]
    return [piece for piece in pieces if piece and len(piece) <= LONGEST]


def _tidy(text: str) -> str:
    return re.sub(r"^(?:and|y|et|und)\s+", "", text.strip(" .;,–—-•"))
