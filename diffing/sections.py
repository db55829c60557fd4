"""The sections of a page over time: which are shown, which are gone or back, and what their texts say differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from diffing import text
from diffing.drafts import Draft, Look, only_in_prose
from diffing.fields import Fields
from storage.observations import PageState, Span
from storage.records import RECORD_SECTIONS, Reading


def compare_sections(state: PageState, before: Look, after: Look) -> list[Draft]:
    shown = {section.key: section for section in after.reading.sections}
    was_shown = {span.key for span in state.spans}
    drafts = []
    for span in [span for span in state.spans if span.key not in shown]:
        close_span(state, span, before, after)
        drafts.append(_section_gone(span, before.reading))
    for section in after.reading.sections:
        if section.key in was_shown:
            continue
        if section.key in state.past_sections:
            drafts.append(Draft(kind="section.back", section=(section.key, section.title)))
        open_span(state, section.key, section.title, section.holds, after.first_seen)
    if _is_redesign(before.reading, drafts):
        drafts.append(_redesign(before.reading, after.reading))
    return drafts


def _section_gone(span: Span, reading: Reading) -> Draft:
    listed = (record for record in reading.records() if not only_in_prose(record))
    kept = sum(r.section == span.key and RECORD_SECTIONS.get(r.kind) == span.holds for r in listed)
    counted: Fields = {"records": (kept, None)} if kept else {}
    return Draft(kind="section.gone", section=(span.key, span.title), fields=counted)


def _is_redesign(before: Reading, drafts: Sequence[Draft]) -> bool:
    """Half of a page's sections, and at least two, are gone at once: the page was made anew."""
    gone = sum(draft.kind == "section.gone" for draft in drafts)
    return gone >= 2 and 2 * gone >= len(before.sections)


def _redesign(before: Reading, after: Reading) -> Draft:
    was, now = ([section.title for section in reading.sections] for reading in (before, after))
    return Draft(kind="page.redesigned", fields={"sections": (was, now)})


def compare_texts(before: Reading, after: Reading, told: Sequence[Draft]) -> list[Draft]:
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


def open_span(state: PageState, key: str, title: str, holds: str, since: datetime) -> None:
    span = Span(key, title, holds, since)
    state.spans.append(span)
    state.touched_spans.append(span)


def close_span(state: PageState, span: Span, before: Look, after: Look) -> None:
    span.last_seen, span.next_look = before.last_seen, after.first_seen
    state.spans.remove(span)
    state.past_sections.add(span.key)
    state.touched_spans.append(span)
