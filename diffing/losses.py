"""Whether a page lost more at once than pages do: what a doubt is made of.

A page that answers with half of itself is more often broken, cut or half built than edited. So a look that shows
less than half of what the last good one showed is doubted, counted in records of a kind, sections, text and links. What
a page loses as pages do is no doubt: one or two records, past events and old news that leave their lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from diffing.drafts import only_in_prose
from diffing.verdict import is_past
from storage.records import Contact, Event, Group, Project, Reading, Record

RECORDS, SECTIONS, LETTERS, LINKS = 3, 2, 200, 10
"""So many have to be missing at least: small pages may lose half of themselves on any day."""

LISTS = {Event: "events", Contact: "contacts", Project: "projects", Group: "groups"}
"""The kinds that count. News leaves its list all the time."""


def losses(before: Reading, after: Reading, at: datetime) -> tuple[str, ...]:
    """What `after`, seen at `at`, lost against `before`: "2 of 14 events", "18 % of the text"; empty where in bounds.

    Each is what is left of what there was.
    """
    today = at.date()
    return (
        *_records_lost(_listed(before), _listed(after), today),
        *_sections_lost(before, after),
        *_share_lost(_letters(before), _letters(after), LETTERS, "text"),
        *_share_lost(_links(before), _links(after), LINKS, "links"),
    )


def _records_lost(before: Sequence[Record], after: Sequence[Record], today: date) -> list[str]:
    """By kind; where no single kind lost enough, all of them together."""
    found = []
    for kind, plural in LISTS.items():
        was, now = ([record for record in records if isinstance(record, kind)] for records in (before, after))
        if _is_lost(was, now, today):
            found.append(f"{len(now)} of {len(was)} {plural}")
    if not found and _is_lost(before, after, today):
        found.append(f"{len(after)} of {len(before)} records")
    return found


def _is_lost(was: Sequence[Record], now: Sequence[Record], today: date) -> bool:
    """Past events explain their going themselves: others have to be missing, too."""
    explained = _ahead(was, today) <= _ahead(now, today)
    return _is_big(len(was), len(now), RECORDS) and not explained


def _ahead(records: Sequence[Record], today: date) -> int:
    return sum(not (isinstance(record, Event) and is_past(record, today)) for record in records)


def _is_big(was: int, now: int, least: int) -> bool:
    return was - now >= least and 2 * now < was


def _sections_lost(before: Reading, after: Reading) -> list[str]:
    """Half of them is enough here: no page loses two headings of four by an edit."""
    shown = {section.key for section in after.sections}
    left = sum(section.key in shown for section in before.sections)
    was = len(before.sections)
    return [f"{left} of {was} sections"] if was - left >= SECTIONS and 2 * left <= was else []


def _share_lost(was: int, now: int, least: int, what: str) -> list[str]:
    return [f"{100 * now // was} % of the {what}"] if _is_big(was, now, least) else []


def _listed(reading: Reading) -> list[Record]:
    kinds = tuple(LISTS)
    own = reading.group
    return [r for r in reading.records() if isinstance(r, kinds) and r is not own and not only_in_prose(r)]


def _letters(reading: Reading) -> int:
    return sum(len(paragraph) for section in reading.sections for paragraph in section.paragraphs)


def _links(reading: Reading) -> int:
    return sum(len(section.references) for section in reading.sections)
