"""One shown state of a record out of what several pages say of it.

The precedence, first to last: a page that still says so before one that no longer does; a list before a sentence; the
group's own page before another that names the group; the page that said it first; the address. What the first is
silent on is taken from the next; what they say differently stays visible as a disagreement. Nothing of it depends on
which page was looked at last, so that two pages that disagree flip nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from diffing import fields as field_diff
from storage.asking.queries import SEEN, Answer
from storage.records import Record


@dataclass(frozen=True, slots=True)
class Composed:
    """A record as shown: `shown` is the first page's answer under the shared id, its gaps filled by the others.

    `filled` names the page of each field that another one gave; `disagreements` are the values, by page, of fields
    on which a page differs from what is shown.
    """

    shown: Answer
    pages: tuple[str, ...]
    filled: Mapping[str, str] = field(default_factory=dict)
    disagreements: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The answer's own form, with the pages that share it."""
        said = {**self.shown.to_json(), "pages": list(self.pages)}
        if self.filled:
            said["from_other_pages"] = dict(self.filled)
        if self.disagreements:
            said["disagreements"] = {name: dict(values) for name, values in self.disagreements.items()}
        return said


def compose(answers: Iterable[Answer], entity_of: Mapping[str, str]) -> list[Composed]:
    """One entry for each record, in the order in which the answers first name it."""
    together: dict[str, list[Answer]] = {}
    for answer in answers:
        together.setdefault(entity_of.get(answer.record_id, answer.record_id), []).append(answer)
    return [_composed(entity, said) for entity, said in together.items()]


def each_alone(answers: Iterable[Answer], entity_of: Mapping[str, str]) -> list[Composed]:
    """Every answer by itself, under the id that the records of several pages share."""
    return [
        Composed(replace(answer, record_id=entity_of.get(answer.record_id, answer.record_id)), (answer.page,))
        for answer in answers
    ]


def _composed(entity: str, said: list[Answer]) -> Composed:
    first, *others = sorted(said, key=_precedence)
    pages = tuple(dict.fromkeys(answer.page for answer in (first, *others)))
    agreeing = [other for other in others if other.state == first.state]
    record, filled = _filled(first.record, agreeing)
    return Composed(
        replace(first, record_id=entity, record=record), pages, filled, _disagreements(first, agreeing)
    )


def _precedence(answer: Answer) -> tuple[object, ...]:
    record = answer.record
    return (
        answer.state != SEEN,
        getattr(record, "read_from", "list") == "prose",
        getattr(record, "group", None) is not None,
        answer.first_seen,
        answer.page,
    )


def _filled(record: Record, others: Iterable[Answer]) -> tuple[Record, dict[str, str]]:
    filled: dict[str, str] = {}
    for other in others:
        mine, theirs = record.said(), other.record.said()
        new = {name: value for name, value in theirs.items() if value and mine[name] in (None, ())}
        new = {name: value for name, value in new.items() if name != "group"}
        if new:
            record = replace(record, **new)
            filled.update(dict.fromkeys(new, other.page))
    return record, filled


def _disagreements(first: Answer, others: Iterable[Answer]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for other in others:
        if other.page == first.page:
            continue
        for name, (_, theirs) in field_diff.compare(first.record, other.record).items():
            if theirs is not None and first.record.said()[name] is not None and name not in ("group", "link"):
                found.setdefault(name, {})[other.page] = theirs
    return found
