"""Projects: those that event titles carry the code of, those that a part lists, those a line names with its
code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from crawler.extract.codes import code_shape, find_code
from crawler.extract.dates import first_date
from crawler.extract.knowledge import Knowledge
from crawler.extract.lines import Line, lines_of_block
from crawler.extract.pairs import economies_in, facts_of, is_nothing, pairs_of, pieces_of
from crawler.extract.people import narrowed
from crawler.extract.places import Gazetteer, gazetteer
from crawler.extract.roles import is_role_label
from crawler.extract.sections import TEXT, Part, holds_by_words, is_boilerplate
from storage.document import Block, BlockKind
from storage.records import Event, Project

# In this order each header is tried: "Project Title" is a title, "Project Number" a code.
COLUMNS = {
    "co_sponsors": re.compile(
        r"\bco-?spons|co-?proponent|partner econom|supporting econom|participating|co-?patroc|co-?auspic|co-?parrain",
        re.I,
    ),
    "amount": re.compile(r"\b(?:amount|funding|budget|value|cost|usd|us\$)", re.I),
    "fund": re.compile(r"\b(?:fund|source of funds?|fund account|donor)\b", re.I),
    "status": re.compile(r"\b(?:status|state|stage|phase|estado)\b", re.I),
    "code": re.compile(r"\b(?:code|number|no\.?|id|ref(?:erence)?)(?:\W|$)", re.I),
    "starts_on": re.compile(r"\b(?:start|starts|begin|from|commence\w*)\b", re.I),
    "ends_on": re.compile(r"\b(?:end|ends|complet\w+|until|finish|deadline|due)\b", re.I),
    "year": re.compile(r"\b(?:year|approved in|año|année|jahr|ano)\b", re.I),
    "economy": re.compile(
        r"\b(?:economy|economies|country|countries|proponents?|proposing|lead|leading|overseer|sponsor|host|pa[ií]s|pays"
        r"|econom[ií]as?|proponentes?|l[ií]der|chef de file|land|federf[uü]hrend)\b",
        re.I,
    ),
    "topics": re.compile(r"\b(?:topics?|themes?|areas?|priorit\w+|category)\b", re.I),
    "title": re.compile(
        r"\b(?:title|name|project|description|activity|initiative|proyecto|projet|projekt|projeto)\b", re.I
    ),
}
NUMBERED = re.compile(r"\b(?:no|nr|number|art|sku|ref|order|invoice|model|serial)\.?\W*$", re.I)
"""What is in front of the number of something else: "Article no. TK 09 2021"."""
FUNDED = re.compile(r"^(?:self-funded|ongoing|completed|new|autofinanciado)\s*:\s+(?=\S)", re.I)
"""What a list says of a project before its title."""
LED_BY = re.compile(
    r"[\s,;(–—-]+(?:lead(?:ing)?(?: econom(?:y|ies)| country)?\s*:|(?:led|proposed) by|proponent\s*:|pa[ií]s líder\s*:"
    r"|econom[ií]a líder\s*:|牵头\s*:|主导\s*:|提案\s*:|주관\s*:)\s*(?P<economy>[^():;,]{2,60})\)?\.?$",
    re.I,
)
_STATUS = (
    r"completed|ongoing|on-going|in progress|approved|planned|pending|closed|cancelled|active|under implementation"
    r"|terminad[oa]|en curso|finalizad[oa]|en cours|terminée?|laufend|abgeschlossen|em andamento|conclu[ií]d[oa]"
)
STATUS_BEHIND = re.compile(
    rf"(?:(?<=\))\s*|\s+[-–—]\s*|\s*[|,;:]\s*|\s*[(\[])(?P<status>{_STATUS})[)\]]?\.?$", re.I
)
"""Behind a title, set off by a sign: a word of its last sentence is part of it."""
BESIDE_LINK = re.compile(
    r"\s+[–—-]\s|\s*:\s|\s+(?:to|for|which|that|is|are|see)\s|\s+\((?:[a-z]|see )[^()]*\)"
)
"""Behind a link that opens an item: what tells about the thing that it leads to."""
REMARKED = re.compile(r"\s+[–—-]\s+(?=(?:[a-z]+\s+){2}|(?:An?|The|This|Includes?|Covers?)\s+[a-z])")
LONGEST_NAME = 8
"""Words of a title in front of a remark."""
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


SPOKEN_OF = re.compile(
    r"\b(?:projects?|initiatives?|workshops?|funded|funding|proyectos?|projets?)\b|项目|プロジェクト", re.I
)


def coded_projects(part: Part, knowledge: Knowledge) -> list[Project]:
    """Projects that a list or a line of any other part names with a code: "Title (SME 01 2015)"."""
    found: list[Project] = []
    for index, block in enumerate(part.blocks):
        if index in part.taken:
            continue
        if block.kind is BlockKind.ROW and find_code(block.text, knowledge):
            project = _of_row(block, knowledge, part.key)
            found.extend([project] if project and project.code else [])
            continue
        for line in lines_of_block(block, index):
            project = _of_text(line.text, knowledge, line.link, part.key, line.place)
            if _is_aside(line.text, knowledge):
                continue
            title = (
                project.title
                if project and project.code and not _stands_within(line.text, knowledge)
                else None
            )
            if project and title and not _is_sentence(title):
                found.extend([] if NUMBERED.search(title) else [project])
            else:
                found.extend(_in_sentence(line, knowledge, part.key))
    return found


def _is_aside(text: str, knowledge: Knowledge) -> bool:
    """As in "It cost a million (grant TK 09 2021 of the bank)": a code among other words in brackets."""
    code = find_code(text, knowledge)
    before = text[: code.start()] if code else ""
    return before.count("(") > before.count(")")


def _stands_within(text: str, knowledge: Knowledge) -> bool:
    """Whether the sentence goes on behind the code: then what is before it is no title."""
    code = find_code(text, knowledge)
    after = text[code.end() :].lstrip(" ,").split() if code else []
    return len(after) > 2 and after[0][:1].islower()


def _in_sentence(line: Line, knowledge: Knowledge, section: str) -> list[Project]:
    """Codes in brackets in a sentence: of each project only the code is known for sure.

    Law reports and standards are numbered alike, "Ames v Finch (HCA 12 2021)": without a letter behind the year the
    sentence has to speak of projects.
    """
    if find_code(line.text, knowledge) is None:
        return []
    told = SPOKEN_OF.search(line.text) is not None
    return [
        Project(code=found["code"], section=section, place=line.place, confidence=0.6)
        for found in code_shape(knowledge).finditer(line.text)
        if found.group().lstrip()[:1] in {"(", "["} and found.group().rstrip()[-1:] in {")", "]"}
        if told or re.search(r"\d{4}(?:[A-Z]|-\d)", found["code"])
    ]


def merged(projects: Sequence[Project]) -> list[Project]:
    """One project a code or, without one, a title; the later mentions fill the gaps of the first."""
    kept: dict[str, Project] = {}
    for project in projects:
        key = re.sub(r"\W", "", project.code or project.title or "").casefold()
        first = kept.get(key)
        if first is None:
            kept[key] = project
            continue
        said = {k: v for k, v in project.said().items() if v and not getattr(first, k)}
        kept[key] = replace(first, **said)
    return list(kept.values())


def _of_kind(part: Part, kind: BlockKind, knowledge: Knowledge) -> list[Project]:
    found: list[Project] = []
    top = min((b.level for b in part.blocks if b.kind is kind), default=0)
    for index, block in enumerate(part.blocks):
        if block.kind is not kind or (kind in {BlockKind.ITEM, BlockKind.HEADING} and block.level > top):
            continue
        projects = _of_block(block, index, kind, knowledge, part.key)
        if kind is BlockKind.HEADING and projects:
            projects = [_with_facts(projects[0], part.blocks[index + 1 :], knowledge)]
        found.extend(projects)
        if projects:
            part.taken.add(index)
    return found


def _of_block(block: Block, index: int, kind: BlockKind, knowledge: Knowledge, section: str) -> list[Project]:
    if kind is BlockKind.ROW:
        project = _of_row(block, knowledge, section)
        return [project] if project else []
    if kind is BlockKind.HEADING and _is_category(block.text, knowledge):
        return []
    if kind is BlockKind.TERM and is_role_label(block.text, frozenset(knowledge.role_words)):
        return []
    lines = lines_of_block(block, index)
    found = [_of_text(_linked(line), knowledge, line.link, section, line.place) for line in lines]
    good = [p for p in found if p and p.title and not _is_sentence(p.title)]
    if kind is BlockKind.PARAGRAPH:
        return [p for p in good if p.code]
    return good[:1]


def _with_facts(project: Project, below: Sequence[Block], knowledge: Knowledge) -> Project:
    """What labels under its heading say of a project: "Project No.: ...", "Proposing Economy: ..."."""
    facts = facts_of(pairs_of(list(takewhile(lambda block: block.kind is not BlockKind.HEADING, below))))
    known = gazetteer(knowledge)
    code = find_code(facts.get("code", ""), knowledge)
    return replace(
        project,
        code=project.code or (code["code"] if code else None),
        economy=project.economy or _economy(facts.get("economy", ""), known),
        co_sponsors=project.co_sponsors or economies_in(facts.get("co_sponsors", ""), known),
        status=project.status or facts.get("status"),
        year=project.year or facts.get("year"),
    )


def _is_category(title: str, knowledge: Knowledge) -> bool:
    """A heading over projects, not one's name: "Ongoing", "Impact projects"."""
    last = title.casefold().split()[-1:]
    return holds_by_words(title, knowledge) != TEXT or bool(
        last and last[0] in {"projects", "activities", "ongoing", "completed"}
    )


def _linked(line: Line) -> str:
    """As in "Plough - the route planner": what is linked is the title, what follows tells about it."""
    first = line.links[0].text if line.links else ""
    if first and BESIDE_LINK.match(line.text[len(first) :]) and line.text.startswith(first):
        return first
    return _before_remark(line.text)


def _before_remark(text: str) -> str:
    """As in "Tide atlas - a map of all tides": what begins in small letters behind the dash tells about it."""
    found = REMARKED.search(text)
    return text[: found.start()] if found and len(text[: found.start()].split()) <= LONGEST_NAME else text


def _of_text(text: str, knowledge: Knowledge, link: str | None, section: str, place: int) -> Project | None:
    if is_boilerplate(text) or len(text) > LONGEST_TITLE or text.endswith(":"):
        return None
    text = FUNDED.sub("", narrowed(text))
    code = find_code(text, knowledge)
    title = (text[: code.start()] + " " + text[code.end() :]) if code else text
    shown = " ".join(title.split()).strip(" ,;:|–—-")
    economy = status = None
    if (lead := LED_BY.search(shown)) and gazetteer(knowledge).is_economy(lead["economy"]):
        economy, shown = lead["economy"], shown[: lead.start()]
    if (told := STATUS_BEHIND.search(shown)) and (code or link):
        status, shown = told["status"], shown[: told.start()]
    behind = re.search(r"(?:\s*\(|\s+[–—,-]\s+)(?P<economy>[^()–—]{3,40}?)\)?\.?$", shown)
    if behind and gazetteer(knowledge).is_economy(behind["economy"]):
        economy, shown = behind["economy"], shown[: behind.start()]
    return Project(
        code=code["code"] if code else None,
        title=shown.rstrip(".") or None,
        economy=economy,
        status=status,
        link=link,
        section=section,
        place=place,
        confidence=1.0 if code or link else 0.7,
    )


def _of_row(block: Block, knowledge: Knowledge, section: str) -> Project | None:
    columns = _columns(block.headers)
    cell = {k: block.cells[n].replace("\n", " ") for k, n in columns.items() if n < len(block.cells)}
    code = find_code(cell.get("code", ""), knowledge) or find_code(block.text, knowledge)
    title = cell.get("title") or _longest(block.cells, {v for k, v in cell.items() if k != "title"})
    if code and title.strip() == code["code"]:
        title = _longest(block.cells, {code["code"], *cell.values()})
    if not title or not (code or "title" in cell) or is_nothing(title):
        return None
    known = gazetteer(knowledge)
    starts, ends = first_date(cell.get("starts_on", "")), first_date(cell.get("ends_on", ""))
    return Project(
        code=code["code"] if code else None,
        title=code_shape(knowledge).sub("", title.replace("\n", " ")).strip(" .,–—-") or None,
        economy=_economy(cell.get("economy", ""), known),
        co_sponsors=economies_in(cell.get("co_sponsors", ""), known),
        status=cell.get("status") or None,
        year=cell.get("year") or None,
        fund=cell.get("fund") or None,
        amount=cell.get("amount") or None,
        starts_on=starts.starts_on if starts else None,
        ends_on=(ends.ends_on or ends.starts_on) if ends else None,
        topics=pieces_of(cell.get("topics", "")),
        link=next((link.target for link in block.links), None),
        section=section,
        place=block.place,
    )


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """Which column is what; the first that fits, each column once."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        kind = next((k for k, shape in COLUMNS.items() if k not in found and shape.search(header)), None)
        if kind is not None:
            found[kind] = at
    return found


def _longest(cells: Sequence[str], others: set[str]) -> str:
    return max((cell for cell in cells if cell.replace("\n", " ").strip() not in others), key=len, default="")


def _economy(text: str, known: Gazetteer) -> str | None:
    text = text.strip()
    return text if text and known.is_economy(text) else known.economy_within(text) if text else None


def _is_sentence(text: str) -> bool:
    return (
        len(text.split()) > 8
        and re.search(r"\b(?:is|are|was|were|will|has|have|intends?)\b", text) is not None
    )
