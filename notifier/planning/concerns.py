"""Does a change concern a subscription? What it asks for is made ready once and held against every change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter

from config.addresses import page_key
from config.kinds import Importance
from config.profile import economy_name
from config.schedules import AtOnce
from config.subscriptions import wants
from config.watchlist import About, Subscription
from notifier.planning.facts import Facts, in_one_word, pattern_of
from storage.fulltext.words import words

Test = Callable[[Facts], bool]


class Concern:
    """What a subscription asks for: by kind and weight, by what it is about, and by what not."""

    def __init__(self, subscription: Subscription) -> None:
        self._wanted = _wanted(subscription)
        self._tests = _tests(subscription.about)
        self._exceptions = _exceptions(subscription.except_)

    def includes(self, facts: Facts) -> bool:
        """Whether it is to hear of this change."""
        return self._wanted(facts.kind, facts.level) and self.is_about(facts)

    def is_about(self, facts: Facts) -> bool:
        """Whether it is about this, of whatever kind and weight."""
        return all(test(facts) for test in self._tests) and not any(test(facts) for test in self._exceptions)


def _wanted(subscription: Subscription) -> Callable[[str, Importance], bool]:
    digest = not isinstance(subscription.send, AtOnce)
    return cache(lambda kind, importance: wants(subscription, kind, importance, digest=digest))


def _tests(about: About) -> list[Test]:
    """One for each key that is given: any of its values will do."""
    return [make(values) for name, make in _TEST_OF.items() if (values := getattr(about, name))]


def _exceptions(about: About) -> list[Test]:
    """As above; but a change of other fields beside those left out is told."""
    tests = _tests(about.model_copy(update={"record_fields": None}))
    if about.record_fields:
        left_out = frozenset(about.record_fields)
        tests.append(lambda facts: bool(facts.fields) and facts.fields <= left_out)
    return tests


def _any_of(wanted: Iterable[str], fact: str) -> Test:
    asked, said = frozenset(wanted), attrgetter(fact)
    return lambda facts: not asked.isdisjoint(said(facts))


def _says(phrases: Iterable[str], fact: str) -> Test:
    pattern, said = pattern_of(phrases), attrgetter(fact)
    return lambda facts: pattern.search(said(facts)) is not None


def _names_any(people: Iterable[str]) -> Test:
    asked = [frozenset(words(person)) for person in people]
    return lambda facts: any(name >= person for name in facts.people for person in asked)


def _of_projects(codes: Sequence[str]) -> Test:
    """By a record's code, or by a code that a text mentions."""
    has_code, mentions = _any_of(map(in_one_word, codes), "projects"), _says(codes, "text")
    return lambda facts: has_code(facts) or mentions(facts)


_TEST_OF: Mapping[str, Callable[[Sequence[str]], Test]] = {
    "sources": lambda names: _any_of(map(str.casefold, names), "sources"),
    "groups": lambda names: _any_of(map(str.casefold, names), "groups"),
    "economies": lambda names: _any_of((economy_name(name).casefold() for name in names), "economies"),
    "cities": lambda names: _any_of(map(in_one_word, names), "cities"),
    "people": _names_any,
    "roles": lambda phrases: _says(phrases, "roles"),
    "projects": _of_projects,
    "record_fields": lambda names: _any_of(names, "fields"),
    "words": lambda phrases: _says(phrases, "text"),
    "pages": lambda urls: _any_of(map(page_key, urls), "page"),
}
