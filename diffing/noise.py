"""Parts of a page that differ at every look: tokens, counters, "today is", banners that take turns.

They are learned from checks that are close together (`CLOSE`), never from imports, and only from sentences of a
section's text or from what stands behind it. A field of a record is never learned, and neither is a date, unless it
follows the clock. What is learned is a pattern, which the page keeps until somebody clears it:

- A sentence that differs in nothing but numbers, times of day, tokens or the date of the look becomes a template
  (`Visitors: {number}`), and noise when it differed at three looks in a row. With the date of the look it need not be
  in a row: the day changes once a day.
- A sentence that goes and comes is kept as it is, and is noise when it went or came for the third time within a day.

A pattern that is set by hand may have `*` for whatever varies, and counts for the whole page. Marks change what is told
and when a page was last changed; captures and observations are as without them. A rebuild uses the marks as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase

from diffing import importance, summary
from diffing.drafts import Draft, Look
from diffing.sections import text_changed
from diffing.text import Pair

CLOSE = timedelta(hours=24)
"""Looks further apart than this teach nothing: a page may well be edited once a day."""
ENOUGH = 3
MOST = 20
"""A section in which more sentences differ at once was written anew, which teaches nothing."""

Key = tuple[str, str]
"""A section's key (empty for the whole page) and a pattern."""

_MONTH = (
    r"(?:jan|ene|gen|feb|f[eé]v|fev|mar|m[aä]r|apr|abr|avr|ma[iy]|mag|jun|juin|giu|jul|juil|lug|aug|ago|ao[uû]"
    r"|sep|set|o[ck]t|out|ott|nov|dec|dez|d[eé]c|dic|des|tháng|янв|фев|мар|апр|ма[йя]|ию[нл]|авг|сен|окт|ноя|дек)"
    r"[^\W\d]*\.?"
)
_WEEKDAY = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[eé]|mer|jue|jeu|vie|ven|s[aáà]b|sam|dom|dim|die|mit|don|fre|son"
    r"|seg|ter|qua|qui|sex|sen|sel|rab|kam|jum|min)[^\W\d]*\.?"
)
_DAY = r"\d{1,2}(?:\s?[-–‑]\s?\d{1,2})?(?:st|nd|rd|th|er|º|\.)?"
_DATE = (
    rf"(?:\b{_WEEKDAY},?\s+)?(?:\b{_DAY}\s+(?:de\s+|of\s+)?{_MONTH}(?:,?\s+(?:de\s+)?\d{{4}})?\b"
    rf"|\b{_MONTH}\s+{_DAY}(?:,?\s+\d{{4}})?\b|\b{_MONTH}\s+\d{{4}}\b)"
    r"|\b\d{1,4}(?P<sign>[-/.])\d{1,2}(?P=sign)\d{1,4}(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?\b"
    r"|(?:\d{4}\s?[年년]\s?)?\d{1,2}\s?[月월]\s?(?:\d{1,2}\s?[日일])?|\b(?:19|20)\d\d\b"
)
_TIME = r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"
_OPAQUE = r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-z_]*\d)(?=\d*[a-z_])\w{10,})\b"
_NUMBER = r"(?<![\w.,-])\d+(?:[.,]\d+)*(?!\w|-\w)"
_VARIES = re.compile(
    rf"(?P<date>{_DATE})|(?P<time>{_TIME})|(?P<token>{_OPAQUE})|(?P<number>{_NUMBER})", re.IGNORECASE
)
_HOLE = re.compile(r"\{(?:number|time|token|today)\}")


@dataclass(frozen=True, slots=True)
class Watched:
    """How a pattern fared that is not noise as yet: so many times it differed, last at that look."""

    times: int
    last_at: datetime
    examples: tuple[str, ...] = ()

    @property
    def is_noise(self) -> bool:
        return self.times >= ENOUGH


def template(sentence: str, looked_on: date, *, years: bool = True) -> str:
    """The sentence with `{number}`, `{time}`, `{token}` for what may vary, `{today}` for the date of the look.

    Other dates stay as they are: they are facts. So do numbers that may be `years`, unless these count as numbers.
    """

    def hole(found: re.Match[str]) -> str:
        if found["date"] and (years or not found[0].isdecimal()):
            return "{today}" if _is_of_the_look(found[0], looked_on) else found[0]
        return "{number}" if found["date"] else f"{{{found.lastgroup}}}"

    return _VARIES.sub(hole, sentence)


def sift(
    drafts: Sequence[Draft], marks: Iterable[Key], known: frozenset[str], before: Look, after: Look
) -> list[Draft]:
    """The drafts of a step with what is noise marked; of a text that holds both, only what is real is left.

    `known` are the records that the page had shown before this step: news that comes back is none.
    """
    sieve = _Sieve(frozenset(marks), before.last_seen.date(), after.first_seen)
    return [_sifted(draft, sieve, known) for draft in drafts]


def hits(drafts: Iterable[tuple[str, Sequence[Pair]]], before: datetime, after: datetime) -> dict[Key, str]:
    """The patterns that differed between two looks, by section, with what was seen; none where these are far apart.

    `drafts` are the texts that changed: a section's key and its sentences.
    """
    if after - before > CLOSE:
        return {}
    found: dict[Key, str] = {}
    for section, pairs in drafts:
        for was, now in _joined(pairs, before.date(), after.date()) if len(pairs) <= MOST else ():
            shape = _shared(was, before.date(), now, after.date()) if was and now else None
            if shape and now:
                found[section, shape] = now
            else:
                found |= {(section, sentence): sentence for sentence in (was, now) if sentence}
    return found


def learn(watched: Mapping[Key, Watched], seen: Mapping[Key, str], now: datetime) -> dict[Key, Watched]:
    """What is watched after a look at which these patterns differed; what is no longer worth it is left out."""
    kept = {key: it for key, it in watched.items() if key not in seen and _may_pause(key[1], it, now)}
    for key, example in seen.items():
        before = watched.get(key)
        if before is None or now - before.last_at > _patience(key[1]):
            before = Watched(0, now)
        examples = dict.fromkeys((*before.examples, example))
        kept[key] = Watched(before.times + 1, now, tuple(examples)[-ENOUGH:])
    return kept


def _joined(pairs: Sequence[Pair], was_on: date, now_on: date) -> list[Pair]:
    """Sentences that are little more than a token are too unlike to be one re-worded: what has one shape is a pair."""
    found = [pair for pair in pairs if all(pair)]
    come = [now for was, now in pairs if now and not was]
    for was in (was for was, now in pairs if was and not now):
        now = next((now for now in come if _shared(was, was_on, now, now_on)), None)
        found.append((was, now))
        if now:
            come.remove(now)
    return [*found, *((None, now) for now in come)]


def _shared(was: str, was_on: date, now: str, now_on: date) -> str | None:
    """The template of both, where they differ in nothing else. What was no year before is none now."""
    strict = {template(was, was_on), template(now, now_on)}
    loose = {template(was, was_on, years=False), template(now, now_on, years=False)}
    shared = strict if len(strict) == 1 else loose if len(loose) == 1 and loose & strict else ()
    return next((shape for shape in shared if _HOLE.search(shape)), None)


def _may_pause(pattern: str, watched: Watched, now: datetime) -> bool:
    """Counters and tokens differ at every look; what takes turns, and the day, need not."""
    in_a_row = _HOLE.search(pattern) and "{today}" not in pattern
    return not in_a_row and now - watched.last_at <= _patience(pattern)


def _patience(pattern: str) -> timedelta:
    return 2 * CLOSE if "{today}" in pattern else CLOSE


def _is_of_the_look(written: str, looked_on: date) -> bool:
    """Whether a date can be that of the look; a site's day may be a day off ours."""
    numbers = {int(number) for number in re.findall(r"\d+", re.split(r"(?<=\d)T", written)[0])}
    days = (looked_on - timedelta(days=1), looked_on, looked_on + timedelta(days=1))
    return any(d.day in numbers and numbers <= {d.day, d.month, d.year, d.year % 100} for d in days)


@dataclass(frozen=True, slots=True)
class _Sieve:
    """The marks of a page, for a step from a look on one day to one at a later time."""

    marks: frozenset[Key]
    was_on: date
    seen_at: datetime

    def holds(self, section: str, pair: Pair) -> bool:
        """Whether nothing in the pair is real."""
        sides = zip(pair, (self.was_on, self.seen_at.date()), strict=True)
        return all(self._is_noise(section, text, day) for text, day in sides if text)

    def _is_noise(self, section: str, sentence: str, day: date) -> bool:
        if not self.marks:
            return False
        said = {sentence, template(sentence, day), template(sentence, day, years=False)}
        return any(
            scope in ("", section) and (mark in said or ("*" in mark and fnmatchcase(sentence, _glob(mark))))
            for scope, mark in self.marks
        )


def _glob(mark: str) -> str:
    """Only `*` is special."""
    return mark.replace("[", "[[]").replace("?", "[?]")


def _sifted(draft: Draft, sieve: _Sieve, known: frozenset[str]) -> Draft:
    if draft.kind == "news.added":
        return replace(draft, noise=draft.record_id in known)
    if draft.kind != "text.changed" or draft.section is None:
        return draft
    key, title = draft.section
    real = tuple(pair for pair in draft.sentences if not sieve.holds(key, pair))
    if not real:
        return replace(draft, noise=True)
    if len(real) == len(draft.sentences):
        return draft
    left = text_changed(key, title, real)
    weight, because = importance.weigh(left, sieve.seen_at)
    return replace(left, importance=weight, because=because, summary=summary.of(left))
