"""Lists of a body's people without roles: a committee's name, and below it a person on every line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.extract.columns import NAME
from crawler.extract.people import Person, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_body, is_role, is_role_label
from crawler.extract.sections import Part, is_boilerplate
from crawler.extract.words import NO_LONGER, OF_OTHERS
from storage.document import Block, BlockKind

_BODIES = (
    r"committee|board|council|bureau|panel|task ?force|secretariat|vorstand|beirat|\w*ausschuss|\w*komitee|komit[eé]t"
    r"|komisja|panitia|dewan|комитета?|совета?|комисси[яи]|коллеги[яи]|президиума?|рабоч(?:ая|ей) групп[аы]"
)
_ROMANCE = (
    r"comit[eéê]|conseil|consejo|conselho|comitato|consiglio|comisi[oó]n|comiss[aã]o|commission|commissione|coordena[cç][aã]o"
    r"|coordinaci[oó]n|junta|directorio|direcci[oó]n|bureau|ban (?:tổ chức|chấp hành)|hội đồng"
)
_BEHIND = r"(?:\s+(?:members?|membership|mitglieder|composition)|[\s(]+(?:19|20)\d\d[\d\s()/–-]*|\s*\([A-Z][\w/-]*\))*"
BODY = re.compile(
    rf"(?:[\w'’&/-]+\s+){{0,6}}(?:{_BODIES})(?:{_BEHIND}|\s+(?:of|for|on|по)\s+[\w\s,'’&-]+)"
    rf"|(?:(?:members?|composition) of (?:the )?|m[ei]e?mbr[eoi]s? d[\w'’]+ (?:la |el )?|miembros del? (?:la )?"
    rf"|члены |состав |mitglieder des )?(?:(?:le|la|el|o|a|il)\s+)?"
    rf"(?:(?:{_ROMANCE})(?:\s+[\w'’]+){{0,4}}|{_BODIES}){_BEHIND}"
    r"|[\u2e80-\uffef ]{0,16}(?:委员会|委員会|委員會|理事会|幹事会|위원회|이사회|조직 ?위원|役員|임원)"
    r"(?:委员|委員|成员|名单|名簿|구성)?",
    re.I,
)
"""In the title of a list of people: what persons are members of."""
NOT_PEOPLE = re.compile(
    r"\b(?:structures?|papers?|documents?|meetings?|minutes|reports?|decisions?|news|mandate|terms|rules|history|links?"
    r"|resources?|work|tasks|r[eé]union(?:es|s)?|documentos|actas|noticias|aufgaben|termine)\b",
    re.I,
)
LONGEST_TITLE, LONGEST_LINE = 9, 160
FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|html?#\w*)(?:$|[?#])", re.I)
FEWEST, FEWEST_BARE = 2, 3
"""People with something beside their names; names alone."""


def holds_members(part: Part, known: Gazetteer) -> bool:
    """A part under the name of a body that lists people and next to nothing else."""
    return names_body(part.title) and are_members(part.blocks, known)


def find_members(blocks: Sequence[Block], known: Gazetteer) -> tuple[int, int] | None:
    """Where, below a line "Members of the committee:", its items are people."""
    for at, block in enumerate(blocks):
        if block.kind is BlockKind.ITEM or not block.text.endswith((":", "：")) or not names_body(block.text):
            continue
        others = (n for n in range(at + 1, len(blocks)) if blocks[n].kind is not BlockKind.ITEM)
        end = next(others, len(blocks))
        if are_members(blocks[at + 1 : end], known):
            return at + 1, end
    return None


def names_body(title: str) -> bool:
    words = title.casefold().split()
    if len(words) > LONGEST_TITLE or not NO_LONGER.isdisjoint(words) or OF_OTHERS.search(title):
        return False
    return BODY.fullmatch(title.strip(" :：")) is not None and NOT_PEOPLE.search(title) is None


def are_members(blocks: Sequence[Block], known: Gazetteer) -> bool:
    """Names alone count where nothing else stands between them and none leads elsewhere, as entries of menus do."""
    people, others = 0, 0
    told, linked = 0, False
    for block, line in _lines(blocks):
        person = _member(line, known)
        if any(FILE.search(link.target) for link in block.links):
            others += 1
        elif person is not None:
            people += 1
            told += bool(person.rest or person.honorific)
            linked = linked or bool(block.links)
        elif not (is_role(line, known.roles) or is_body(line) or known.is_economy(line) or "@" in line):
            others += 1
    if told * 2 >= people:
        return people >= FEWEST and others * 2 <= people
    return people >= FEWEST_BARE and not (others or linked)


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """The lines that are no headings; of a row the cell of a name."""
    for block in blocks:
        if block.kind is BlockKind.ROW:
            at = next(
                (n for n, header in enumerate(block.headers) if NAME.fullmatch(header.strip(" :"))), None
            )
            cells = block.cells if at is None else block.cells[at : at + 1]
            yield from ((block, cell) for cell in cells if cell)
        elif block.kind is not BlockKind.HEADING:
            yield from ((block, line) for line in block.lines if not is_boilerplate(line))


def _member(line: str, known: Gazetteer) -> Person | None:
    if len(line) > LONGEST_LINE or any(ch.isdigit() for ch in line) or is_role_label(line, known.roles):
        return None
    return read_person(line, known, bare=True)
