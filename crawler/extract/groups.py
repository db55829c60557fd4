"""Groups that a page lists: an index of working groups, a table of special interest groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.extract.group import IN_TITLE, NOUNS, defined_group
from crawler.extract.labels import labelled, people_in, split_labels
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_plural, is_role_label, singular
from crawler.extract.sections import Part, is_boilerplate
from storage.document import Block, BlockKind
from storage.records import Contact, Group

LISTS = re.compile(
    r"\b(?:(?:sub-?|working |expert |interest |task |study |focus )?groups|sigs|wgs|committees|sub-?committees"
    r"|task ?forces|working parties|task teams|chapters|fora|partnerships|networks|grupos de trabajo|groupes de travail"
    r"|arbeitsgruppen)\b|工作组|작업반|部会",
    re.I,
)
NAME = re.compile(r"^(?:name|group|title|committee|sig|working group|body|forum|chapter)s?(?: name)?$", re.I)
ACRONYM = re.compile(r"\b(?:acronym|label|abbreviation|short|code|alias)\b", re.I)
LONGEST = 120
FEWEST = 2


def listed_group(block: Block) -> str | None:
    """The name of the group that a row of a table of groups is about."""
    at = next((n for n, header in enumerate(block.headers) if NAME.match(header.strip())), None)
    if at is None or at >= len(block.cells) or not block.cells[at]:
        return None
    return block.cells[at].split("\n")[0]


def read_groups(part: Part, known: Gazetteer) -> tuple[list[Group], list[Contact]]:
    """The groups that a part lists, and the people that their entries name; two groups at least make a list."""
    if not LISTS.search(part.title):
        return [], []
    groups: list[Group] = []
    contacts: list[Contact] = []
    for index, block in enumerate(part.blocks):
        group = _of_row(block, part.key) if block.kind is BlockKind.ROW else _of_entry(block, part.key)
        if group is not None and group.name == part.title:
            continue
        if group is not None:
            groups.append(group)
        if groups and groups[-1].name and block.kind is not BlockKind.ROW and index not in part.taken:
            contacts.extend(_people(block, known, groups[-1].name, part.key))
    return (groups, contacts) if len(groups) >= FEWEST else ([], [])


def _of_row(block: Block, section: str) -> Group | None:
    name = listed_group(block)
    if name is None or len(name) > LONGEST:
        return None
    short = next(
        (c for h, c in zip(block.headers, block.cells, strict=False) if ACRONYM.search(h) and c), None
    )
    return _group(block, name, short, section)


def _of_entry(block: Block, section: str) -> Group | None:
    """A heading or an item that is linked and named as groups are."""
    first = block.lines[0] if block.lines else ""
    if block.kind not in {BlockKind.HEADING, BlockKind.ITEM, BlockKind.TERM}:
        return None
    if own := defined_group(first):
        return _group(block, own, None, section)
    linked = any(link.text and first.startswith(link.text) for link in block.links)
    if len(first) > LONGEST or not linked or not re.search(rf"\b{NOUNS}\b", first) or is_boilerplate(first):
        return None
    return _group(
        block, next(link.text for link in block.links if first.startswith(link.text)), None, section
    )


def _group(block: Block, name: str, acronym: str | None, section: str) -> Group:
    own = IN_TITLE.fullmatch(name)
    link = next((link.target for link in block.links if link.text and link.text in name), None)
    return Group(
        name=own["name"] if own else name,
        acronym=own["acronym"] if own else acronym,
        link=link,
        read_from="list",
        section=section,
        place=block.place,
        confidence=0.8,
    )


def _people(block: Block, known: Gazetteer, group: str, section: str) -> Iterator[Contact]:
    """As in "Quiet nights at quays. Chair: Ms Karin Holm (Sweden)."."""
    for sentence in _sentences(block.lines, known):
        found = labelled(sentence, known)
        if found is None or not is_role_label(found["label"], known.roles):
            continue
        people = people_in(found["value"], known, is_list=is_plural(found["label"]))
        for person in people:
            inner = re.match(r"\(([^()]+)\)", person.rest)
            body = inner.group(1) if inner else None
            is_economy = body is not None and known.is_economy(body)
            yield Contact(
                name=person.name,
                honorific=person.honorific,
                role=singular(found["label"]) if len(people) > 1 else found["label"],
                economy=body if is_economy else None,
                organization=None if is_economy else body,
                group=group,
                section=section,
                place=block.place,
                confidence=0.8,
            )


def _sentences(lines: Sequence[str], known: Gazetteer) -> Iterator[str]:
    for line in lines:
        name = defined_group(line)
        said = line[len(name) + 2 :] if name else line
        if (":" in said or name) and len(said) < 1000:
            for sentence in re.split(r"(?<=[a-z)][.;])\s+(?=[A-Z])", said):
                yield from split_labels(sentence.rstrip("."), known)
