"""Reading a watchlist: every problem at once, each with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from config.errors import ConfigError
from config.problems import validate
from config.profile import Profile, load_profile
from config.watchlist import Declared, Source, Subscription, Watchlist
from config.watchlist_checks import Draft, contradictions
from config.yaml_file import Place, read_yaml

M = TypeVar("M", bound=BaseModel)


def load_watchlist(path: Path, environ: Mapping[str, str]) -> Watchlist:
    """The watchlist with its secrets (from `environ`) and the profiles that it names. Raises ConfigError."""
    if not path.exists():
        raise ConfigError([f"{path}: there is no such file; wgwatch init writes one to begin with"])
    file = read_yaml(path, path.name)
    if not isinstance(file.data, dict):
        raise ConfigError([file.problem((), "should be a mapping that begins with sources:")])
    declared, problems = validate(Declared, file.data, environ=environ)
    draft = Draft(
        sources=_sound(Source, file.data.get("sources"), environ),
        subscriptions=_sound(Subscription, file.data.get("subscriptions"), environ),
        written=file.data,
    )
    profiles, unloaded = _profiles(draft, path.parent)
    problems += unloaded
    problems += contradictions(draft, profiles)
    if problems or file.twice or declared is None:
        raise ConfigError(file.in_order(problems))
    return Watchlist(**dict(declared), path=path, profiles=profiles)


def _sound(model: type[M], items: Any, environ: Mapping[str, str]) -> dict[int, M]:
    """What is sound of each item, by its place in the list."""
    if not isinstance(items, list):
        return {}
    parts = {index: validate(model, item, environ=environ)[0] for index, item in enumerate(items)}
    return {index: part for index, part in parts.items() if part is not None}


def _profiles(draft: Draft, base: Path) -> tuple[dict[str, Profile], list[tuple[Place, str]]]:
    profiles: dict[str, Profile] = {}
    problems: list[tuple[Place, str]] = []
    for index, source in draft.sources.items():
        if source.profile is None or source.profile in profiles:
            continue
        try:
            profiles[source.profile] = load_profile(source.profile, base)
        except ConfigError as error:
            problems += [(("sources", index, "profile"), problem) for problem in error.problems]
    return profiles, problems
