"""Profiles being made: a draft from a page, and a test against saved pages with what should be read from them.

Beside `NAME.yaml` a folder `NAME` holds saved pages, each with its expected records: `page.html` and
`page.expected.json`, in the shape that `wgwatch extract` prints. Fields and lists that are left out are not looked
at. Beside the lists may stand `url`, the address that the page had, and `at`, the day on which it was so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.errors import UsageError
from config.profile import load_profile
from crawler.extract.knowledge import Knowledge
from crawler.reading import read
from storage.records import Reading
from wgwatch.imports.saved import CONTENT_TYPES

EXPECTED = ".expected.json"
LISTS = ("groups", "events", "contacts", "projects", "news", "prose_events")
LABELS = ("title", "name", "code", "role")
WANTED = ("group", *LISTS, "warnings")


@dataclass(frozen=True, slots=True)
class Tested:
    """A saved page that was read: how many facts were as expected, and every difference as a sentence."""

    page: str
    right: int
    differences: tuple[str, ...]


def read_out(reading: Reading) -> dict[str, Any]:
    """What `wgwatch extract` prints, as plain JSON values."""
    said = reading.to_json()
    plain: dict[str, Any] = json.loads(json.dumps({name: said[name] for name in WANTED}))
    return plain


def try_on_pages(path: Path) -> tuple[Tested, ...]:
    """Read every saved page beside a profile and compare. Raises UsageError where there is none, ConfigError."""
    knowledge = Knowledge.of_profile(load_profile(f"./{path.name}", path.parent))
    folder = path.with_suffix("")
    expected = sorted(folder.glob(f"*{EXPECTED}")) if folder.is_dir() else []
    if not expected:
        raise UsageError(
            f"there is nothing to test {path.name} on: put saved pages into {folder}/, "
            f"page.html with page{EXPECTED} beside it; wgwatch profile new makes a first pair"
        )
    return tuple(_tested(file, knowledge) for file in expected)


def _tested(file: Path, knowledge: Knowledge) -> Tested:
    wanted = _loaded(file)
    page = _page_of(file)
    reading = read(
        page.read_bytes(),
        content_type=CONTENT_TYPES.get(page.suffix.lower()),
        url=wanted.get("url"),
        knowledge=knowledge,
        seen_at=_moment(file, wanted.get("at")),
    )
    said = read_out(reading)
    found = [*_compare_group(wanted.get("group"), said["group"])]
    for name in LISTS:
        if name in wanted:
            found += _compare_list(name, wanted[name], said[name])
    differences = tuple(text for text in found if text)
    return Tested(page.name, len(found) - len(differences), differences)


def _loaded(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise UsageError(f"{file} should be an object with lists such as events and contacts")
    unknown = data.keys() - {*WANTED, "url", "at"}
    if unknown:
        raise UsageError(f"{file} names what is not read: {', '.join(sorted(unknown))}")
    for name in LISTS:
        items = data.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise UsageError(f"{file}: {name} should be a list of objects")
    return data


def _page_of(file: Path) -> Path:
    stem = file.name.removesuffix(EXPECTED)
    pages = [path for path in sorted(file.parent.glob(f"{stem}.*")) if path.suffix.lower() in CONTENT_TYPES]
    if not pages:
        raise UsageError(f"there is no page beside {file}: save it as {stem}.html")
    return pages[0]


def _moment(file: Path, day: Any) -> datetime | None:
    try:
        return None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        raise UsageError(f"{file}: at should be a day such as 2019-05-31") from None


def _compare_group(wanted: Mapping[str, Any] | None, said: Mapping[str, Any] | None) -> Iterator[str]:
    """A difference as a sentence, or an empty text for each fact that is right."""
    for name, value in (wanted or {}).items():
        read_value = (said or {}).get(name)
        yield "" if read_value == value else f"group: {name} is {_quoted(read_value)}, not {_quoted(value)}"


def _compare_list(
    name: str, wanted: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    left = list(said)
    for item in wanted:
        best = max(left, key=lambda record: _likeness(item, record), default=None)
        if best is None or not _is_same(item, best):
            yield f"{name}: {_label(item)} was not read"
            continue
        left.remove(best)
        for field, value in item.items():
            is_right = best.get(field) == value
            yield (
                ""
                if is_right
                else (f"{name}: {_label(item)}: {field} is {_quoted(best.get(field))}, not {_quoted(value)}")
            )
    yield from (f"{name}: {_label(record)} was read, and should not be" for record in left)


def _is_same(wanted: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """They agree in what they are called, or in half of all that is wanted."""
    labels = [name for name in LABELS if wanted.get(name)]
    if any(wanted[name] == said.get(name) for name in labels):
        return True
    return 2 * _likeness(wanted, said) >= len(wanted) > 0


def _likeness(wanted: Mapping[str, Any], said: Mapping[str, Any]) -> int:
    return sum(said.get(name) == value for name, value in wanted.items())


def _label(item: Mapping[str, Any]) -> str:
    shown = next((str(item[name]) for name in LABELS if item.get(name)), "an entry without a name")
    return f"“{shown}”"


def _quoted(value: Any) -> str:
    return "unknown" if value is None else f"“{value}”" if isinstance(value, str) else json.dumps(value)
