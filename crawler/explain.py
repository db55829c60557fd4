"""Why a record says what it says: the blocks that it was read from, and for each field the reason.

A step over the Document and the Reading: it looks for each value on the page anew, and says so where it is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from crawler.extract.dates import find_dates, lone_year
from crawler.extract.lines import Line, lines_of_block
from storage.document import Block, BlockKind, Document
from storage.records import Reading, Record

DOUBTFUL = 0.6
"""Confidence below which a field is marked."""
SHORTENED = 100
NEAR = 8
"""So many lines after a record's own are looked at for its fields, and a few before."""
NOT_SHOWN = "not shown"
BESIDE_THE_POINT = {"read_from", "email_protected"}
KIND_NAMES = {
    BlockKind.HEADING: "heading",
    BlockKind.PARAGRAPH: "paragraph",
    BlockKind.ITEM: "list item",
    BlockKind.ROW: "table row",
    BlockKind.TERM: "term",
    BlockKind.DEFINITION: "definition",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A block as it is quoted: its line in the source (from 1, 0 where unknown), its kind, its shortened text."""

    place: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldReason:
    """A field's value, why it has that value, and how sure that is (0 to 1; None where the page is silent)."""

    name: str
    value: Any
    why: str
    confidence: float | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A record with the passages it was read from, its own first, and the reason for each of its fields."""

    kind: str
    label: str
    place: int
    confidence: float
    doubtful: bool
    passages: tuple[Passage, ...]
    fields: tuple[FieldReason, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def explain(document: Document, reading: Reading, selected: Sequence[str] = ()) -> tuple[Explanation, ...]:
    """An explanation of every record of a reading; `selected` are the kinds that a profile's selectors read."""
    lines = _lines(document)
    return tuple(
        _Search(document, lines, record, by_selector=record.kind in selected).explanation()
        for record in reading.records()
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block as a block of its own, whose `place` is the line that a record of it names.

    `shown` is the line in the source as far as it is known: in HTML the lines of a block may share one.
    """

    block: Block
    shown: int


def _lines(document: Document) -> tuple[_Line, ...]:
    """The blocks, those of several lines cut into one for each: entries of a list often share a block."""
    is_text = document.format == "text"
    return tuple(
        _Line(_alone(line), line.place if is_text else block.place)
        for block in document.blocks
        for line in lines_of_block(block, 0)
    )


def _alone(line: Line) -> Block:
    block = line.block
    if block.kind is BlockKind.ROW or len(block.lines) < 2:
        return block
    return replace(block, text=line.text, lines=(line.text,), links=line.links, place=line.place)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a value was found (an index of a block, None for elsewhere), in words, and how telling that is."""

    why: str
    at: int | None = None
    weight: float = 1.0


class _Search:
    """Looks for one record's values around the place where it was read."""

    def __init__(
        self, document: Document, lines: Sequence[_Line], record: Record, *, by_selector: bool
    ) -> None:
        self.document, self.record, self.by_selector = document, record, by_selector
        self.blocks = [line.block for line in lines]
        self.places = [line.shown for line in lines]
        self.own = _own_block(self.blocks, record)

    def explanation(self) -> Explanation:
        used: set[int] = set() if self.own is None else {self.own}
        reasons = []
        for name, said in self.record.said().items():
            value = None if said == () else said
            if name not in BESIDE_THE_POINT:
                found = self._found(name, value)
                used |= {found.at} if found is not None and found.at is not None else set()
                reasons.append(self._reason(name, value, found))
        record = self.record
        return Explanation(
            record.kind,
            record.label,
            record.place if self.own is None else self.places[self.own],
            record.confidence,
            record.confidence < DOUBTFUL,
            tuple(_passage(self.blocks[at], self.places[at]) for at in self._own_first(used)),
            tuple(reasons),
        )

    def _own_first(self, used: set[int]) -> list[int]:
        return sorted(used, key=lambda at: (at != self.own, at))

    def _reason(self, name: str, value: Any, found: _Found | None) -> FieldReason:
        if name == "email" and value is None and getattr(self.record, "email_protected", False):
            return FieldReason(name, None, "the page protects the address", None, False)
        if value is None:
            return FieldReason(name, None, NOT_SHOWN, None, False)
        if isinstance(value, tuple):
            value = "; ".join(value)
        rule = self.record.inferred.get(name)
        if rule is not None:
            why, weight = f"inferred by rule {rule}", 0.8
        elif self.by_selector:
            why = f"by the profile's selector; {found.why if found else 'stands in the markup'}"
            weight = 1.0
        elif found is not None:
            why, weight = found.why, found.weight
        else:
            why, weight = "not found as such on the page", 0.5
        confidence = round(self.record.confidence * weight, 2)
        return FieldReason(name, value, why, confidence, confidence < DOUBTFUL)

    def _found(self, name: str, value: Any) -> _Found | None:
        """The nearest line that shows the value: its own, those after it, the heading above, those before."""
        if value is None or name in self.record.inferred:
            return None
        text = value[0] if isinstance(value, tuple) else str(value)
        for at, where, weight in self._around():
            reason = _in_block(self.blocks[at], text, self._year(at))
            if reason is not None:
                return _Found(f"{reason}{where}", at, weight)
        if self.own is not None and _has_words(self.blocks[self.own].text, text):
            return _Found("put together from words of the block", self.own, 0.9)
        return self._elsewhere(text)

    def _elsewhere(self, text: str) -> _Found | None:
        if _folded(text) in _folded(self.document.title):
            return _Found("stands in the page's title", weight=0.9)
        if any(_folded(text) in _folded(data) for data in self.document.data):
            return _Found("stands in the page's structured data")
        for at, block in enumerate(self.blocks):
            reason = _in_block(block, text, None)
            if reason is not None:
                weight = 1.0 if self.record.kind == "group" else 0.8
                return _Found(f"{reason} elsewhere on the page (line {self.places[at]})", at, weight)
        if any(_folded(text) in _folded(block.text) for block in self.document.blocks):
            return _Found("stands in a block, over several lines")
        return None

    def _around(self) -> Iterator[tuple[int, str, float]]:
        if self.own is None:
            return
        yield self.own, "", 1.0
        for at in self._after(self.own):
            yield at, f" below (line {self.places[at]})", 1.0
        for at in range(self.own - 1, -1, -1):
            block = self.blocks[at]
            if block.kind is BlockKind.HEADING:
                yield at, f" of the heading above, “{_short(block.text, 60)}”", 0.9
            elif self.own - at <= NEAR // 2:
                yield at, f" above (line {self.places[at]})", 0.9

    def _after(self, own: int) -> Iterator[int]:
        for at in range(own + 1, min(own + 1 + NEAR, len(self.blocks))):
            if self.blocks[at].kind is BlockKind.HEADING:
                return
            yield at

    def _year(self, at: int) -> str | None:
        """A year that a heading above gives to dates without one."""
        above = (b.text for b in reversed(self.blocks[: at + 1]) if b.kind is BlockKind.HEADING)
        return next((year for text in above if (year := lone_year(text))), None)


def _own_block(blocks: Sequence[Block], record: Record) -> int | None:
    """The block at the record's place that shows most of its values; without a place, of all blocks."""
    if record.kind == "group" and not record.place:
        return next((at for at, block in enumerate(blocks) if _shows(block, record)), None)
    here = [at for at, block in enumerate(blocks) if record.place and block.place == record.place]
    candidates = here or [
        at for at, block in enumerate(blocks) if _folded(record.label) in _folded(block.text)
    ]
    return max(candidates, key=lambda at: (_shows(blocks[at], record), -at), default=None)


def _has_words(text: str, value: str) -> bool:
    """All words of a value stand in a text, in any order and number ("57th and 58th meetings": "57th meeting")."""
    shown = _folded(text)
    return all(word.rstrip(".,;:") in shown for word in _folded(value).split())


def _shows(block: Block, record: Record) -> int:
    """How many of the record's values the block shows; its label counts for several."""
    facts = record.said().items()
    said = (value for name, value in facts if isinstance(value, str) and name not in BESIDE_THE_POINT)
    values = sum(_in_block(block, text, None) is not None for text in said)
    return values + 3 * (_folded(record.label) in _folded(block.text))


def _in_block(block: Block, value: str, year: str | None) -> str | None:
    """How a block shows a value: as text, in a column, as a date, behind a link, in the markup."""
    wanted = _folded(value)
    if column := _column(block, wanted):
        return column
    if wanted and wanted in _folded(block.text):
        return "stands in the block"
    for dates in find_dates(block.text, year):
        if value in (dates.starts_on, dates.ends_on):
            shown = block.text[dates.start : dates.end]
            given = "" if value[:4] in block.text else f", the year {year} in the heading above"
            return f"stands in the block as “{shown}”{given}"
    if any(wanted in _folded(link.target) for link in block.links):
        return "is a link's target in the block"
    if any(moment.startswith(value) for moment in block.times):
        return "is a date in the markup of the block"
    if any(wanted in _folded(text) for text in block.alternatives):
        return "is the text of a picture in the block"
    return None


def _column(block: Block, wanted: str) -> str | None:
    """The column of a table whose cell shows the value."""
    for header, cell in zip(block.headers, block.cells, strict=False):
        dates = [day for dates in find_dates(cell) for day in (dates.starts_on, dates.ends_on)]
        if header and cell and (wanted in _folded(cell) or wanted in dates):
            return f"table column “{header}”"
    return None


def _passage(block: Block, place: int) -> Passage:
    return Passage(place, KIND_NAMES[block.kind], _short(block.text, SHORTENED))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
