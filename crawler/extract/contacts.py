"""Contacts of a part: who, in which role, from where, with which address.

Neither blank lines nor their absence are boundaries: a new contact starts where a person is named. A role
that no person precedes is nobody's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.card import Card, is_fact_label
from crawler.extract.columns import COLUMNS
from crawler.extract.groups import listed_group
from crawler.extract.labels import (
    CONTACT_LABEL,
    ROLE_BEFORE,
    is_of_the_past,
    labelled,
    labelled_people,
    people_by_columns,
    people_in,
    person_behind_role,
)
from crawler.extract.lines import Line, lines_of
from crawler.extract.people import Person, narrowed, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_body, is_plural, is_role, is_role_label, singular
from crawler.extract.sections import CONTACTS, LAST_UPDATE, Part, is_boilerplate
from storage.document import Block, BlockKind
from storage.records import Contact

CONTACT = re.compile(r"\b(?:contact|write to|e-?mail|reach)\s+(?P<who>[A-Z].{4,200})$")


def read_contacts(part: Part, known: Gazetteer) -> list[Contact]:
    """The contacts of a part; the blocks they were read from are marked as taken."""
    found = _Reader(part, known, in_section=part.holds == CONTACTS).read()
    return _without_repeats(found)


class _Reader:
    """Goes down the lines of a part with the card of the person being read."""

    def __init__(self, part: Part, known: Gazetteer, *, in_section: bool) -> None:
        self.part, self.known, self.in_section = part, known, in_section
        self.role: str | None = None
        self.is_shared = self.is_past = self.heads_lead = False
        self.card: Card | None = None
        self.cards: list[Card] = []
        lines = [line.text for line in lines_of(part.blocks)]
        self.formal = any(read_person(text, known) for text in lines)
        self.labels = sum(
            (found := labelled(text)) is not None and is_role_label(found["label"]) for text in lines
        )
        self.role_ends: int | None = None
        self.roles_lead = False
        self.economy: str | None = None
        if is_role_label(part.title):
            self.role, self.is_shared = singular(part.title), is_plural(part.title)

    def read(self) -> list[Contact]:
        for index, block in enumerate(self.part.blocks):
            if self.role_ends is not None and index > self.role_ends:
                self.role, self.role_ends = None, None
            if block.kind is BlockKind.ROW:
                self._row(block, index)
            elif block.kind is BlockKind.TERM and is_role_label(block.text):
                self._end()
                self.role, self.is_shared = singular(block.text), is_plural(block.text)
                self.part.taken.add(index)
            else:
                for line in lines_of((block,), index):
                    self._line(line)
        self._end()
        return [card.contact(self.part.key) for card in self.cards if card.is_supported]

    def _line(self, line: Line) -> None:
        text = narrowed(line.text)
        if is_boilerplate(text) or LAST_UPDATE.match(text):
            self._end()
            return
        if self.is_past and not line.is_heading:
            return
        if (
            self._heading(line)
            or self._economy_of_all(line)
            or self._role_alone(line)
            or self._labelled(line)
            or self._named(line)
        ):
            return
        if self.card is not None and not self.card.take(text, line):
            self._nameless(line)

    def _heading(self, line: Line) -> bool:
        """A heading names a role for those under it, or a person, or ends what came before."""
        if not line.is_heading or read_person(line.text, self.known):
            return False
        self.is_past = is_of_the_past(line.text)
        if self.known.is_economy(line.text) and (self.card is None or self.card.is_closed):
            self._end()
            self.economy = line.text
            return True
        if is_role_label(line.text) and (
            self.card is None or self.heads_lead or line.text.rstrip(":").endswith("s")
        ):
            self.heads_lead = self.heads_lead or self.card is None
            self._end()
            self.role = singular(line.text)
            return True
        if self.card is None or not (
            is_role(line.text) or is_body(line.text) or self.known.is_economy(line.text)
        ):
            if self._bare_heading(line):
                return False
            self._end()
            self.role = self.economy = None
            return True
        return False

    def _economy_of_all(self, line: Line) -> bool:
        """As in "Fiji" on a line of its own, over the people from there; behind a person it is that one's."""
        if not self.known.is_economy(line.text) or (self.card is not None and not self.card.is_closed):
            return False
        if not read_person(self._below(line), self.known):
            return False
        self._end()
        self.economy = line.text
        return True

    def _role_alone(self, line: Line) -> bool:
        """A role on a line of its own, for those below: as "Vice-Chairs:", or over the first name of a block."""
        if not is_role_label(line.text):
            return False
        is_label = line.text.rstrip().endswith(":")
        if not is_label and not (self._may_lead(line) and read_person(self._below(line), self.known)):
            return False
        self._end()
        self.roles_lead = not is_label
        self.role, self.is_shared = singular(line.text.rstrip(" :")), is_plural(line.text)
        self.role_ends = None if is_label else line.index + (len(line.block.lines) == 1)
        self.part.taken.add(line.index)
        return True

    def _may_lead(self, line: Line) -> bool:
        """A role stands before its person where it opens a block of several lines, or where roles do so here."""
        if line.number == 0 and len(line.block.lines) > 1:
            return True
        return len(line.block.lines) == 1 and (self.roles_lead or not (self.cards or self.card))

    def _below(self, line: Line) -> str:
        """The line after this one, of its block or of the next."""
        following = self.part.blocks[line.index + 1].lines if line.index + 1 < len(self.part.blocks) else ()
        return next(iter((*line.block.lines[line.number + 1 :], *following)), "")

    def _bare_heading(self, line: Line) -> bool:
        if not self.in_section or read_person(line.text, self.known, bare=True) is None:
            return False
        return not self.formal or self._heads_card(line)

    def _heads_card(self, line: Line) -> bool:
        """A heading over a role is a person's name, also where others stand with an honorific."""
        return line.is_heading and is_role(self._below(line))

    def _labelled(self, line: Line) -> bool:
        """As in "Co-Chairs: A, B": people with the label as their role."""
        found = labelled(line.text)
        if found is None:
            return False
        if is_of_the_past(found["label"]):
            self._end()
            return True
        if not is_role_label(found["label"]):
            return self._labelled_otherwise(found["label"], found["value"], line)
        people = people_in(found["value"], self.known, is_list=is_plural(found["label"]))
        for person in people:
            self._open(person, line, role=singular(found["label"]) if len(people) > 1 else found["label"])
        return bool(people)

    def _labelled_otherwise(self, label: str, value: str, line: Line) -> bool:
        """As in "Local arrangements: Ada Low" among roles, or "Snow: Ada Low" under the heading of a role."""
        if self.in_section and CONTACT_LABEL.fullmatch(label.strip()):
            person = read_person(value, self.known, bare=True)
            if person is not None:
                self._open(person, line, self.role)
                return True
        if self.in_section and self._labelled_address(label, value, line):
            return True
        if not self.part.title or len(label.split()) > 4 or is_fact_label(label) or "@" in value:
            return False
        person = read_person(value, self.known, bare=True)
        if person is None or not (self.role or self.labels > 0):
            return False
        self._open(person, line, role=self.role or label)
        return True

    def _labelled_address(self, label: str, value: str, line: Line) -> bool:
        """As in "Olga Low: olga.low@reef.example": the address tells that the label is a name."""
        person = read_person(label, self.known, bare=True) if "@" in value else None
        local = value.partition("@")[0].casefold()
        if person is None or not any(len(w) > 2 and w.casefold() in local for w in person.name.split()):
            return False
        self._open(replace(person, rest=value), line, self.role)
        return True

    def _named(self, line: Line) -> bool:
        person = read_person(line.text, self.known) or self._asked_for(line.text)
        if person is None and self.in_section and self._may_be_bare(line):
            person = read_person(line.text, self.known, bare=True)
        if person is None and self.in_section:
            person = self._with_role_behind(line.text) or self._written_to(line)
        if person is None:
            return False
        if self.role and len(several := people_in(line.text, self.known, is_list=self._may_list(line))) > 1:
            for each in several:
                self._open(each, line, role=self.role)
            return True
        self._open(person, line, role=self.role)
        return True

    def _may_list(self, line: Line) -> bool:
        """Bare names between commas under the role of several: each linked, or three at least outside of a list's
        item ("Ada Low, Red Hat" is one person).
        """
        pieces = line.text.count(",") + 1
        return self.is_shared and (
            len(line.links) >= pieces or (line.block.kind is not BlockKind.ITEM and pieces > 2)
        )

    def _with_role_behind(self, text: str) -> Person | None:
        """As in "Ada Low, Director, Ministry of Tides": a line that starts with a name and goes on with a role."""
        person = read_person(text, self.known, bare=True) if "," in text else None
        behind = person.rest.lstrip(" ,").split(",")[0] if person else ""
        return person if behind and is_role(behind) else None

    def _asked_for(self, text: str) -> Person | None:
        """As in "For more, please contact Ada Low (ada@reef.example), Policy Analyst."."""
        found = CONTACT.search(text) if self.in_section and "@" in text else None
        return read_person(found["who"].rstrip("."), self.known, bare=True) if found else None

    def _written_to(self, line: Line) -> Person | None:
        """As in "For questions, contact the committee secretary, Jill Low": the name leads to the address."""
        link = next((x for x in line.links if x.target.lower().startswith("mailto:") and x.text), None)
        person = read_person(link.text, self.known, bare=True) if link else None
        if link is None or person is None or person.rest:
            return None
        before = ROLE_BEFORE.search(line.text.partition(link.text)[0])
        role = before["role"] if before and is_role_label(before["role"]) else ""
        return replace(person, rest=role)

    def _may_be_bare(self, line: Line) -> bool:
        if self.formal and not self.role:
            return self._heads_card(line) or any(
                link.target.lower().startswith("mailto:") for link in line.links
            )
        if (
            self.card is not None
            and self.card.is_headed
            and not (self.card.is_closed or line.is_heading or line.links)
        ):
            return False
        shares_role = self.is_shared and line.block.kind is BlockKind.DEFINITION
        return line.number == 0 or shares_role or self.card is None or self.card.is_closed

    def _open(self, person: Person, line: Line, role: str | None) -> None:
        self._end()
        self.card = Card(person, line, self.known, role)
        self.card.economy = self.card.economy or self.economy
        self.part.taken.add(line.index)

    def _nameless(self, line: Line) -> None:
        """What does not belong to the last person ends the card; a role alone is a post that nobody is named
        for.
        """
        self._end()
        if self.in_section and is_role(line.text) and len(line.text.split()) <= 5 and line.number > 0:
            self.cards.append(Card.of_post(line, self.known))

    def _end(self) -> None:
        if self.card is not None:
            self.cards.append(self.card)
            self.part.taken |= self.card.indexes
        self.card = None

    def _row(self, block: Block, index: int) -> None:
        self._end()
        line = Line(block.text, index, 0, block, block.links)
        people = labelled_people(block, self.known) or people_by_columns(block, self.known)
        if behind := person_behind_role(block, self.known) if len(people) < 2 else None:
            self._columns(block, line, behind[1], behind[0], others=behind[1] + 1)
        elif len(people) == 1 and (at := self._cell_of_facts(block, people[0])) is not None:
            self._columns(block, line, at, people[0][0])
        elif people:
            addresses = [link for link in block.links if link.target.lower().startswith("mailto:")]
            for n, (label, person) in enumerate(people):
                own = (addresses[n],) if len(addresses) == len(people) else block.links
                self._open(person, replace(line, links=own), singular(label))
                self._of_group(block)
        elif self.in_section:
            self._columns(block, line)
        self._end()

    def _of_group(self, block: Block) -> None:
        if self.card is not None:
            self.card.group = listed_group(block)

    def _cell_of_facts(self, block: Block, found: tuple[str, Person]) -> int | None:
        """The column whose cell names one person and says more of that one in lines below the name."""
        column = block.headers.index(found[0]) if found[0] in block.headers else None
        below = block.cells[column].split("\n")[1:] if column is not None else []
        return column if any(is_role(text) or is_body(text) or "@" in text for text in below) else None

    def _columns(
        self, block: Block, line: Line, at: int | None = None, role: str | None = None, others: int = 0
    ) -> None:
        names = {kind: _column(block.headers, shape) for kind, shape in COLUMNS.items()}
        if at is None:
            at = self._column_of_names(block)
        if at is None or at >= len(block.cells):
            return
        names["name"] = at
        shown = block.cells[at].split("\n")
        person = read_person(shown[0], self.known, bare=True)
        if person is None:
            return
        self._open(person, line, role or self.role)
        assert self.card is not None
        shared = {column for column, count in Counter(names.values()).items() if count > 1}
        kinds = {
            column: kind for kind, column in names.items() if column is not None and column not in shared
        }
        for column, cell in enumerate(block.cells):
            if column < others and column != at:
                continue
            for text in shown[1:] if column == at else cell.split("\n"):
                if text:
                    self.card.take_as(kinds.get(column, ""), text, line)
        self.card.indexes.add(line.index)

    def _column_of_names(self, block: Block) -> int | None:
        """Of the columns called as names may be ("Member economy" too) the first with a person in it."""
        called = [n for n, header in enumerate(block.headers) if COLUMNS["name"].search(header)]
        if not called:
            return self._person_cell(block.cells)
        firsts = [cell.partition("\n")[0] for cell in block.cells]
        shown = (n for n in called if n < len(firsts) and read_person(firsts[n], self.known, bare=True))
        return next(shown, called[0])

    def _person_cell(self, cells: Sequence[str]) -> int | None:
        for bare in (False, True):
            for column, cell in enumerate(cells):
                if read_person(cell.partition("\n")[0], self.known, bare=bare):
                    return column
        return None


def _column(headers: Sequence[str], shape: re.Pattern[str]) -> int | None:
    return next((n for n, header in enumerate(headers) if shape.search(header)), None)


def _without_repeats(contacts: Sequence[Contact]) -> list[Contact]:
    """The same appointment shown twice (a card and its pop-up) is one."""
    kept: dict[tuple[str | None, str | None], Contact] = {}
    for contact in contacts:
        kept.setdefault((contact.name, contact.role), contact)
    return list(kept.values())
