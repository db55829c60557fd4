"""One entry of a list of events, taken apart: title, place, code, time, status."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.extract.attachments import without_papers
from crawler.extract.codes import find_code
from crawler.extract.dates import Dates
from crawler.extract.knowledge import Knowledge
from crawler.extract.months import WEEKDAY
from crawler.extract.places import EDGES, MODE, ONLY_MODE, Gazetteer, Place, fold_name, read_place
from crawler.extract.status import find_status, without_status
from crawler.extract.times import find_times
from crawler.extract.whereabouts import NOWHERE, Where, place_of
from crawler.extract.wording import JOINING, KIND, LABEL, NOUNS, REMARK, TRAILING
from crawler.extract.words import SCRIPTS_FROM

_LEAD_WORDS = """
San Santa Santo São Saint St. Ho Chi Port New El La Los Las Le Puerto Fort Kota Phnom Nusa Kuala Ha Da Cape
Rio Addis
"""
LEAD_WORDS = frozenset(_LEAD_WORDS.split())


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says besides its date."""

    title: str = ""
    place: Place = NOWHERE
    venue: str | None = None
    code: str | None = None
    time: str | None = None
    status: str | None = None
    is_guessed: bool = False


BESIDE = re.compile(r"[\s,;.]*[,;、]\s*(?P<place>[^()（）,;]{2,40})[)）]\s*\.?")
"""What stands behind a date in its bracket: "Title (14 March 2024, Seoul)"."""
INSIDE = re.compile(r"[(（](?P<place>[^()（）]{2,80}?)[\s,;:–—-]*$")
"""What stands before a date in its bracket: "Title (Rome, 5 May 2024)"."""
IN_BRACKETS = re.compile(rf"^\s*\({WEEKDAY}\.?\)", re.I)
"""The day of the week behind its date: "13 May 2027 (Friday)", which says nothing that the date does not."""
ALSO = re.compile(rf"\s+(?:and|&|\+|/|y|et|und)\s+(?:{MODE.pattern})$", re.I)
PLACE_FIRST = re.compile(r"(?P<place>[^:]{3,60}):\s+(?P<title>\S.*)", re.S)
"""As in "Seoul, South Korea (hybrid): Title"."""
CITY_BESIDE = re.compile(r"\s[^\W\d_A-Z]\S*\s[A-ZÀ-Ý][\w’'-]+\s\([^()]+\)$")
"""A name in front of a country in brackets: "Workshop on mudflats Saint-Nazaire (France)"."""
LONGEST_SCRIPT_TITLE = 200
LAST_BRACKET = re.compile(r"(?P<title>.+?)\s*[(（](?P<place>[^()（）]{2,24})[)）]", re.S)
LAST_TWO = re.compile(r"(?P<title>.+?)[\s、，,·|]+(?P<place>\S{2,12}[\s、，,·|]\S{2,12})", re.S)
LAST_ONE = re.compile(r"(?P<title>.+)[\s、，,·|]+(?P<place>\S{2,12})", re.S)


def take_apart(
    text: str, dates: Dates | None, knowledge: Knowledge, known: Gazetteer, cities: frozenset[str]
) -> Entry:
    """The entry of a line that shows `dates` somewhere, or nowhere."""
    while (beside := TRAILING.search(text)) and beside.start() > (dates.end - 1 if dates else 0):
        if find_status(beside.group()):
            break
        text = text[: beside.start()]
    before, after = (text[: dates.start], text[dates.end :]) if dates else ("", text)
    after = IN_BRACKETS.sub("", REMARK.sub("", after)) if "(" in after else after
    times = list(find_times(after if dates else ""))
    if times:
        after = after[: times[0].start()] + " " + after[times[0].end() :]
    status = find_status(before + " " + after)
    if status:
        before, after = without_status(before), without_status(after)
    before, after, where = _place_beside(before, after, known)
    before, after = _bare(before, known), _bare(after, known)
    entry = (
        _both(before, after, knowledge, known, cities)
        if before and after
        else _one(before or after, knowledge, known, cities)
    )
    if where and not (entry.place.city or entry.place.economy):
        entry = replace(entry, place=where.place, venue=where.venue)
    return replace(
        entry,
        title=without_papers(_title(entry.title)) if dates else _title(entry.title),
        time=times[0].group().strip(" ()") if times else None,
        status=status,
    )


def _place_beside(before: str, after: str, known: Gazetteer) -> tuple[str, str, Where | None]:
    """The place that shares a bracket with the date, or stands behind an "@"; and the texts without it."""
    inside = INSIDE.search(before) if after.lstrip()[:1] in {")", "）"} else None
    where = place_of(ALSO.sub("", inside["place"]), known) if inside else None
    if inside and where:
        return before[: inside.start()], after.lstrip()[1:], where
    if " @ " in after:
        title, _, said = after.partition(" @ ")
        return before, title, place_of(said, known)
    beside = BESIDE.fullmatch(after) if before.rstrip().endswith(("(", "（")) else None
    if beside is None:
        return before, after, None
    where = place_of(beside["place"], known)
    if where:
        return before, "", where
    is_city = _is_short_name(beside["place"])
    return (
        before,
        "" if is_city else after,
        Where(Place("", beside["place"].strip())) if is_city else None,
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
            else replace(first, title=before, place=place_of(after, known).place)
        )
    if after[:1].islower() and NOUNS.search(after) and not NOUNS.search(before):
        return _one(f"{before} {after}", knowledge, known, cities)  # "Tide group 5 May video call"
    where = place_of(after, known)
    if not where and (led := _led_by_place(after, known)):
        where = led[0]
    return replace(first, place=where.place, venue=where.venue)


def _one(text: str, knowledge: Knowledge, known: Gazetteer, cities: frozenset[str]) -> Entry:
    """As in "Title (CODE) City, Country": the code tells where the title ends."""
    code = find_code(text, knowledge)
    if code:
        tail = place_of(text[code.end() :], known) if text[code.end() :].strip(EDGES + ")") else None
        head = _one(text[: code.start()], knowledge, known, cities)
        if tail:
            return replace(
                head,
                title=_bare(text[: code.start()], known),
                place=tail.place,
                venue=tail.venue,
                code=code["code"],
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
    where = place_of(inner, known)
    if where.place.economy or (where.place.city and known.is_city(where.place.city)):
        return Entry(title=rest, place=where.place, venue=where.venue)
    return Entry(title=rest, venue=inner)


def _by_end(text: str, known: Gazetteer, cities: frozenset[str]) -> Entry:
    place = read_place(text, known, cities)
    if place.economy and place.city is None:
        entry = _with_unlisted_city(place)
        return entry if entry.place.city or not CITY_BESIDE.search(text) else guess_city(entry)
    if not (place.city or place.economy or place.mode):
        if led := _led_by_place(text, known):
            return Entry(title=led[1], place=led[0].place, venue=led[0].venue)
        if in_script := _in_script(text, known):
            return in_script
    return Entry(title=place.rest, place=place)


def _led_by_place(text: str, known: Gazetteer) -> tuple[Where, str] | None:
    """A place in front of a title, with a colon between; a city alone or with words that no place has is none."""
    found = PLACE_FIRST.fullmatch(text)
    where = place_of(found["place"], known) if found and not NOUNS.search(found["place"]) else None
    if found is None or not where or where.venue or not (where.place.economy or where.place.mode):
        return None
    return where, found["title"]


def _in_script(text: str, known: Gazetteer) -> Entry | None:
    """The place in the last bracket of a title that is written without spaces, or behind the last one."""
    if len(text) > LONGEST_SCRIPT_TITLE or max(text, default="") < SCRIPTS_FROM:
        return None
    for shape in (LAST_BRACKET, LAST_TWO, LAST_ONE):
        found = shape.fullmatch(text)
        if found and (where := place_of(found["place"], known)):
            return Entry(title=found["title"], place=where.place, venue=where.venue)
    return None


def _with_unlisted_city(place: Place) -> Entry:
    """A city that no list has: what stands between the last comma and the economy."""
    before, comma, last = place.rest.rpartition(",")
    if not comma and (dash := re.search(r"\s[–—-]\s(?=[^–—]*$)", place.rest)):
        before, comma, last = place.rest[: dash.start()], "-", place.rest[dash.end() :]
    if not comma and (kind := KIND.match(place.rest)):
        before, comma, last = kind.group().rstrip(": "), ":", place.rest[kind.end() :]
    words = last.split()
    telling = [w for w in words if w not in JOINING]
    is_name = comma and 0 < len(words) <= 4 and telling and all(w[:1].isupper() for w in telling)
    if not is_name or NOUNS.search(last) or any(ch.isdigit() for ch in last):
        return Entry(title=place.rest, place=place)
    return Entry(title=before, place=replace(place, rest=before, city=last.strip()))


def guess_city(entry: Entry) -> Entry:
    """The last word of a title as its city, for lists whose other entries all have one there."""
    words = entry.title.split()
    if (
        len(words) < 3
        or not re.fullmatch(r"[A-ZÀ-Ý][a-zà-ž'’]+(?:-[\w'’]+)*", words[-1])
        or NOUNS.fullmatch(words[-1])
    ):
        return entry
    if re.fullmatch(r"of|and|for|on|in|to|the|with|&|a|an|de", words[-2]):
        return entry
    count = 2 if words[-2] in LEAD_WORDS else 1
    title = " ".join(words[:-count])
    return replace(
        entry, title=title, place=replace(entry.place, city=" ".join(words[-count:])), is_guessed=True
    )


def learn_cities(texts: list[str], knowledge: Knowledge, known: Gazetteer) -> frozenset[str]:
    """Cities that stand right behind a code in some entries, to be known in the others."""
    learnt: set[str] = set()
    for text in texts:
        code = find_code(text, knowledge)
        where = place_of(text[code.end() :], known) if code else None
        if where and where.place.economy and where.place.city:
            learnt.add(fold_name(where.place.city))
    return frozenset(learnt)


WORDLESS = re.compile(r"[\W_]*")
EMPTY_BRACKET = re.compile(r"\(\s*\)|\[\s*\]")
ZONE_BEFORE = re.compile(r"^\s*(?:UTC|GMT)\b")
JOINT = re.compile(
    r"(?:\b(?:from|on|of|held|date|dates|when|del|du|vom|dal|dari|từ|từ ngày)\b|:|[\s,;–—|(\[-])+$", re.I
)


def _bare(text: str, known: Gazetteer) -> str:
    """Without what joins a title to a date: dashes, commas, a word like "from", an empty bracket."""
    if WORDLESS.fullmatch(text):
        return ""
    text = EMPTY_BRACKET.sub(" ", text)
    text = ZONE_BEFORE.sub("", text)
    text = JOINT.sub("", text) if text.strip() else ""
    text = text.lstrip(" \t,;:.|–—-)]•")
    label = LABEL.match(text)
    if label is None or (KIND.match(text) and place_of(text[label.end() :], known)):
        return text.strip()
    return text[label.end() :].strip()


def _title(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:|–—-").rstrip("(").rstrip(" .,") if text else ""
