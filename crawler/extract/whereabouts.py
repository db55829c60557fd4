"""A text that is nothing but a place: "Venue, City, Region, Economy", or a way to meet without one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.extract.places import EDGES, MODE, ONLY_MODE, Gazetteer, Place, read_place, read_script_place
from crawler.extract.wording import LABEL, NOUNS

VENUE = re.compile(
    r"\b(?:hotel|cent(?:re|er)|university|hall|building|room|auditorium|campus|headquarters|hq|palace|museum|resort|theat(?:re|er))\b",
    re.I,
)
MEETING_MODE = re.compile(
    r"^\s*(?:virtual|online|hybrid|remote)\s+(?:meeting|event|session|conference)(?=\s*,)", re.I
)
MODE_FIRST = re.compile(r"(?P<mode>[^,:]{2,40}?)\s*(?:[,:]|\s[-–—]\s|\bin\s)\s*(?P<place>.+)", re.S)
"""As in "hybrid, Lima, Peru", "Online - Zoom"."""
NOWHERE = Place("")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Where:
    """A place and, in front of it, the building."""

    place: Place = NOWHERE
    venue: str | None = None

    def __bool__(self) -> bool:
        return bool(self.place.city or self.place.economy or self.place.mode)


def read_where(text: str, known: Gazetteer) -> Where | None:
    """The place that a line of its own gives, if it gives nothing else."""
    label = LABEL.match(text)
    said = MEETING_MODE.sub("", text[label.end() :] if label else text)
    if len(text) > LONGEST or (NOUNS.search(said) and not ONLY_MODE.fullmatch(said)):
        return None
    return place_of(text, known) or None


def place_of(text: str, known: Gazetteer) -> Where:
    """The place of a text that is known to give one; an empty one where nothing in it is recognised."""
    text = LABEL.sub("", text.strip(EDGES)).strip()
    bare = text.strip(EDGES + "()（）")
    if MODE.search(bare) and ONLY_MODE.fullmatch(bare):
        return Where(Place("", mode=bare + ")" if bare.count("(") > bare.count(")") else bare))
    if script := read_script_place(bare, known):
        return Where(script)
    if bare.count("(") > bare.count(")"):
        bare += ")"
    split = MODE_FIRST.fullmatch(bare)
    if split and MODE.search(split["mode"]) and ONLY_MODE.fullmatch(split["mode"]):
        inner = place_of(split["place"], known)
        return replace(inner, place=replace(inner.place, mode=split["mode"].strip()))
    return _named(read_place(bare, known))


def _named(place: Place) -> Where:
    """A city that no list has is the first name in front of the economy that is no building."""
    rest = place.rest
    if place.city is None and rest and place.economy:
        parts = [p.strip(EDGES) for p in rest.split(",") if p.strip(EDGES)]
        named = next((p for p in parts if _may_be_city(p)), None)
        if named is not None:
            at = parts.index(named)
            place = replace(place, city=named, region=", ".join(parts[at + 1 :]) or None)
            rest = ", ".join(parts[:at])
    venue = rest if rest and len(rest) <= LONGEST and (place.city or place.economy) else None
    return Where(replace(place, rest=""), venue)


def _may_be_city(text: str) -> bool:
    return not VENUE.search(text) and not any(ch.isdigit() for ch in text) and len(text.split()) <= 4
