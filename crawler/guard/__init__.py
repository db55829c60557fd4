"""Is this a real answer? The ways in which a site says "not now" or "not you" are told apart from a page.

What must be (a status, a header that only a guard sends) decides alone. Everything else is a hint: hints are added up,
and how much of the page is there, against its own past, is put on the scales.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import chain
from typing import Literal

from crawler.answers import Answer
from crawler.guard.endings import cut_inside, cut_since, is_closed
from crawler.guard.formats import family, format_signals, garbled_since, is_garbled, is_json_error, is_no_data
from crawler.guard.glances import Glance, glance, source_of
from crawler.guard.headers import decisive_header, header_signals
from crawler.guard.kinds import CERTAIN, CHALLENGE, EMPTY, GARBLED, Kind, Signal, decide
from crawler.guard.past import PRESENT, Before, Past, before, replaced_since
from crawler.guard.redirects import canonical_signals, redirect_signals
from crawler.guard.words import ALL_NAMES, LONG, has_empty_frame, shell_signals, word_signals

__all__ = ["Past", "Verdict", "judge"]

REFUSALS = {
    401: "it asks for a login",
    403: "it refuses us",
    407: "the proxy asks for a login",
    429: "it says that we ask too often",
    451: "it is withheld for legal reasons",
}
FAILURES = {
    404: "the page is not there",
    410: "the page is gone for good",
    500: "the site has an error",
    502: "the site's gateway has an error",
    503: "the site is out of service",
    504: "the site's gateway waited in vain",
}
OF_GUARDS = {202, 405, 503}
"""Statuses under which such guards send their challenges; a 503 may as well be the site's own."""
LONGEST_WAIT = 30 * 86_400.0  # seconds; what asks for more means something else
LENGTHS = ((80, 3), (200, 2), (1_000, 1))
"""With less text than this (characters), so much speaks against an answer."""
ENTRIES = 10  # links, list items, rows: what a page has and a refusal has not
IS_THE_PAGE = -100
MOST, EMPTIEST = 3, 4
"""So much may speak against an answer beside its hints; so much where it has no text at all."""
READ = {"html", "text"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth: `reasons` in words for a person, `retry_after` in seconds if said."""

    outcome: Literal["page", "unchanged", "blocked", "failed"]
    reasons: tuple[str, ...] = ()
    retry_after: float | None = None


def judge(answer: Answer, past: Past | None = None, *, says_the_same: bool = False) -> Verdict:
    """A page, unchanged since it was last read, blocked by somebody, or failed. Only a page may be read.

    `past` is the page's last good answer, if it had one. Where this one `says_the_same`, as their outlines tell, only
    what is not read of it can speak against it.
    """
    return replace(_verdict(answer, past, says_the_same), retry_after=_retry_after(answer))


def _verdict(answer: Answer, past: Past | None, says_the_same: bool) -> Verdict:
    status = answer.status
    if answer.refused_by_robots:
        return Verdict("blocked", (answer.error or "robots.txt forbids it",))
    if answer.error is not None or status == 0:
        return Verdict("failed", (answer.error or "no answer came",))
    if status == 304:
        return Verdict("unchanged")
    if header := decisive_header(answer):
        return Verdict("blocked", (f"{CHALLENGE.reason} (header {header})", f"it answered {status}"))
    if status in REFUSALS:
        return Verdict("blocked", (f"{REFUSALS[status]} ({status})",))
    if status in OF_GUARDS and (found := _look_through(answer, None)) and found[0] is CHALLENGE:
        return Verdict("blocked", (CHALLENGE.reason, f"it answered {status}"))
    if status not in {200, 203}:
        return Verdict("failed", (f"{_failure(status)} ({status})",))
    return _content(answer, past, says_the_same)


def _failure(status: int) -> str:
    return FAILURES.get(status) or (FAILURES[500] if status >= 500 else "no page has this status")


def _content(answer: Answer, past: Past | None, says_the_same: bool) -> Verdict:
    if past and past.size == len(answer.body) and past.sha256 == sha256(answer.body).hexdigest():
        return Verdict("page")
    if answer.truncated:
        return Verdict("failed", (f"its body broke off ({len(answer.body):,} bytes came)",))
    if not answer.body.strip(b"\xef\xbb\xbf \t\r\n\f\0"):
        return Verdict("failed", ("its body is empty",))
    if is_no_data(answer.body) and family(answer.header("content-type")) == "html":
        return Verdict("failed", ("it answered with empty data in place of a page",))
    if is_json_error(answer.body):
        return Verdict("failed", ("it answered with nothing but an error in JSON",))
    if found := _look_beneath(answer) if says_the_same else _look_through(answer, past):
        kind, reasons = found
        return Verdict(kind.outcome, reasons)
    return Verdict("page")


def _look_beneath(answer: Answer) -> tuple[Kind, tuple[str, ...]] | None:
    """What may be wrong with an answer that says what the page said: its source alone tells."""
    source = source_of(answer.body, answer.header("content-type"))
    broken = [Signal(GARBLED, CERTAIN, "there are broken letters in it")] if is_garbled(source) else []
    return decide([*cut_inside(source), *broken], 0)


def _look_through(answer: Answer, past: Past | None) -> tuple[Kind, tuple[str, ...]] | None:
    """What an answer is that calls itself a page, and is none."""
    content_type = answer.header("content-type")
    made_of = family(content_type, answer.body)
    was_made_of = family(past.content_type) if past else None
    signals = [
        *format_signals(was_made_of, made_of),
        *redirect_signals(answer.url, answer.final_url, past.address if past else None),
        *header_signals(answer),
    ]
    if made_of not in READ:
        return decide(signals, 0)
    seen = glance(answer.body, content_type)
    old = None
    if past and was_made_of in READ:
        size = len(answer.body)
        if not (any(signal.weight > 1 for signal in signals) or _gives_cause(seen, size / max(1, past.size))):
            return None
        old = before(past, seen, size)
    text = old.fresh if old else seen.text()
    signals += [*word_signals(seen, text, old), *_of_source(seen, old, made_of)]
    if old:
        signals += canonical_signals(answer.url, seen.source, old.seen.source)
    return decide(signals, _context(seen, text, old))


def _gives_cause(seen: Glance, share: float) -> bool:
    """Whether an answer is to be held against the page's past: few are, and it costs more than the glance."""
    return (
        share < PRESENT
        or seen.asks_password
        or bool(seen.names & ALL_NAMES)
        or not is_closed(seen.source)
        or is_garbled(seen.source)
        or has_empty_frame(seen.source)
        or len(seen.text()) <= LONG
    )


def _of_source(seen: Glance, old: Before | None, made_of: str) -> Iterator[Signal]:
    if made_of == "html":
        yield from cut_inside(seen.source)
    if old:
        yield from chain(
            shell_signals(seen, old), cut_since(seen, old), garbled_since(seen, old), replaced_since(old)
        )
    if seen.is_empty():
        yield Signal(EMPTY, CERTAIN - EMPTIEST)


def _context(seen: Glance, text: str, old: Before | None) -> int:
    """What weighs beside the hints: with little text an answer is likelier none, with the page's own it is the page."""
    if not seen.text():
        return EMPTIEST
    brevity = next((weight for length, weight in LENGTHS if len(text) < length), 0)
    if old is None:
        return brevity - (2 if seen.entries >= ENTRIES else 0)
    if old.kept >= PRESENT:
        return IS_THE_PAGE
    return min(MOST, brevity + min(2, old.missing))


def _retry_after(answer: Answer) -> float | None:
    """RFC 9110 section 10.2.3: seconds, or a date."""
    value = (answer.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0.0, (when - answer.received_at).total_seconds()), LONGEST_WAIT)
