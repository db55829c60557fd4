"""Roles that stand before their people: "Chairs: A (X), B (Y)", a row of two cells."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from crawler.extract.group import defined_group
from crawler.extract.people import HONORIFIC, SCRIPT_NAME, Person, narrowed, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_body, is_plural, is_role_label, singular
from crawler.extract.words import NO_LONGER, SCRIPTS_FROM
from storage.document import Block, BlockKind

LABELLED = re.compile(r"(?P<label>[^:;.\n]{3,60}?|[\u2e80-\uffef]{2})\s*:\s*(?P<value>\S.*)", re.S)

SECRETARIAT = re.compile(r"(?:technical |scientific )?(?:secretariat|secr[eé]tariat|secretar[ií]a)", re.I)
ROLE_BEFORE = re.compile(r"\b(?:[Tt]he|[Oo]ur|[Ii]ts|your)\s+(?P<role>\w+(?: [\w-]+){0,3}?)(?:,|\s+is)?\s*$")
CONTACT_LABEL = re.compile(
    r"(?:(?:main |key |your |press |general )?contact(?: person| point| name)?|name|attention|attn\.?"
    r"|nombre|nom|contacto|persona de contacto|ansprechpartner(?:in)?|kontakt(?:person)?"
    r"|联系人|联络人|聯絡人|(?:\S{1,8} )?担当者?|連絡先"
    r"|담당자?|문의처?|liên hệ|họ và tên)",
    re.I,
)
"""A label of a person that says no role."""
DASH = re.compile(r"\s[-–—]\s")
DASHED = re.compile(rf"(?P<label>[^:;.\n]{{3,40}}?)\s+[-–—]\s+(?P<value>{HONORIFIC}\.?\s+\S.*)", re.S)
"""With a dash for the colon only a person is named: behind "Director – Human Resources" nobody is."""
NEXT_LABEL = re.compile(
    rf"\s*[,;|/·•.]\s+(?=(?P<label>[^\W\d_][^:;,|.()\n]{{2,40}}?)(?::\s|\s[-–—]\s{HONORIFIC}\.?\s))"
)
LONGEST_LINE = 4000
"""A longer one is no line of people."""
FROM = re.compile(r"(?P<economy>[^:;.\n]{3,40}?)\s*(?::|\s[-–—])\s+(?P<rest>\S.*)", re.S)
JOINED = re.compile(r"\s+(?:and|&|/|y|e|et|und)\s+|\s*/\s*")
BESIDE = re.compile(rf"\s*(?:;|/|&|\b(?:and|y|e|et|und)\b)\s+(?={HONORIFIC}\.?\s+[^\W\d_])")
IN_SCRIPT = re.compile(r"(?P<label>[\u2e80-\uffef]{2,8})\s+(?P<value>[\u2e80-\uffef]\S*(?:\s.*)?)", re.S)


def labelled_people(block: Block, known: Gazetteer) -> list[tuple[str, Person]]:
    """As in "Chairs: A (X), B (Y)" as a line, a row of a role and its people: each person with the role."""
    pairs = (
        _pairs_of_row(block)
        if block.kind is BlockKind.ROW
        else [
            (found["label"], found["value"])
            for line in block.lines
            for piece in split_labels(line.removeprefix(f"{defined_group(line)}: "), known)
            if (found := labelled(piece, known))
        ]
    )
    return [
        (label, person)
        for label, value in pairs
        if is_role_label(label, known.roles) and not is_of_the_past(label)
        for person in people_in(value, known, is_list=is_plural(label) or "\n" in value)
    ]


def people_by_columns(block: Block, known: Gazetteer) -> list[tuple[str, Person]]:
    """The people of a row whose columns are called as their roles: "Chairs", "Representative | Alternate"."""
    found: list[tuple[str, Person]] = []
    columns = [
        (h, c) for h, c in zip(block.headers, block.cells, strict=False) if c and is_role_column(h, known)
    ]
    others = [
        c
        for h, c in zip(block.headers, block.cells, strict=False)
        if re.search(r"member|organi|company", h, re.I)
    ]
    for header, cell in columns:
        for line in cell.split("\n"):
            person = read_person(line, known, bare=True)
            if person is not None:
                body = f", {others[0]}" if others and "," not in person.rest else ""
                found.append((header, replace(person, rest=person.rest + body)))
            elif is_body(line) and found and found[-1][0] == header and not found[-1][1].rest:
                found[-1] = (header, replace(found[-1][1], rest=f", {line}"))
    return found


def is_of_the_past(label: str) -> bool:
    """The label of those who were: "Past leaders"; a single "Past President" may well be an officer."""
    said = label.casefold().strip(" :").split()
    return (is_plural(label) or "emeriti" in said) and not NO_LONGER.isdisjoint(said)


def is_role_column(header: str, known: Gazetteer) -> bool:
    """A column's name that is a role by itself; "Contact" and "Representative of" may be anything."""
    return (
        len(header) <= 40
        and is_role_label(header, known.roles)
        and not re.search(r"\b(?:contacts?|position|title)\b", header, re.I)
    )


def dashed(text: str, known: Gazetteer) -> tuple[str, str] | None:
    """As in "Convenor - Hugo Low, Fyr AB", where an item of a list begins so: the role and who holds it."""
    label, dash, value = text.partition(" - ") if " - " in text else text.partition(" – ")
    if not dash or not is_role_label(label, known.roles) or not read_person(value, known, bare=True):
        return None
    return label, value


def labelled(line: str, known: Gazetteer) -> re.Match[str] | None:
    """A line of a label and what it is said of."""
    line = narrowed(line)
    if ":" in line:
        return LABELLED.fullmatch(line)
    found = DASHED.fullmatch(line) if DASH.search(line) else None
    if found is None and line[:1] > SCRIPTS_FROM:
        found = IN_SCRIPT.fullmatch(line)
    return found if found and is_role_label(found["label"], known.roles) else None


def people_side_by_side(text: str, known: Gazetteer) -> list[Person]:
    """As in "Ms Ada Low, Reef Office, Peru & Mr Bo Chen, Quay Ltd": each with what follows the name; else none."""
    pieces = BESIDE.split(text)
    people = [read_person(piece, known) for piece in pieces] if len(pieces) > 1 else []
    return [person for person in people if person] if all(people) else []


def person_from(line: str, known: Gazetteer) -> tuple[str, Person] | None:
    """As in "Austria: Mr Ivo Rest, Ministry of Canals": the economy, and the person from there."""
    found = FROM.fullmatch(line)
    if found is None or not known.is_economy(found["economy"]):
        return None
    person = read_person(found["rest"], known, bare=":" in line[: found.start("rest")])
    return (found["economy"], person) if person else None


def split_labels(line: str, known: Gazetteer) -> list[str]:
    """As in "Chair: Ada Low (Reef), Vice-Chairs: Bo Chen, Cy Dow": a piece for each label of a role."""
    if len(line) > LONGEST_LINE or line.count(":") + len(DASH.findall(line)) < 2:
        return [line]
    cuts = [m for m in NEXT_LABEL.finditer(line) if is_role_label(m["label"], known.roles)]
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(line)]
    return [line[start:end] for start, end in zip(starts, ends, strict=True)]


def _pairs_of_row(block: Block) -> list[tuple[str, str]]:
    """A role and the next cell, in a row that has no more than a label before and nothing behind."""
    cells = [cell for cell in block.cells if cell]
    if block.headers or not 2 <= len(cells) <= 3:
        return []
    return [(cells[-2], cells[-1])]


def person_behind_role(block: Block, known: Gazetteer) -> tuple[str, int] | None:
    """A row of a role, one person and facts about that one: the role, and the column of the person."""
    cells = block.cells
    if block.headers:
        return None
    firsts = [cell.partition("\n")[0] for cell in cells]
    for column, (label, shown) in enumerate(pairwise(firsts), start=1):
        if SECRETARIAT.fullmatch(label) and read_person(shown, known):
            return label, column
        if is_role_label(label, known.roles) and not read_person(label, known):
            return (singular(label), column) if read_person(shown, known, bare=True) else None
    return None


def people_in_script(text: str, known: Gazetteer) -> list[Person]:
    """As in "林海、周青、吴桐": nothing but names in one word each."""
    pieces = [piece for piece in re.split(r"[、,，;；\s]+", text.strip()) if piece]
    if not pieces or not all(SCRIPT_NAME.fullmatch(piece) for piece in pieces):
        return []
    people = [read_person(piece, known, bare=True) for piece in pieces]
    return [person for person in people if person] if all(people) else []


def people_in(value: str, known: Gazetteer, *, is_list: bool = False) -> list[Person]:
    """The people of a list "A (X), B (Y)", or the one of "A, Director, Ministry of X".

    Bare names between commas are a list only where the role is a plural: "Ada Low, Red Hat" is one person.
    """
    if len(value) > LONGEST_LINE:
        return []
    value = narrowed(value)
    lines = [line for line in value.split("\n") if line.strip(" *•·✉")]
    if is_list and len(lines) > 1 and all(people := [read_person(x, known, bare=True) for x in lines]):
        return [person for person in people if person]
    pieces = [re.sub(r"^and\s+", "", piece.strip()) for piece in value.split(";") if piece.strip()]
    if len(pieces) > 1 and all(people := [read_person(x, known, bare=True) for x in pieces]):
        return [person for person in people if person]
    pieces = [p for p in JOINED.split(value) if p] if "," not in re.sub(r"\([^()]*\)", "", value) else []
    if len(pieces) > 1 and all(people := [read_person(x, known, bare=True) for x in pieces]):
        return [person for person in people if person]
    pieces = [
        p for p in re.split(r"\s*(?:[,;\n]|\band\b|&|\by\b|\bet\b|\bund\b|、)\s*(?![^()]*\))", value) if p
    ]
    if len(pieces) > 1 and all(SCRIPT_NAME.fullmatch(piece) for piece in pieces):
        is_list = True  # in such scripts no body is so short
    people = [read_person(piece, known, bare=True) for piece in pieces]
    # One shape for all: with or without brackets, with or without an honorific.
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
