"""Contacts that no heading announces: where in a part they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from crawler.extract.labels import labelled, labelled_people, people_by_columns, person_behind_role
from crawler.extract.lines import lines_of
from crawler.extract.people import MASKED, SPELT, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_body, is_role, is_role_label
from crawler.extract.sections import Part, is_boilerplate
from crawler.extract.words import NO_LONGER
from storage.document import Block, BlockKind

BODY = re.compile(
    r"\b(?:council|committee|board|team|group|members(?:hip)?|people|leadership|bureau|panel|working party)\b",
    re.I,
)
"""In the title of a part that may list a body's people."""
OF_OTHERS = re.compile(
    r"\b(?:about the authors?|authors?|speakers?|keynotes?|presenters?|panel(?:l?ists?| discussion)|lecturers?"
    r"|sponsors?|partners|testimonials?|related|quotes?|ponentes|oradores|intervenants|orateurs|referenten|palestrantes)\b",
    re.I,
)
"""In the title of a part whose people are nobody's contacts."""
LONGEST_TITLE, LONGEST_ROLE = 8, 80


def find_run(blocks: Sequence[Block], known: Gazetteer) -> tuple[int, int] | None:
    """Where contacts stand without a heading of their own: from the first named person to the last fact
    about one.

    One person needs a fact beside the name (a role, a body, an address); two names support each other.
    """
    for start, block in enumerate(blocks):
        below = blocks[start + 1] if start + 1 < len(blocks) else None
        if not (_names_a_person(block, known) or _is_label_of(block, below, known)):
            continue
        end = start + 1
        while end < len(blocks) and (
            _is_about_people(blocks[end], known)
            or (end + 1 < len(blocks) and _is_label_of(blocks[end], blocks[end + 1], known))
            or _is_label_of(blocks[end - 1], blocks[end], known)
            or _is_linked_name(blocks[end], known)
            or (blocks[end].kind is BlockKind.HEADING and _opens_card(blocks, end, known))
        ):
            end += 1
        persons, facts = _support(blocks[start:end], known)
        if persons > 1 or facts:
            return start, end
    return None


def _in_table(block: Block, known: Gazetteer) -> bool:
    """A row of a table of people: their names, and their roles or addresses."""
    name = next(
        (
            n
            for n, h in enumerate(block.headers)
            if re.fullmatch(r"(?:full )?names?|person|nombre|nom", h.strip(), re.I)
        ),
        None,
    )
    others = any(
        re.search(r"\b(?:role|position|function|e-?mail|affiliation|organi[sz]ation)\b", h, re.I)
        for h in block.headers
    )
    if name is None or not others or name >= len(block.cells):
        return False
    return read_person(block.cells[name], known, bare=True) is not None


def _is_linked_name(block: Block, known: Gazetteer) -> bool:
    """Nothing but a name that leads to the person's page, among others."""
    if block.kind is BlockKind.ROW or len(block.lines) != 1 or len(block.links) != 1:
        return False
    return block.links[0].text == block.text and read_person(block.text, known, bare=True) is not None


def holds_people(part: Part, known: Gazetteer) -> bool:
    """A part under the name of a role that begins with a person: not one of those who had it before."""
    title = part.title.casefold()
    if not is_role_label(title) or not NO_LONGER.isdisjoint(title.split()) or not part.blocks:
        return False
    first = part.blocks[0].lines[0] if part.blocks[0].lines else ""
    found = labelled(first)
    return read_person(found["value"] if found else first, known, bare=True) is not None


def holds_cards(part: Part, known: Gazetteer) -> bool:
    """A part under the name of a body that begins with people, each a name with a role below it."""
    if not BODY.search(part.title) or len(part.title.split()) > LONGEST_TITLE or not part.blocks:
        return False
    if not NO_LONGER.isdisjoint(part.title.casefold().split()) or not _opens_card(part.blocks, 0, known):
        return False
    return any(_opens_card(part.blocks, index, known) for index in range(1, len(part.blocks)))


def _opens_card(blocks: Sequence[Block], index: int, known: Gazetteer) -> bool:
    lines = blocks[index].lines
    if not lines or blocks[index].kind is BlockKind.ROW or read_person(lines[0], known, bare=True) is None:
        return False
    below = lines[1:] or (blocks[index + 1].lines if index + 1 < len(blocks) else ())
    return bool(below) and len(below[0]) <= LONGEST_ROLE and is_role(below[0])


def _is_label_of(block: Block, below: Block | None, known: Gazetteer) -> bool:
    """A role on a line of its own, as a term or with a colon, and a name below."""
    if below is None or not (block.kind is BlockKind.TERM or block.text.endswith(":")):
        return False
    return (
        is_role_label(block.text)
        and read_person(below.lines[0] if below.lines else "", known, bare=True) is not None
    )


def _names_a_person(block: Block, known: Gazetteer) -> bool:
    if labelled_people(block, known) or (
        block.headers and (people_by_columns(block, known) or _in_table(block, known))
    ):
        return True
    if block.kind is BlockKind.ROW:
        return person_behind_role(block, known) is not None
    return any(len(line) <= 120 and read_person(line, known) for line in block.lines)


def _is_about_people(block: Block, known: Gazetteer) -> bool:
    if _names_a_person(block, known):
        return True
    if block.kind is BlockKind.ROW or any(len(line) > 120 for line in block.lines):
        return False
    if block.kind is BlockKind.HEADING and (
        any(ch.isdigit() for ch in block.text) or len(block.text.split()) > 8
    ):
        return False
    if (
        is_boilerplate(block.text)
        or re.search(r"[.!?]$", block.text)
        or (len(block.lines) == 1 and len(block.text.split()) > 12)
    ):
        return False
    return all(_is_fact(line, known) for line in block.lines)


def _is_fact(line: str, known: Gazetteer) -> bool:
    return bool(
        is_role(line)
        or is_body(line)
        or known.is_economy(line)
        or MASKED.search(line)
        or "@" in line
        or re.match(r"(?:tel|fax|phone|(?:group )?e-?mail)\b", line, re.I)
        or (len(line) < 80 and SPELT.search(line))
    )


def _support(blocks: Sequence[Block], known: Gazetteer) -> tuple[int, bool]:
    lines = [line.text for line in lines_of(blocks)]
    persons = [read_person(line, known) for line in lines]
    labelled = any(labelled_people(block, known) or people_by_columns(block, known) for block in blocks)
    labelled = labelled or any(block.headers and _in_table(block, known) for block in blocks)
    labelled = labelled or any(
        block.kind is BlockKind.ROW and person_behind_role(block, known) for block in blocks
    )
    labelled = labelled or any(_is_label_of(one, other, known) for one, other in pairwise(blocks))
    facts = any(_is_fact(line, known) for line, person in zip(lines, persons, strict=True) if person is None)
    return sum(p is not None for p in persons), labelled or facts or any(p and p.rest for p in persons)
