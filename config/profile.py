"""Profiles: what is known of a site beforehand, as data.

Its groups with old and new addresses, the names of economies, words for sections and roles, the look of project
codes, whether protected e-mail addresses are decoded, pages to follow, and selectors for layouts that general rules
misread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.addresses import check_url, page_key
from config.errors import ConfigError, UsageError
from config.layouts import Layout, Selectors
from config.problems import parsed_by, validate
from config.suggest import did_you_mean, one_of
from config.yaml_file import Place, read_yaml

SHIPPED = Path(__file__).parent / "profiles"
SECTIONS = ("contacts", "events", "projects", "news", "text")
"""What a section can hold."""


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


def _address_form(value: Any) -> str:
    if not isinstance(value, str) or "{path}" not in value:
        raise UsageError("should be an address with {path} in it, which stands for what follows /groups/")
    return check_url(value)


Text = Annotated[str, Field(min_length=1)]
Url = Annotated[str, *parsed_by(_url, {"type": "string", "format": "uri"})]
Pattern = Annotated[str, *parsed_by(_pattern, {"type": "string", "format": "regex"})]
AddressForm = Annotated[str, *parsed_by(_address_form, {"type": "string", "pattern": r"\{path\}"})]


class KnownGroup(BaseModel):
    """A working group: its page now (`url`), other addresses of that page, the key of its parent group.

    `formerly` are other acronyms and names that it had.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    acronym: Text
    url: Url = Field(description="Its page now.")
    addresses: tuple[Url, ...] = Field(default=(), description="Other addresses that the page had or has.")
    parent: str | None = Field(default=None, description="The key of the group that it belongs to.")
    formerly: tuple[Text, ...] = Field(default=(), description="Acronyms and names that it had before.")

    def all_addresses(self) -> tuple[str, ...]:
        """Every address, the present one first."""
        return tuple(dict.fromkeys((self.url, *self.addresses)))

    def answers_to(self, word: str) -> bool:
        """Whether it is, or was, called so, in any case."""
        return word.casefold() in {known.casefold() for known in (self.acronym, *self.formerly)}


class Following(BaseModel):
    """What a source's pages link to is looked at too: pages, calendars, feeds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    links: Text | None = Field(
        default=None, description="The paths to follow, with * for any text: /groups/*"
    )
    depth: int = Field(default=1, ge=1, le=5, description="How many links away from the named pages.")
    at_most: int = Field(default=40, ge=1, le=10_000, description="How many pages in all.")
    calendars: bool = Field(default=True, description="Whether calendars (.ics, webcal:) are read too.")
    feeds: bool = Field(default=False, description="Whether feeds (RSS, Atom) are read too.")

    @model_validator(mode="after")
    def _has_links(self) -> Self:
        """`depth` and `at_most` say nothing without links."""
        if self.links is None and self.model_fields_set & {"depth", "at_most"}:
            raise ValueError("says how far to follow, but not what: add links")
        return self


class Profile(BaseModel):
    """Knowledge of one site.

    Economies are by their proper name, with other spellings; `words` are section titles by what such a
    section holds (contacts, events, projects, news, text); `roles` are words that name a role there; `codes` are
    regular expressions of project codes. `address_forms` are forms of older addresses that every page under
    /groups/ had too: they are put into the groups' `addresses`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    organisation: Text | None = None
    address_forms: tuple[AddressForm, ...] = Field(
        default=(),
        description="Older addresses of each group's page; {path} is what follows /groups/ in its url.",
    )
    groups: Mapping[str, KnownGroup] = Field(default={}, description="The groups of the site by a short key.")
    economies: Mapping[str, tuple[Text, ...]] = Field(
        default={}, description="Economies or countries by the name used here, with their other spellings."
    )
    words: Mapping[str, tuple[Text, ...]] = Field(
        default={},
        description="Titles of sections by what stands under them.",
        json_schema_extra={"propertyNames": {"enum": list(SECTIONS)}},
    )
    roles: tuple[Text, ...] = Field(default=(), description="What the site calls roles: Wharf Warden.")
    codes: tuple[Pattern, ...] = Field(default=(), description="How project codes look.")
    protected_emails: Literal["keep", "decode"] = Field(
        default="keep",
        description="Whether e-mail addresses that a page protects stay unknown or are decoded.",
    )
    follow: Following | None = Field(default=None, description="Links that lead to more pages.")
    selectors: tuple[Selectors, ...] = Field(
        default=(), description="Where fields stand, for layouts that are not read right without."
    )

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The selectors as plain values."""
        return tuple(entry.layout() for entry in self.selectors)

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """Which group an address belongs to: page key to group key."""
        return {page: key for key, group in self.groups.items() for page in _keys_of(group)}

    def find(self, url: str) -> str | None:
        """The key of the group whose page this address is."""
        return self.pages.get(page_key(url))

    def group_key(self, word: str) -> str | None:
        """The key of a group named by key or acronym, in any case."""
        by_key = next((key for key in self.groups if key.casefold() == word.casefold()), None)
        return by_key or next((key for key, group in self.groups.items() if group.answers_to(word)), None)

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
        profile = _with_older_addresses(profile)
        problems += [*_contradictions(profile), *_selector_problems(file.data)]
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
    for word in profile.words:
        if word not in SECTIONS:
            hint = did_you_mean(word, SECTIONS) or f"; a section holds {one_of(SECTIONS)}"
            problems.append((("words", word), f"is nothing that a section holds{hint}"))
    return problems


def _selector_problems(data: Any) -> Iterator[tuple[Place, str]]:
    """What does not fit together in entries that are sound by themselves, by their places in the file."""
    written = data.get("selectors") if isinstance(data, dict) else None
    for index, item in enumerate(written if isinstance(written, list) else ()):
        entry, unsound = validate(Selectors, item)
        if entry is not None and not unsound:
            yield from ((("selectors", index, *place), text) for place, text in entry.problems())


def _with_older_addresses(profile: Profile) -> Profile:
    """Every group's page has the older addresses that the site's forms give it."""
    groups = {
        key: group.model_copy(update={"addresses": (*group.addresses, *_older(group.url, profile))})
        for key, group in profile.groups.items()
    }
    return profile.model_copy(update={"groups": groups}) if profile.address_forms else profile


def _older(url: str, profile: Profile) -> list[str]:
    _, found, path = url.partition("/groups/")
    return [form.replace("{path}", path) for form in profile.address_forms] if found else []


def _keys_of(group: KnownGroup) -> set[str]:
    return {page_key(address) for address in group.all_addresses()}
