"""Meetings that recur, told by the day of the week and not by dates: "Mondays at 15:00 PT, weekly"."""

from __future__ import annotations

import re

from crawler.extract.lines import Line
from crawler.extract.months import WEEKDAYS
from crawler.extract.times import find_times
from crawler.extract.wording import NOUNS
from storage.document import Block
from storage.records import Event

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DIA = r"(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)s?"
_JOUR = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?"
_TAG = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?"
_NTH = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_WHEN = (
    rf"{_NTH}\s+(?:(?:and|&)\s+{_NTH}\s+)?{_DAY}s?\s+(?:of\s+)?(?:each|every|the|a)\s+(?:\w+\s+)?(?:month|quarter)"
    rf"|every\s+(?:\w+\s+){{0,2}}{_DAY}s?|every\s+(?:two|other|second|\d)\s+weeks?|each\s+{_DAY}"
    rf"|(?:bi-?)?weekly(?:\s+on)?\s+{_DAY}s?|monthly,?\s+on\s+the\s+{_NTH}|{_DAY}s\b"
    rf"|(?:cada|todos\s+los|el\s+\w+)\s+(?:\w+\s+)?{_DIA}(?:\s+(?:de|del)\s+(?:cada\s+)?mes)?"
    rf"|(?:chaque|tous\s+les|le)\s+(?:\w+\s+)?{_JOUR}\s+(?:du|de\s+chaque)\s+mois|(?:chaque|tous\s+les)\s+{_JOUR}"
    rf"|jede[nr]\s+(?:\w+\s+)?{_TAG}(?:\s+im\s+monat)?"
    r"|毎[月週]第?[\d一二三四]*[月火水木金土日]曜日?|每[月周週](?:第?[一二三四\d]个?(?:星期|周|週))?[一二三四五六日]"
    r"|매[월주]\s?(?:[첫둘셋넷]째\s?주?\s?)?[월화수목금토일]요일"
)
RECURS = re.compile(
    rf"\b{_DAY}s?\b(?:\s*\([^)]*\)s?)?\s+at\b|{_WHEN}|\((?:bi-?)?weekly|\(monthly",
    re.I,
)
MEETS = re.compile(
    r"\b(?:meets?|convenes?|(?:is|are)\s+held|takes?\s+place|happens?|se\s+re[uú]nen?|se\s+r[eé]unit|trifft\s+sich|tagt)\b"
    r"(?=[^.;:]*$)",
    re.I,
)
"""The verb, in front of when: "The group meets on the first Wednesday of each month at 14:00 UTC"."""
WHEN = re.compile(rf"{_WHEN}", re.I)
END = re.compile(r"\.(?:\s|$)|;")
FREQUENCY = re.compile(
    r"(?:bi-?)?weekly|fortnightly|monthly|quarterly|every (?:other |second |two )?(?:weeks?|months?)"
    r"|semanal|quincenal|mensual|hebdomadaire|mensuelle?|wöchentlich|monatlich",
    re.I,
)
OTHER_SIGNS = re.compile("cada|todos|del mes|chaque|tous|mois|jede|毎|每|매")
LONGEST_TITLE = 120
LONGEST = 160
LONGEST_TOLD = 600
FAR = 90
"""Characters between the verb and the days."""


def recurs(text: str) -> bool:
    """Whether a text says that something recurs."""
    lower = text.lower()
    return _has_sign(lower) and RECURS.search(text) is not None


def _has_sign(lower: str) -> bool:
    """A word of such texts is in it: a test that costs next to nothing."""
    if "day" in lower or "week" in lower or "month" in lower:
        return True
    return OTHER_SIGNS.search(lower) is not None


def recurring(line: Line, page_title: str, section: str) -> Event | None:
    """As in "SIG Meeting: Thursdays at 09:00 PT (biweekly)", a line that begins with the days, or a sentence.

    A line without a title of its own is the page's meeting, which is marked as inferred.
    """
    title, colon, rest = line.text.partition(": ")
    if colon and RECURS.search(rest) and len(title) <= LONGEST_TITLE:
        return _event(title, rest.split(". ")[0], line, section)
    if page_title and RECURS.match(line.text) and len(line.text) <= LONGEST:
        return _event(page_title, line.text.split(". ")[0], line, section, is_inferred=True)
    return recurring_sentence(line, page_title, section)


def recurring_sentence(line: Line, page_title: str, section: str) -> Event | None:
    """The meeting that a sentence tells of: named by it ("The steering call takes place ..."), else the page's."""
    if len(line.text) > LONGEST_TOLD or not recurs(line.text):
        return None
    when = WHEN.search(line.text)
    verb = MEETS.search(line.text[max(0, when.start() - FAR) : when.start()]) if when else None
    if when is None or verb is None:
        return None
    before = line.text[: max(0, when.start() - FAR) + verb.start()]
    who = re.split(r"[.;:]\s", before)[-1].strip(" ,")
    who = re.sub(r"^(?:the|our|its|these|this|los?|las?|les?|die|der)\s+", "", who, flags=re.I)
    named = NOUNS.search(who) is not None and len(who.split()) <= 8
    title = who[:1].upper() + who[1:] if named else page_title
    told = END.split(line.text[when.start() :], maxsplit=1)[0]
    return _event(title, told[:LONGEST], line, section, is_inferred=not named) if title else None


def recurring_row(block: Block, cell: dict[str, str], section: str) -> Event | None:
    """A row whose cells tell days of the week and no date."""
    title = (cell.get("title") or "").strip()
    when = cell.get("date") or next((c for c in block.cells if recurs(c) and len(c) <= LONGEST), "")
    often = cell.get("frequency") or next((c for c in block.cells if FREQUENCY.fullmatch(c.strip())), "")
    is_day = when.strip().casefold().rstrip("s") in {day.rstrip("s") for day in WEEKDAYS}
    if not title or not (recurs(when) or (is_day and (often or cell.get("time")))):
        return None
    told = ", ".join(dict.fromkeys(filter(None, (when.strip(), often.strip()))))
    times = next(find_times(when), None)
    return Event(
        title=title,
        time=cell.get("time") or (times.group().strip() if times else None),
        recurrence=" ".join(told.split()),
        link=next((link.target for link in block.links), None),
        section=section,
        place=block.place,
        confidence=0.9,
    )


def _event(title: str, when: str, line: Line, section: str, *, is_inferred: bool = False) -> Event:
    times = next(find_times(when), None)
    return Event(
        title=title,
        time=times.group().strip() if times else None,
        recurrence=when.strip(" ,").rstrip("."),
        link=line.link,
        section=section,
        place=line.place,
        confidence=0.5 if is_inferred else 1.0,
        inferred={"title": "page-title"} if is_inferred else {},
    )
