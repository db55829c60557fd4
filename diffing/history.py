"""A page's derived history: what it said of each record over time, made by going from look to look.

`advance` takes one step, from one reading to the next, and answers what changed. A whole history is the same step
taken over all captures in order of time, so that a check, an import and a rebuild cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from diffing import fields as field_diff
from diffing import importance, kinds, match, summary
from diffing.columns import Columns, compare_columns, redesign_of
from diffing.drafts import Draft, Look, Register, only_in_prose
from diffing.roles import role_changes
from diffing.sections import close_span, compare_sections, compare_texts, open_span
from diffing.verdict import Verdict, is_past, of_missing
from diffing.versions import close_version, open_version
from storage.observations import PageState, Version
from storage.records import Contact, Event, NewsItem, Reading, Record

KIND_ORDER = ("group", "contact", "event", "project", "news")


def begin(state: PageState, look: Look, register: Register) -> None:
    """The first look at a page: a baseline, not a hundred additions."""
    for records in _by_kind(look.reading).values():
        for record in records:
            open_version(state, record, look.first_seen, register)
    for section in look.reading.sections:
        open_span(state, section.key, section.title, section.holds, look.first_seen)


def advance(state: PageState, before: Look, after: Look, register: Register) -> list[Draft]:
    """One step. Changes `state` to what holds from `after` on and answers the changes, most important first."""
    drafts: list[Draft] = []
    for kind, records in _by_kind(after.reading).items():
        drafts += _advance_kind(state, kind, records, before, after, register)
    drafts += compare_sections(state, before, after)
    drafts += compare_texts(before.reading, after.reading, drafts)
    weighed = [_weighed(draft, after.first_seen) for draft in drafts]
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
            close_version(state, old[i], look, look, "read differently")
        for j in found.come:
            open_version(state, records[j], look.first_seen, register)
    shown = {section.key: section for section in look.reading.sections}
    for span in [span for span in state.spans if span.key not in shown]:
        close_span(state, span, look, look)
    for key in shown.keys() - {span.key for span in state.spans}:
        open_span(state, key, shown[key].title, shown[key].holds, look.first_seen)


def see_anew(state: PageState, before: Look, after: Look, register: Register) -> None:
    """The page seen by other eyes (by a browser, or no longer): what these see holds from here on, and is no news."""
    for kind, records in _by_kind(after.reading).items():
        old = [version for version in state.open if version.record.kind == kind]
        found = match.match([version.record for version in old], records)
        for i, j in found.pairs:
            _continue(state, old[i], records[j], compare_columns([]), before, after, register)
        for i in found.gone:
            close_version(state, old[i], before, after, "read differently")
        for record in _wake(state, [records[j] for j in found.come], after, register, []):
            open_version(state, record, after.first_seen, register)
    compare_sections(state, before, after)


def _by_kind(reading: Reading) -> dict[str, list[Record]]:
    records = match.distinct(reading.records())
    return {kind: [record for record in records if record.kind == kind] for kind in KIND_ORDER}


def _advance_kind(
    state: PageState, kind: str, new: Sequence[Record], before: Look, after: Look, register: Register
) -> list[Draft]:
    old = [version for version in state.open if version.record.kind == kind]
    found = match.match([version.record for version in old], new)
    series = {(i, j) for i, j in found.pairs if _is_next_of_series(old[i].record, new[j], before, after)}
    same = [(old[i], new[j]) for i, j in found.pairs if (i, j) not in series]
    columns = compare_columns([(version.record, record) for version, record in same])
    drafts = [redesign_of(columns, _title_of(after.reading, columns.section))] if columns else []
    for version, record in same:
        drafts += _continue(state, version, record, columns, before, after, register)
    gone = [old[i] for i in sorted((*found.gone, *(i for i, _ in series)))]
    come = [new[j] for j in sorted((*found.come, *(j for _, j in series)))]
    come = _wake(state, come, after, register, drafts)
    if kind == Contact.kind:
        drafts += role_changes(state, gone, come, before, after, register)
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
    state: PageState,
    version: Version,
    record: Record,
    columns: Columns,
    before: Look,
    after: Look,
    register: Register,
) -> list[Draft]:
    """The same record in the next look: its version goes on, or ends where the page says it differently."""
    previous = version.record
    if previous.said() == record.said():
        return []
    changed = columns.without(_said_differently(previous, record))
    close_version(state, version, before, after, Verdict.MODIFIED)
    following = open_version(state, record, after.first_seen, register, version.record_id)
    told_as_text = only_in_prose(record) and not _is_called_off(changed)
    if not changed or told_as_text or isinstance(record, NewsItem):
        return []
    return [_modification(following.record_id, previous, record, changed)]


def _said_differently(previous: Record, record: Record) -> field_diff.Fields:
    """What a sentence leaves out, which only mentions what a list had told in full, is not taken back."""
    changed = field_diff.compare(previous, record)
    if only_in_prose(record) and not only_in_prose(previous):
        return {name: pair for name, pair in changed.items() if pair[1] is not None}
    return changed


def _is_called_off(changed: field_diff.Fields) -> bool:
    return changed.get("status", (None, None))[1] in ("cancelled", "postponed")


def _modification(record_id: str, before: Record, after: Record, changed: field_diff.Fields) -> Draft:
    return Draft(
        kind=kinds.of_modification(after.kind, changed),
        record_id=record_id,
        record_kind=after.kind,
        before=before,
        after=after,
        fields=changed,
    )


def _title_of(reading: Reading, key: str) -> str:
    return next((section.title for section in reading.sections if section.key == key), key)


def _wake(
    state: PageState, come: list[Record], after: Look, register: Register, drafts: list[Draft]
) -> list[Record]:
    """Records whose list had not been shown come back with it: no news, unless the page says them differently."""
    asleep = [v for v in state.dormant if come and v.record.kind == come[0].kind]
    found = match.match([version.record for version in asleep], come)
    for i, j in found.pairs:
        old = asleep[i]
        state.dormant.remove(old)
        open_version(state, come[j], after.first_seen, register, old.record_id)
        changed = field_diff.compare(old.record, come[j])
        if changed and not isinstance(come[j], NewsItem):
            drafts.append(_modification(old.record_id, old.record, come[j], changed))
    return [come[j] for j in found.come]


def _leave(state: PageState, version: Version, before: Look, after: Look) -> Draft | None:
    verdict = of_missing(version.record, after.reading, after.first_seen, before.reading)
    close_version(state, version, before, after, verdict)
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
    version = open_version(state, record, after.first_seen, register)
    if only_in_prose(record):
        return None
    back = isinstance(record, Event) and version.record_id in known
    return Draft(
        kind="event.restored" if back else f"{record.kind}.added",
        record_id=version.record_id,
        record_kind=record.kind,
        after=record,
    )


def _weighed(draft: Draft, at: datetime) -> Draft:
    weight, because = importance.weigh(draft, at)
    return replace(draft, importance=weight, because=because, summary=summary.of(draft))
