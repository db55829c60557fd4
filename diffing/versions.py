"""Versions of what a page says of its records, opened and closed, each under the id that its record bears."""

from __future__ import annotations

from datetime import datetime

from diffing import match
from diffing.drafts import Look, Register
from diffing.verdict import Verdict
from storage.observations import PageState, Version
from storage.records import Record


def open_version(
    state: PageState, record: Record, since: datetime, register: Register, record_id: str | None = None
) -> Version:
    """From `since` on the page says this; of the record with that id, or of the one its identity is known under."""
    key = match.identity(record)
    if record_id is None:
        record_id = _draw(state, record, key, register)
    elif (other := register.find(record.kind, key)) is not None and not _is_open(state, other):
        record_id = register.merge(record_id, other)
    register.name(record.kind, key, record_id)
    version = Version(record_id, record, since)
    state.open.append(version)
    state.touched.append(version)
    state.known.add(record_id)
    return version


def close_version(state: PageState, version: Version, before: Look, after: Look, verdict: str) -> None:
    """The page no longer says this: it was last seen at the look before, and the look after found it so."""
    version.last_seen, version.next_look, version.verdict = before.last_seen, after.first_seen, str(verdict)
    state.open.remove(version)
    state.touched.append(version)
    if verdict == Verdict.SECTION_GONE:
        state.dormant.append(version)


def _draw(state: PageState, record: Record, key: str, register: Register) -> str:
    """An id that no other record on the page bears at this moment (two may share title and date)."""
    record_id, ordinal = register.draw(record.kind, key), 1
    while _is_open(state, record_id):
        ordinal += 1
        record_id = register.draw(record.kind, f"{key}#{ordinal}")
    return record_id


def _is_open(state: PageState, record_id: str) -> bool:
    return any(version.record_id == record_id for version in state.open)
