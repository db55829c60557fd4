"""What was added to the database's watchlist, in the words of the file: sources, and pages to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa

from config.addresses import shown_url
from config.pages import PageSpec, pages_of
from config.profile import Profile, load_profile
from config.schedules import parse_check
from config.sentences import subscription_sentence
from config.stored import read_back
from config.watchlist import Page, Source, Watchlist
from storage.watched import additions, subscriptions
from storage.watched.additions import Addition

ELSEWHERE = {"web": "on the web", "api": "by API", "cli": "by a command"}
"""Where what does not stand in the watchlist file was added, by its origin."""


def added_sources(watchlist: Watchlist, added: Iterable[Addition]) -> list[Source]:
    """The sources of added pages that the file does not have, each once."""
    in_file = {source.name for source in watchlist.sources}
    return list(
        {each.source: _source(watchlist, each) for each in added if each.source not in in_file}.values()
    )


def added_pages(watchlist: Watchlist, added: Iterable[Addition]) -> list[PageSpec]:
    """The added pages, watched as their source says: the file's, where it has one of that name, else as usual."""
    return [page_of(watchlist, each) for each in added]


def page_of(watchlist: Watchlist, addition: Addition) -> PageSpec:
    """One added page."""
    source = _source(watchlist, addition)
    alone = source.model_copy(update={"groups": (), "pages": (Page.model_validate(addition.said),)})
    (spec,) = pages_of(alone, _profile(watchlist, source.profile), watchlist.defaults)
    return replace(spec, origin=addition.origin)


def told_elsewhere(connection: sa.Connection) -> list[tuple[str, str]]:
    """What was not declared in the file, as (origin, sentence): pages, then subscriptions."""
    told = [(each.origin, _page_sentence(each)) for each in additions.all_of(connection)]
    made = [stored for stored in subscriptions.all_of(connection) if stored.origin != "watchlist"]
    return [*told, *((stored.origin, subscription_sentence(read_back(stored.spec))) for stored in made)]


def _page_sentence(addition: Addition) -> str:
    said = addition.said
    often = f" {parse_check(said['check']).in_words()}" if "check" in said else ""
    return f"{addition.source}: looks at {said.get('name') or shown_url(said['url'])}{often}."


def _source(watchlist: Watchlist, addition: Addition) -> Source:
    in_file = (source for source in watchlist.sources if source.name == addition.source)
    return next(in_file, None) or Source(name=addition.source, profile=addition.profile)


def _profile(watchlist: Watchlist, name: str | None) -> Profile | None:
    if name is None:
        return None
    return watchlist.profiles.get(name) or load_profile(name, watchlist.path.parent)
