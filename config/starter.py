"""The watchlist to begin with, and the schema that editors complete it by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from config.errors import UsageError
from config.profile import Profile, load_profile
from config.suggest import did_you_mean, one_of

SCHEMA_NAME = "watchlist.schema.json"
_HERE = Path(__file__).parent
_GROUPS = re.compile(r"^    groups: \[smewg\]\s*#.*$", re.M)


def write(
    directory: Path, profile: str | None = None, groups: Sequence[str] | Literal["all"] | None = None
) -> None:
    """Put both into a folder; the watchlist names these groups of the profile, by key or acronym.

    Raises UsageError for groups that the profile does not know, ConfigError for a profile that is none.
    """
    text = (_HERE / "starter.yaml").read_text("utf-8")
    if profile is not None or groups is not None:
        text = _naming(text, directory, profile or "apec", groups or ())
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "watchlist.yaml").write_text(text, "utf-8")
    (directory / SCHEMA_NAME).write_text((_HERE / SCHEMA_NAME).read_text("utf-8"), "utf-8")


def _naming(text: str, directory: Path, profile: str, groups: Sequence[str] | Literal["all"]) -> str:
    known = load_profile(profile, directory)
    if not known.groups:
        raise UsageError(f"the profile {profile} knows no groups: name its pages in the watchlist instead")
    if not groups:
        raise UsageError(f"say which groups of {profile}: --group {next(iter(known.groups))}, or --all")
    chosen = groups if isinstance(groups, str) else f"[{', '.join(_keys(known, groups))}]"
    others = "or some of them: [smewg, hrdwg, ppwe]" if chosen == "all" else "or all"
    if profile != "apec":
        text = text.replace(
            "  - name: apec\n    profile: apec  ", f"  - name: {known.name}\n    profile: {profile}  "
        )
        others = "or some of them by their keys" if chosen == "all" else "or all"
    return _GROUPS.sub(lambda _: f"    groups: {chosen:<25} # {others}", text)


def _keys(profile: Profile, words: Sequence[str]) -> list[str]:
    found = {word: profile.group_key(word) for word in words}
    for word, key in found.items():
        if key is None:
            hint = did_you_mean(word, profile.groups) or f"; known are {one_of(profile.groups, last='and')}"
            raise UsageError(f"{profile.name} knows no group '{word}'{hint}")
    return list(dict.fromkeys(key for key in found.values() if key))
