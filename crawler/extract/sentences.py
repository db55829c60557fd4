"""Sentences that say who holds a role: "The chapter leaders are Ada Low and Bo Chen", "It is chaired by Cy Dow"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.extract.card import Card
from crawler.extract.lines import Line, lines_of_block
from crawler.extract.people import Person, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_role_label, singular
from crawler.extract.sections import Part
from crawler.extract.wording import NOUNS
from storage.document import Block, BlockKind, Link
from storage.records import Contact

_IS = (
    r"(?:is|are|ist|sind|est|sont|es|son|é|são)(?!\w)"
    r"(?:\s+(?:currently|presently|now|derzeit|aktuell|actualmente|atualmente))?"
)
_WHO = r"(?P<people>[^\W\d_](?:(?!(?<!\s[A-Z])(?<!Dr|Mr|Ms)\.(?:\s|$))[^:;!?]){3,400})"
HELD = re.compile(
    rf"(?:^|[.!?:]\s+)(?:(?i:the|our|its|der|die|das|unser|le|la|les|el|los|o|os|a|as)\s+)?"
    rf"(?P<role>[^\W\d_][\w-]*(?:\s+[\w-]+){{0,5}}?)\s+{_IS}\s*:?\s+{_WHO}"
)
"""A role, "is" or "are", and people."""
LED = re.compile(
    rf"{_IS}\s+(?:jointly\s+)?(?P<done>(?:co-)?(?:chaired|led|convened|coordinated|facilitated|moderated)"
    rf"|geleitet|pr[ée]sid[ée]e?|coordinad[oa]|liderad[oa]|presidid[oa]|coordenad[oa])\s+"
    rf"(?:by|von|par|por|pel[oa]s?)\s+{_WHO}",
    re.I,
)
ROLES = {
    "chaired": "Chair",
    "co-chaired": "Co-chair",
    "convened": "Convenor",
    "coordinated": "Coordinator",
    "facilitated": "Facilitator",
    "moderated": "Moderator",
}
"""What those are whom a verb of such sentences names; other verbs leave the role open."""
INTRODUCED = re.compile(
    rf"(?:^|[.!?]\s+)(?:(?:the|our|its)\s+)?(?P<role>[^\W\d_][\w-]*(?:\s+[\w-]+){{0,5}}?)\s+{_IS}\s*:$", re.I
)
"""What stands over a list: "The chapter board members are:"."""
NOW = re.compile(
    r"(?:(?:our|the)\s+)?(?:current|present|derzeitige[rn]?|aktuelle[rn]?|actuel(?:le)?s?|actual(?:es)?|atua(?:l|is))\s+",
    re.I,
)
"""In front of a role it says no more than "is" does."""
BETWEEN = re.compile(r"\s*(?:,\s*(?:(?:and|und|et|y|e)\s+)?|\s(?:and|und|et|y|e|&)\s+)\s*(?![^()]*\))")
BOARD = re.compile(r"(?:\w+[\s-]+){0,2}(?:board|committee|council|team)(?:\s+members?)?", re.I)
OFFICE = re.compile(
    r"(?:.*\W)?(?:(?:vice|co)[- ]?)?(?:chair(?:man|woman|person)?|lead|leader|conven[eo]r|coordinator|secretary"
    r"|rapporteur|facilitator|vorsitzende[rn]?|sprecher(?:in)?|leiter(?:in)?|coordinador[a]?|coordenador[a]?"
    r"|president[ea]?|pr[eé]sidente?|secr[eé]taire|secret[aá]ri[oa])",
    re.I,
)
"""Roles of groups: of such alone a name counts that leads nowhere."""
GROUP = re.compile(
    r"\b(?:it|group|committee|chapter|team|board|task force|grupo|cap[ií]tulo|comit[eé]|groupe|gruppe|ausschuss)"
    r"(?:\W+\w+)?\s*$",
    re.I,
)
"""In front of "is led by": who leads a session or a workshop holds no office."""
LONGEST, FAR = 1000, 40
HINT = re.compile(rf"\s{_IS}", re.I)


def read_sentences(part: Part, known: Gazetteer) -> list[Contact]:
    """Whom sentences and introduced lists of a part name; the blocks are not taken, as they say more."""
    found: list[Contact] = []
    for index, block in enumerate(part.blocks):
        if index in part.taken or block.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
            continue
        for line in lines_of_block(block, index):
            if len(line.text) <= LONGEST and HINT.search(line.text):
                found.extend(card.contact(part.key) for card in _told(line, known))
                found.extend(card.contact(part.key) for card in _listed(line, part, known))
    return found


def _told(line: Line, known: Gazetteer) -> Iterator[Card]:
    for sentence in HELD.finditer(line.text):
        if is_role_label(sentence["role"], known.roles):
            role = _role(sentence)
            yield from _cards(sentence["people"], role, line, known, OFFICE.fullmatch(role) is not None)
    for sentence in LED.finditer(line.text):
        before = line.text[max(0, sentence.start() - FAR) : sentence.start()]
        if NOUNS.search(before):
            continue
        yield from _cards(
            sentence["people"],
            ROLES.get(sentence["done"].lower()),
            line,
            known,
            GROUP.search(before) is not None,
        )


def _cards(said: str, role: str | None, line: Line, known: Gazetteer, is_sure: bool) -> Iterator[Card]:
    """A card for each, where nobody but people is named; unless it is sure by the words, each has to lead somewhere."""
    linked = [link.text.strip(" .,") for link in line.links]
    pieces = [piece.strip(" .*") for piece in BETWEEN.split(said) if piece.strip(" .*")]
    people = [read_person(piece, known, bare=True) for piece in pieces]
    for person in people if all(people) else ():
        assert person is not None
        if is_sure or person.name in linked:
            yield _card(person, role, line, known)


def _role(told: re.Match[str]) -> str:
    return singular(NOW.sub("", told["role"]))


def _card(person: Person, role: str | None, line: Line, known: Gazetteer) -> Card:
    own = tuple(link for link in line.links if link.text and person.name in link.text)
    card = Card(person, replace(line, links=own), known, role)
    card.link = next((link.target for link in own if not link.target.startswith("mailto:")), None)
    return card


def _listed(line: Line, part: Part, known: Gazetteer) -> Iterator[Card]:
    """The items below a line that introduces them, each a name that leads somewhere."""
    told = INTRODUCED.search(line.text)
    if told is None or not (is_role_label(told["role"], known.roles) or BOARD.fullmatch(told["role"])):
        return
    for index in range(line.index + 1, len(part.blocks)):
        block = part.blocks[index]
        person = _linked_name(block, known)
        if person is None:
            return
        part.taken.add(index)
        yield _card(person, _role(told), lines_of_block(block, index)[0], known)


def _linked_name(block: Block, known: Gazetteer) -> Person | None:
    if block.kind is not BlockKind.ITEM or len(block.lines) != 1 or not block.links:
        return None
    first: Link = block.links[0]
    if block.text.strip(" ,.;") != first.text.strip(" ,.;"):
        return None
    return read_person(first.text.strip(" ,.;"), known, bare=True)
