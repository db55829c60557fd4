"""People that a line names behind a label: "Co-Chairs: A, B", "Austria: Mr C", "Secretariat: Ms D"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.extract.card import is_fact_label
from crawler.extract.group import defined_group
from crawler.extract.labels import (
    CONTACT_LABEL,
    SECRETARIAT,
    dashed,
    is_of_the_past,
    labelled,
    people_in,
    person_from,
    split_labels,
)
from crawler.extract.lines import Line
from crawler.extract.mentions import person_before_address
from crawler.extract.people import Person, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_plural, is_role_label, singular
from storage.document import BlockKind

LONGEST_LABEL = 4  # words


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a line: whether its section is one of contacts or has a title, whether labels in it are
    roles, and the role under whose heading it stands.
    """

    known: Gazetteer
    in_section: bool
    has_title: bool
    has_roles: bool
    role: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a line calls that one."""

    person: Person
    line: Line
    role: str | None
    economy: str | None = None
    group: str | None = None


def people_behind_labels(line: Line, around: Around) -> list[Named] | None:
    """Those whom the line names, each with the label as role; several labels may share a line.

    None where it is no such line; nobody where its label is of those who were.
    """
    if name := defined_group(line.text):
        said = people_behind_labels(_piece_of(line, line.text[len(name) + 2 :]), around)
        return said and [replace(each, group=name) for each in said]
    pieces = split_labels(line.text, around.known)
    if len(pieces) > 1:
        found = [people_behind_labels(_piece_of(line, piece), around) for piece in pieces]
        return [each for several in found for each in several or ()] or None
    if came := person_from(line.text, around.known):
        return [Named(came[1], line, around.role, came[0])]
    if shape := labelled(line.text, around.known):
        return _behind(shape["label"], shape["value"], line, around)
    is_item = around.in_section and line.block.kind is BlockKind.ITEM and line.number == 0
    pair = dashed(line.text, around.known) if is_item else None
    return _behind(*pair, line, around) if pair else None


def _behind(label: str, value: str, line: Line, around: Around) -> list[Named] | None:
    if is_of_the_past(label):
        return []
    if not is_role_label(label, around.known.roles):
        return _otherwise(label.strip(), value, line, around)
    people = people_in(value, around.known, is_list=is_plural(label))
    role = singular(label) if len(people) > 1 else label
    return [Named(person, line, role) for person in people] or None


def _otherwise(label: str, value: str, line: Line, around: Around) -> list[Named] | None:
    """As in "Local arrangements: Ada Low" among roles, or "Snow: Ada Low" under the heading of a role."""
    known = around.known
    if SECRETARIAT.fullmatch(label) and (person := read_person(value, known)):
        return [Named(person, line, label)]
    if (
        around.in_section
        and CONTACT_LABEL.fullmatch(label)
        and (person := read_person(value, known, bare=True))
    ):
        return [Named(person, line, around.role)]
    if around.in_section and (person := person_before_address(label, value, known)):
        return [Named(person, line, around.role)]
    if not around.has_title or len(label.split()) > LONGEST_LABEL or is_fact_label(label) or "@" in value:
        return None
    people = people_in(value, known) if around.role or around.has_roles else []
    return [Named(person, line, around.role or label) for person in people] or None


def _piece_of(line: Line, text: str) -> Line:
    return replace(line, text=text, links=tuple(x for x in line.links if x.text and x.text in text))
