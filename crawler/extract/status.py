"""What an entry says of its state: cancelled, postponed, to be confirmed."""

from __future__ import annotations

import re

from crawler.extract.dates import HAS_DIGIT, Dates, find_dates

_CANCELLED = (
    r"cancell?ed|called off|entf[aä]llt|f[aä]llt aus|abgesagt|annullat[oa]|cancelad[oa]s?|suspendid[oa]s?|annulée?s?"
    r"|annulee?s?|dibatalkan|(?:bị )?hủy(?: bỏ)?"
)
_POSTPONED = (
    r"postponed|deferred|verschoben|vertagt|rinviat[oa]|aplazad[oa]s?|pospuest[oa]s?|postergad[oa]s?|adiad[oa]s?"
    r"|reportée?s?|reportees?|ajournée?s?|ditunda|(?:tạm |bị )?hoãn"
)
_OTHERS = (
    r"rescheduled|tentative|provisional|new dates?|on hold|reprogramad[oa]s?|por confirmar|a confirmar|à confirmer"
    r"|por definir|(?:date |venue |dates )?(?:tbc|tbd|tba|to be (?:confirmed|determined|announced))"
)
STATUS = re.compile(
    rf"(?:(?P<cancelled>\b(?:{_CANCELLED})\b|取消|中止|취소|中断)|(?P<postponed>\b(?:{_POSTPONED})\b|延期|推迟|推遲|연기)"
    rf"|(?P<other>\b(?:{_OTHERS})\b|改期|待定|未定|暂定|暫定|調整中|미정|잠정))",
    re.I,
)
_ANY = re.sub(r"\?P<\w+>", "?:", STATUS.pattern)
_TO = r"(?:to|until|till|al?|hasta|para|au|auf(?:\s+den)?|jusqu'au|sang|đến|ke)"
_AROUND = re.compile(
    rf"[(\[（【]?\s*(?:{_ANY})\s*(?:{_TO}\s*(?=$|[:;,)])|[至为到](?=\s*$))?[)\]）】]?\s*[:–—-]?", re.I
)

_MOVED = (
    r"(?:postponed|rescheduled|moved|deferred|brought forward|aplazad[oa]|pospuest[oa]|reportée?"
    r"|verschoben|adiad[oa])"
)
NEW = re.compile(rf"(?:{_MOVED}\s+{_TO}|(?:延期|改期|推迟)[至为到])\s*(?:the|el|le|den)?\s*:?\s*$", re.I)
_THEN = (
    r"was|formerly|originally|previously|initially|old dates?|instead of|antes|inicialmente|originalmente|anteriormente"
    r"|initialement|au lieu du|ursprünglich|statt|bisher|dahulu|trước đây"
)
OLD = re.compile(
    rf"[(\[（]?\s*\b(?:{_THEN}|{_MOVED} from)(?:\s+(?:scheduled|planned|set|announced|due|prevista?|prévue?|geplant))?"
    r"(?:\s+(?:for|on|to be held on|el|le|del|du|am|vom))?\s*:?\s*$|[(（]?\s*(?:原定于?|当初|當初|당초)\s*:?\s*$",
    re.I,
)
HINT = re.compile(rf"\b(?:{_THEN}|{_MOVED})\b|延期|改期|推迟|原定|当初|當初|당초", re.I)
"""Of which one is in every text that names an old date: a test that costs little."""
FROM_TO = re.compile(rf"({_MOVED})\s+from\s+[^,;()]{{3,30}}?\s+to\s+(?=\D{{0,12}}\d)", re.I)
LONGEST = 400


def find_status(text: str) -> str | None:
    """The first state that a text tells: `cancelled` and `postponed` in whatever language, others as shown."""
    found = STATUS.search(text)
    return state_of(found) if found else None


def state_of(found: re.Match[str]) -> str:
    """The name of the state that STATUS found."""
    kind = found.lastgroup
    return kind if kind in {"cancelled", "postponed"} else found["other"].lower()


def without_status(text: str) -> str:
    """The text without words of a state, nor the brackets and the "to" around them."""
    return _AROUND.sub(" ", text)


def without_old_dates(text: str, year: str | None = None) -> str:
    """The text without dates that it says hold no longer: "(was 1 May 2027)", "1 May, postponed to 3 June 2027"."""
    if len(text) > LONGEST or HAS_DIGIT.search(text) is None or HINT.search(text) is None:
        return text
    text = FROM_TO.sub(r"\1 to ", text)
    dates = find_dates(text, year)
    if not dates:
        return text
    if len(dates) == 1 or year is None:
        dates = find_dates(text, year or dates[0].starts_on[:4])
    if len(dates) < 2:
        return text
    stands = [d for d in dates if NEW.search(text[: d.start])]
    old = [d for d in dates if d not in stands and (stands or OLD.search(text[: d.start]))]
    if len(old) == len(dates):
        return text
    for day in reversed(old):
        text = _without(text, day)
    return text


def _without(text: str, day: Dates) -> str:
    before, after = text[: day.start], text[day.end :]
    lead = OLD.search(before)
    if lead:
        before = before[: lead.start()]
        if lead.group().lstrip()[:1] in "([（":
            after = after.lstrip().removeprefix(")").removeprefix("]").removeprefix("）")
    return f"{before.rstrip()} {after.lstrip(' ,')}"
