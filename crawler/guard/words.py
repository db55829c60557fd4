"""Does an answer speak as challenges, refusals, logins and error pages do?

No single word decides, as honest pages write about robots, access and maintenance too. Hints are added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.guard import asian, english, european
from crawler.guard.glances import Glance
from crawler.guard.kinds import (
    CHALLENGE,
    CONSENT,
    ELSEWHERE,
    LOGIN,
    MISSING,
    OUT_OF_ORDER,
    REGION,
    SHELL,
    Kind,
    Signal,
)
from crawler.guard.past import Before

LONG = 2_500  # characters of text; what stands in for a page says less
FOREIGN = {**european.SAID, **asian.SAID}
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`names` are whole titles, `phrases` (or `sayings`, by letter) hardly occur elsewhere, `words` well may, `marks`
    stand in the source. A kind that is `titled` is believed on a page without a past only if its title says it.
    """

    kind: Kind
    names: frozenset[str]
    phrases: re.Pattern[str]
    sayings: tuple[str, ...]
    words: re.Pattern[str] = NEVER
    marks: re.Pattern[str] = NEVER
    titled: bool = False

    def signals(self, seen: Glance, text: str, old: Before | None) -> Iterator[Signal]:
        """Hints in the names and the text that are new since `old`, or in all of them."""
        old_text, old_source, old_names = _known(old)
        names = sorted(self.names & seen.names - old_names)
        if self.titled and old is None and not names:
            return
        said = sorted(
            s for s in self._said(text) if s not in old_text and not any(s in name for name in names)
        )
        quoted = ", ".join(f"'{words}'" for words in [*names, *said][:3])
        weight = (2 if names else 0) + (0, 2, 3)[min(2, len(said))]
        weight += any(
            not any(word in known for known in (*names, *said)) for word in self.words.findall(text)
        )
        if weight:
            yield Signal(self.kind, weight, f"it says: {quoted}" if quoted else "")
        if self.marks.search(seen.source) and not self.marks.search(old_source):
            yield Signal(self.kind, 1, "its source is that of such an answer")

    def _said(self, text: str) -> set[str]:
        return {match[0] for match in self.phrases.finditer(text)} | {s for s in self.sayings if s in text}


def word_signals(seen: Glance, text: str, old: Before | None) -> Iterator[Signal]:
    """Hints in what an answer says; `text` is what it says anew, where there is a `old`."""
    if len(text) > LONG:
        return
    for vocabulary in VOCABULARIES:
        yield from vocabulary.signals(seen, text, old)
    asks_now = seen.asks_password and not (old and old.seen.asks_password)
    if asks_now and (old or LOGIN_WORDS.names & seen.names):
        yield Signal(LOGIN, 2, "it asks for a password")


def shell_signals(now: Glance, old: Before) -> Iterator[Signal]:
    """An empty frame where the page was whole."""
    if has_empty_frame(now.source) and not has_empty_frame(old.seen.source):
        yield Signal(SHELL, 3, "the frame that was filled before is empty")


def has_empty_frame(source: str) -> bool:
    """Whether there is a place in it that scripts are to fill."""
    return any(mark in source for mark in FRAMES) and EMPTY_FRAME.search(source) is not None


def _known(old: Before | None) -> tuple[str, str, frozenset[str]]:
    return (old.seen.text(), old.seen.source, old.seen.names) if old else ("", "", frozenset())


def _all_of(text: str) -> frozenset[str]:
    return frozenset(part for part in (" ".join(part.split()) for part in text.split(";")) if part)


def _vocabulary(kind: Kind, key: str, words: str, marks: str, *, titled: bool = False) -> Vocabulary:
    names = _all_of(english.NAMES[key]).union(*(_all_of(said[key][0]) for said in FOREIGN.values()))
    sayings = frozenset().union(*(_all_of(said[key][1]) for said in FOREIGN.values()))
    phrases = re.compile("|".join(english.PHRASES[key]))
    return Vocabulary(kind, names, phrases, tuple(sorted(sayings)), _any(words), _any(marks), titled)


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern) if pattern else NEVER


EMPTY_FRAME = re.compile(
    r"<(?:div|main|section) (?:[^<>]* )?id=[\"']?(?:root|app|__next|__nuxt|___gatsby|main-app|q-app|react-root)[\"']?"
    r"[^<>]*>\s*(?:<div[^<>]*>\s*</div>\s*)?</(?:div|main|section)>"
    r"|<app-root[^<>]*>\s*(?:loading[ .…]*)?</app-root>|aria-busy=[\"']?true"
)
FRAMES = ("root", "app", "next", "nuxt", "gatsby", "aria-busy")
LOGIN_WORDS = _vocabulary(LOGIN, "login", "password|log ?in|sign ?in", "", titled=True)
VOCABULARIES = (
    _vocabulary(
        CHALLENGE,
        "challenge",
        r"access denied|captcha|\brobots?\b|security check|forbidden|firewall|cloudflare",
        "_cf_chl_opt|/cdn-cgi/challenge-platform|_incapsula_resource|captcha-delivery|px-captcha"
        "|awswaf|gokuprops|/_sec/cp_challenge|recaptcha|hcaptcha|turnstile|geetest",
    ),
    _vocabulary(
        OUT_OF_ORDER, "out of order", "maintenance|try again|unavailable|error", "maintenance[-_]mode"
    ),
    _vocabulary(MISSING, "missing", "not found|does not exist|moved", ""),
    _vocabulary(SHELL, "shell", "loading", EMPTY_FRAME.pattern),
    _vocabulary(REGION, "region", "country|region", ""),
    _vocabulary(ELSEWHERE, "elsewhere", "redirect", r"http-equiv=[\"']?refresh"),
    _vocabulary(CONSENT, "consent", "cookies?|consent", "", titled=True),
    LOGIN_WORDS,
)
ALL_NAMES = frozenset().union(*(vocabulary.names for vocabulary in VOCABULARIES))
