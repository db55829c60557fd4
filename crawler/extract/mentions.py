"""People that a line names otherwise than by beginning with them and their honorific."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.extract.labels import ROLE_BEFORE
from crawler.extract.lines import Line
from crawler.extract.months import without_accents
from crawler.extract.people import ADDRESS, Person, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_role, is_role_label

CONTACT = re.compile(r"\b(?:contact|write to|e-?mail|reach)\s+(?P<who>[A-Z].{4,200})$")


def person_asked_for(text: str, known: Gazetteer) -> Person | None:
    """As in "For more, please contact Ada Low (ada@reef.example), Policy Analyst."."""
    found = CONTACT.search(text) if "@" in text else None
    return read_person(found["who"].rstrip("."), known, bare=True) if found else None


def person_with_role_behind(text: str, known: Gazetteer) -> Person | None:
    """As in "Ada Low, Director, Ministry of Tides": a line that starts with a name and goes on with a role."""
    person = read_person(text, known, bare=True) if "," in text else None
    behind = person.rest.lstrip(" ,").split(",")[0] if person else ""
    return person if behind and is_role(behind, known.roles) else None


def person_written_to(line: Line, known: Gazetteer) -> Person | None:
    """As in "For questions, contact the committee secretary, Jill Low": the name leads to the address."""
    link = next((x for x in line.links if x.target.lower().startswith("mailto:") and x.text), None)
    person = read_person(link.text, known, bare=True) if link else None
    if link is None or person is None or person.rest:
        return None
    before = ROLE_BEFORE.search(line.text.partition(link.text)[0])
    role = before["role"] if before and is_role_label(before["role"], known.roles) else ""
    return replace(person, rest=role)


def person_before_address(label: str, value: str, known: Gazetteer) -> Person | None:
    """As in "Olga Low: olga.low@reef.example": the address tells that the label is a name, or what follows it."""
    found = ADDRESS.search(value)
    for text, rest in ((label, value), (value, None)) if found else ():
        person = read_person(text, known, bare=True)
        if found and person and any(_is_in(word, found.group()) for word in person.name.split()):
            return replace(person, rest=rest) if rest else person
    return None


def _is_in(word: str, address: str) -> bool:
    local = address.partition("@")[0].casefold()
    return len(word) > 2 and without_accents(word.casefold()) in without_accents(local)
