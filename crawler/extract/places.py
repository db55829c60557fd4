"""Places at the end of a line, read from the right: economy, region, city."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.extract.cities import CITIES
from crawler.extract.countries import COUNTRIES, ELSEWHERE, SHORT_FORMS
from crawler.extract.knowledge import Knowledge
from crawler.extract.months import without_accents

EDGES = " \t,;:.|/–—-·•"
MODE = re.compile(
    r"\b(?:in[- ]person(?:\s*/\s*(?:hybrid|online|virtual))?|hybrid[eoa]?|virtual(?:ly)?|virtuel(?:le)?"
    r"|on-?line|video ?-?(?:tele)?-?conference(?: \(vtc\))?|webinar|tele ?-?conference|webex|zoom"
    r"|ms teams|microsoft teams|google meet|e-meeting|face[- ]to[- ]face|presencial"
    r"|presentiel|en ligne|en l[ií]nea|visioconf[eé]rence"
    r"|videoconferencia|remote|trực tuyến)\b"
    r"|线上|線上|在线|オンライン|온라인|ハイブリッド|하이브리드",
    re.I,
)
ONLY_MODE = re.compile(
    rf"(?:{MODE.pattern}|meeting|format|event|session|conference|call|only|mode|via|by|through|and|with|option|attendance"
    r"|participation|modalidad|modalit[eé]|formato|format|mediante|por|par|開催|会议|회의|&|/|\+|\(|\)|\s)+",
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
    """Names of economies and cities by their folded form, and whether protected addresses are to be read."""

    economies: frozenset[str]
    short: frozenset[str]
    cities: frozenset[str]
    decodes_emails: bool = False

    def is_economy(self, text: str) -> bool:
        """The whole text is an economy's name."""
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
        frozenset(map(fold_name, _entries(CITIES))),
        knowledge.decode_emails,
    )


def read_place(text: str, known: Gazetteer, cities: frozenset[str] = frozenset()) -> Place:
    """What a line says of its place at its end: city, region, economy, a mode."""
    rest, mode = _take_mode(text)
    found = known.economy_at_end(rest)
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


def _place_by_city(rest: str, known: Gazetteer, cities: frozenset[str], mode: str | None, text: str) -> Place:
    """A city alone counts only behind a comma, a dash or a bracket: "SME Week London" is a title."""
    found = known.city_at_end(rest.rstrip(EDGES + ")"), cities)
    if found and found[0].rstrip().endswith((",", "–", "—", "-", "(", "|", ";", ":")):
        return Place(found[0].strip(EDGES + "("), found[1], None, None, mode)
    if found and not found[0].strip():
        return Place("", found[1], None, None, mode)
    return Place((rest if mode else text).strip(EDGES), mode=mode)


def _take_mode(text: str) -> tuple[str, str | None]:
    """A mode in brackets or behind a separator at the end: "(in-person/hybrid)", ", online"."""
    found = re.search(r"[(（,;–—|-]\s*([^(),;|–—（）]{2,40})[)）]?\s*$", text)
    if found is None or not ONLY_MODE.fullmatch(found.group(1)):
        found = re.search(r"\s/\s*([^(),;|/–—（）]{2,40})\s*$", text)
    if found and ONLY_MODE.fullmatch(found.group(1)) and MODE.search(found.group(1)):
        return text[: found.start()].rstrip(), found.group(1).strip()
    if ONLY_MODE.fullmatch(text.strip()) and MODE.search(text):
        return "", text.strip().strip("()（）")
    return text, None


@lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    """A name's form for look-up: case, accents, dots and the kind of apostrophe do not matter."""
    return _without_article(without_accents(name)).replace("’", "'").replace(".", "").strip().casefold()


def _without_article(name: str) -> str:
    return re.sub(r"^the\s+", "", name, flags=re.I)


def _entries(listed: str) -> Iterable[str]:
    return (name.strip() for name in listed.replace("\n", " ").split(";"))
