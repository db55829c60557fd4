"""Contacts that no heading announces: where in a part they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from crawler.extract.columns import BESIDE, NAME
from crawler.extract.labels import (
    labelled,
    labelled_people,
    people_by_columns,
    person_behind_role,
    person_from,
)
from crawler.extract.lines import lines_of
from crawler.extract.openings import cards_near, opens_card
from crawler.extract.people import MASKED, SPELT, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_body, is_role, is_role_label
from crawler.extract.sections import Part, is_boilerplate
from crawler.extract.words import NO_LONGER
from storage.document import Block, BlockKind

BODY = re.compile(
    r"\b(?:council|committee|board|team|group|members(?:hip)?|people|leadership|bureau|panel|working party"
    r"|comit[eé]|conseil|consejo|conselho|[eé]quipe|equipo|junta|miembros|membres|membros|mitglieder|vorstand|beirat"
    r"|direcci[oó]n|direction|consiglio)\b",
    re.I,
)
"""In the title of a part that may list a body's people."""
LONGEST_TITLE = 8
LONGEST_INTRODUCTION = 2
"""So many blocks may stand before a body's people."""


def find_run(blocks: Sequence[Block], known: Gazetteer) -> tuple[int, int] | None:
    """Where contacts stand without a heading of their own: from the first named person to the last fact
    about one.

    One person needs a fact beside the name (a role, a body, an address); two names support each other.
    """
    cards = cards_near([index for index in range(len(blocks)) if opens_card(blocks, index, known)])
    for start, block in enumerate(blocks):
        below = blocks[start + 1] if start + 1 < len(blocks) else None
        opens = bool(cards) and start == cards[0]
        if not (opens or _names_a_person(block, known) or _is_label_of(block, below, known)):
            continue
        end = cards[-1] + 1 if opens else start + 1
        while end < len(blocks) and (
            _is_about_people(blocks[end], known)
            or (end + 1 < len(blocks) and _is_label_of(blocks[end], blocks[end + 1], known))
            or _is_label_of(blocks[end - 1], blocks[end], known)
            or _is_linked_name(blocks[end], known)
            or (blocks[end].kind is BlockKind.HEADING and opens_card(blocks, end, known))
            or (blocks[end].headers and blocks[end].headers == blocks[end - 1].headers)
        ):
            end += 1
        persons, facts = _support(blocks[start:end], known)
        if persons > 1 or facts or opens:
            return start - _is_heading_of_role(blocks[start - 1] if start else None, known), end
    return None


def _is_heading_of_role(block: Block | None, known: Gazetteer) -> bool:
    """The heading over a table or a list of people that names their role is theirs."""
    is_heading = block is not None and block.kind is BlockKind.HEADING
    return is_heading and block is not None and is_role_label(block.text, known.roles)


def _in_table(block: Block, known: Gazetteer) -> bool:
    """A row of a table of people: their names, and their roles or addresses."""
    headers = [header.strip(" :") for header in block.headers]
    at = next((n for n, header in enumerate(headers) if NAME.fullmatch(header)), None)
    if at is None or at >= len(block.cells) or not any(BESIDE.fullmatch(header) for header in headers):
        return False
    return read_person(block.cells[at], known, bare=True) is not None


def _is_linked_name(block: Block, known: Gazetteer) -> bool:
    """Nothing but a name that leads to the person's page, among others."""
    if block.kind is BlockKind.ROW or len(block.lines) != 1 or len(block.links) != 1:
        return False
    return block.links[0].text == block.text and read_person(block.text, known, bare=True) is not None


def holds_people(part: Part, known: Gazetteer) -> bool:
    """A part under the name of a role that begins with a person: not one of those who had it before."""
    title = part.title.casefold()
    if not is_role_label(title, known.roles) or not NO_LONGER.isdisjoint(title.split()) or not part.blocks:
        return False
    first = part.blocks[0].lines[0] if part.blocks[0].lines else ""
    found = labelled(first, known)
    return read_person(found["value"] if found else first, known, bare=True) is not None


def holds_cards(part: Part, known: Gazetteer) -> bool:
    """A part under the name of a body that begins with people, or soon comes to them: names with roles below."""
    if not BODY.search(part.title) or len(part.title.split()) > LONGEST_TITLE or not part.blocks:
        return False
    if not NO_LONGER.isdisjoint(part.title.casefold().split()):
        return False
    cards = [index for index in range(len(part.blocks)) if opens_card(part.blocks, index, known)]
    return len(cards) > 1 and cards[0] <= LONGEST_INTRODUCTION


def _is_label_of(block: Block, below: Block | None, known: Gazetteer) -> bool:
    """A role on a line of its own, as a term or with a colon, and a name below."""
    if below is None or not (block.kind is BlockKind.TERM or block.text.endswith(":")):
        return False
    return (
        is_role_label(block.text, known.roles)
        and read_person(below.lines[0] if below.lines else "", known, bare=True) is not None
    )


def _names_a_person(block: Block, known: Gazetteer) -> bool:
    if labelled_people(block, known) or (
        block.headers and (people_by_columns(block, known) or _in_table(block, known))
    ):
        return True
    if block.kind is BlockKind.ROW:
        return person_behind_role(block, known) is not None
    return any(len(line) <= 120 and _begins_with_person(line, known) for line in block.lines)


def _begins_with_person(line: str, known: Gazetteer) -> bool:
    """At once, or behind where the person is from: "Austria: Mr Ivo Rest, Ministry of Canals"."""
    if "(@" in line and (person := read_person(line, known, bare=True)) and person.rest.startswith("(@"):
        return True
    return read_person(line, known) is not None or _is_person_from(line, known)


def _is_person_from(line: str, known: Gazetteer) -> bool:
    found = person_from(line, known)
    return found is not None and found[1].honorific is not None


def _is_about_people(block: Block, known: Gazetteer) -> bool:
    if _names_a_person(block, known) or _is_address(block):
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


def _is_address(block: Block) -> bool:
    """Nothing but a link to write to: "Send a message"."""
    return (
        len(block.links) == 1
        and block.links[0].text == block.text
        and block.links[0].target.startswith("mailto:")
    )


def _is_fact(line: str, known: Gazetteer) -> bool:
    return bool(
        is_role(line, known.roles)
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
