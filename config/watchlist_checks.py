"""What no part of a watchlist knows alone: names given twice, names of what is not there, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.addresses import page_key
from config.pages import group_keys, pages_of
from config.profile import Profile
from config.schedules import Daily, Weekly
from config.suggest import did_you_mean, one_of
from config.watchlist import Defaults, Source, Subscription
from config.yaml_file import Place

Problem = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """The sound parts of a watchlist, by their place in the file, and all that was written."""

    sources: Mapping[int, Source]
    subscriptions: Mapping[int, Subscription]
    written: Mapping[str, Any]

    def items(self, section: str) -> list[Any]:
        items = self.written.get(section)
        return items if isinstance(items, list) else []

    def names(self, section: str) -> list[tuple[int, str]]:
        """All names in a section, also of items that are wrong otherwise."""
        found = [
            (index, item.get("name"))
            for index, item in enumerate(self.items(section))
            if isinstance(item, dict)
        ]
        return [(index, name) for index, name in found if isinstance(name, str)]

    def wrote(self, section: str, index: int, key: str) -> bool:
        return self.items(section)[index].get(key) is not None


def contradictions(draft: Draft, profiles: Mapping[str, Profile]) -> list[Problem]:
    """Every problem between the parts, in no order. `profiles` are those that could be loaded."""
    problems = [*_names_given_twice(draft, "sources"), *_names_given_twice(draft, "subscriptions")]
    for index, source in draft.sources.items():
        problems += _source_problems(draft, index, source, profiles)
    for index, subscription in draft.subscriptions.items():
        problems += _target_problems(draft, index, subscription)
        problems += _about_problems(draft, index, subscription, profiles)
    return problems


def _names_given_twice(draft: Draft, section: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, name in draft.names(section):
        if first.setdefault(name.casefold(), index) != index:
            place = (section, index, "name")
            yield place, f"'{name}' is the name of {section}[{first[name.casefold()]}] already"


def _source_problems(
    draft: Draft, index: int, source: Source, profiles: Mapping[str, Profile]
) -> Iterator[Problem]:
    profile = profiles.get(source.profile or "")
    if not draft.wrote("sources", index, "groups") and not draft.wrote("sources", index, "pages"):
        yield ("sources", index), "names nothing to watch: add pages, or groups of a profile"
    if source.groups and not draft.wrote("sources", index, "profile"):
        yield ("sources", index, "groups"), "needs a profile that knows them"
    if profile is not None:
        yield from _group_problems(index, source, profile)
    yield from _pages_given_twice(index, source, profile)


def _group_problems(index: int, source: Source, profile: Profile) -> Iterator[Problem]:
    if source.groups == "all":
        if not profile.groups:
            yield ("sources", index, "groups"), f"the profile {source.profile} knows no groups"
        return
    for number, word in enumerate(source.groups):
        if profile.group_key(word) is None:
            known = did_you_mean(word, profile.groups) or _known(profile.groups)
            yield ("sources", index, "groups", number), f"{source.profile} knows no group '{word}'{known}"


def _pages_given_twice(index: int, source: Source, profile: Profile | None) -> Iterator[Problem]:
    seen = (
        {page for key in group_keys(source, profile) for page in _page_keys(profile, key)}
        if profile
        else set()
    )
    for number, page in enumerate(source.pages):
        if page_key(page.url) in seen:
            yield ("sources", index, "pages", number), f"{page.url} is a page of this source already"
        seen.add(page_key(page.url))


def _page_keys(profile: Profile, group: str) -> set[str]:
    return {page for page, key in profile.pages.items() if key == group}


def _target_problems(draft: Draft, index: int, subscription: Subscription) -> Iterator[Problem]:
    place = ("subscriptions", index)
    webhook, secret = (draft.wrote(*place, key) for key in ("webhook", "secret"))
    if not any(draft.wrote(*place, key) for key in ("email", "webhook", "chat", "file")):
        yield place, "has no target: add email, webhook, chat or file"
    if webhook and not secret:
        yield (*place, "webhook"), "needs a secret to sign with: add secret: ${MY_HOOK_SECRET}"
    if secret and not webhook:
        yield (*place, "secret"), "is of no use without a webhook"
    if subscription.quiet and isinstance(subscription.send, Daily | Weekly):
        yield (*place, "quiet"), f"is of no use with {subscription.send.in_words()}, which keeps its hour"


def _about_problems(
    draft: Draft, index: int, subscription: Subscription, profiles: Mapping[str, Profile]
) -> Iterator[Problem]:
    names = [name for _, name in draft.names("sources")]
    wanted = subscription.about.sources
    meant = [source for source in draft.sources.values() if not wanted or source.name in wanted]
    for key, about in (("about", subscription.about), ("except", subscription.except_)):
        place: Place = ("subscriptions", index, key)
        for number, word in enumerate(about.sources or ()):
            if word not in names:
                hint = did_you_mean(word, names) or _known(names)
                yield (*place, "sources", number), f"there is no source '{word}'{hint}"
        if len(draft.sources) < len(draft.items("sources")):
            continue  # What the sources that could not be read hold is not known.
        yield from _unknown_groups(place, about.groups or (), meant, profiles)
        yield from _unknown_economies(place, about.economies or (), meant, profiles)
        yield from _unknown_pages(place, about.pages or (), meant, profiles)


def _unknown_groups(
    place: Place, words: tuple[str, ...], sources: list[Source], profiles: Mapping[str, Profile]
) -> Iterator[Problem]:
    """Only where all pages are of profiles: the groups of other pages are known when they have been read."""
    if any(source.pages or source.follow or source.profile not in profiles for source in sources):
        return
    known = {
        key: profiles[source.profile or ""] for source in sources for key in _groups_of(source, profiles)
    }
    for number, word in enumerate(words):
        if not any(profile.group_key(word) in known for profile in known.values()):
            hint = did_you_mean(word, known) or _known(known)
            yield (*place, "groups", number), f"no source watches a group '{word}'{hint}"


def _groups_of(source: Source, profiles: Mapping[str, Profile]) -> list[str]:
    return group_keys(source, profiles[source.profile or ""])


def _unknown_economies(
    place: Place, words: tuple[str, ...], sources: list[Source], profiles: Mapping[str, Profile]
) -> Iterator[Problem]:
    """Only where every source has a profile that lists its economies."""
    listing = [profiles.get(source.profile or "") for source in sources]
    if not all(profile and profile.economies for profile in listing):
        return
    known = [name for profile in listing if profile for name in profile.economies]
    for number, word in enumerate(words):
        if not any(profile.economy(word) for profile in listing if profile):
            yield (*place, "economies", number), f"there is no economy '{word}'{did_you_mean(word, known)}"


def _unknown_pages(
    place: Place, urls: tuple[str, ...], sources: list[Source], profiles: Mapping[str, Profile]
) -> Iterator[Problem]:
    if any(source.follow for source in sources):
        return
    known = {
        key
        for source in sources
        for page in pages_of(source, profiles.get(source.profile or ""), Defaults())
        for key in page.keys
    }
    for number, url in enumerate(urls):
        if page_key(url) not in known:
            yield (*place, "pages", number), f"no source watches {url}"


def _known(words: Mapping[str, Any] | list[str]) -> str:
    return f"; there are {one_of(sorted(words)[:20], last='and')}" if words else ""
