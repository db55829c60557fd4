"""Contacts that no heading announces: where in a part they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.labels import labelled_people
from crawler.extract.lines import lines_of
from crawler.extract.people import MASKED, is_body, is_role, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.sections import is_boilerplate
from storage.document import Block, BlockKind


def find_run(blocks: Sequence[Block], known: Gazetteer) -> tuple[int, int] | None:
    """Where contacts stand without a heading of their own: from the first named person to the last fact
    about one.

    One person needs a fact beside the name (a role, a body, an address); two names support each other.
    """
    for start, block in enumerate(blocks):
        if not _names_a_person(block, known):
            continue
        end = start + 1
        while end < len(blocks) and _is_about_people(blocks[end], known):
            end += 1
        persons, facts = _support(blocks[start:end], known)
        if persons > 1 or facts:
            return start, end
    return None


def _names_a_person(block: Block, known: Gazetteer) -> bool:
    if labelled_people(block, known):
        return True
    if block.kind is BlockKind.ROW:
        return False
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
        or re.match(r"(?:tel|fax|phone|e-?mail)\b", line, re.I)
    )


def _support(blocks: Sequence[Block], known: Gazetteer) -> tuple[int, bool]:
    lines = [line.text for line in lines_of(blocks)]
    persons = [read_person(line, known) for line in lines]
    labelled = any(labelled_people(block, known) for block in blocks)
    facts = any(_is_fact(line, known) for line, person in zip(lines, persons, strict=True) if person is None)
    return sum(p is not None for p in persons), labelled or facts or any(p and p.rest for p in persons)
