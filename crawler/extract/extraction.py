"""What was extracted from one document."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Contact, Event, Group, NewsItem, Project, SectionText


@dataclass(frozen=True, slots=True)
class Extraction:
    """Records and texts of a page in its order; meetings known from prose stand after the listed ones.

    `groups` are those that the page lists, besides its own.
    """

    group: Group
    events: tuple[Event, ...]
    contacts: tuple[Contact, ...]
    projects: tuple[Project, ...]
    news: tuple[NewsItem, ...]
    sections: tuple[SectionText, ...]
    warnings: tuple[str, ...]
    groups: tuple[Group, ...] = ()
