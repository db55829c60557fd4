"""Roles that stand before their people: "Chairs: A (X), B (Y)", a row of two cells."""

from __future__ import annotations

import re

from crawler.extract.people import Person, is_plural, is_role, read_person
from crawler.extract.places import Gazetteer
from storage.document import Block, BlockKind

LABELLED = re.compile(r"(?P<label>[^:;.\n]{3,60}?)\s*:\s*(?P<value>\S.*)", re.S)


def labelled_people(block: Block, known: Gazetteer) -> list[tuple[str, Person]]:
    """As in "Chairs: A (X), B (Y)" as a line, a row of two cells: each person with the role."""
    if block.kind is BlockKind.ROW:
        cells = [cell for cell in block.cells if cell]
        pairs = [(cells[0], cells[1])] if len(cells) == 2 and not block.headers else []
    else:
        pairs = [(m["label"], m["value"]) for line in block.lines if (m := LABELLED.fullmatch(line))]
    return [
        (label, p)
        for label, value in pairs
        if is_role_label(label)
        for p in people_in(value, known, is_list=is_plural(label))
    ]


def is_role_label(text: str) -> bool:
    """A few words that name a role: "Chairs", "Team Contacts", "Steering Liaison"; not "Contacts"."""
    text = text.strip(" :")
    if (
        len(text.split()) > 5
        or any(ch in text for ch in "@,;.")
        or re.fullmatch(r"(?:key |main |our )?contacts?", text, re.I)
    ):
        return False
    return is_role(text)


def people_in(value: str, known: Gazetteer, *, is_list: bool = False) -> list[Person]:
    """The people of a list "A (X), B (Y)", or the one of "A, Director, Ministry of X".

    Bare names between commas are a list only where the role is a plural: "Ada Low, Red Hat" is one person.
    """
    pieces = [p for p in re.split(r"\s*(?:[,;\n]|\band\b|&)\s*(?![^()]*\))", value) if p]
    people = [read_person(piece, known, bare=True) for piece in pieces]
    alike = (
        len(
            {
                ("(" in piece, bool(person and person.honorific))
                for piece, person in zip(pieces, people, strict=True)
            }
        )
        == 1
    )
    if all(people) and (is_list or (alike and ("(" in value or read_person(pieces[0], known)))):
        return [person for person in people if person]
    first = read_person(value.partition("\n")[0], known, bare=True)
    return [first] if first else []
