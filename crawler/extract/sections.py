"""A document cut into parts: what a person would call its sections, and what each holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.extract.dates import first_date
from crawler.extract.knowledge import Knowledge
from crawler.extract.people import read_person
from crawler.extract.places import gazetteer
from storage.document import Block, BlockKind, Document

EVENTS, CONTACTS, NEWS, PROJECTS, TEXT = "events", "contacts", "news", "projects", "text"
DESCRIPTION = "description"

_WORDS = {
    EVENTS: """
        event events meeting meetings calendar workshop workshops conference conferences seminar seminars
        webinar webinars summit summits forum fora concerts sessions plenaries
    """,
    CONTACTS: """
        contact contacts leadership leader leaders chair chairs co-chair co-chairs chairperson chairpersons
        chairmen vice-chair vice-chairs officers officer secretariat convenor convenors convener conveners
        organizers organisers coordinators coordinator bureau people delegates lead leads maintainers staff
    """,
    NEWS: """
        news newsroom announcements announcement headlines press
    """,
    PROJECTS: """
        project projects subprojects sub-projects deliverables specifications
    """,
}
WORDS = {holds: frozenset(words.split()) for holds, words in _WORDS.items()}
# Words that may stand beside a telling one, as acronyms may; with any other it is about something else.
_BESIDE = """
the a of and & our all key main current recent latest upcoming past previous next future forthcoming other
list calendar schedule archive archived working group team technical committee information details for us
who we are releases release articles stories emeritus steering programme program vice co person persons
point points focal member members board global regional annual ongoing completed active related funded
self-funded meeting dates in on at page subproject project
"""
BESIDE = frozenset(_BESIDE.split())
# Of two telling words the more telling one wins: "Project news" is news, "Meeting contacts" are contacts.
ORDER = (NEWS, CONTACTS, EVENTS, PROJECTS)
BOILERPLATE = re.compile(
    r"(?:subscribe(?: to| now)?|sign up|never miss|follow us|share this|read more|continue reading"
    r"|view all|see all|you are here|back to top|print this|more news|more events|load more"
    r"|all rights reserved|©|copyright|cookies?\b)",
    re.I,
)
LAST_UPDATE = re.compile(
    r"[\W_]*(?:this\s+)?(?:page\s+)?(?:was\s+)?(?:last\s+(?:page\s+)?(?:updated?|modified|revised|reviewed|edited|changed)"
    r"|page\s+(?:last\s+)?(?:updated?|modified)|updated|modified)\b",
    re.I,
)


@dataclass(slots=True)
class Part:
    """A section with all that is folded into it. `taken` are indexes of blocks that were read as records."""

    title: str
    level: int
    holds: str
    blocks: tuple[Block, ...] = ()
    key: str = ""
    taken: set[int] = field(default_factory=set)

    def carve(self, start: int, end: int, holds: str) -> Part:
        """Takes the blocks from `start` to before `end` out, as a part of their own without a heading."""
        inner = Part("", max(self.level, 1), holds, self.blocks[start:end])
        self.blocks = self.blocks[:start] + self.blocks[end:]
        return inner

    def left(self) -> tuple[str, ...]:
        """The texts of the blocks that no record was read from, without what speaks of the site."""
        return tuple(
            block.text
            for index, block in enumerate(self.blocks)
            if index not in self.taken and not is_boilerplate(block.text)
        )

    def references(self) -> tuple[str, ...]:
        """What stands behind the texts of all its blocks: link targets, `datetime` values, texts for pictures."""
        return tuple(
            dict.fromkeys(
                reference
                for block in self.blocks
                if not is_boilerplate(block.text)
                for reference in (
                    *(f"link to {link.target}" for link in block.links),
                    *(f"date in the markup {moment}" for moment in block.times),
                    *(f"picture of {text}" for text in block.alternatives),
                )
            )
        )


def cut(document: Document, knowledge: Knowledge) -> list[Part]:
    """The parts of a page in its order, each with what its heading says that it holds; keys are set by
    `name_parts`.

    What stands before the first section, or under the page's own title, is its description.
    """
    titles = _titles(document)
    cutting = [b.level for n, b in enumerate(document.blocks) if n not in titles and _cuts(b, knowledge)]
    top = min(cutting, default=1)
    parts = [Part("Description", 0, TEXT)]
    gathered: list[list[Block]] = [[]]
    for index, block in enumerate(document.blocks):
        holds = holds_by_words(block.text, knowledge) if block.kind is BlockKind.HEADING else TEXT
        if index in titles:
            parts[0].holds = holds if len(parts) == 1 and holds != TEXT else parts[0].holds
        elif _cuts(block, knowledge) and _opens_part(block, holds, parts[-1], top):
            parts.append(Part(block.text, block.level, holds))
            gathered.append([])
        else:
            gathered[-1].append(block)
    for part, blocks in zip(parts, gathered, strict=True):
        part.blocks = tuple(blocks)
    return [part for part in parts if part.blocks or part.level]


def name_parts(parts: Iterable[Part]) -> None:
    """Gives every part its key: what it holds, else its title's words, which also tell equal ones apart."""
    seen: dict[str, int] = {}
    for part in parts:
        base = part.holds if part.holds != TEXT else slug(part.title) if part.level else DESCRIPTION
        if base in seen and part.title and part.holds != TEXT:
            base = f"{base}-{slug(part.title)}"
        seen[base] = seen.get(base, 0) + 1
        part.key = base if seen[base] == 1 else f"{base}-{seen[base]}"


def holds_by_words(title: str, knowledge: Knowledge) -> str:
    """What a heading says that its section holds. Only short ones of telling words and fillers count."""
    plain = title.casefold().strip(" :")
    for holds, names in knowledge.section_words:
        if plain in {name.casefold() for name in names}:
            return holds
    acronyms = (
        {word.casefold() for word in re.findall(r"\b[A-Z][A-Z\d]{1,7}\b", title)}
        if not title.isupper()
        else set()
    )
    words = {word for word in re.findall(r"[\w&-]+", plain) if not word.isdigit()} - acronyms
    if not 0 < len(words) <= 7 or not words <= BESIDE.union(*WORDS.values()):
        return TEXT
    return next((holds for holds in ORDER if not WORDS[holds].isdisjoint(words)), TEXT)


def is_boilerplate(text: str) -> bool:
    """About the page or the site: its date, a way to subscribe, a link to go on reading."""
    if len(text) > 200:
        return False
    return LAST_UPDATE.match(text) is not None or (len(text) < 90 and BOILERPLATE.match(text) is not None)


def slug(title: str) -> str:
    """A title's words in lower case with hyphens: stable over case, white space and punctuation."""
    return "-".join(re.findall(r"\w+", title.casefold())) or "untitled"


def _titles(document: Document) -> set[int]:
    """The headings that are the page's own title: those of level 1, when others stand below them."""
    headings = [(n, b) for n, b in enumerate(document.blocks) if b.kind is BlockKind.HEADING]
    first = [n for n, b in headings if b.level == 1]
    if first and len(first) <= 2 and (len(first) < len(headings) or len(first) == 1):
        return set(first)
    return set()


def _cuts(block: Block, knowledge: Knowledge) -> bool:
    """A heading of a section; not one that is an entry itself, a person's name or an event with its day."""
    if block.kind is not BlockKind.HEADING or is_boilerplate(block.text):
        return False
    if read_person(block.text, gazetteer(knowledge)) is not None:
        return False
    dates = first_date(block.text)
    return dates is None or len(dates.starts_on) < 10


def _opens_part(block: Block, holds: str, current: Part, top: int) -> bool:
    if current.holds != TEXT and re.fullmatch(r"(?:19|20)\d\d", block.text.strip(" :")):
        return False
    if block.level <= top or (current.level and block.level <= current.level):
        return True
    if holds in (TEXT, current.holds):
        return False
    return current.holds == TEXT or block.level == current.level + 1
