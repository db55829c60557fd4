"""Labels and their values, as forms and cards of projects show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.places import Gazetteer
from storage.document import Block, BlockKind

_LABELS = {
    "code": r"project (?:no|number|code|id)|reference (?:no|number)",
    "title": r"project (?:title|name)|title of (?:the )?project",
    "status": r"(?:project )?status",
    "fund": r"fund(?: account)?|source of funds?",
    "sub_fund": r"sub-?fund",
    "year": r"(?:project )?year",
    "amount": r"total project value|(?:\w+ )?funding|budget|amount",
    "economy": r"(?:proposing|lead|leading|implementing) (?:econom(?:y|ies|y\(ies\))|countr(?:y|ies))|proponent economy"
    r"|lead|led by",
    "co_sponsors": r"co-?sponsor(?:ing)? econom(?:y|ies|y\(ies\))|co-?sponsors",
    "topics": r"topics?|themes?|keywords?",
    "group": r"sponsoring (?:forum|fora|group)|forum",
    "starts_on": r"(?:expected |planned |actual )?start(?:ing)? date|start",
    "ends_on": r"(?:expected |planned |actual )?(?:completion|end) date|completion|end",
}
LABELS = {kind: re.compile(shape) for kind, shape in _LABELS.items()}


BESIDE = re.compile(r"\s+[·•|]\s+")
"""Between several labels with their values in one line."""


def facts_of(pairs: Iterable[tuple[int, str, str]]) -> dict[str, str]:
    """A project's facts by name, of pairs of a label and a value; the first of each."""
    facts: dict[str, str] = {}
    for _, label, value in pairs:
        kind = next((k for k, shape in LABELS.items() if shape.fullmatch(label)), None)
        if kind and not is_nothing(value):
            facts.setdefault(kind, value)
    return facts


def pairs_of(blocks: Sequence[Block]) -> list[tuple[int, str, str]]:
    """Index, label (in lower case) and value of rows of two cells, terms with definitions, "Label: value" lines."""
    found: list[tuple[int, str, str]] = []
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.ROW:
            cells = [" ".join(cell.split()) for cell in block.cells]
            if len(cells) == 2 and cells[0]:
                found.append((index, cells[0], cells[1]))
        elif block.kind is BlockKind.DEFINITION and index and blocks[index - 1].kind is BlockKind.TERM:
            found.append((index, blocks[index - 1].text, block.text))
        else:
            pieces = (piece for line in block.lines if len(line) < 400 for piece in BESIDE.split(line))
            parts = (piece.partition(":") for piece in pieces)
            found.extend(
                (index, label, value.strip()) for label, colon, value in parts if colon and len(label) < 40
            )
    return [(index, _label(label), value) for index, label, value in found]


def _label(text: str) -> str:
    """In lower case, without marks, units in brackets or a stop; a number at its end stays."""
    text = re.sub(r"\((?!ies\))[^()]*\)", " ", text.casefold())
    return " ".join(re.sub(r"[.:*]", " ", text).split())


def is_nothing(text: str) -> bool:
    """What a form shows where it has no answer."""
    return (
        not text.strip()
        or re.fullmatch(r"(?:n/?a|not applicable|none|nil|tb[acd]|-+|–|—)\.?", text.strip(), re.I) is not None
    )


def pieces_of(text: str) -> tuple[str, ...]:
    """The parts of a list in one text: "Chile; Peru"."""
    return tuple(piece.strip() for piece in re.split(r"[;\n]|,(?!\s*China\b)", text) if not is_nothing(piece))


def economies_in(text: str, known: Gazetteer) -> tuple[str, ...]:
    """The economies of a list; with no separator but "and" too."""
    pieces = (part.strip(" .") for piece in pieces_of(text) for part in re.split(r"\s+(?:and|&)\s+", piece))
    return tuple(piece for piece in pieces if known.is_economy(piece))
