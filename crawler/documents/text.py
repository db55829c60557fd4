"""Plain text into a Document: paragraphs by blank lines, bullets, and what a person would see as headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.documents.aligned import aligned_rows, piped_rows
from crawler.documents.folding import fold, is_skip_link
from storage.document import Block, BlockKind, Document, Link

LINE_ENDS = re.compile(r"\r\n|[\n\r\f\v\u2028\u2029]")
BULLET = re.compile(r"(\s*)[•▪◦‣·●○■*+\-–]\s+(\S.*)", re.S)
MARKED = re.compile(r"\s*(#{1,6})\s+(\S.*?)[\s#]*", re.S)
RULE = re.compile(r"\s*(?:={3,}|-{3,}|\*{3,}|_{3,}|~{3,})\s*")
NUMBERED = re.compile(r"\d{1,2}(\.\d{1,2})*[.)]?\s+[^\W\d_]")
LABELLED = re.compile(r"(?:\S+ ){0,3}\S{1,30}:\s*\S")
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
MARKED_LINK = re.compile(r"\[([^\[\]]{1,200})\]\(((?:https?://|mailto:|/)[^\s()]{1,500})\)")
"""As Markdown writes links."""
EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)([^*_`]{1,200})(?<=\S)\1")
LONGEST_HEADING = 100
MOST_WORDS = 14

# What sections of such pages are called: alone on a line, these are headings whatever stands around them.
_SECTION_NAMES = """
about; about us; achievements; activities; announcements; background; calendar; chairs; co-chairs; contact;
contact us; contacts; current activities; current projects; deliverables; description; documents; events;
events calendar; history; introduction; key contacts; latest news; leadership; links; mandate; media;
meetings; members; membership; mission; news; news & events; news and events; objectives; officers;
overview; past events; past meetings; people; press releases; previous events; priorities; projects;
publications; purpose; recent events; recent news; reports; resources; scope; secretariat; structure;
subprojects; terms of reference; upcoming events; upcoming meetings; vision; work plan; work programme
"""
SECTION_NAMES = frozenset(" ".join(name.split()) for name in _SECTION_NAMES.split(";"))


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines without a blank one between them; `place` is the first one's number in the source."""

    lines: tuple[str, ...]
    place: int

    @property
    def alone(self) -> str | None:
        return fold(self.lines[0]) if len(self.lines) == 1 else None


def read_text(text: str) -> Document:
    """A text file as a Document. Every text gives one, at worst of paragraphs only."""
    groups = [part for group in _groups(text) for part in _cut_at_names(group)]
    levels = _heading_levels(groups)
    blocks: list[Block] = []
    for group, level in zip(groups, levels, strict=True):
        if level:
            shown = _heading_text(group.lines[0])
            blocks.append(Block(BlockKind.HEADING, shown, (shown,), level, place=group.place))
        else:
            blocks.extend(_blocks(group))
    first = blocks[0] if blocks else None
    title = first.text if first and first.kind is BlockKind.HEADING and first.level == 1 else ""
    return Document(title, tuple(blocks), "text")


def _groups(text: str) -> Iterator[_Group]:
    """Runs of lines between blank ones. A line of dashes ends one too; below a lone line it marks a heading."""
    lines: list[str] = []
    for number, line in enumerate((*LINE_ENDS.split(text), ""), start=1):
        if RULE.fullmatch(line):
            if len(lines) == 1 and not BULLET.fullmatch(lines[0]):
                lines[0] = ("# " if "=" in line else "## ") + lines[0].strip()
            if lines:
                yield _Group(tuple(lines), number - len(lines))
            lines = []
        elif fold(line) and not is_skip_link(fold(line)):
            lines.append(line)
        elif lines:
            yield _Group(tuple(lines), number - len(lines))
            lines = []


def _cut_at_names(group: _Group) -> Iterator[_Group]:
    """A section's name on a line of its own is a heading also where no blank line stands around it.

    Two such names in a row are a menu, and stay what they are.
    """
    named = [_is_name(line) for line in group.lines]
    start = 0
    for at, is_name in enumerate(named):
        in_menu = (at > 0 and named[at - 1]) or (at + 1 < len(named) and named[at + 1])
        if not is_name or in_menu or len(named) == 1:
            continue
        if at > start:
            yield _Group(group.lines[start:at], group.place + start)
        yield _Group(group.lines[at : at + 1], group.place + at)
        start = at + 1
    if start < len(group.lines):
        yield _Group(group.lines[start:], group.place + start)


def _is_name(line: str) -> bool:
    return fold(line).rstrip(":").strip().casefold() in SECTION_NAMES


def _heading_levels(groups: list[_Group]) -> list[int]:
    """For each group the level of the heading that it is, or 0."""
    shapes = [_shape(group) for group in groups]
    levels = [0] * len(groups)
    told = False
    for at, (group, shape) in enumerate(zip(groups, shapes, strict=True)):
        after = shapes[at + 1] if at + 1 < len(groups) else None
        if shape == "marked":
            levels[at] = len(MARKED.fullmatch(group.lines[0]).group(1))  # type: ignore[union-attr]
        elif shape == "named":
            levels[at] = 0 if _in_menu(shapes, at) else 2
        elif shape == "alone" and not told:
            levels[at] = 1
        elif shape == "numbered" and after is not None:
            levels[at] = 3
        elif shape == "alone" and after == "content" and not _ends_list(shapes, levels, at):
            levels[at] = 4
        told = True
    return levels


def _ends_list(shapes: list[str], levels: list[int], at: int) -> bool:
    """The last of several lone lines in a row: an entry of a list with blank lines between, not a heading."""
    before = range(at - 3, at)
    return at >= 3 and all(shapes[n] == "alone" and levels[n] == 0 for n in before)


def _in_menu(shapes: list[str], at: int) -> bool:
    """One of three or more section names in a row."""
    start = end = at
    while start > 0 and at - start < 3 and shapes[start - 1] == "named":
        start -= 1
    while end + 1 < len(shapes) and end - at < 3 and shapes[end + 1] == "named":
        end += 1
    return end - start >= 2


def _shape(group: _Group) -> str:
    line = group.alone
    if line is None:
        return "content"
    if MARKED.fullmatch(group.lines[0]):
        return "marked"
    if _is_name(line):
        return "named"
    if not _may_be_heading(group.lines[0], line):
        return "content"
    return "numbered" if NUMBERED.match(line) and not _starts_with_date(line) else "alone"


def _starts_with_date(line: str) -> bool:
    return re.match(r"\d{1,2}\.? ?[^\W\d_]+\.? ?(?:19|20)\d\d", line) is not None


def _may_be_heading(raw: str, line: str) -> bool:
    if len(line) > LONGEST_HEADING or len(line.split()) > MOST_WORDS or BULLET.fullmatch(raw):
        return False
    if line.endswith((".", ",", ";", ":", "!", "…")) or ADDRESS.search(line) or LABELLED.match(line):
        return False
    return any(ch.isalpha() for ch in line)


def _heading_text(line: str) -> str:
    marked = MARKED.fullmatch(line)
    return fold(marked.group(2) if marked else line)


def _blocks(group: _Group) -> Iterator[Block]:
    """A group's bullets as items, with the lines that continue them; what stands between as paragraphs.

    A group of lines in columns is a table.
    """
    if piped := piped_rows(group.lines):
        headers = tuple(map(_plain, piped[0]))
        yield from (
            replace(_row(cells, group.place + n + 2), headers=headers) for n, cells in enumerate(piped[1:])
        )
        return
    if rows := aligned_rows(group.lines):
        yield from (_row(cells, group.place + n) for n, cells in enumerate(rows))
        return
    indents: list[int] = []
    run: list[str] = []
    start, in_item = group.place, False
    for number, line in enumerate(group.lines, start=group.place):
        bullet = BULLET.fullmatch(line)
        indent = len(line) - len(line.lstrip())
        if bullet is None and (not in_item or indent > indents[-1]):
            run.append(line)
            continue
        if run:
            yield _block(run, start, len(indents) if in_item else 0)
        run, start, in_item = [bullet.group(2) if bullet else line], number, bullet is not None
        if bullet:
            while indents and indents[-1] >= indent:
                indents.pop()
            indents.append(indent)
    if run:
        yield _block(run, start, len(indents) if in_item else 0)


def _block(raw: list[str], place: int, depth: int) -> Block:
    shown = [_plain(line) for line in raw]
    marked = (Link(fold(m[1]), m[2]) for line in raw for m in MARKED_LINK.finditer(line))
    lines = tuple(filter(None, map(fold, shown)))
    text = " ".join(lines)
    kind = BlockKind.ITEM if depth else BlockKind.PARAGRAPH
    return Block(kind, text, lines, depth, (*marked, *_links(text)), place=place)


def _plain(line: str) -> str:
    """Without the signs of Markdown's links and emphasis."""
    return EMPHASIS.sub(r"\2", MARKED_LINK.sub(r"\1", line))


def _row(raw: tuple[str, ...], place: int) -> Block:
    cells = tuple(fold(_plain(cell)) for cell in raw)
    marked = (Link(fold(m[1]), m[2]) for cell in raw for m in MARKED_LINK.finditer(cell))
    text = " ".join(filter(None, cells))
    return Block(BlockKind.ROW, text, (text,), 0, (*marked, *_links(text)), cells=cells, place=place)


def _links(text: str) -> Iterator[Link]:
    for found in ADDRESS.finditer(text):
        shown = found.group().rstrip(".,;:")
        yield Link(shown, shown if "://" in shown else f"mailto:{shown}")
