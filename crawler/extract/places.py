"""Places at the end of a line, read from the right: economy, region, city."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.extract.cities import CITIES, SCRIPT_CITIES
from crawler.extract.countries import COUNTRIES, ELSEWHERE, SHORT_FORMS
from crawler.extract.knowledge import Knowledge
from crawler.extract.months import without_accents
from crawler.extract.words import SCRIPTS_FROM

EDGES = " \t,;:.|/–—-·•"
MODE = re.compile(
    r"\b(?:in[- ]person(?:\s*/\s*(?:hybrid|online|virtual))?|hybrid[eoa]?|virtual(?:ly)?|virtuel(?:le)?"
    r"|on-?line|video ?-?(?:tele)?-?conf(?:erence|erencing)?(?: \(vtc\))?|vtc|webinar|tele ?-?conference|webex|zoom"
    r"|ms teams|microsoft teams|google meet|e-meeting|face[- ]to[- ]face|presencial"
    r"|presentiel|en ligne|en l[ií]nea|visioconf[eé]rence"
    r"|videoconferencia|remote|remoto|trực tuyến|daring|secara daring|em linha)\b"
    r"|线上线下|线上|線上|在线|视频会议|視訊|オンライン|온라인|화상|ハイブリッド|하이브리드|现场|대면|対面",
    re.I,
)
ONLY_MODE = re.compile(
    rf"(?:{MODE.pattern}|meeting|format|event|session|conference|call|only|mode|via|by|through|and|with|option|attendance"
    r"|participation|modalidad|modalit[eé]|formato|format|mediante|por|par|開催|会议|會議|会議|회의|形式|방식|결합|&|/|\+|\(|\)|\s)+",
    re.I,
)

OFFICIAL = re.compile(r"(?<!\w)(?P<name>[A-Z][a-z]+)\s\([^()]{2,40}\bof(?: the)?\)?[\s.,;]*$")
"""As in "Korea (Rep. of)", "Bolivia (Plurinational State of)"."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something takes place, as written; `rest` is the text before it."""

    rest: str
    city: str | None = None
    region: str | None = None
    economy: str | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names of economies and cities by their folded form, roles that a site calls by words of its own, and whether
    protected addresses are to be read.
    """

    economies: frozenset[str]
    short: frozenset[str]
    cities: frozenset[str]
    decodes_emails: bool = False
    roles: frozenset[str] = frozenset()

    def is_economy(self, text: str) -> bool:
        """The whole text is an economy's name."""
        if (official := OFFICIAL.fullmatch(text.strip(EDGES))) and self._knows_economy(official["name"]):
            return True
        return self._knows_economy(_without_article(text.strip(EDGES + "()")))

    def _knows_economy(self, text: str) -> bool:
        return fold_name(text) in self.economies or text.rstrip(".") in self.short

    def is_city(self, text: str) -> bool:
        return fold_name(text) in self.cities

    def economy_at_end(self, text: str) -> tuple[str, str] | None:
        """The text before an economy's name that ends it, and the name. The longest name wins."""
        if (official := OFFICIAL.search(text)) and self._knows_economy(official["name"]):
            return text[: official.start()], official.group().strip(EDGES)
        bare = text.rstrip(EDGES + ")")
        return self._at_end(bare, 6, self._knows_economy)

    def city_at_end(self, text: str, cities: frozenset[str] = frozenset()) -> tuple[str, str] | None:
        """The text before a known city's name that ends it, and the name; `cities` are more folded names."""
        return self._at_end(
            text.rstrip(EDGES), 4, lambda name: self.is_city(name) or fold_name(name) in cities
        )

    def economy_within(self, text: str) -> str | None:
        """The last economy that the text names."""
        words = [(m.start(), m.end()) for m in re.finditer(r"[^\s,;()]+", text)][-60:]
        for last in range(len(words) - 1, -1, -1):
            for first in range(max(0, last - 5), last + 1):
                name = text[words[first][0] : words[last][1]].rstrip(".")
                if name[:1].isupper() and self._knows_economy(name):
                    return name
        return None

    @staticmethod
    def _at_end(text: str, most: int, known: object) -> tuple[str, str] | None:
        starts = [m.start() for m in re.finditer(r"[^\s,;(/–—]+", text)][-most:]
        for start in starts:
            name = text[start:]
            if not name[:1].islower() and known(name):  # type: ignore[operator]
                return text[:start], name
        return None


@cache
def gazetteer(knowledge: Knowledge) -> Gazetteer:
    """The general lists and what the knowledge adds to them."""
    added = [spelling for name, spellings in knowledge.economies for spelling in (name, *spellings)]
    short = {name.rstrip(".") for name in (*SHORT_FORMS.split(), *(a for a in added if a.isupper()))}
    names = [*_entries(COUNTRIES), *_entries(ELSEWHERE), *(a for a in added if not a.isupper())]
    return Gazetteer(
        frozenset(map(fold_name, names)),
        frozenset(short),
        frozenset(map(fold_name, (*_entries(CITIES), *_entries(SCRIPT_CITIES)))),
        knowledge.decode_emails,
        frozenset(knowledge.role_words),
    )


STATE = re.compile(
    r"(?P<before>.*?)(?P<city>[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,2}),\s*(?P<state>A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]"
    r"|K[SY]|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\.?",
    re.S,
)
"""A city with the two letters of its state: "Dock Summit, Houston, TX"."""
AT_STATE = re.compile(r",\s*[A-Z]{2}$")


@lru_cache(maxsize=8192)
def read_place(text: str, known: Gazetteer, cities: frozenset[str] = frozenset()) -> Place:
    """What a line says of its place at its end: city, region, economy, a mode."""
    rest, mode = _take_mode(text)
    found = known.economy_at_end(rest)
    ahead = (found[0] if found else rest).rstrip(EDGES)
    at_state = STATE.fullmatch(ahead) if AT_STATE.search(ahead[-6:]) else None
    if at_state and (not at_state["before"].strip() or at_state["before"].rstrip()[-1] in ",;:(–—-|"):
        economy = found[1] if found else None
        return Place(
            at_state["before"].strip(EDGES + "("), at_state["city"], at_state["state"], economy, mode
        )
    if found is None:
        return _place_by_city(rest, known, cities, mode, text)
    before, economy = found
    opened = before.rstrip().endswith("(")
    before = before.rstrip(EDGES + "(") if opened else before
    if re.search(r"\b(?:of|and|for|with|by|from|between|in)(?: the)?\s*$", before, re.I):
        return Place(rest.strip(EDGES) if mode else text.strip(EDGES), mode=mode)
    region = None
    city = known.city_at_end(before, cities)
    if city is None and (parts := before.rstrip(EDGES).rpartition(","))[1]:
        further = known.city_at_end(parts[0], cities)
        region, city = (parts[2].strip(EDGES), further) if further else (None, None)
    if city is not None:
        return Place(city[0].strip(EDGES), city[1].strip(EDGES), region or None, economy, mode)
    return Place(before.strip(EDGES), None, None, economy, mode)


_APART = re.compile(r"[・·,、，/\s]+")
_TOWN = re.compile(r"[^\W\d_a-zA-Z]{1,6}[市시]")
LONGEST_SCRIPT = 24


def read_script_place(text: str, known: Gazetteer) -> Place | None:
    """A place in a script without spaces, economy first or last: "韩国釜山", "日本・東京", "부산, 한국"."""
    text = text.strip(EDGES)
    if not text or text[0] < SCRIPTS_FROM or len(text) > LONGEST_SCRIPT or any(ch.isdigit() for ch in text):
        return None
    pieces = _APART.split(text)
    if len(pieces) == 1:
        end = next((n for n in range(len(text) - 1, 1, -1) if known.is_economy(text[:n])), 0)
        pieces = [text[:end], text[end:]] if end else pieces
    economy = next((piece for piece in (pieces[0], pieces[-1]) if known.is_economy(piece)), None)
    cities = [piece for piece in pieces if piece != economy]
    if economy is None and not any(known.is_city(city) or _TOWN.fullmatch(city) for city in cities):
        return None
    city = next((c for c in cities if known.is_city(c) or _TOWN.fullmatch(c)), cities[0] if cities else None)
    return Place("", city, None, economy)


def _place_by_city(rest: str, known: Gazetteer, cities: frozenset[str], mode: str | None, text: str) -> Place:
    """A city alone counts only behind a comma, a dash or a bracket: "SME Week London" is a title."""
    found = known.city_at_end(rest.rstrip(EDGES + ")"), cities)
    if found and found[0].rstrip().endswith((",", "–", "—", "-", "(", "|", ";", ":")):
        return Place(found[0].strip(EDGES + "("), found[1], None, None, mode)
    if found and not found[0].strip():
        return Place("", found[1], None, None, mode)
    return Place((rest if mode else text).strip(EDGES), mode=mode)


AT_END = re.compile(r"[(（,;–—|-]\s*([^(),;|–—（）]{2,40})[)）]?\s*$")
BEHIND_SLASH = re.compile(r"\s/\s*([^(),;|/–—（）]{2,40})\s*$")


def _take_mode(text: str) -> tuple[str, str | None]:
    """A mode in brackets or behind a separator at the end: "(in-person/hybrid)", ", online"."""
    found = AT_END.search(text)
    if found is None or not ONLY_MODE.fullmatch(found.group(1)):
        found = BEHIND_SLASH.search(text)
    if found and ONLY_MODE.fullmatch(found.group(1)) and MODE.search(found.group(1)):
        return text[: found.start()].rstrip(), found.group(1).strip()
    if ONLY_MODE.fullmatch(text.strip()) and MODE.search(text):
        return "", text.strip().strip("()（）")
    return text, None


ARTICLE = re.compile(r"^the\s+", re.I)


@lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    """A name's form for look-up: case, accents, dots and the kind of apostrophe do not matter."""
    return _without_article(without_accents(name)).replace("’", "'").replace(".", "").strip().casefold()


def _without_article(name: str) -> str:
    return ARTICLE.sub("", name, count=1) if name[:1] in "tT" else name


def _entries(listed: str) -> Iterable[str]:
    return (name.strip() for name in listed.replace("\n", " ").split(";"))
