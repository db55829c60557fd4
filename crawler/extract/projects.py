"""Projects: those that event titles carry the code of, those that a part lists, those a line names with its
code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.entries import code_shape
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import lines_of_block
from crawler.extract.places import Gazetteer, gazetteer
from crawler.extract.sections import Part, is_boilerplate
from storage.document import Block, BlockKind
from storage.records import Event, Project

COLUMNS = {
    "code": re.compile(r"\b(?:code|number|no\.?|id|ref(?:erence)?)\b", re.I),
    "title": re.compile(r"\b(?:title|name|project|description)\b", re.I),
    "economy": re.compile(r"\b(?:economy|economies|country|proponent|proposing|lead|overseer)\b", re.I),
    "status": re.compile(r"\bstatus\b", re.I),
    "year": re.compile(r"\byear\b", re.I),
}
LONGEST_TITLE = 300


def projects_of_events(events: Iterable[Event]) -> list[Project]:
    """A project is known by an event that shows its code; the event's place is not the project's economy."""
    return [
        Project(code=e.project_code, title=e.title, link=e.link, section=e.section, place=e.place)
        for e in events
        if e.project_code
    ]


def read_projects(part: Part, knowledge: Knowledge) -> list[Project]:
    """The projects that a part lists: its terms, else sub-headings, rows, items, lines with a code."""
    kinds = {block.kind for block in part.blocks}
    for kind in (BlockKind.TERM, BlockKind.ROW, BlockKind.HEADING, BlockKind.ITEM, BlockKind.PARAGRAPH):
        if kind in kinds and (found := _of_kind(part, kind, knowledge)):
            return found
    return []


def coded_projects(part: Part, knowledge: Knowledge) -> list[Project]:
    """Projects that a list or a line of any other part names with a code: "Title (SME 01 2015)"."""
    found: list[Project] = []
    for index, block in enumerate(part.blocks):
        if index in part.taken:
            continue
        if block.kind is BlockKind.ROW and code_shape(knowledge).search(block.text):
            project = _of_row(block, knowledge, part.key)
            found.extend([project] if project and project.code else [])
            continue
        for line in lines_of_block(block, index):
            project = _of_text(line.text, knowledge, line.link, part.key, line.place)
            if project and project.code and project.title and not _is_sentence(project.title):
                found.append(project)
    return found


def merged(projects: Sequence[Project]) -> list[Project]:
    """One project a code or, without one, a title; the later mentions fill the gaps of the first."""
    kept: dict[str, Project] = {}
    for project in projects:
        key = re.sub(r"\W", "", project.code or project.title or "").casefold()
        first = kept.get(key)
        if first is None:
            kept[key] = project
            continue
        said = {k: v for k, v in project.said().items() if v is not None and getattr(first, k) is None}
        kept[key] = Project(**{**first.said(), **said}, section=first.section, place=first.place)
    return list(kept.values())


def _of_kind(part: Part, kind: BlockKind, knowledge: Knowledge) -> list[Project]:
    found: list[Project] = []
    top = min((b.level for b in part.blocks if b.kind is kind), default=0)
    for index, block in enumerate(part.blocks):
        if block.kind is not kind or (kind in {BlockKind.ITEM, BlockKind.HEADING} and block.level > top):
            continue
        projects = _of_block(block, index, kind, knowledge, part.key)
        found.extend(projects)
        if projects:
            part.taken.add(index)
    return found


def _of_block(block: Block, index: int, kind: BlockKind, knowledge: Knowledge, section: str) -> list[Project]:
    if kind is BlockKind.ROW:
        project = _of_row(block, knowledge, section)
        return [project] if project else []
    lines = lines_of_block(block, index)
    found = [_of_text(line.text, knowledge, line.link, section, line.place) for line in lines]
    good = [p for p in found if p and p.title and not _is_sentence(p.title)]
    if kind is BlockKind.PARAGRAPH:
        return [p for p in good if p.code]
    return good[:1]


def _of_text(text: str, knowledge: Knowledge, link: str | None, section: str, place: int) -> Project | None:
    if is_boilerplate(text) or len(text) > LONGEST_TITLE or text.endswith(":"):
        return None
    code = code_shape(knowledge).search(text)
    title = (text[: code.start()] + " " + text[code.end() :]) if code else text
    shown = " ".join(title.split()).strip(" ,;:|–—-")
    return Project(
        code=code["code"] if code else None,
        title=shown.rstrip(".") or None,
        link=link,
        section=section,
        place=place,
    )


def _of_row(block: Block, knowledge: Knowledge, section: str) -> Project | None:
    columns = {
        kind: next((n for n, h in enumerate(block.headers) if shape.search(h)), None)
        for kind, shape in COLUMNS.items()
    }
    cell = {k: block.cells[n] for k, n in columns.items() if n is not None and n < len(block.cells)}
    code = code_shape(knowledge).search(block.text)
    known = gazetteer(knowledge)
    title = cell.get("title") or max((c for c in block.cells if c), key=len, default="")
    if code and title.strip() == code["code"]:
        title = max((c for c in block.cells if c.strip() != code["code"]), key=len, default="")
    if not title or not (code or "title" in cell):
        return None
    return Project(
        code=code["code"] if code else None,
        title=code_shape(knowledge).sub("", title.replace("\n", " ")).strip(" .,–—-") or None,
        economy=_economy(cell.get("economy", ""), known),
        status=cell.get("status") or None,
        year=cell.get("year") or None,
        link=next((link.target for link in block.links), None),
        section=section,
        place=block.place,
    )


def _economy(text: str, known: Gazetteer) -> str | None:
    text = text.strip()
    return text if text and known.is_economy(text) else known.economy_within(text) if text else None


def _is_sentence(text: str) -> bool:
    return (
        len(text.split()) > 8
        and re.search(r"\b(?:is|are|was|were|will|has|have|intends?)\b", text) is not None
    )
