"""Who held a role at a group over the years: a line for each time that a page named somebody in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from diffing.spelling import spelt
from storage.asking.queries import SEEN, Answer
from storage.intervals import Interval
from storage.records import Contact


@dataclass(frozen=True, slots=True)
class Term:
    """One person in a role, as one page named it over one run of looks. `state` says why it ended: replaced ..."""

    record_id: str
    role: str
    name: str
    about: str
    page_id: int
    page: str
    first_seen: datetime
    last_seen: datetime
    next_look: datetime | None
    state: str

    @property
    def stands(self) -> bool:
        """Whether the page still named the person at the last look that is asked about."""
        return self.state == SEEN


def terms(ever: Sequence[Answer], role: str) -> list[Term]:
    """Of all that pages ever said of contacts (with intervals) those in a role, however it is spelt; newest first."""
    meant = {named for named in _named(ever) if spelt(named) == spelt(role)}
    held = sorted((answer for answer in ever if _contact(answer).role in meant), key=_person)
    found = [term for _, same in groupby(held, key=_person) for term in _terms(list(same))]
    return sorted(found, key=lambda term: (term.first_seen, term.last_seen), reverse=True)


def roles(ever: Iterable[Answer]) -> list[str]:
    """Every role that pages ever named, each in one spelling, in order of the alphabet."""
    return sorted({spelt(role): role for role in sorted(_named(ever))}.values())


def _named(ever: Iterable[Answer]) -> set[str]:
    return {role for answer in ever if (role := _contact(answer).role)}


def _terms(same: Sequence[Answer]) -> Iterator[Term]:
    """One person's on one page; what the page said last in each interval speaks for it."""
    for interval in same[0].intervals:
        within = [answer for answer in same if _is_in(answer, interval)]
        if within:
            yield _term(max(within, key=lambda answer: answer.first_seen), interval)


def _term(last: Answer, interval: Interval) -> Term:
    contact = _contact(last)
    about = [part for part in (contact.organization, contact.economy) if part]
    name = f"{contact.name or 'nobody named'}{f' ({contact.honorific})' if contact.honorific else ''}"
    return Term(
        last.record_id,
        contact.role or "",
        name,
        ", ".join(about),
        last.page_id,
        last.page,
        interval.first_seen,
        interval.last_seen,
        interval.next_look,
        last.state,
    )


def _is_in(answer: Answer, interval: Interval) -> bool:
    return interval.first_seen <= answer.first_seen <= interval.last_seen


def _person(answer: Answer) -> tuple[int, str]:
    return answer.page_id, answer.record_id


def _contact(answer: Answer) -> Contact:
    assert isinstance(answer.record, Contact)
    return answer.record
