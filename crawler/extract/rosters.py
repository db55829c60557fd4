"""Rows of tables that list people: by columns, by a role before its people, by a card in each cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from crawler.extract.card import Card
from crawler.extract.columns import COLUMNS
from crawler.extract.groups import NAME, listed_group
from crawler.extract.labels import labelled_people, people_by_columns, people_in_script, person_behind_role
from crawler.extract.lines import Line
from crawler.extract.people import VACANT, Person, read_person
from crawler.extract.places import Gazetteer
from crawler.extract.roles import is_body, is_role, is_role_label, singular
from storage.document import Block, BlockKind, Link


def cards_of_row(
    block: Block, index: int, known: Gazetteer, role: str | None, *, in_section: bool
) -> list[Card]:
    """The people of a row. Bare names under no telling column count only in a section of contacts."""
    line = Line(block.text, index, 0, block, block.links)
    if in_section and (named := _row_of_names(block, known)):
        return [_of_list(Card(person, line, known, role)) for person in named]
    people = labelled_people(block, known) or people_by_columns(block, known)
    if behind := person_behind_role(block, known) if len(people) < 2 else None:
        return _by_columns(block, line, known, behind[0], at=behind[1], others=behind[1] + 1)
    if len(people) == 1 and (at := _cell_of_facts(block, people[0], known)) is not None:
        return _by_columns(block, line, known, people[0][0], at=at)
    if len(people) == 1 and people[0][0] in block.headers and _says_more(block, people[0][0]):
        return _of_one_role(block, line, known, people[0][0])
    if people:
        return _with_their_roles(people, block, line, known)
    return _by_columns(block, line, known, role) if in_section else []


def _of_list(card: Card) -> Card:
    card.is_supported = True
    return card


def _row_of_names(block: Block, known: Gazetteer) -> list[Person]:
    """A row of a table that only sets names in one word side by side, as Chinese ones are."""
    if block.headers or len(block.cells) < 2:
        return []
    return people_in_script(" ".join(block.cells), known)


def cards_in_cells(block: Block, known: Gazetteer) -> list[Block]:
    """Each cell as a block of its own, where a table without headers only sets people side by side."""
    if block.kind is not BlockKind.ROW or block.headers or "\n" not in "".join(block.cells):
        return []
    cells = [cell for cell in block.cells if cell.strip()]
    kinds = [_kind_of_cell(cell.split("\n"), known) for cell in cells]
    if not all(kinds) or "person" not in kinds or (len(cells) == 1 and "role" not in kinds[0]):
        return []
    links = _links_by_cell(cells, block.links)
    return [
        replace(
            block, kind=BlockKind.PARAGRAPH, text=cell, lines=tuple(cell.split("\n")), cells=(), links=own
        )
        for cell, own in zip(cells, links, strict=True)
    ]


def _kind_of_cell(lines: Sequence[str], known: Gazetteer) -> str:
    """`person` where the cell is a card, `role` where it names a post that nobody holds."""
    first, *below = lines
    if is_role_label(first, known.roles) and below and read_person(first, known) is None:
        return "person" if read_person(below[0], known, bare=True) else "role"
    said = any(is_role(x, known.roles) or is_body(x) or known.is_economy(x) or "@" in x for x in below)
    return "person" if said and read_person(first, known, bare=True) else ""


def _links_by_cell(cells: Sequence[str], links: Sequence[Link]) -> Iterator[tuple[Link, ...]]:
    found: list[list[Link]] = [[] for _ in cells]
    at = 0
    for link in links:
        at = next((n for n in range(at, len(cells)) if link.text and link.text in cells[n]), at)
        found[at].append(link)
    return map(tuple, found)


def _with_their_roles(
    people: Sequence[tuple[str, Person]], block: Block, line: Line, known: Gazetteer
) -> list[Card]:
    addresses = [link for link in block.links if link.target.lower().startswith("mailto:")]
    cards = []
    for n, (label, person) in enumerate(people):
        own = (addresses[n],) if len(addresses) == len(people) else block.links
        card = Card(person, replace(line, links=own), known, singular(label))
        card.group = listed_group(block)
        cards.append(card)
    return cards


def _cell_of_facts(block: Block, found: tuple[str, Person], known: Gazetteer) -> int | None:
    """The column whose cell names one person and says more of that one in lines below the name."""
    column = block.headers.index(found[0]) if found[0] in block.headers else None
    below = block.cells[column].split("\n")[1:] if column is not None else []
    said = any(is_role(text, known.roles) or is_body(text) or "@" in text for text in below)
    return column if said else None


def _says_more(block: Block, header: str) -> bool:
    """Whether other columns are of facts about people."""
    others = [h for h in block.headers if h != header and not NAME.match(h.strip())]
    return any(shape.search(h) for kind, shape in COLUMNS.items() if kind != "name" for h in others)


def _of_one_role(block: Block, line: Line, known: Gazetteer, header: str) -> list[Card]:
    """A table with one column of people, called as their role, and columns of facts; the rest is the group's."""
    telling = [h if h == header or not NAME.match(h.strip()) else "" for h in block.headers]
    kept = [h == header or any(shape.search(h) for shape in COLUMNS.values()) for h in telling]
    cells = tuple(cell if keep else "" for cell, keep in zip(block.cells, kept, strict=False))
    at = block.headers.index(header)
    has_roles = any(COLUMNS["role"].search(h) for h in telling if h != header)
    plain = replace(block, cells=cells, headers=tuple(telling))
    cards = _by_columns(plain, line, known, None if has_roles else singular(header), at=at)
    for card in cards:
        card.group = listed_group(block)
    return cards


def _by_columns(
    block: Block, line: Line, known: Gazetteer, role: str | None, *, at: int | None = None, others: int = 0
) -> list[Card]:
    """The people of the column of names; of the cells before `others` only the name is theirs."""
    names = {kind: _column(block.headers, shape) for kind, shape in COLUMNS.items()}
    if at is None:
        at = _column_of_names(block, known)
    if at is None or at >= len(block.cells):
        return []
    shown = block.cells[at].split("\n")
    people = _people_of_cell(shown, known)
    names["name"] = at
    shared = {column for column, count in Counter(names.values()).items() if count > 1}
    kinds = {column: kind for kind, column in names.items() if column is not None and column not in shared}
    if "role" not in kinds.values():
        kinds |= {n: "role" for n, cell in enumerate(block.cells) if n != at and _is_post(cell, known)}
    aside = _untelling(block, kinds.keys() | {at}) if "organization" in kinds.values() else frozenset[int]()
    cards = [Card(person, line, known, role) for person in people]
    if not people and VACANT.fullmatch(shown[0].strip()) and _shows_post(block, kinds):
        cards = [Card(None, line, known, role)]  # a post that the page names nobody for
    for column, cell in enumerate(block.cells):
        if (column < others and column != at) or column in aside:
            continue
        texts = cell.split("\n")
        for n, card in enumerate(cards):
            mine = texts[n : n + 1] if 1 < len(cards) == len(texts) else texts
            for text in mine if column != at else shown[1:] if len(cards) == 1 and people else ():
                if text:
                    card.take_as(kinds.get(column, ""), text, line)
    return cards


def _untelling(block: Block, telling: Set[int]) -> frozenset[int]:
    """Columns with names of their own, of accounts or works, where others tell all that there is of a person."""
    headed = ((n, h) for n, h in enumerate(block.headers) if n not in telling and h.strip(" #"))
    return frozenset(n for n, h in headed if not any(shape.search(h) for shape in COLUMNS.values()))


def _shows_post(block: Block, kinds: dict[int, str]) -> bool:
    return any(kind == "role" and block.cells[n].strip() for n, kind in kinds.items() if n < len(block.cells))


def _is_post(cell: str, known: Gazetteer) -> bool:
    """A role in few words, where no column is called so: "Office | Individual"."""
    return "\n" not in cell and is_role_label(cell, known.roles)


def _people_of_cell(shown: Sequence[str], known: Gazetteer) -> list[Person]:
    """Every line's person where each line has one, else the first line's."""
    people = [person for text in shown if (person := read_person(text, known, bare=True))]
    if len(people) == len(shown):
        return people
    first = read_person(shown[0], known, bare=True)
    return [first] if first else []


def _column_of_names(block: Block, known: Gazetteer) -> int | None:
    """Of the columns called as names may be ("Member economy" too) the first with a person in it."""
    called = [n for n, header in enumerate(block.headers) if COLUMNS["name"].search(header)]
    if not called:
        return _person_cell(block.cells, known)
    firsts = [cell.partition("\n")[0] for cell in block.cells]
    shown = (n for n in called if n < len(firsts) and read_person(firsts[n], known, bare=True))
    return next(shown, called[0])


def _person_cell(cells: Sequence[str], known: Gazetteer) -> int | None:
    for bare in (False, True):
        for column, cell in enumerate(cells):
            if read_person(cell.partition("\n")[0], known, bare=bare):
                return column
    return None


def _column(headers: Sequence[str], shape: re.Pattern[str]) -> int | None:
    return next((n for n, header in enumerate(headers) if shape.search(header)), None)
