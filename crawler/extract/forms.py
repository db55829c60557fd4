"""Forms of labels and values, as a database shows one project: its facts, and who answers for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.codes import find_code
from crawler.extract.dates import first_date
from crawler.extract.knowledge import Knowledge
from crawler.extract.pairs import economies_in, facts_of, is_nothing, pairs_of, pieces_of
from crawler.extract.people import ADDRESS, read_person
from crawler.extract.places import Gazetteer, gazetteer
from storage.document import Block
from storage.records import Contact, Project

OF_PEOPLE = {
    "name": r"(?:project )?(?:proponent|overseer|contact)(?: name)?|name",
    "role": r"job title|position|title",
    "organization": r"organi[sz]ation|agency|institution",
    "phone": r"tel(?:ephone)?(?: no)?|phone",
    "email": r"e-?mail(?: address)?",
}
NO_TITLE = re.compile(
    r"(?:the )?(?:project )?(?:projects?|details?|information|overview|summary|facts|data|description|profile)",
    re.I,
)
"""What a form may be called instead of its project."""
FEWEST = 4
"""Labels that make a form of a project."""


def read_form(
    blocks: Sequence[Block], knowledge: Knowledge, section: str, heading: str | None = None
) -> tuple[Project, list[Contact], set[int]] | None:
    """The project of a form, its proponents, and the blocks that say so; None where the blocks are no form.

    `heading` is what stands over the form: the title, where no label gives one.
    """
    pairs = pairs_of(blocks)
    facts = facts_of(pairs)
    if (
        len(facts) < FEWEST
        or not {"code", "title"} & facts.keys()
        or not facts.keys() & {"economy", "status", "fund"}
    ):
        return None
    if heading and not NO_TITLE.fullmatch(heading.strip(" :")):
        facts.setdefault("title", heading)
    place = blocks[pairs[0][0]].place
    known = gazetteer(knowledge)
    people = _people(pairs, facts.get("group"), section, place)
    return _project(facts, knowledge, known, section, place), people, {index for index, _, _ in pairs}


def _project(
    facts: dict[str, str], knowledge: Knowledge, known: Gazetteer, section: str, place: int
) -> Project:
    code = find_code(facts.get("code", ""), knowledge)
    starts, ends = first_date(facts.get("starts_on", "")), first_date(facts.get("ends_on", ""))
    leads = economies_in(facts.get("economy", ""), known)
    return Project(
        code=code["code"] if code else facts.get("code"),
        title=facts.get("title"),
        economy=leads[0] if leads else facts.get("economy"),
        co_sponsors=(*leads[1:], *economies_in(facts.get("co_sponsors", ""), known)),
        status=facts.get("status"),
        year=facts.get("year"),
        fund=facts.get("fund"),
        amount=facts.get("amount"),
        starts_on=starts.starts_on if starts else None,
        ends_on=ends.starts_on if ends else None,
        topics=pieces_of(facts.get("topics", "")),
        group=facts.get("group"),
        section=section,
        place=place,
    )


def _people(
    pairs: Sequence[tuple[int, str, str]], group: str | None, section: str, place: int
) -> list[Contact]:
    """The proponents, told apart by the number at the end of their labels."""
    people: dict[str, dict[str, str]] = {}
    for _, label, value in pairs:
        what, number = re.fullmatch(r"(.*?)\s*(\d?)", label).groups()  # type: ignore[union-attr]
        kind = next((k for k, shape in OF_PEOPLE.items() if re.fullmatch(shape, what)), None)
        if kind and not is_nothing(value):
            people.setdefault(number, {}).setdefault(kind, value)
    return [
        contact
        for said in people.values()
        if said.keys() >= {"name"} and len(said) > 1 and (contact := _contact(said, group, section, place))
    ]


def _contact(said: dict[str, str], group: str | None, section: str, place: int) -> Contact | None:
    person = read_person(said["name"], gazetteer(Knowledge()), bare=True)
    address = ADDRESS.search(said.get("email", ""))
    if person is None:
        return None
    return Contact(
        name=person.name,
        honorific=person.honorific,
        role=said.get("role"),
        organization=said.get("organization"),
        phone=said.get("phone"),
        email=address.group() if address else None,
        group=group,
        section=section,
        place=place,
    )
