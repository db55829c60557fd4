"""A YAML file as plain data, with the line of every key, so that a mistake can be pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml

from config.errors import ConfigError

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml: slower, otherwise the same
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

Place = tuple[str | int, ...]
"""Where in the data: `("sources", 0, "check")`."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The data of a file called `name`, the line (from 1) of every place, and keys given twice."""

    name: str
    data: Any
    lines: dict[Place, int] = field(repr=False)
    twice: tuple[tuple[Place, int], ...] = ()

    def problem(self, place: Place, text: str) -> str:
        """`watchlist.yaml:12: sources[0].check: TEXT`; for a missing place the line of its holder."""
        path = _spelled(place)
        return f"{self.name}:{self.line(place)}: {path}: {text}" if path else f"{self.name}: {text}"

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that is there."""
        return next(self.lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in self.lines)

    def in_order(self, problems: Iterable[tuple[Place, str]]) -> list[str]:
        """All problems as texts, by line, with the keys that were given twice among them."""
        found = [(self.line(place), self.problem(place, text)) for place, text in problems]
        for place, line in self.twice:
            text = f"is given twice, first in line {self.lines[place]}"
            found.append((line, f"{self.name}:{line}: {_spelled(place)}: {text}"))
        return list(dict.fromkeys(text for _, text in sorted(found, key=itemgetter(0))))


def read_yaml(path: Path, name: str) -> YamlFile:
    """Raises ConfigError for what cannot be read or is no YAML; `in_order` tells of keys given twice."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{name}: is not text in UTF-8 (byte {error.start + 1})"]) from error
    try:
        return _parsed(text, name)
    except yaml.YAMLError as error:
        raise ConfigError([_malformed(name, text, error)]) from None
    except RecursionError:
        raise ConfigError([f"{name}: is nested too deeply"]) from None


def _parsed(text: str, name: str) -> YamlFile:
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([f"{name}: the file is empty"])
        places = list(_places(node, (), set()))
        data = loader.construct_document(node)
    finally:
        loader.dispose()
    lines: dict[Place, int] = {}
    twice = [(place, line) for place, line in places if lines.setdefault(place, line) != line]
    return YamlFile(name, data, lines, tuple(twice))


def _places(node: yaml.Node, place: Place, seen: set[int]) -> Iterator[tuple[Place, int]]:
    """Every place under a node, each once: what an alias repeats is reported where it was first written."""
    if not place:
        yield place, node.start_mark.line + 1
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _places(value, inner, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            inner = (*place, index)
            yield inner, item.start_mark.line + 1
            yield from _places(item, inner, seen)


def _spelled(place: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _malformed(name: str, text: str, error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        what = " ".join(part for part in (error.problem, error.context) if part)
        return f"{name}:{mark.line + 1}:{mark.column + 1}: is no YAML: {what}{_hint(text, mark.line)}"
    return f"{name}: is no YAML: {str(error).splitlines()[0]}"


def _hint(text: str, line: int) -> str:
    written = next(iter(text.splitlines()[line : line + 1]), "")
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return " (indent with spaces, not with tabs)"
    if "${" in written:
        return " (put ${NAME} in quotes inside a list in [ ])"
    return ""
