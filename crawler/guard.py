"""Is this a real answer? The ways in which a site says "not now" or "not you" are told apart from a page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal

from crawler.answers import Answer
from crawler.lookalikes import CHALLENGE, look_at, unmask

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
CHALLENGES = {
    "cf-mitigated": re.compile("challenge", re.IGNORECASE),
    "x-amzn-waf-action": re.compile("challenge|captcha", re.IGNORECASE),
    "x-sucuri-block": re.compile("."),
}
"""Headers by which a guard in front of the site says that it has answered, not the site."""
OF_GUARDS = {202, 405, 503}
"""Statuses under which such guards send their challenges; a 503 may as well be the site's own."""
LONGEST_WAIT = 30 * 86_400.0  # seconds; what asks for more means something else
ERROR_KEYS = {"error", "errors", "message", "fault", "detail", "error_description"}
BESIDE_ERRORS = {"code", "status", "statuscode", "title", "type", "timestamp", "path", "success", "reason"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth: `reasons` in words for a person, `retry_after` in seconds if said."""

    outcome: Literal["page", "unchanged", "blocked", "failed"]
    reasons: tuple[str, ...] = ()
    retry_after: float | None = None


def judge(answer: Answer) -> Verdict:
    """A page, unchanged since it was last read, blocked by somebody, or failed. Only a page may be read."""
    return replace(_verdict(answer), retry_after=_retry_after(answer))


def _verdict(answer: Answer) -> Verdict:
    status = answer.status
    if answer.refused_by_robots:
        return Verdict("blocked", (answer.error or "robots.txt forbids it",))
    if answer.error is not None or status == 0:
        return Verdict("failed", (answer.error or "no answer came",))
    if status == 304:
        return Verdict("unchanged")
    if header := _challenge_header(answer):
        return Verdict("blocked", (f"{CHALLENGE.reason} (header {header})", f"it answered {status}"))
    if status in REFUSALS:
        return Verdict("blocked", (f"{REFUSALS[status]} ({status})",))
    if status in OF_GUARDS and unmask(look_at(answer.body)) is CHALLENGE:
        return Verdict("blocked", (CHALLENGE.reason, f"it answered {status}"))
    if status not in {200, 203}:
        return Verdict("failed", (f"{FAILURES.get(status, 'no page has this status')} ({status})",))
    return _content(answer)


def _content(answer: Answer) -> Verdict:
    if answer.truncated:
        return Verdict("failed", (f"its body broke off ({len(answer.body):,} bytes came)",))
    if not answer.body.strip(b"\xef\xbb\xbf \t\r\n\f\0"):
        return Verdict("failed", ("its body is empty",))
    if _is_json_error(answer.body):
        return Verdict("failed", ("it answered with nothing but an error in JSON",))
    if not _is_text(answer):
        return Verdict("page")
    seen = look_at(answer.body)
    if kind := unmask(seen):
        return Verdict(kind.outcome, (kind.reason, *kind.hints(seen)))
    if not (seen.text or seen.entries or seen.pictures):
        return Verdict("failed", ("it shows nothing to read",))
    return Verdict("page")


def _challenge_header(answer: Answer) -> str | None:
    matches = ((name, CHALLENGES.get(name.lower()), value) for name, value in answer.headers)
    return next((name for name, pattern, value in matches if pattern and pattern.search(value)), None)


def _is_text(answer: Answer) -> bool:
    media_type = (answer.header("content-type") or "text/html").partition(";")[0].strip().lower()
    return (media_type.startswith("text/") or "html" in media_type) and not answer.body.startswith(b"%PDF")


def _is_json_error(body: bytes) -> bool:
    """An object that speaks of an error and of nothing else: an address may well stand for real data."""
    if not body.lstrip().startswith(b"{") or len(body) > 10_000:
        return False
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    keys = {key.lower() for key in said}
    return bool(keys & ERROR_KEYS) and keys <= ERROR_KEYS | BESIDE_ERRORS


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
