"""From what a step found to the changes that are told: ids, times, and the payload that everybody receives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config.durations import roughly
from diffing.drafts import Draft, Look, Register
from storage.changes import Change
from storage.records import Group, Record


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a change says of its page. `acronym` and `name` are the profile's; the page's own words come first."""

    id: int
    key: str
    url: str
    sources: tuple[str, ...] = ()
    acronym: str | None = None
    name: str | None = None
    said_name: str | None = None


def changes_of(
    drafts: Sequence[Draft],
    page: PageFacts,
    before: Look,
    after: Look,
    register: Register,
    number: Callable[[str], int],
) -> list[Change]:
    """The changes of one step. `number(what)` tells how often the same transition has happened before."""
    group = _group(page, after, before)
    return [_change(draft, page, group, before, after, register, number) for draft in drafts]


def what_it_is(draft: Draft, page: PageFacts, before: Look, after: Look, record_id: str | None) -> str:
    """A change's nature, whatever its time: page, record or section, kind, and the two answers."""
    subject = record_id or (draft.section[0] if draft.section else "")
    said = "\n".join((page.key, draft.kind, subject, before.sha256, after.sha256))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def change_id(what: str, number: int) -> str:
    """The id of the n-th (from 0) happening of a transition."""
    if number:
        what = hashlib.sha256(f"{what}\n{number}".encode()).hexdigest()[:20]
    return f"chg_{what}"


def health_change(
    page: PageFacts,
    kind: str,
    *,
    now: datetime,
    since: datetime,
    last_good: datetime | None,
    reason: str,
    weight: float,
) -> Change:
    """A change of the page as such: page.blocked, failing, recovered, found or gone since `since`."""
    what = hashlib.sha256(f"{page.key}\n{kind}\n{since.isoformat()}".encode()).hexdigest()[:20]
    words = {
        "page.blocked": "is refused to us",
        "page.failing": "cannot be read",
        "page.found": "was found",
        "page.gone": "is no longer linked",
    }
    label = page.acronym or page.name or page.said_name or page.url
    again = f"can be read again, after {roughly(now - since)}"
    summary = f"{label} {words[kind]}: {reason}" if kind in words else f"{label} {again}"
    payload = {
        "id": change_id(what, 0),
        "kind": kind,
        "last_seen_before": in_json(last_good) if last_good else None,
        "first_seen_after": in_json(now),
        "group": page.acronym or page.name or page.said_name,
        "group_name": page.name,
        "sources": list(page.sources),
        "page": page.url,
        "record": None,
        "section": None,
        "fields": {},
        "sentences": [],
        "importance": weight,
        "importance_because": f"as usual for {kind}",
        "summary": summary,
        "evidence": {"sha256_before": None, "sha256_after": None},
        "health": {"reason": reason, "since": in_json(since)},
        "what": what,
    }
    return Change(
        id=change_id(what, 0),
        page_id=page.id,
        kind=kind,
        record_id=None,
        group=page.acronym or page.name or page.said_name,
        last_seen_before=last_good,
        first_seen_after=now,
        importance=weight,
        summary=summary,
        payload=payload,
    )


def _change(
    draft: Draft,
    page: PageFacts,
    group: Group,
    before: Look,
    after: Look,
    register: Register,
    number: Callable[[str], int],
) -> Change:
    record_id = register.resolve(draft.record_id) if draft.record_id else None
    what = what_it_is(draft, page, before, after, record_id)
    identity = change_id(what, number(what))
    label = group.label if group.name or group.acronym else None
    payload = {
        "id": identity,
        "kind": draft.kind,
        "last_seen_before": in_json(before.last_seen),
        "first_seen_after": in_json(after.first_seen),
        "group": label,
        "group_name": group.name,
        "sources": list(page.sources),
        "page": page.url,
        "record": _record(draft, record_id, register),
        "section": {"key": draft.section[0], "title": draft.section[1]} if draft.section else None,
        "fields": {name: list(pair) for name, pair in draft.fields.items()},
        "sentences": [list(pair) for pair in draft.sentences],
        "importance": draft.importance,
        "importance_because": draft.because,
        "summary": draft.summary,
        "evidence": {"sha256_before": before.sha256, "sha256_after": after.sha256},
        "what": what,
    }
    return Change(
        id=identity,
        page_id=page.id,
        kind=draft.kind,
        record_id=record_id,
        group=label,
        last_seen_before=before.last_seen,
        first_seen_after=after.first_seen,
        importance=draft.importance,
        summary=draft.summary,
        payload=payload,
        noise=draft.noise,
    )


def _record(draft: Draft, record_id: str | None, register: Register) -> Mapping[str, Any] | None:
    shown = draft.after or draft.before
    if shown is None or record_id is None:
        return None
    before_id = register.resolve(draft.before_id) if draft.before_id else record_id
    return {
        "id": record_id,
        "kind": shown.kind,
        "label": shown.label,
        "before": _side(draft.before, before_id),
        "after": _side(draft.after, record_id),
    }


def _side(record: Record | None, record_id: str) -> dict[str, Any] | None:
    return None if record is None else {"id": record_id, **record.said(), "inferred": dict(record.inferred)}


def _group(page: PageFacts, *looks: Look) -> Group:
    said = [look.reading.group for look in looks if look.reading.group]
    acronym = page.acronym or next((group.acronym for group in said if group.acronym), None)
    name = page.name or next((group.name for group in said if group.name), None)
    return Group(name=name, acronym=acronym)


def in_json(moment: datetime) -> str:
    """ISO 8601 in UTC, `2016-09-23T00:00:00Z`; fractions of a second only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
