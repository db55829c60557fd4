"""What the database watches and whom it tells, written as a watchlist again (rule: nothing lives there alone)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import yaml

from config.amounts import rate_in_words
from config.profile import Following
from config.schedules import Within, read_schedule
from storage import pages
from storage.pages import Page
from storage.watched import additions, pace, rests, subscriptions
from storage.watched.additions import Addition
from storage.watched.subscriptions import Stored

HEADER = """\
# Written by wgwatch export watchlist. The contact is not in the database: add it. Secrets of webhooks and addresses of
# chats are not either: put each into the variable that is named, or name your own. Nor are cookies, headers, logins and
# proxies of sources.
"""


def watchlist_text(connection: sa.Connection) -> str:
    """The watchlist as YAML, with what was added elsewhere. Followed pages are left out: their sources find them."""
    declared = subscriptions.all_of(connection)
    said = {
        "timezone": _zone(connection),
        **({"defaults": bounds} if (bounds := _bounds(connection, None)) else {}),
        "sources": list(_sources(connection)),
        "subscriptions": [_subscription(stored) for stored in declared],
    }
    body = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110)
    return HEADER + _elsewhere(connection, declared) + body


def _elsewhere(connection: sa.Connection, declared: Sequence[Stored]) -> str:
    """What of it does not stand in the file."""
    made = [stored.name for stored in declared if stored.origin != "watchlist"]
    added = [addition.said["url"] for addition in additions.all_of(connection)]
    return "".join(f"# Not in the file until now: {said}\n" for said in (*added, *made))


def _zone(connection: sa.Connection) -> str:
    zones = (source.spec["follow"]["look"]["zone"] for source in _declared(connection))
    return next(zones, "UTC")


def _declared(connection: sa.Connection) -> list[Stored]:
    return [source for source in subscriptions.sources_of(connection) if source.spec.get("follow")]


def _sources(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Each source that has pages, with what it asks for."""
    added = {addition.page_id: addition for addition in additions.all_of(connection)}
    resting = pages.get_all(connection, rests.page_ids(connection))
    for source in _declared(connection):
        look = source.spec["follow"]["look"]
        watched = pages.of_source(connection, source.name)
        named = [page for page in watched if page.origin != "followed"]
        named += [page for page in resting if source.name in page.sources]
        said = {
            "name": source.name,
            "profile": source.spec.get("profile"),
            "pages": [_page(page, look, added.get(page.id), source.name) for page in named],
            **_schedule(look["checks"][0]),
            "weight": look.get("weight"),
            "delay": f"{look['delay']:g} seconds",
            "bandwidth": rate_in_words(look["bandwidth"]) if "bandwidth" in look else None,
            **_bounds(connection, source.name),
            "allow_networks": look["allow_networks"],
            "render": look.get("render"),
            "follow": _follow(source.spec["follow"]),
        }
        if named:
            yield {name: value for name, value in said.items() if value}


def _schedule(written: Any) -> dict[str, Any]:
    """`check`, and `hours` where it has some."""
    schedule = read_schedule(written)
    return schedule.written() if isinstance(schedule, Within) else {"check": schedule.written()}


def _bounds(connection: sa.Connection, source: str | None) -> dict[str, str]:
    """The budget and the most requests of a day, of one source or (None) of all."""
    declared = pace.declared(connection)
    said = {"budget": (pace.BUDGET, "looks a day"), "requests": (pace.LIMIT, "requests a day")}
    found = {key: (declared.get(pace.name_of(kind, source)), words) for key, (kind, words) in said.items()}
    return {key: f"{number:.0f} {words}" for key, (number, words) in found.items() if number}


def _page(
    page: Page, look: Mapping[str, Any], addition: Addition | None, source: str
) -> str | dict[str, Any]:
    """An address alone, where the page is looked at as its source says and bears no name of its own.

    One that was added is written as it was added; where the file names it too, there as the file has it.
    """
    if addition and addition.source == source:
        return dict(addition.said) if len(addition.said) > 1 else str(addition.said["url"])
    spec = (addition.declared if addition else None) or page.spec
    own = spec["checks"] if look["checks"][0] not in spec["checks"] else []
    said = {
        "name": page.name if page.acronym is None else None,
        "check": _schedule(own[0])["check"] if own else None,
    }
    given: dict[str, Any] = {name: value for name, value in said.items() if value}
    if (weight := spec.get("weight", 1)) != look.get("weight", 1):
        given["weight"] = weight
    if spec.get("render") != look.get("render"):
        given["render"] = spec.get("render", False)
    return {"url": page.url, **given} if given else page.url


def _follow(spec: Mapping[str, Any]) -> dict[str, Any]:
    usual = Following().model_dump()
    return {name: spec[name] for name, value in usual.items() if name in spec and spec[name] != value}


def _subscription(stored: Stored) -> dict[str, Any]:
    said = {name: value for name, value in stored.spec.items() if value not in (None, {}, [])}
    variable = re.sub(r"[^A-Z0-9]", "_", stored.name.upper())
    if "webhook" in said:
        said["secret"] = f"${{{variable}_SECRET}}"
    if "chat" in said:
        numbers = ["", *(f"_{number}" for number in range(2, len(said["chat"]) + 1))]
        said["chat"] = [f"${{{variable}_CHAT{number}}}" for number in numbers]
    return said
