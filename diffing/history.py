"""A page's derived history: what it said of each record over time, made by going from look to look.

`advance` takes one step, from one reading to the next, and answers what changed. A whole history is the same step
taken over all captures in order of time, so that a check, an import and a rebuild cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from diffing import fields as field_diff
from diffing import importance, match, summary
from diffing.drafts import Draft, Look, Register, only_in_prose
from diffing.sections import close_span, compare_sections, compare_texts, open_span
from diffing.verdict import Verdict, is_past, of_missing
from storage.observations import PageState, Version
from storage.records import Contact, Event, NewsItem, Reading, Record

KIND_ORDER = ("group", "contact", "event", "project", "news")


def begin(state: PageState, look: Look, register: Register) -> None:
    """The first look at a page: a baseline, not a hundred additions."""
    for records in _by_kind(look.reading).values():
        for record in records:
            _open(state, record, look.first_seen, register)
    for section in look.reading.sections:
        open_span(state, section.key, section.title, section.holds, look.first_seen)


def advance(state: PageState, before: Look, after: Look, register: Register) -> list[Draft]:
    """One step. Changes `state` to what holds from `after` on and answers the changes, most important first."""
    drafts: list[Draft] = []
    for kind, records in _by_kind(after.reading).items():
        drafts += _advance_kind(state, kind, records, before, after, register)
    drafts += compare_sections(state, before, after)
    drafts += compare_texts(before.reading, after.reading, drafts)
    weighed = [_weighed(draft) for draft in drafts]
    return sorted(weighed, key=lambda draft: -draft.importance)


def reread(state: PageState, look: Look, register: Register) -> None:
    """The same answer under new reading rules: the open versions take over what is read now, and nobody is told."""
    for kind, records in _by_kind(look.reading).items():
        old = [version for version in state.open if version.record.kind == kind]
        found = match.match([version.record for version in old], records)
        for i, j in found.pairs:
            old[i].record = records[j]
            state.touched.append(old[i])
        for i in found.gone:
            _close(state, old[i], look, look, "read differently")
        for j in found.come:
            _open(state, records[j], look.first_seen, register)
    shown = {section.key: section for section in look.reading.sections}
    for span in [span for span in state.spans if span.key not in shown]:
        close_span(state, span, look, look)
    for key in shown.keys() - {span.key for span in state.spans}:
        open_span(state, key, shown[key].title, shown[key].holds, look.first_seen)


def _by_kind(reading: Reading) -> dict[str, list[Record]]:
    records = match.distinct(reading.records())
    return {kind: [record for record in records if record.kind == kind] for kind in KIND_ORDER}


def _advance_kind(
    state: PageState, kind: str, new: Sequence[Record], before: Look, after: Look, register: Register
) -> list[Draft]:
    old = [version for version in state.open if version.record.kind == kind]
    found = match.match([version.record for version in old], new)
    series = {(i, j) for i, j in found.pairs if _is_next_of_series(old[i].record, new[j], before, after)}
    drafts = [
        draft
        for i, j in found.pairs
        if (i, j) not in series
        and (draft := _continue(state, old[i], new[j], before, after, register)) is not None
    ]
    gone = [old[i] for i in sorted((*found.gone, *(i for i, _ in series)))]
    come = [new[j] for j in sorted((*found.come, *(j for _, j in series)))]
    come = _wake(state, come, after, register, drafts)
    if kind == Contact.kind:
        drafts += _role_changes(state, gone, come, before, after, register)
    drafts += [d for version in gone if (d := _leave(state, version, before, after)) is not None]
    drafts += [d for record in come if (d := _arrive(state, record, after, register)) is not None]
    return drafts


def _is_next_of_series(old: Record, new: Record, before: Look, after: Look) -> bool:
    """Whether a meeting of a series was held and the next one now stands in its place: no meeting has moved.

    A numbered meeting ("43rd") is one of its own and can only move.
    """
    if not isinstance(old, Event) or not isinstance(new, Event) or not new.starts_on:
        return False
    held = is_past(old, before.last_seen.date()) and not is_past(new, after.first_seen.date())
    return held and not any(character.isdigit() for character in old.title)


def _continue(
    state: PageState, version: Version, record: Record, before: Look, after: Look, register: Register
) -> Draft | None:
    """The same record in the next look: its version goes on, or ends where the page says it differently."""
    if version.record.said() == record.said():
        return None
    changed = field_diff.compare(version.record, record)
    previous = version.record
    _close(state, version, before, after, Verdict.MODIFIED)
    following = _open(state, record, after.first_seen, register, version.record_id)
    if not changed or isinstance(record, NewsItem) or only_in_prose(record):  # touched up, or told as text
        return None
    return Draft(
        kind=_kind_of_modification(record.kind, changed),
        record_id=following.record_id,
        record_kind=record.kind,
        before=previous,
        after=record,
        fields=changed,
    )


def _kind_of_modification(kind: str, changed: field_diff.Fields) -> str:
    if kind == Event.kind:
        return _kind_of_event_modification(changed)
    naming = {"contact": "name", "project": "title"}.get(kind)
    return f"{kind}.renamed" if set(changed) == {naming} else f"{kind}.modified"


def _kind_of_event_modification(changed: field_diff.Fields) -> str:
    was, now = changed.get("status", (None, None))
    if now in ("cancelled", "postponed"):
        return f"event.{now}"
    if was in ("cancelled", "postponed"):
        return "event.restored"
    # a date or place that the page had not said before is told, not moved
    if any(changed[name][0] for name in ("starts_on", "ends_on", "city", "economy") if name in changed):
        return "event.moved"
    return "event.renamed" if set(changed) == {"title"} else "event.modified"


def _wake(
    state: PageState, come: list[Record], after: Look, register: Register, drafts: list[Draft]
) -> list[Record]:
    """Records whose list had not been shown come back with it: no news, unless the page says them differently."""
    asleep = [v for v in state.dormant if come and v.record.kind == come[0].kind]
    found = match.match([version.record for version in asleep], come)
    for i, j in found.pairs:
        old = asleep[i]
        state.dormant.remove(old)
        _open(state, come[j], after.first_seen, register, old.record_id)
        changed = field_diff.compare(old.record, come[j])
        if changed and not isinstance(come[j], NewsItem):
            kind = _kind_of_modification(come[j].kind, changed)
            drafts.append(
                Draft(
                    kind=kind,
                    record_id=old.record_id,
                    record_kind=come[j].kind,
                    before=old.record,
                    after=come[j],
                    fields=changed,
                )
            )
    return [come[j] for j in found.come]


def _role_changes(
    state: PageState,
    gone: list[Version],
    come: list[Record],
    before: Look,
    after: Look,
    register: Register,
) -> list[Draft]:
    """One person leaves a role that the page names and one comes into it: one change, not two.

    A post that stands without a name is held by nobody; whoever comes into it changes the role too.
    """
    drafts = []
    for role in _roles_held_once(gone, come):
        old = next(version for version in gone if _role(version.record) == role)
        new = next(record for record in come if _role(record) == role)
        gone.remove(old)
        come.remove(new)
        changed = field_diff.compare(old.record, new)
        _close(state, old, before, after, Verdict.REPLACED)
        opened = _open(state, new, after.first_seen, register)
        drafts.append(
            Draft(
                kind="role.changed",
                record_id=opened.record_id,
                record_kind=Contact.kind,
                before=old.record,
                after=new,
                before_id=old.record_id,
                fields=changed,
            )
        )
    return drafts


def _roles_held_once(gone: Iterable[Version], come: Iterable[Record]) -> list[str]:
    left = [_role(version.record) for version in gone]
    right = [_role(record) for record in come]
    return [role for role in left if role and left.count(role) == 1 and right.count(role) == 1]


def _role(record: Record) -> str:
    if not isinstance(record, Contact) or not record.role:
        return ""
    return f"{match.folded(record.role)}|{match.folded(record.group)}"


def _leave(state: PageState, version: Version, before: Look, after: Look) -> Draft | None:
    verdict = of_missing(version.record, after.reading, after.first_seen)
    _close(state, version, before, after, verdict)
    if (
        verdict is Verdict.SECTION_GONE
        or only_in_prose(version.record)
        or isinstance(version.record, NewsItem)
    ):
        return None
    return Draft(
        kind=f"{version.record.kind}.{verdict}",
        record_id=version.record_id,
        record_kind=version.record.kind,
        before=version.record,
    )


def _arrive(state: PageState, record: Record, after: Look, register: Register) -> Draft | None:
    known = set(state.known)
    version = _open(state, record, after.first_seen, register)
    if only_in_prose(record):
        return None
    back = isinstance(record, Event) and version.record_id in known
    return Draft(
        kind="event.restored" if back else f"{record.kind}.added",
        record_id=version.record_id,
        record_kind=record.kind,
        after=record,
    )


def _weighed(draft: Draft) -> Draft:
    weight = importance.of(draft.kind, draft.fields, draft.sentences)
    values: dict[str, Any] = {name: getattr(draft, name) for name in draft.__slots__}
    return Draft(**{**values, "importance": weight, "summary": summary.of(draft)})


def _open(
    state: PageState, record: Record, since: datetime, register: Register, record_id: str | None = None
) -> Version:
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


def _draw(state: PageState, record: Record, key: str, register: Register) -> str:
    """An id that no other record on the page bears at this moment (two may share title and date)."""
    record_id, ordinal = register.draw(record.kind, key), 1
    while _is_open(state, record_id):
        ordinal += 1
        record_id = register.draw(record.kind, f"{key}#{ordinal}")
    return record_id


def _is_open(state: PageState, record_id: str) -> bool:
    return any(version.record_id == record_id for version in state.open)


def _close(state: PageState, version: Version, before: Look, after: Look, verdict: str) -> None:
    version.last_seen, version.next_look, version.verdict = before.last_seen, after.first_seen, str(verdict)
    state.open.remove(version)
    state.touched.append(version)
    if verdict == Verdict.SECTION_GONE:
        state.dormant.append(version)
