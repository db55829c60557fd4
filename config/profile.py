"""Profiles: what is known of a site beforehand, as data.

Its groups with old and new addresses, the names of economies, words for sections, the look of project codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from config.addresses import check_url, page_key
from config.errors import ConfigError, UsageError
from config.problems import parsed_by, validate
from config.suggest import did_you_mean, one_of
from config.yaml_file import Place, read_yaml

SHIPPED = Path(__file__).parent / "profiles"


def _url(value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError("should be text, a web address")
    return check_url(value)


def _pattern(value: Any) -> str:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        raise UsageError(f"'{value}' is no regular expression: {error}") from None
    return str(value)


Text = Annotated[str, Field(min_length=1)]
Url = Annotated[str, *parsed_by(_url, {"type": "string", "format": "uri"})]
Pattern = Annotated[str, *parsed_by(_pattern, {"type": "string", "format": "regex"})]


class KnownGroup(BaseModel):
    """A working group: its page now (`url`), other addresses of that page, the key of its parent group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    acronym: Text
    url: Url
    addresses: tuple[Url, ...] = ()
    parent: str | None = None

    def all_addresses(self) -> tuple[str, ...]:
        """Every address, the present one first."""
        return tuple(dict.fromkeys((self.url, *self.addresses)))


class Profile(BaseModel):
    """Knowledge of one site.

    Economies are by their proper name, with other spellings; `words` are section titles by what such a
    section holds (contacts, events, projects, news, text); `codes` are regular expressions of project codes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    organisation: Text | None = None
    groups: Mapping[str, KnownGroup] = {}
    economies: Mapping[str, tuple[Text, ...]] = {}
    words: Mapping[str, tuple[Text, ...]] = {}
    codes: tuple[Pattern, ...] = ()

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """Which group an address belongs to: page key to group key."""
        return {page: key for key, group in self.groups.items() for page in _keys_of(group)}

    def find(self, url: str) -> str | None:
        """The key of the group whose page this address is."""
        return self.pages.get(page_key(url))

    def group_key(self, word: str) -> str | None:
        """The key of a group named by key or acronym, in any case."""
        wanted = word.casefold()
        return next(
            (key for key, g in self.groups.items() if wanted in {key.casefold(), g.acronym.casefold()}), None
        )

    def economy(self, text: str) -> str | None:
        """The proper name of an economy from any of its spellings, in any case."""
        wanted = text.strip().casefold()
        return next(
            (
                name
                for name, spellings in self.economies.items()
                if wanted in {name.casefold(), *(spelling.casefold() for spelling in spellings)}
            ),
            None,
        )


def load_profile(name_or_path: str, base: Path) -> Profile:
    """A shipped profile by its name, or a file (a slash or `.yaml` is in it) relative to `base`.

    Raises ConfigError.
    """
    if "/" in name_or_path or name_or_path.endswith((".yaml", ".yml")):
        return _read(base / name_or_path, name_or_path)
    path = SHIPPED / f"{name_or_path}.yaml"
    if not path.is_file():
        known = sorted(shipped.stem for shipped in SHIPPED.glob("*.yaml"))
        hint = did_you_mean(name_or_path, known) or f"; there are {one_of(known, last='and')}"
        raise ConfigError([f"there is no profile '{name_or_path}' (a file is ./{name_or_path}.yaml){hint}"])
    return _read(path, path.name)


@cache
def builtin_profiles() -> tuple[Profile, ...]:
    """All profiles that are shipped, by name."""
    return tuple(_read(path, path.name) for path in sorted(SHIPPED.glob("*.yaml")))


def find_page(url: str) -> tuple[Profile, str] | None:
    """The shipped profile that knows this address, old or new, and the key of the group whose page it is."""
    for profile in builtin_profiles():
        if key := profile.find(url):
            return profile, key
    return None


def economy_name(text: str) -> str:
    """The name by which a shipped profile knows an economy, from any of its spellings; else the text itself."""
    known = (profile.economy(text) for profile in builtin_profiles())
    return next((name for name in known if name), text)


def _read(path: Path, name: str) -> Profile:
    file = read_yaml(path, name)
    profile, problems = validate(Profile, file.data)
    if profile is not None:
        problems += _contradictions(profile)
    if problems or file.twice or profile is None:
        raise ConfigError(file.in_order(problems))
    return profile


def _contradictions(profile: Profile) -> list[tuple[Place, str]]:
    problems: list[tuple[Place, str]] = []
    owners: dict[str, str] = {}
    for key, group in profile.groups.items():
        if group.parent is not None and group.parent not in profile.groups:
            hint = did_you_mean(group.parent, profile.groups)
            problems.append((("groups", key, "parent"), f"there is no group '{group.parent}'{hint}"))
        for address in _keys_of(group):
            owner = owners.setdefault(address, key)
            if owner != key:
                problems.append((("groups", key), f"has an address of the group '{owner}': {address}"))
    return problems


def _keys_of(group: KnownGroup) -> set[str]:
    return {page_key(address) for address in group.all_addresses()}
