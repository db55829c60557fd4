"""Papers of a meeting that stand beside its day: "Agenda", "Minutes (PDF)", "March board packet"."""

from __future__ import annotations

import re

from crawler.extract.months import MONTHS, without_accents
from crawler.extract.wording import NOUNS

_PAPERS = """
agenda agendas minutes packet packets notes transcript transcripts recording recordings video videos audio
webcast livestream slides materials documents handouts attachments resolutions notice notices
actas acta protokoll protokolle niederschrift unterlagen tagesordnung documentos grabacion
"""
PAPERS = frozenset(_PAPERS.split())
_MORE = """
meeting meetings board committee commission council public special regular draft approved final revised amended
signed unofficial official full pdf doc docx link links view download watch listen read here click see open meetings
of the for and to on in from all a recorded summary presentation report reports attachment html text zoom youtube
de la el las los du des der die das
"""
BESIDE = frozenset(_MORE.split()) | frozenset(MONTHS)
WORD = re.compile(r"[^\W\d_]+")
PARTED = re.compile(r"\s+[|–—-]+\s+|\s*[|;]\s*")
LONGEST = 120


def names_papers(text: str) -> bool:
    """Whether a text names nothing but papers of a meeting."""
    if len(text) > LONGEST:
        return False
    words = WORD.findall(without_accents(text).lower())
    return not PAPERS.isdisjoint(words) and all(word in PAPERS or word in BESIDE for word in words)


def without_papers(title: str) -> str:
    """The title of an entry without its papers; nothing where it begins with them: what follows is a remark.

    "Regular meeting agenda" is the paper of a regular meeting, "Agenda - doors open at 6" of one without a name.
    """
    if len(title) > LONGEST or PAPERS.isdisjoint(WORD.findall(title.lower())):
        return title
    parts = PARTED.split(title)
    if names_papers(parts[0]):
        named = _meeting_of(parts[0])
        return named or next(
            (part for part in parts[1:] if NOUNS.search(part) and not names_papers(part)), ""
        )
    if len(parts) > 1 and all(names_papers(part) for part in parts[1:]):
        return parts[0]
    return title


def _meeting_of(paper: str) -> str:
    """The meeting that a paper is named after: "Special Meeting" of "Special Meeting Minutes"."""
    words = paper.split()
    while words and (word := WORD.search(words[-1].lower())) and word.group() in PAPERS:
        words.pop()
    named = " ".join(words)
    return named if len(words) > 1 and NOUNS.fullmatch(words[-1]) else ""
