"""A document cut into parts: what a person would call its sections, and what each holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.documents.protection import without_code
from crawler.extract.columns import name_columns
from crawler.extract.dates import first_date, lone_month
from crawler.extract.knowledge import Knowledge
from crawler.extract.months import without_accents
from crawler.extract.openings import named_headings
from crawler.extract.people import read_person
from crawler.extract.places import gazetteer
from crawler.extract.titled import titled_entries
from crawler.extract.words import (
    BESIDE,
    CONTACTS,
    EVENTS,
    LONGEST_SCRIPT,
    NEWS,
    NO_LONGER,
    OF_OTHERS,
    ORDER,
    PHRASES,
    PROJECTS,
    SCRIPT_WORDS,
    SCRIPTS_FROM,
    TEXT,
    WORDS,
)
from storage.document import Block, BlockKind, Document

__all__ = [
    "CONTACTS",
    "DESCRIPTION",
    "EVENTS",
    "NEWS",
    "PROJECTS",
    "TEXT",
    "Part",
    "cut",
    "holds_by_words",
    "is_boilerplate",
    "name_parts",
]

DESCRIPTION = "description"

ALL_WORDS = BESIDE.union(*WORDS.values())
COMMITTEE = re.compile(
    r"(?:\w+ )?(?:project|organi[sz]ing|conference|management|executive|programme?|editorial) (?:committee|board|team)"
    r"(?: \(?[\d–-]+\)?)?"
)
BOILERPLATE = re.compile(
    r"(?:subscribe(?: to| now)?|sign up|never miss|follow us|share this|read more|continue reading"
    r"|view all|see all|you are here|back to top|print this|more news|more events|load more"
    r"|all rights reserved|©|copyright|cookies?\b)",
    re.I,
)
LAST_UPDATE = re.compile(
    r"[\W_]*(?:this\s+)?(?:page\s+)?(?:was\s+)?(?:last\s+(?:page\s+)?(?:updated?|modified|revised|reviewed|edited|changed)"
    r"|page\s+(?:last\s+)?(?:updated?|modified)|updated|modified"
    r"|(?:ú|u)ltima\s+(?:actualizaci[oó]n|atualiza[cç][aã]o|modificaci[oó]n)|derni[eè]re\s+(?:mise\s+à\s+jour|modification)"
    r"|(?:page\s+)?mise\s+à\s+jour|actualizado|atualizado|zuletzt\s+(?:aktualisiert|ge[aä]ndert)|letzte\s+(?:aktualisierung|[aä]nderung)"
    r"|stand(?=\s*:)|ultimo\s+aggiornamento|terakhir\s+diperbarui|cập\s+nhật(?:\s+lần\s+cuối)?)\b"
    r"|[\W_]*(?:最后更新|最後更新|更新日期|更新时间|更新日|最終更新|最終更新日|최종\s?(?:수정|업데이트)|최근\s?업데이트|업데이트|수정일|게시일)",
    re.I,
)


@dataclass(slots=True)
class Part:
    """A section with all that is folded into it. `taken` are indexes of blocks that were read as records.

    `category` tells publications and documents from news, where it holds such; `above` is the title of the part
    that one without a title was carved from.
    """

    title: str
    level: int
    holds: str
    blocks: tuple[Block, ...] = ()
    key: str = ""
    taken: set[int] = field(default_factory=set)
    category: str | None = None
    above: str = ""

    def carve(self, start: int, end: int, holds: str) -> Part:
        """Takes the blocks from `start` to before `end` out, as a part of their own without a heading."""
        inner = Part("", max(self.level, 1), holds, self.blocks[start:end], above=self.title)
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
                    *(f"link to {without_code(link.target)}" for link in block.links),
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
    named = named_headings(document.blocks, gazetteer(knowledge))
    people = frozenset(named)
    entries = {entry.heading for entry in titled_entries(document.blocks)}
    for index, block in enumerate(document.blocks):
        holds = holds_by_words(block.text, knowledge) if block.kind is BlockKind.HEADING else TEXT
        if index in titles:
            parts[0].holds = holds if len(parts) == 1 and holds != TEXT else parts[0].holds
        elif (index in entries and parts[-1].holds in (EVENTS, NEWS)) or (
            parts[-1].holds == CONTACTS and gazetteer(knowledge).is_economy(block.text)
        ):
            gathered[-1].append(block)
        elif index in people and (parts[-1].holds == CONTACTS or not OF_OTHERS.search(parts[-1].title)):
            if index == named[0] and parts[-1].holds != CONTACTS:
                parts.append(Part("", block.level, CONTACTS))
                gathered.append([])
            gathered[-1].append(block)
        elif _cuts(block, knowledge) and _opens_part(block, holds, parts[-1], top):
            parts.append(Part(block.text, block.level, holds))
            gathered.append([])
        else:
            gathered[-1].append(block)
    for part, blocks in zip(parts, gathered, strict=True):
        part.blocks = name_columns(blocks)
    return [part for part in parts if part.blocks or part.level]


def name_parts(parts: Iterable[Part]) -> None:
    """Gives every part its key: what it holds, else its title's words, which also tell equal ones apart."""
    seen: dict[str, int] = {}
    for part in parts:
        is_named = part.holds == TEXT or part.category
        base = part.holds if not is_named else slug(part.title) if part.level else DESCRIPTION
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
    if phrase := PHRASES.get(plain.replace("’", "'")):
        return phrase
    if not plain.isascii() and max(plain) > SCRIPTS_FROM:
        return _by_script(plain)
    if COMMITTEE.fullmatch(plain):
        return CONTACTS
    acronyms = (
        {
            word.casefold()
            for word in re.findall(r"\b[A-Z][A-Z\d]*(?:[/-][A-Z\d]+)*\b", title)
            if len(word) > 1
        }
        if not title.isupper()
        else set()
    )
    plain = without_accents(plain.replace("(s)", ""))
    words = {word for word in re.findall(r"[\w&-]+", plain) if not word.isdigit()} - acronyms
    if not 0 < len(words) <= 7 or not words <= ALL_WORDS:
        return TEXT
    found = next((holds for holds in ORDER if not WORDS[holds].isdisjoint(words)), TEXT)
    return TEXT if found == CONTACTS and not NO_LONGER.isdisjoint(words) else found


def _by_script(plain: str) -> str:
    if len(plain) > LONGEST_SCRIPT:
        return TEXT
    return next((h for h, terms in SCRIPT_WORDS.items() if any(term in plain for term in terms)), TEXT)


def is_boilerplate(text: str) -> bool:
    """About the page or the site: its date, a way to subscribe, a link to go on reading."""
    return len(text) <= 200 and _is_boilerplate(text)


@lru_cache(maxsize=4096)
def _is_boilerplate(text: str) -> bool:
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
    is_period = re.fullmatch(r"(?:19|20)\d\d", block.text.strip(" :")) or lone_month(block.text)
    if current.holds != TEXT and is_period:
        return False
    if block.level <= top or (current.level and block.level <= current.level):
        return True
    if holds in (TEXT, current.holds):
        return False
    return current.holds == TEXT or block.level == current.level + 1
