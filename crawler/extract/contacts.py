"""Contacts of a part: who, in which role, from where, with which address.

Neither blank lines nor their absence are boundaries: a new contact starts where a person is named. A role
that no person precedes is nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.callings import Around, people_behind_labels
from crawler.extract.card import Card
from crawler.extract.labels import is_of_the_past, labelled, people_in, people_in_script, people_side_by_side
from crawler.extract.lines import Line, lines_of, lines_of_block
from crawler.extract.members import are_members, names_body
from crawler.extract.mentions import person_asked_for, person_with_role_behind, person_written_to
from crawler.extract.people import VACANT, Person, narrowed, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import MEMBERS, is_body, is_plural, is_role, is_role_label, singular
from crawler.extract.rosters import cards_in_cells, cards_of_row
from crawler.extract.sections import CONTACTS, LAST_UPDATE, Part, is_boilerplate
from storage.document import Block, BlockKind
from storage.records import Contact


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
        said = (found["label"] for text in lines if (found := labelled(text, known)))
        self.has_roles = any(is_role_label(label, known.roles) for label in said)
        self.role_ends: int | None = None
        self.roles_lead = False
        self.economy: str | None = None
        self.body: str | None = None
        self.lists_members = self._is_roster()
        if is_role_label(part.title, known.roles):
            self.role, self.is_shared = singular(part.title), is_plural(part.title)

    def _is_roster(self) -> bool:
        """A list of a body's people, in which a name says enough."""
        return (not self.part.title or names_body(self.part.title)) and are_members(
            self.part.blocks, self.known
        )

    def read(self) -> list[Contact]:
        for index, block in enumerate(self.part.blocks):
            if self.role_ends is not None and index > self.role_ends:
                self.role, self.role_ends = None, None
            if block.kind is BlockKind.ROW:
                self._row(block, index)
            elif block.kind is BlockKind.TERM and is_role(block.text, self.known.roles):
                self._end()
                names_role = is_role_label(block.text, self.known.roles)  # "Secretariat contact" names none
                self.role, self.is_shared = (
                    singular(block.text) if names_role else None,
                    is_plural(block.text),
                )
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
        if VACANT.fullmatch(text) or VACANT.fullmatch(text.partition(":")[2].strip()):
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
        if is_role_label(line.text, self.known.roles) and (
            self.card is None or self.heads_lead or line.text.rstrip(":").endswith("s")
        ):
            self.heads_lead = self.heads_lead or self.card is None
            self._end()
            self.role = singular(line.text)
            return True
        if (
            self.card is None
            or self.card.has_inherited_role
            or (names_body(line.text) and not self.card.is_headed)
            or not (
                is_role(line.text, self.known.roles) or is_body(line.text) or self.known.is_economy(line.text)
            )
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
        if self._role_and_body(line) or self._opens_members(line):
            return True
        if not is_role_label(line.text, self.known.roles):
            return False
        if VACANT.fullmatch(self._below(line)):
            self._begin(Card.of_post(line, self.known), line.index)
            self._end()
            return True
        is_label = line.text.rstrip().endswith(":")
        bare = self._opens_card(line)
        in_script = self.in_section and people_in_script(self._below(line), self.known)
        if not is_label and not (
            self._may_lead(line) and (in_script or read_person(self._below(line), self.known, bare=bare))
        ):
            return False
        self._end()
        self.roles_lead = not is_label
        self.role, self.is_shared = singular(line.text.rstrip(" :")), is_plural(line.text)
        self.role_ends = None if is_label else line.index + (len(line.block.lines) == 1)
        self.part.taken.add(line.index)
        return True

    def _opens_members(self, line: Line) -> bool:
        """As in "Members:" below the chair: the role above is not theirs."""
        if not line.text.endswith(":") or MEMBERS.fullmatch(line.text.rstrip(" :")) is None:
            return False
        self._end()
        self.role, self.role_ends, self.is_shared = None, None, False
        self.lists_members = True
        self.part.taken.add(line.index)
        return True

    def _opens_card(self, line: Line) -> bool:
        """A role over a name without an honorific: only where no card above waits for a role."""
        waits = self.card is not None and not (self.card.is_closed or self.card.roles)
        return self.in_section and line.number == 0 and len(line.block.lines) > 1 and not waits

    def _role_and_body(self, line: Line) -> bool:
        """As in "Programme Director, Coral Secretariat" over the person's name."""
        role, _, body = line.text.partition(", ")
        if not is_body(body) or not is_role_label(role, self.known.roles) or not self._may_lead(line):
            return False
        if read_person(self._below(line), self.known) is None:
            return False
        self._end()
        self.role, self.body, self.role_ends = role, body, line.index
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
        """What stands over a role is a person's name, also where others stand with an honorific."""
        is_next = (self.card is None or bool(self.card.roles)) and len(line.block.lines) == 1
        below = self._below(line)
        return (line.is_heading and is_role(below, self.known.roles)) or (
            is_next and is_role_label(below, self.known.roles)
        )

    def _labelled(self, line: Line) -> bool:
        around = Around(self.known, self.in_section, bool(self.part.title), self.has_roles, self.role)
        people = people_behind_labels(line, around)
        if people == []:
            self._end()
        for each in people or ():
            self._open(each.person, each.line, each.role, each.economy, each.group)
        return people is not None

    def _named(self, line: Line) -> bool:
        if self.role and len(people := people_in_script(line.text, self.known)) > 1:
            for each in people:
                self._open(each, line, role=self.role)
            self._end()  # what follows is no fact about the last of them
            return True
        person = read_person(line.text, self.known)
        if person is None and self.in_section:
            person = self._named_otherwise(line)
        if person is None:
            return False
        several = people_side_by_side(line.text, self.known)
        if not several and self.role:
            several = people_in(line.text, self.known, is_list=self._may_list(line))
        if len(several) > 1:
            for each in several:
                self._open(each, line, role=self.role)
            return True
        self._open(person, line, role=self.role)
        return True

    def _named_otherwise(self, line: Line) -> Person | None:
        """A person that only a section of contacts makes sure of."""
        return (
            person_asked_for(line.text, self.known)
            or (read_person(line.text, self.known, bare=True) if self._may_be_bare(line) else None)
            or person_with_role_behind(line.text, self.known)
            or person_written_to(line, self.known)
        )

    def _tells_more(self, line: Line) -> bool:
        """As in "Ada Low (Reef Office)", a line of a list of such."""
        person = read_person(line.text, self.known, bare=True)
        return person is not None and person.rest != ""

    def _may_list(self, line: Line) -> bool:
        """Bare names between commas under the role of several: each linked, or three at least outside of a list's
        item ("Ada Low, Red Hat" is one person).
        """
        pieces = line.text.count(",") + 1
        return self.is_shared and (
            len(line.links) >= pieces or (line.block.kind is not BlockKind.ITEM and pieces > 2)
        )

    def _may_be_bare(self, line: Line) -> bool:
        if self.lists_members and not line.is_heading and self._tells_more(line):
            return True
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

    def _open(
        self,
        person: Person,
        line: Line,
        role: str | None,
        economy: str | None = None,
        group: str | None = None,
    ) -> None:
        card = Card(person, line, self.known, role)
        card.economy, card.group = economy or card.economy, group
        card.is_supported = card.is_supported or self.lists_members
        if self.body:
            card.bodies.append(self.body)
            self.body = None
        self._begin(card, line.index)

    def _begin(self, card: Card, index: int) -> None:
        self._end()
        self.card = card
        card.economy = card.economy or self.economy
        self.part.taken.add(index)

    def _nameless(self, line: Line) -> None:
        """What does not belong to the last person ends the card; a role alone is a post that nobody is named
        for.
        """
        self._end()
        if (
            self.in_section
            and is_role(line.text, self.known.roles)
            and len(line.text.split()) <= 5
            and line.number > 0
        ):
            self.cards.append(Card.of_post(line, self.known))

    def _end(self) -> None:
        if self.card is not None:
            self.cards.append(self.card)
            self.part.taken |= self.card.indexes
        self.card = None

    def _row(self, block: Block, index: int) -> None:
        self._end()
        if cells := cards_in_cells(block, self.known):
            for cell in cells:
                for line in lines_of_block(cell, index):
                    self._line(line)
                self._end()
                self.role = None
            return
        for card in cards_of_row(block, index, self.known, self.role, in_section=self.in_section):
            self._begin(card, index)
        self._end()


def _without_repeats(contacts: Sequence[Contact]) -> list[Contact]:
    """The same appointment shown twice (a card and its pop-up) is one."""
    kept: dict[tuple[str | None, str | None], Contact] = {}
    for contact in contacts:
        kept.setdefault((contact.name, contact.role), contact)
    return list(kept.values())
