"""One entry of a list of events, taken apart: title, place, code, time, status."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from crawler.extract.dates import HAS_DIGIT, Dates
from crawler.extract.knowledge import Knowledge
from crawler.extract.months import WEEKDAY
from crawler.extract.places import EDGES, MODE, ONLY_MODE, Gazetteer, Place, fold_name, read_place
from crawler.extract.times import find_times

NOUNS = re.compile(
    r"\b(?:meetings?|workshops?|forums?|fora|summits?|conferences?|seminars?|webinars?|dialogues?|sessions?|symposi(?:um|a)|roundtables?"
    r"|trainings?|plenar(?:y|ies)|assembl(?:y|ies)|congress|colloqui(?:um|a)|meetups?|hackathon|course|exhibition|fair|expo|week|retreat"
    r"|consultations?|hearing|briefing|call|festival|concert|panel|camp|briefings?"
    r"|r[eé]uni[oó]n(?:es|s)?|s[eé]minaires?|seminarios?|webinaires?|ateliers?|talleres|taller|colloques?|coloquios?|conf[eé]rences?"
    r"|conferencias?|journ[eé]es?|jornadas?|congr[eè]s|congreso|asamblea|assembl[eé]e|foros?|cumbre|sitzung|tagung|kongress"
    r"|reuni[aã]o|oficina|assembleia|hội (?:nghị|thảo)|cuộc họp|pertemuan|rapat|lokakarya)\b"
    r"|会议|會議|会議|総会|大会|研討會|研讨会|セミナー|シンポジウム|論壇|论坛|회의|세미나|총회|포럼|워크숍",
    re.I,
)
STATUS = re.compile(
    r"\b(cancell?ed|postponed|rescheduled|tentative|provisional|new dates?|on hold"
    r"|entf[aä]llt|vertagt|annullat[oa]|rinviat[oa]|cancelad[oa]s?|suspendid[oa]|aplazad[oa]|pospuest[oa]|adiad[oa]|annul[eé]e?s?|report[eé]e|abgesagt|verschoben"
    r"|por confirmar|a confirmar|à confirmer|dibatalkan|ditunda|hoãn|hủy"
    r"|(?:date |venue )?(?:tbc|tbd|tba|to be (?:confirmed|determined|announced)))\b",
    re.I,
)
LABEL = re.compile(r"(?:when|dates?|where|venue|location|place|time|title|event|meeting)\s*:\s*", re.I)
VENUE = re.compile(
    r"\b(?:hotel|cent(?:re|er)|university|hall|building|room|auditorium|campus|headquarters|hq|palace|museum|resort|theat(?:re|er))\b",
    re.I,
)
JOINING = frozenset(
    {"de", "del", "da", "do", "di", "of", "the", "la", "el", "am", "an", "der", "upon", "sur", "en"}
)
_LEAD_WORDS = """
San Santa Santo São Saint St. Ho Chi Port New El La Los Las Le Puerto Fort Kota Phnom Nusa Kuala Ha Da Cape
Rio Addis
"""
LEAD_WORDS = frozenset(_LEAD_WORDS.split())


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says besides its date."""

    title: str = ""
    place: Place = Place("")  # noqa: RUF009 - frozen
    venue: str | None = None
    code: str | None = None
    time: str | None = None
    status: str | None = None
    is_guessed: bool = False


@cache
def code_shape(knowledge: Knowledge) -> re.Pattern[str]:
    """A project code of the site, in brackets or bare, as group `code`."""
    codes = "|".join(f"(?:{pattern})" for pattern in knowledge.code_patterns)
    return re.compile(rf"[(\[]?\s*(?<![\w-])(?P<code>{codes})(?![\w-])\s*[)\]]?")


@cache
def _bare_code(knowledge: Knowledge) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in knowledge.code_patterns))


def find_code(text: str, knowledge: Knowledge) -> re.Match[str] | None:
    """The first code in a text; most texts have none, which is told cheaply."""
    if HAS_DIGIT.search(text) is None or _bare_code(knowledge).search(text) is None:
        return None
    return code_shape(knowledge).search(text)


DOCUMENT = (
    r"(?:draft\s+|annotated\s+|final\s+|meeting\s+)?(?:agendas?|minutes|summary(?:\s+record)?|reports?|slides"
    r"|compte[- ]rendu|proc[eè]s-verbal|ordre du jour|actas?|protokoll|niederschrift|ata"
    r"|programme?|pdf|docx?|documents?"
    r"|presentations?|materials|registration|register|more info(?:rmation)?|details|recordings?"
    r"|session page|website|photos)"
)
TRAILING = re.compile(
    rf"(?:[\s|,;–—-]*[(\[]\s*{DOCUMENT}\b[^()\[\]]{{0,40}}[)\]]"
    rf"|(?:\s+[|–—-]|\.)\s+{DOCUMENT}(?: (?:is |are )?(?:now )?available(?: \w+){{0,3}})?\.?"
    r"|\s*\[[A-Z]{2,}[\w/()-]{4,}\])\s*$",
    re.I,
)
"""Links to documents behind an entry: they are beside the meeting, not part of it."""


REMARK = re.compile(
    r"\s*\((?:co-?)?(?:hosted|hosts?|organi[sz]ed|located|part of|back[- ]to[- ]back|in conjunction"
    r"|jointly|following)\b[^()]{0,80}\)",
    re.I,
)
"""Beside whom or what a meeting is, not where."""


BESIDE = re.compile(r"[\s,;.]*[,;、]\s*(?P<place>[^()（）,;]{2,40})[)）]\s*\.?")
"""What stands behind a date in its bracket: "Title (14 March 2024, Seoul)"."""


MEETING_MODE = re.compile(
    r"^\s*(?:virtual|online|hybrid|remote)\s+(?:meeting|event|session|conference)(?=\s*,)", re.I
)
INSIDE = re.compile(r"[(（](?P<place>[^()（）]{2,80}?)[\s,;:–—-]*$")
"""What stands before a date in its bracket: "Title (Rome, 5 May 2024)"."""
IN_BRACKETS = re.compile(rf"^\s*\({WEEKDAY}\.?\)", re.I)
"""The day of the week behind its date: "13 May 2027 (Friday)", which says nothing that the date does not."""
ALSO = re.compile(rf"\s+(?:and|&|\+|/|y|et|und)\s+(?:{MODE.pattern})$", re.I)


def take_apart(
    text: str, dates: Dates | None, knowledge: Knowledge, known: Gazetteer, cities: frozenset[str]
) -> Entry:
    """The entry of a line that shows `dates` somewhere, or nowhere."""
    while (beside := TRAILING.search(text)) and beside.start() > (dates.end - 1 if dates else 0):
        text = text[: beside.start()]
    before, after = (text[: dates.start], text[dates.end :]) if dates else ("", text)
    after = IN_BRACKETS.sub("", REMARK.sub("", after)) if "(" in after else after
    times = list(find_times(after if dates else ""))
    if times:
        after = after[: times[0].start()] + " " + after[times[0].end() :]
    status = STATUS.search(before + " " + after)
    if status:
        before, after = _without_status(before), _without_status(after)
    before, after, where = _place_beside(before, after, known)
    before, after = _bare(before), _bare(after)
    entry = (
        _both(before, after, knowledge, known, cities)
        if before and after
        else _one(before or after, knowledge, known, cities)
    )
    if where and not (entry.place.city or entry.place.economy):
        entry = replace(entry, place=where.place, venue=where.venue)
    return replace(
        entry,
        title=_title(entry.title),
        time=times[0].group().strip(" ()") if times else None,
        status=status.group(1).lower() if status else None,
    )


def _place_beside(before: str, after: str, known: Gazetteer) -> tuple[str, str, Entry | None]:
    """The place that shares a bracket with the date, or stands behind an "@"; and the texts without it."""
    inside = INSIDE.search(before) if after.lstrip()[:1] in {")", "）"} else None
    where = _pure(ALSO.sub("", inside["place"]), known) if inside else None
    if inside and where and (where.place.city or where.place.economy or where.place.mode):
        return before[: inside.start()], after.lstrip()[1:], where
    if " @ " in after:
        title, _, said = after.partition(" @ ")
        return before, title, _pure(said, known)
    beside = BESIDE.fullmatch(after) if before.rstrip().endswith(("(", "（")) else None
    if beside is None:
        return before, after, None
    where = _pure(beside["place"], known)
    if where.place.city or where.place.economy or where.place.mode:
        return before, "", where
    is_city = _is_short_name(beside["place"])
    return (
        before,
        "" if is_city else after,
        Entry(place=Place("", beside["place"].strip())) if is_city else None,
    )


def _is_short_name(text: str) -> bool:
    return len(text.split()) <= 3 and not any(ch.isdigit() for ch in text) and not text.strip()[:1].islower()


def _both(before: str, after: str, knowledge: Knowledge, known: Gazetteer, cities: frozenset[str]) -> Entry:
    """As in "Title, DATE, City, Country" or "City, DATE: Title"."""
    first = _one(before, knowledge, known, cities)
    if first.place.economy or first.place.city:
        second = _one(after, knowledge, known, cities)
        if not first.title:
            return replace(second, place=first.place, code=first.code or second.code)
        return (
            first
            if not second.place.economy
            else replace(first, title=before, place=_pure(after, known).place)
        )
    pure = _pure(after, known)
    return replace(first, place=pure.place, venue=pure.venue)


def _one(text: str, knowledge: Knowledge, known: Gazetteer, cities: frozenset[str]) -> Entry:
    """As in "Title (CODE) City, Country": the code tells where the title ends."""
    code = find_code(text, knowledge)
    if code:
        tail = _pure(text[code.end() :], known) if text[code.end() :].strip(EDGES + ")") else None
        head = _one(text[: code.start()], knowledge, known, cities)
        if tail is not None and (tail.place.city or tail.place.economy or tail.place.mode):
            return replace(
                head, title=_bare(text[: code.start()]), place=tail.place, venue=tail.venue, code=code["code"]
            )
        rest = text[code.end() :].strip(EDGES) if not head.title else ""
        return replace(head, title=head.title or rest, code=code["code"])
    return _bracketed(text, known, cities) or _by_end(text, known, cities)


def _bracketed(text: str, known: Gazetteer, cities: frozenset[str]) -> Entry | None:
    """As in "(Central London) Title", "(One Day Conference)": a bracket in front is a mode, a title or a place."""
    found = re.fullmatch(r"\(([^()]{2,120})\)\s*(.*)", text, re.S)
    if found is None:
        return None
    inner, rest = found.group(1).strip(), found.group(2).strip(EDGES)
    if ONLY_MODE.fullmatch(inner) and MODE.search(inner):
        return replace(_by_end(rest, known, cities), place=Place("", mode=inner))
    if not rest and NOUNS.search(inner):
        return Entry(title=inner)
    pure = _pure(inner, known)
    if pure.place.economy or (pure.place.city and known.is_city(pure.place.city)):
        return Entry(title=rest, place=pure.place, venue=pure.venue)
    return Entry(title=rest, venue=inner)


def _by_end(text: str, known: Gazetteer, cities: frozenset[str]) -> Entry:
    place = read_place(text, known, cities)
    if place.economy and place.city is None:
        return _with_unlisted_city(place, known)
    return Entry(title=place.rest, place=place)


def _with_unlisted_city(place: Place, known: Gazetteer) -> Entry:
    """A city that no list has: what stands between the last comma and the economy."""
    before, comma, last = place.rest.rpartition(",")
    if not comma and (dash := re.search(r"\s[–—-]\s(?=[^–—]*$)", place.rest)):
        before, comma, last = place.rest[: dash.start()], "-", place.rest[dash.end() :]
    words = last.split()
    telling = [w for w in words if w not in JOINING]
    is_name = comma and 0 < len(words) <= 4 and telling and all(w[:1].isupper() for w in telling)
    if not is_name or NOUNS.search(last) or any(ch.isdigit() for ch in last):
        return Entry(title=place.rest, place=place)
    return Entry(title=before, place=replace(place, rest=before, city=last.strip()))


def guess_city(entry: Entry) -> Entry:
    """The last word of a title as its city, for lists whose other entries all have one there."""
    words = entry.title.split()
    if len(words) < 3 or not re.fullmatch(r"[A-Z][a-zà-ž'’-]+", words[-1]) or NOUNS.fullmatch(words[-1]):
        return entry
    if re.fullmatch(r"of|and|for|on|in|to|the|with|&|a|an|de", words[-2]):
        return entry
    count = 2 if words[-2] in LEAD_WORDS else 1
    title = " ".join(words[:-count])
    return replace(
        entry, title=title, place=replace(entry.place, city=" ".join(words[-count:])), is_guessed=True
    )


def _pure(text: str, known: Gazetteer) -> Entry:
    """A text that is nothing but a place: "Venue, City, Region, Economy"."""
    text = LABEL.sub("", text.strip(EDGES)).strip()
    bare = text.strip(EDGES + "()")
    if MODE.search(bare) and ONLY_MODE.fullmatch(bare):
        return Entry(place=Place("", mode=bare))
    if bare.count("(") > bare.count(")"):
        bare += ")"
    head, comma, tail = bare.partition(",")
    if comma and MODE.search(head) and ONLY_MODE.fullmatch(head):
        inner = _pure(tail, known)
        return replace(inner, place=replace(inner.place, mode=head.strip()))
    place = read_place(bare, known)
    rest = place.rest
    if place.city is None and rest and (place.economy or len(rest.split()) <= 6):
        parts = [p.strip(EDGES) for p in rest.split(",") if p.strip(EDGES)]
        named = [
            p
            for p in parts
            if not VENUE.search(p) and not any(ch.isdigit() for ch in p) and len(p.split()) <= 4
        ]
        if place.economy and named:
            at = parts.index(named[0])
            place = replace(place, city=named[0], region=", ".join(parts[at + 1 :]) or None)
            rest = ", ".join(parts[:at])
    venue = rest if rest and len(rest) <= 120 and (place.city or place.economy) else None
    return Entry(place=replace(place, rest=""), venue=venue)


def read_pure_place(text: str, known: Gazetteer) -> Entry | None:
    """The place that a line of its own gives, if it gives nothing else."""
    said = MEETING_MODE.sub("", LABEL.sub("", text))
    if len(text) > 120 or (NOUNS.search(said) and not ONLY_MODE.fullmatch(text)):
        return None
    entry = _pure(text, known)
    if entry.place.city or entry.place.economy or entry.place.mode:
        return entry
    return None


def learn_cities(texts: list[str], knowledge: Knowledge, known: Gazetteer) -> frozenset[str]:
    """Cities that stand right behind a code in some entries, to be known in the others."""
    learnt: set[str] = set()
    for text in texts:
        code = find_code(text, knowledge)
        entry = _pure(text[code.end() :], known) if code else None
        if entry and entry.place.economy and entry.place.city:
            learnt.add(fold_name(entry.place.city))
    return frozenset(learnt)


def _bare(text: str) -> str:
    """Without what joins a title to a date: dashes, commas, a word like "from", an empty bracket."""
    text = re.sub(r"\(\s*\)|\[\s*\]", " ", text)
    text = re.sub(r"^\s*(?:UTC|GMT)\b", "", text)
    text = (
        re.sub(
            r"(?:\b(?:from|on|of|held|date|dates|when|del|du|vom|dal)\b|:|[\s,;–—|(\[-])+$",
            "",
            text,
            flags=re.I,
        )
        if text.strip()
        else ""
    )
    text = text.lstrip(" \t,;:.|–—-)]•")
    return LABEL.sub("", text, count=1).strip() if LABEL.match(text) else text.strip()


def _without_status(text: str) -> str:
    return re.sub(rf"[(\[]?\s*{STATUS.pattern}\s*[)\]]?\s*[:–—-]?", " ", text, flags=re.I)


def _title(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:|–—-").rstrip("(").rstrip(" .,") if text else ""
