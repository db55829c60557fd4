"""What pages say of the world, as frozen records, and the Reading that holds what one answer said.

Dates are ISO 8601 strings at the precision shown: `2016-07-25`, `2023-09`, `2023`. What a page does not say is
None. Nothing here is invented by us; what a profile infers is listed in `inferred` with the rule's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all kinds share: where on the page it was read, how sure the reader is, and what was inferred.

    `section` is the key of the section it stood in, `place` the line in the source; neither is part of what the
    record says (`said`), so that a list that moves on its page changes no record.
    """

    kind: ClassVar[str] = "record"
    not_said: ClassVar[frozenset[str]] = frozenset({"section", "place", "confidence", "inferred"})

    section: str = ""
    place: int = 0
    confidence: float = 1.0
    inferred: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> dict[str, Any]:
        """The record's facts by name, None where the page is silent."""
        return {name: getattr(self, name) for name in _NAMES[type(self)] if name not in self.not_said}

    @property
    def label(self) -> str:
        """What a person would call it."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """All fields by name, as plain values; `record_from_json` reads it back."""
        return {name: getattr(self, name) for name in _NAMES[type(self)]} | {"inferred": dict(self.inferred)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """A meeting. `read_from` is `list` where it stood as an entry of its own, `prose` where a sentence announces it."""

    kind: ClassVar[str] = "event"

    title: str
    starts_on: str | None = None
    ends_on: str | None = None
    time: str | None = None
    city: str | None = None
    region: str | None = None
    economy: str | None = None
    venue: str | None = None
    mode: str | None = None
    project_code: str | None = None
    link: str | None = None
    status: str | None = None
    recurrence: str | None = None
    group: str | None = None
    read_from: str = "list"

    @property
    def label(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Record):
    """One appointment: a person in a role at a group.

    `email_protected` is True where the page shows a masked address: `email` is then unknown, not absent.
    """

    kind: ClassVar[str] = "contact"

    name: str | None
    honorific: str | None = None
    role: str | None = None
    term: str | None = None
    organization: str | None = None
    department: str | None = None
    economy: str | None = None
    email: str | None = None
    email_protected: bool = False
    phone: str | None = None
    link: str | None = None
    group: str | None = None

    @property
    def label(self) -> str:
        return self.name or self.role or "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Record):
    """A project, known by its code where the page shows one. `economy` leads it; amounts stand as written."""

    kind: ClassVar[str] = "project"

    code: str | None
    title: str | None = None
    economy: str | None = None
    status: str | None = None
    year: str | None = None
    link: str | None = None
    co_sponsors: tuple[str, ...] = ()
    fund: str | None = None
    amount: str | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    topics: tuple[str, ...] = ()
    group: str | None = None

    @property
    def label(self) -> str:
        return " ".join(part for part in (self.code, self.title) if part) or "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem(Record):
    """An entry of a list of news, publications or documents; which of them its `category` says."""

    kind: ClassVar[str] = "news"

    title: str
    date: str | None = None
    link: str | None = None
    category: str = "news"

    @property
    def label(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Record):
    """A working group as a page names it: its own (`read_from` is `page`), or one that it lists (`list`).

    `last_updated` is the page's own word, not ours; `priorities` are those that it lists. A description is part of
    the page's text, where a change of it is told.
    """

    kind: ClassVar[str] = "group"
    not_said: ClassVar[frozenset[str]] = Record.not_said | {"description"}

    name: str | None
    acronym: str | None = None
    parent: str | None = None
    last_updated: str | None = None
    former_names: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    description: str | None = None
    link: str | None = None
    read_from: str = "page"

    @property
    def label(self) -> str:
        return self.acronym or self.name or "?"


KINDS: dict[str, type[Record]] = {cls.kind: cls for cls in (Event, Contact, Project, NewsItem, Group)}
RECORD_SECTIONS = {"event": "events", "contact": "contacts", "project": "projects", "news": "news"}
"""The kind of section in which records of a kind usually stand."""


_NAMES = {cls: tuple(f.name for f in fields(cls)) for cls in KINDS.values()}
"""The fields of each kind, in order: they are asked for at each record of each look."""


def record_from_json(kind: str, data: Mapping[str, Any]) -> Record:
    """The record that `Record.to_json` wrote; names that this version does not know are passed over."""
    cls = KINDS[kind]
    known = _NAMES[cls]
    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in data.items()
        if name in known
    }
    return cls(**said)


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section as the comparison of texts sees it.

    `key` is stable over re-wording of white space and case (`description` for the part before the first heading),
    `title` is as shown, `holds` is events, contacts, news, projects or text, `paragraphs` the blocks' texts;
    blocks that were read as records are not repeated in them. `references` are what stands behind the text of
    all its blocks (link targets, `datetime` values, texts for pictures), each as `what: value`.
    """

    key: str
    title: str
    holds: str
    paragraphs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All fields by name, as plain values."""
        return {
            "key": self.key,
            "title": self.title,
            "holds": self.holds,
            "paragraphs": self.paragraphs,
            "references": self.references,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What one answer said under one set of reading rules (`rules`, a hash of code version, profile and aliases).

    `group` is the page's own; `groups` are those that it lists, which records of the page name in `group`.
    """

    rules: str
    digest: str
    title: str = ""
    group: Group | None = None
    events: tuple[Event, ...] = ()
    contacts: tuple[Contact, ...] = ()
    projects: tuple[Project, ...] = ()
    news: tuple[NewsItem, ...] = ()
    sections: tuple[SectionText, ...] = ()
    warnings: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    def records(self) -> tuple[Record, ...]:
        """Every record, the page's own group first."""
        group: tuple[Record, ...] = (self.group,) if self.group else ()
        return (*group, *self.groups, *self.events, *self.contacts, *self.projects, *self.news)

    def counts(self) -> dict[str, int]:
        """How many records of each kind: `{"event": 18, ...}`, meetings known from prose alone left out."""
        listed = (record for record in self.records() if getattr(record, "read_from", "list") != "prose")
        found = Counter(record.kind for record in listed)
        return {kind: found[kind] for kind in KINDS if kind != Group.kind}

    def to_json(self) -> dict[str, Any]:
        """The `extract` command's shape, with the sections beside the records."""
        listed = [e.to_json() for e in self.events if e.read_from != "prose"]
        prose = [e.to_json() for e in self.events if e.read_from == "prose"]
        return {
            "rules": self.rules,
            "digest": self.digest,
            "title": self.title,
            "group": self.group.to_json() if self.group else None,
            "groups": [g.to_json() for g in self.groups],
            "events": listed,
            "contacts": [c.to_json() for c in self.contacts],
            "projects": [p.to_json() for p in self.projects],
            "news": [n.to_json() for n in self.news],
            "prose_events": prose,
            "sections": [s.to_json() for s in self.sections],
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reading:
        """The reading that `to_json` wrote."""

        def each(kind: str, *names: str) -> tuple[Any, ...]:
            return tuple(record_from_json(kind, item) for name in names for item in data.get(name, ()))

        group = data.get("group")
        return cls(
            rules=data["rules"],
            digest=data["digest"],
            title=data.get("title", ""),
            group=record_from_json("group", group) if group else None,  # type: ignore[arg-type]
            events=each("event", "events", "prose_events"),
            contacts=each("contact", "contacts"),
            projects=each("project", "projects"),
            news=each("news", "news"),
            sections=tuple(
                SectionText(
                    s["key"], s["title"], s["holds"], tuple(s["paragraphs"]), tuple(s.get("references", ()))
                )
                for s in data.get("sections", ())
            ),
            warnings=tuple(data.get("warnings", ())),
            groups=each("group", "groups"),
        )
