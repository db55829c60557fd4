"""The kinds of change that there are, the words with which a subscription asks for them, and their weight."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from types import MappingProxyType

from config.errors import UsageError


class Importance(IntEnum):
    """How much a change matters: words for people, numbers in JSON."""

    MINOR = 1
    NORMAL = 2
    IMPORTANT = 3

    @property
    def word(self) -> str:
        return self.name.lower()


CHANGE_KINDS = (
    "event.added",
    "event.moved",
    "event.renamed",
    "event.modified",
    "event.ended",
    "event.cancelled",
    "event.postponed",
    "event.restored",
    "event.removed",
    "contact.added",
    "contact.renamed",
    "contact.modified",
    "contact.removed",
    "role.changed",
    "project.added",
    "project.renamed",
    "project.modified",
    "project.removed",
    "news.added",
    "group.added",
    "group.modified",
    "group.removed",
    "text.changed",
    "section.gone",
    "section.back",
    "page.found",
    "page.gone",
    "page.redesigned",
    "page.blocked",
    "page.failing",
    "page.recovered",
)

RECORD_FIELDS = (
    "acronym",
    "amount",
    "category",
    "city",
    "co_sponsors",
    "code",
    "date",
    "department",
    "economy",
    "email",
    "email_protected",
    "ends_on",
    "former_names",
    "fund",
    "group",
    "honorific",
    "last_updated",
    "link",
    "mode",
    "name",
    "organization",
    "parent",
    "phone",
    "priorities",
    "project_code",
    "recurrence",
    "region",
    "role",
    "starts_on",
    "status",
    "term",
    "time",
    "title",
    "topics",
    "venue",
    "year",
)
"""What a page can say of a record, by name."""

WORD_OF_FAMILY = MappingProxyType(
    {
        "contact": "contacts",
        "role": "contacts",
        "event": "events",
        "project": "projects",
        "news": "news",
        "group": "groups",
        "text": "text",
        "section": "page",
        "page": "page",
    }
)
TELL_WORDS = tuple(dict.fromkeys(WORD_OF_FAMILY.values()))


def check_kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    """The kinds (`event.moved`) and families (`event`) themselves. Raises UsageError for what is neither."""
    families = {kind.partition(".")[0] for kind in CHANGE_KINDS}
    for kind in kinds:
        if kind not in CHANGE_KINDS and kind not in families:
            raise UsageError(f"'{kind}' is no kind of change; there are: {', '.join(CHANGE_KINDS)}")
    return tuple(kinds)


def tell_word(kind: str) -> str:
    """The word of `tell` that covers a kind of change: `role.changed` is one of `contacts`."""
    return WORD_OF_FAMILY[kind.partition(".")[0]]
