"""The sections of a page over time: which are shown, which are gone or back, and what their texts say differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from datetime import datetime

from diffing import text
from diffing.drafts import Draft, Look, only_in_prose
from diffing.fields import Fields
from storage.observations import PageState, Span
from storage.records import RECORD_SECTIONS, Reading

WITHOUT_HEADING = "description"
"""The key of the part before the first heading."""


def compare_sections(state: PageState, before: Look, after: Look) -> list[Draft]:
    shown = {section.key: section for section in after.reading.sections}
    was_shown = {span.key for span in state.spans}
    drafts = []
    for span in [span for span in state.spans if span.key not in shown]:
        close_span(state, span, before, after)
        if not _is_told_as_text(span, before.reading, after.reading):
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


def _is_told_as_text(span: Span, before: Reading, after: Reading) -> bool:
    """Whether no section has gone: there was no heading at all, or most sentences stand under another one now."""
    if _records_of(span, before):
        return False
    said = next((text.sentences(s.paragraphs) for s in before.sections if s.key == span.key), [])
    now = {sentence for section in after.sections for sentence in text.sentences(section.paragraphs)}
    stand = sum(sentence in now for sentence in said)
    return span.key == WITHOUT_HEADING or (bool(said) and 2 * stand > len(said))


def _records_of(span: Span, reading: Reading) -> int:
    listed = (record for record in reading.records() if not only_in_prose(record))
    return sum(r.section == span.key and RECORD_SECTIONS.get(r.kind) == span.holds for r in listed)


def _section_gone(span: Span, reading: Reading) -> Draft:
    kept = _records_of(span, reading)
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
    """One change a section whose text differs; a new section is all new text, and a move to another is none."""
    moved = _moved(before, after)
    old = {section.key: section for section in before.sections}
    silent = {draft.section[0] for draft in told if draft.section and draft.kind.startswith("section.")}
    drafts = []
    new = {section.key: section for section in after.sections}
    for section in (*after.sections, *(gone for gone in before.sections if gone.key not in new)):
        was, now = old.get(section.key), new.get(section.key)
        if was == now:
            continue
        pairs = text.compare(was.paragraphs if was else (), now.paragraphs if now else ())
        pairs = [pair for pair in pairs if pair[0] not in moved and pair[1] not in moved]
        if section.key in silent:
            continue
        if not pairs and was and now and not _speaks_of(section.key, told):
            pairs = text.compare_references(was.references, now.references)
        drafts += [text_changed(section.key, section.title, pairs)] if pairs else []
    return drafts


def _moved(before: Reading, after: Reading) -> set[str | None]:
    """Sentences that stand as often on the page as before, in whatever section.

    Sections whose text is the same are left out: they add as much to one side as to the other.
    """
    same = {(s.key, s.paragraphs) for s in before.sections} & {(s.key, s.paragraphs) for s in after.sections}
    was, now = (Counter(_sentences(reading, same)) for reading in (before, after))
    return {sentence for sentence in was if was[sentence] == now[sentence]}


def _sentences(reading: Reading, left_out: Set[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for section in reading.sections:
        if (section.key, section.paragraphs) not in left_out:
            yield from text.sentences(section.paragraphs)


def _speaks_of(key: str, told: Sequence[Draft]) -> bool:
    """Whether a change of a record or of the section itself already says that this section differs."""
    records = (record for draft in told for record in (draft.before, draft.after) if record is not None)
    return any(record.section == key for record in records)


def text_changed(key: str, title: str, pairs: Sequence[text.Pair]) -> Draft:
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
