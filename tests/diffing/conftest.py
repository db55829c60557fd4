"""A page told look by look, as the product takes it: state, register and readings, without a database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from diffing import history
from diffing.drafts import Draft, Look
from storage.observations import PageState, Version
from storage.records import (
    RECORD_SECTIONS,
    Contact,
    Event,
    Group,
    NewsItem,
    Project,
    Reading,
    Record,
    SectionText,
)
from storage.register import Register

START = datetime(2027, 1, 1, tzinfo=UTC)
USUAL = ("description", "events", "contacts", "projects", "news")


class Story:
    """Looks at one page, a day after the other; each answers what changed since the last."""

    def __init__(self) -> None:
        self.state = PageState()
        self.register = Register(1, "harbour.example/group")
        self.looks: list[Look] = []

    def look(
        self,
        *records: Record,
        sections: Sequence[str] = USUAL,
        text: Sequence[str] = (),
        references: Sequence[str] = (),
        on: datetime | None = None,
    ) -> list[Draft]:
        """The page shows these records in the sections of their kinds, and a text in its description."""
        moment = on or START + timedelta(days=len(self.looks))
        said = reading(records, sections, text, references)
        look = Look(moment, moment + timedelta(hours=1), said.digest, said)
        before = self.looks[-1] if self.looks else None
        self.looks.append(look)
        if before is None:
            history.begin(self.state, look, self.register)
            return []
        return history.advance(self.state, before, look, self.register)

    def kinds(self, *records: Record, **about: object) -> list[str]:
        """The kinds of what changed, in alphabetical order."""
        return sorted(draft.kind for draft in self.look(*records, **about))

    def ids(self) -> dict[str, str]:
        """The ids of what the page says now, by label."""
        return {v.record.label: self.register.resolve(v.record_id) for v in self.state.open}

    def versions(self, label: str) -> list[Version]:
        """Every version of what bears this label, oldest first."""
        versions = {id(version): version for version in self.state.touched}.values()
        return sorted((v for v in versions if v.record.label == label), key=lambda v: v.first_seen)


def reading(
    records: Sequence[Record], sections: Sequence[str], text: Sequence[str], references: Sequence[str]
) -> Reading:
    placed = [
        record if record.section else replace(record, section=RECORD_SECTIONS.get(record.kind, ""))
        for record in records
    ]
    shown = tuple(
        SectionText(
            key,
            key.title(),
            key if key in RECORD_SECTIONS.values() else "text",
            tuple(text) if key == "description" else (),
            tuple(references) if key == "description" else (),
        )
        for key in sections
    )

    def of_kind(kind: type[Record]) -> tuple[Record, ...]:
        return tuple(record for record in placed if isinstance(record, kind))

    said = Reading(
        rules="rules",
        digest="",
        group=next(iter(of_kind(Group)), None),
        events=of_kind(Event),
        contacts=of_kind(Contact),
        projects=of_kind(Project),
        news=of_kind(NewsItem),
        sections=shown,
    )
    return replace(said, digest=hashlib.sha256(repr(said).encode()).hexdigest())


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def new_story() -> Callable[[], Story]:
    return Story
