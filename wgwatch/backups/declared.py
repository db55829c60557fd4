"""The watchlist and the profiles beside it as a backup keeps them: without secrets that somebody wrote into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr

from config.errors import ConfigError
from config.watchlist import Watchlist
from config.watchlist_file import load_watchlist
from wgwatch.cli.output import counted

MASK = '"${{REMOVED_FROM_BACKUP_{}}}"'
SECRET = frozenset({"secret", "chat", "cookies", "headers", "basic", "login", "proxy"})
"""Keys of the watchlist under which secrets stand."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Files by their name in the watchlist's folder; the first is the watchlist. Remarks say what is not so there."""

    files: Mapping[str, bytes]
    remarks: tuple[str, ...]


def declared(path: Path, environ: Mapping[str, str]) -> Declared:
    """What the operator declared. A watchlist that cannot be read holds up no backup: it is left out, with a remark."""
    if not path.exists():
        return Declared({}, (f"there is no watchlist at {path}",))
    try:
        watchlist = load_watchlist(path, environ)
    except ConfigError as error:
        return Declared({}, (f"the watchlist is not in it: {error.problems[0]}",))
    text, masked = _masked(path.read_text("utf-8"), watchlist)
    remarks = [f"left out: {counted(masked, 'secret')} that the watchlist spells out"] if masked else []
    files = {path.name: text.encode()}
    for name, file in _profiles(watchlist, path.parent):
        if file is None:
            remarks.append(f"the profile {name} is outside the watchlist's folder: it is not in the backup")
        else:
            files[name] = file.read_bytes()
    return Declared(files, tuple(remarks))


def _profiles(watchlist: Watchlist, base: Path) -> Iterator[tuple[str, Path | None]]:
    """Those that are files, by their name in the folder; None for one that stands elsewhere."""
    for name in watchlist.profiles:
        file = (base / name).resolve()
        if not file.is_file():
            continue  # one that is shipped
        inside = file.is_relative_to(base.resolve())
        yield (file.relative_to(base.resolve()).as_posix(), file) if inside else (name, None)


def _masked(text: str, watchlist: Watchlist) -> tuple[str, int]:
    """The text with a variable in the place of each secret that is spelled out, and how many there were."""
    secrets = set(_secrets(watchlist))
    places = [node for node in _scalars(yaml.compose(text, yaml.SafeLoader)) if node.value in secrets]
    for number, node in sorted(enumerate(places, 1), key=lambda place: -place[1].start_mark.index):
        text = text[: node.start_mark.index] + MASK.format(number) + text[node.end_mark.index :]
    return text, len(places)


def _scalars(node: yaml.Node | None, *, is_secret: bool = False) -> Iterator[yaml.ScalarNode]:
    """What stands under a key of SECRET, in the order of the text."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, is_secret=is_secret or key.value in SECRET)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item, is_secret=is_secret)
    elif isinstance(node, yaml.ScalarNode) and is_secret:
        yield node


def _secrets(value: Any) -> Iterator[str]:
    """Every secret in a model, whatever it stands in."""
    if isinstance(value, SecretStr):
        if value.get_secret_value():
            yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        yield from _secrets(dict(value))
    elif isinstance(value, Mapping):
        yield from _secrets(tuple(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _secrets(item)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _secrets(tuple(getattr(value, field.name) for field in fields(value)))
