"""What a change is about, folded so that it can be compared with what a subscription asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from config.addresses import page_key
from config.kinds import Importance
from config.profile import economy_name
from diffing.importance import level
from diffing.spelling import spelt
from storage.fulltext.words import query, words

Change = Mapping[str, Any]


class Facts:
    """The facts of a change, each worked out when it is first asked for: most subscriptions ask for few."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.kind = str(change["kind"])
        self.level: Importance = level(change["importance"])

    @cached_property
    def sources(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self.change["sources"]))

    @cached_property
    def groups(self) -> frozenset[str]:
        return frozenset(str(self.change.get(name) or "").casefold() for name in ("group", "group_name"))

    @cached_property
    def page(self) -> frozenset[str]:
        return frozenset({page_key(self.change["page"])})

    @cached_property
    def economies(self) -> frozenset[str]:
        return frozenset(economy_name(each).casefold() for each in self._said("economy"))

    @cached_property
    def cities(self) -> frozenset[str]:
        return frozenset(in_one_word(each) for each in self._said("city"))

    @cached_property
    def people(self) -> tuple[frozenset[str], ...]:
        """The words of each name, in whatever order."""
        return tuple(frozenset(words(each)) for each in self._said("name", "contact"))

    @cached_property
    def roles(self) -> str:
        return running(self._said("role"))

    @cached_property
    def projects(self) -> frozenset[str]:
        codes = (*self._said("code"), *self._said("project_code"))
        return frozenset(in_one_word(code) for code in codes)

    @cached_property
    def fields(self) -> frozenset[str]:
        return frozenset(self.change.get("fields") or ())

    @cached_property
    def text(self) -> str:
        """Titles, sentences and the summary."""
        record, section = self.change.get("record") or {}, self.change.get("section") or {}
        titles = (*self._said("title"), *self._said("name"), record.get("label"), section.get("title"))
        sentences = (side for pair in self.change.get("sentences") or () for side in pair)
        return running([*titles, *sentences, self.change.get("summary")])

    def _said(self, name: str, kind: str | None = None) -> list[str]:
        """What the record says of a field, before and after."""
        record = self.change.get("record") or {}
        if kind is not None and record.get("kind") != kind:
            return []
        sides = [record.get("before") or {}, record.get("after") or {}]
        return [str(side[name]) for side in sides if side.get(name)]


def in_one_word(text: str) -> str:
    """Letters and digits alone: `Ha Noi` is `Hanoi`, `TIDE 01 2023` is `TIDE-01-2023`."""
    return "".join(words(text))


def running(texts: Iterable[object]) -> str:
    """Texts as folded words between blanks, in which ` some words ` stands or does not."""
    return " " + " | ".join(" ".join(words(spelt(text))) for text in texts if text) + " "


def pattern_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the phrases, as whole words, in what `running` made."""
    return re.compile("|".join(_pattern(phrase) for phrase in phrases))


def _pattern(phrase: str) -> str:
    """As in a search, what is written without spaces between words is found inside longer runs too."""
    [term] = query('"' + spelt(phrase).replace('"', " ") + '"')
    return re.escape(" " + " ".join(term.words)) + ("" if term.prefix else " ")
