"""A page's derived history: what it said of each record over time, made by going from look to look.

`advance` takes one step, from one reading to the next, and answers what changed. A whole history is the same step
taken over all captures in order of time, so that a check, an import and a rebuild cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from diffing import fields as field_diff
from diffing import importance, match, summary, text
from diffing.verdict import Verdict, is_past, of_missing
from storage.observations import PageState, Span, Version
from storage.records import RECORD_SECTIONS, Contact, Event, NewsItem, Reading, Record

KIND_ORDER = ("group", "contact", "event", "project", "news")


class Register(Protocol):
    """Where record ids are drawn (storage.register)."""

    def draw(self, kind: str, key: str) -> str: ...
    def find(self, kind: str, key: str) -> str | None: ...
    def name(self, kind: str, key: str, record_id: str) -> None: ...
    def merge(self, one: str, other: str) -> str: ...
    def resolve(self, record_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Look:
    """A capture as a step of history: when it was first and last seen, its bytes' hash, what it said."""

    first_seen: datetime
    last_seen: datetime
    sha256: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that a step found, before it has an id."""

    kind: str
    record_id: str | None = None
    record_kind: str | None = None
    before: Record | None = None
    after: Record | None = None
    before_id: str | None = None
    after_id: str | None = None
    section: tuple[str, str] | None = None
    fields: field_diff.Fields = field(default_factory=dict)
    sentences: tuple[text.Pair, ...] = ()
    importance: float = 0.0
    summary: str = ""


def begin(state: PageState, look: Look, register: Register) -> None:
    """The first look at a page: a baseline, not a hundred additions."""
    for records in _by_kind(look.reading).values():
        for record in records:
            _open(state, record, look.first_seen, register)
    for section in look.reading.sections:
        _open_span(state, section.key, section.title, section.holds, look.first_seen)


def advance(state: PageState, before: Look, after: Look, register: Register) -> list[Draft]:
    """One step. Changes `state` to what holds from `after` on and answers the changes, most important first."""
    drafts: list[Draft] = []
    for kind, records in _by_kind(after.reading).items():
        drafts += _advance_kind(state, kind, records, before, after, register)
    drafts += _sections(state, before, after)
    drafts += _texts(before.reading, after.reading, drafts)
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
        _close_span(state, span, look, look)
    for key in shown.keys() - {span.key for span in state.spans}:
        _open_span(state, key, shown[key].title, shown[key].holds, look.first_seen)


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
    if not changed or isinstance(record, NewsItem) or _only_in_prose(record):  # touched up, or told as text
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
        or _only_in_prose(version.record)
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
    if _only_in_prose(record):
        return None
    back = isinstance(record, Event) and version.record_id in known
    return Draft(
        kind="event.restored" if back else f"{record.kind}.added",
        record_id=version.record_id,
        record_kind=record.kind,
        after=record,
    )


def _only_in_prose(record: Record) -> bool:
    """Meetings known from sentences are told as sentences, with the text of their section."""
    return isinstance(record, Event) and record.read_from == "prose"


def _sections(state: PageState, before: Look, after: Look) -> list[Draft]:
    shown = {section.key: section for section in after.reading.sections}
    was_shown = {span.key for span in state.spans}
    drafts = []
    for span in [span for span in state.spans if span.key not in shown]:
        _close_span(state, span, before, after)
        drafts.append(_section_gone(span, before.reading))
    for section in after.reading.sections:
        if section.key in was_shown:
            continue
        if section.key in state.past_sections:
            drafts.append(Draft(kind="section.back", section=(section.key, section.title)))
        _open_span(state, section.key, section.title, section.holds, after.first_seen)
    if _is_redesign(before.reading, drafts):
        drafts.append(_redesign(before.reading, after.reading))
    return drafts


def _section_gone(span: Span, reading: Reading) -> Draft:
    listed = (record for record in reading.records() if not _only_in_prose(record))
    kept = sum(r.section == span.key and RECORD_SECTIONS.get(r.kind) == span.holds for r in listed)
    counted: field_diff.Fields = {"records": (kept, None)} if kept else {}
    return Draft(kind="section.gone", section=(span.key, span.title), fields=counted)


def _is_redesign(before: Reading, drafts: Sequence[Draft]) -> bool:
    """Half of a page's sections, and at least two, are gone at once: the page was made anew."""
    gone = sum(draft.kind == "section.gone" for draft in drafts)
    return gone >= 2 and 2 * gone >= len(before.sections)


def _redesign(before: Reading, after: Reading) -> Draft:
    was, now = ([section.title for section in reading.sections] for reading in (before, after))
    return Draft(kind="page.redesigned", fields={"sections": (was, now)})


def _texts(before: Reading, after: Reading, told: Sequence[Draft]) -> list[Draft]:
    """One change a section whose text differs; a new section is all new text."""
    old = {section.key: section for section in before.sections}
    silent = {draft.section[0] for draft in told if draft.section and draft.kind == "section.back"}
    drafts = []
    for section in after.sections:
        was = old.get(section.key)
        pairs = text.compare(was.paragraphs if was else (), section.paragraphs)
        if pairs and section.key not in silent:
            drafts.append(_text_changed(section.key, section.title, pairs))
        elif was and not _speaks_of(section.key, told):
            pairs = text.compare_references(was.references, section.references)
            drafts += [_text_changed(section.key, section.title, pairs)] if pairs else []
    return drafts


def _speaks_of(key: str, told: Sequence[Draft]) -> bool:
    """Whether a change of a record or of the section itself already says that this section differs."""
    records = (record for draft in told for record in (draft.before, draft.after) if record is not None)
    return any(record.section == key for record in records)


def _text_changed(key: str, title: str, pairs: Sequence[text.Pair]) -> Draft:
    was = " ".join(pair[0] for pair in pairs if pair[0]) or None
    now = " ".join(pair[1] for pair in pairs if pair[1]) or None
    return Draft(
        kind="text.changed", section=(key, title), sentences=tuple(pairs), fields={"text": (was, now)}
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


def _open_span(state: PageState, key: str, title: str, holds: str, since: datetime) -> None:
    span = Span(key, title, holds, since)
    state.spans.append(span)
    state.touched_spans.append(span)


def _close_span(state: PageState, span: Span, before: Look, after: Look) -> None:
    span.last_seen, span.next_look = before.last_seen, after.first_seen
    state.spans.remove(span)
    state.past_sections.add(span.key)
    state.touched_spans.append(span)
