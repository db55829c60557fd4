"""Answers that come with status 200 and are no page: challenges, refusals, notes about maintenance.

No single word decides, as honest pages write about robots, access and maintenance too. Hints are added up,
and a page with much text or many entries is never one of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import lxml.html  # type: ignore[import-untyped]

VERY_SHORT = 200  # characters of text
SHORT = 1_000
LONG = 2_500
LARGEST = 1_000_000  # bytes looked at; such answers carry scripts, not texts
ENTRIES = 10  # links, list items, rows: what a page has and a refusal has not
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A page at a glance, in small letters: titles and headings, text, source; how many entries."""

    names: frozenset[str]
    text: str
    source: str
    entries: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer that looks like a page.

    `names` are whole titles, `phrases` hardly occur elsewhere, `words` well may, `marks` stand in the source.
    """

    outcome: Literal["blocked", "failed"]
    reason: str
    names: frozenset[str]
    phrases: re.Pattern[str]
    words: re.Pattern[str]
    marks: re.Pattern[str]

    def score(self, seen: Seen) -> int:
        """How many hints speak for it, by weight; ENOUGH of them decide."""
        if len(seen.text) > LONG:
            return 0
        score = 2 if self.names & seen.names else 0
        score += (0, 2, 3)[min(2, len(self._said(seen)))]
        score += 1 if self.words.search(seen.text) else 0
        score += 1 if self.marks.search(seen.source) else 0
        return score + _brevity(seen.text) - (2 if seen.entries >= ENTRIES else 0)

    def hints(self, seen: Seen) -> tuple[str, ...]:
        """What gave it away, for a person."""
        said = [*sorted(self.names & seen.names), *sorted(self._said(seen))]
        return (f"it says: {', '.join(repr(text) for text in said[:3])}",) if said else ()

    def _said(self, seen: Seen) -> set[str]:
        return {match[0] for match in self.phrases.finditer(seen.text)}


def look_at(body: bytes) -> Seen:
    """A glance at HTML or plain text."""
    text = body[:LARGEST].decode("utf-8", errors="replace")
    if "<" not in text:
        lines = [line for line in text.splitlines() if line.strip()]
        return Seen(_bare(lines[:1]), _folded(text), "", entries=len(lines), pictures=0)
    parser = lxml.html.HTMLParser(encoding="utf-8")  # whatever the page declares: the hints are ASCII
    page = lxml.html.document_fromstring(b"<html>" + text.encode(), parser)  # never without a root
    hidden = "ancestor::script or ancestor::style or ancestor::template or ancestor::head"
    return Seen(
        names=_bare(node.text_content() for node in page.xpath("(//title|//h1|//h2)[position() <= 6]")),
        text=_folded(" ".join(page.xpath(f"//text()[not({hidden})]"))),
        source=text.lower(),
        entries=len(page.xpath("//a[@href]|//li|//tr|//article")),
        pictures=len(page.xpath("//img|//svg|//object|//embed")),
    )


def unmask(seen: Seen) -> Kind | None:
    """The kind that it most looks like; None for a page."""
    likeliest = max((CHALLENGE, OUT_OF_ORDER), key=lambda kind: kind.score(seen))
    return likeliest if likeliest.score(seen) >= ENOUGH else None


def _brevity(text: str) -> int:
    if not text:
        return 4
    return 3 if len(text) < VERY_SHORT else 1 if len(text) < SHORT else 0


def _bare(titles: Iterable[str]) -> frozenset[str]:
    """Whole titles and their parts beside a site's name, without status numbers and marks at the ends."""
    parts = (part for title in titles for part in re.split(r"\s+[|–—·-]\s+", _folded(title)))
    bare = (re.sub(r"^(?:http |error )*\d{3}\b[\s:.-]*|[\s.!?…]+$", "", part) for part in parts)
    return frozenset(part for part in bare if part)


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").split()).lower()


def _all_of(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";"))


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


CHALLENGE = Kind(
    outcome="blocked",
    reason="a guard in front of the site wants proof that we are human",
    names=_all_of(
        """just a moment; attention required; access denied; access to this page has been denied;
        checking your browser; verify you are human; please verify you are a human; are you a robot;
        are you human; robot check; human verification; security check; security verification;
        bot verification; verifying your connection; client challenge; ddos protection by cloudflare;
        pardon our interruption; request rejected; request unsuccessful; one more step; captcha; forbidden;
        not acceptable; unusual traffic; please wait; sucuri website firewall; blocked; you have been blocked;
        your access to this site has been limited; javascript is disabled"""
    ),
    phrases=_any_of(
        r"(?:checking|verifying) (?:your browser|if the site connection is secure|your connection)",
        r"enable (?:javascript|js|cookies)",
        r"(?:verify|confirm|prove|check|make sure)(?:ing)?(?: that)? you(?:'re| are) (?:a )?(?:not a |a )?"
        r"(?:robot|bot|human)",
        r"(?:you|your (?:ip|request|access)\b.{0,40}) (?:have|has|was|were) (?:been )?"
        r"(?:blocked|limited|denied|banned)",
        r"(?:made us think|believe|suspect)(?: that)? you (?:are|were) (?:a bot|using automat)",
        r"you (?:do not|don't) have permission to access",
        r"complete the (?:security check|captcha|challenge)",
        r"(?:incapsula incident|ray|support|reference|request|incident) (?:id|number|#)",
        r"requested url was rejected",
        r"unusual traffic from your",
        r"review the security of your connection",
        r"blocked by (?:the |our )?(?:security|network security|web application firewall)",
        r"access to this page has been denied",
        r"performing security verification",
    ),
    words=_any_of(
        "access denied", "captcha", r"\brobots?\b", "security check", "forbidden", "firewall", "cloudflare"
    ),
    marks=_any_of(
        "_cf_chl_opt|/cdn-cgi/challenge-platform|_incapsula_resource|captcha-delivery|px-captcha",
        "awswaf|gokuprops|/_sec/cp_challenge|recaptcha|hcaptcha|turnstile|geetest",
    ),
)
OUT_OF_ORDER = Kind(
    outcome="failed",
    reason="the site shows a note about maintenance or an error in place of the page",
    names=_all_of(
        """maintenance; maintenance mode; site maintenance; under maintenance; scheduled maintenance;
        planned maintenance; down for maintenance; site under maintenance; website under maintenance;
        temporarily unavailable; site temporarily unavailable; service unavailable; be right back;
        service temporarily unavailable; we'll be back soon; we will be back soon; site offline;
        website offline; offline; internal server error; server error; bad gateway; gateway timeout;
        gateway time-out; application error; runtime error; database error; error; an error occurred;
        error establishing a database connection; something went wrong; page not found; not found;
        file not found; account suspended"""
    ),
    phrases=_any_of(
        r"(?:we|site|website)(?:'ll| will| should)? be (?:right )?back",
        r"back (?:soon|shortly|online|later)",
        r"temporarily (?:unavailable|down|offline|out of service|closed)",
        r"(?:down|offline|closed) for (?:\w+ )?maintenance",
        r"(?:site|website|server|page|system|service|portal|we) (?:is|are) (?:currently |now |being )?"
        r"(?:under|undergoing|in|performing)(?: \w+){0,2} maintenance",
        r"(?:sorry|apologi[sz]e) for (?:the|any) (?:inconvenience|trouble|interruption)",
        r"technical (?:difficulties|problems|issues)",
        r"error establishing a database connection",
        r"(?:page|file|url|address|resource)[\w ']{0,40} (?:could not be|was not|cannot be) found",
        r"(?:page|file) you (?:requested|are looking for|were looking for)",
        r"(?:unexpected|internal) (?:server )?error",
    ),
    words=_any_of("maintenance", "try again", "unavailable", "not found", "error"),
    marks=_any_of("maintenance[-_]mode"),
)
