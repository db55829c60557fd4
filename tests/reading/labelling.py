"""Pages with what a careful person reads in them, and how a reading is scored against that.

A page is `NAME.html` or `NAME.txt` beside `NAME.expected.json`, or a folder with `page.*` and `expected.json`.
A kind is asked where its list has entries or `assert_empty` names it; a field is asked where the label has it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from crawler.reading import read

Told = Mapping[str, Any]

KINDS = ("events", "contacts", "projects", "news")
FIELDS: dict[str, dict[str, str]] = {
    "events": {"date": "starts_on", "end_date": "ends_on"}
    | {name: name for name in ("city", "economy", "project_code", "mode", "status", "recurrence")},
    "contacts": {
        name: name for name in ("honorific", "role", "organization", "department", "economy", "email")
    }
    | {"email_obfuscated": "email_protected"},
    "projects": {"title": "title", "lead_economy": "economy"},
    "news": {"date": "date", "category": "category"},
    "group": {name: name for name in ("name", "acronym", "last_updated")},
}
"""For each kind: the label's name of a field, and the record's."""
SIGNS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-") | {0x2018: "'", 0x2019: "'"}


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page as bytes, and its label."""

    name: str
    path: Path
    label: Told

    def told(self) -> dict[str, Any]:
        """What the product reads in it, as `wgwatch extract` prints it."""
        kind = "text/html" if self.path.suffix == ".html" else "text/plain"
        url = self.label.get("url") or f"https://pages.example/{self.name}"
        return read(self.path.read_bytes(), content_type=f"{kind}; charset=utf-8", url=url).to_json()


@dataclass(slots=True)
class Score:
    """Counts over one or many pages: records by (kind, outcome), fields by (kind.field, right or asked)."""

    records: Counter[tuple[str, str]] = field(default_factory=Counter)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.records.update(other.records)
        self.fields.update(other.fields)
        self.problems += other.problems

    def precision(self, kind: str) -> float:
        return _share(self.records[kind, "found"], self.records[kind, "wrong"])

    def recall(self, kind: str) -> float:
        return _share(self.records[kind, "found"], self.records[kind, "missed"])

    def f1(self, kind: str) -> float:
        both = self.precision(kind) + self.recall(kind)
        return 2 * self.precision(kind) * self.recall(kind) / both if both else 0.0

    def accuracy(self, name: str = "") -> float:
        """The share of right fields among those whose `kind.field` starts with `name`."""
        right = sum(n for (f, outcome), n in self.fields.items() if f.startswith(name) and outcome == "right")
        asked = sum(n for (f, outcome), n in self.fields.items() if f.startswith(name) and outcome == "asked")
        return right / asked if asked else 1.0


def load_pages(folder: Path) -> list[LabelledPage]:
    """Every labelled page of a folder, by name; labels of another shape (`lines`) are passed over."""
    labels = sorted([*folder.glob("*.expected.json"), *folder.glob("*/expected.json")])
    pages = []
    for path in labels:
        label = json.loads(path.read_text(encoding="utf-8"))
        stem = path.name.removesuffix("expected.json").rstrip(".")
        candidates = [path.with_name(f"{stem or 'page'}{suffix}") for suffix in (".html", ".txt")]
        page = next((c for c in candidates if c.exists()), None)
        if page is not None and "lines" not in label:
            pages.append(LabelledPage(stem or path.parent.name, page, label))
    return pages


def score_pages(pages: Iterable[LabelledPage]) -> Score:
    """All pages read and scored as one set."""
    total = Score()
    for page in pages:
        total.add(score(page.name, page.label, page.told()))
    return total


def score(name: str, label: Told, told: Told) -> Score:
    """One page: what was read (`told`) against its label."""
    found = Score()
    for kind in KINDS:
        if label.get(kind) or kind in label.get("assert_empty", ()):
            _score_kind(name, kind, label, told.get(kind) or (), found)
    _score_fields(name, "group", label.get("group") or {}, told.get("group") or {}, found)
    return found


def _score_kind(name: str, kind: str, label: Told, got: Sequence[Told], into: Score) -> None:
    wanted = [w if isinstance(w, dict) else {"title": w} for w in label.get(kind, ())]
    pairs, missing, extra = _pair_up(kind, [w for w in wanted if not w.get("optional")], got)
    may = [w for w in wanted if w.get("optional")] + list(label.get(f"{kind}_optional", ()))
    if kind == "events":
        may += label.get("prose_events_optional", ())
        recurs = bool(label.get("recurring_meetings"))
        extra = [
            e for e in extra if e.get("read_from") != "prose" and not (recurs and not e.get("starts_on"))
        ]
    _, _, extra = _pair_up(kind, may, extra)
    for outcome, records in (("found", pairs), ("missed", missing), ("wrong", extra)):
        into.records[kind, outcome] += len(records)
    into.problems += [f"{name}: {kind} missed: {_short(record)}" for record in missing]
    into.problems += [f"{name}: {kind} wrong: {_short(record)}" for record in extra]
    for want, hit in pairs:
        _score_fields(name, kind, want, hit, into)


def _score_fields(name: str, kind: str, want: Told, got: Told, into: Score) -> None:
    for labelled, read_as in FIELDS[kind].items():
        if labelled not in want:
            continue
        right = _is_right(labelled, want, got, got.get(read_as))
        into.fields[f"{kind}.{read_as}", "asked"] += 1
        into.fields[f"{kind}.{read_as}", "right"] += right
        if not right:
            who = want.get("title") or want.get("name") or ""
            into.problems.append(
                f"{name}: {kind}.{read_as} of {who!r}: want {want[labelled]!r}, got {got.get(read_as)!r}"
            )


def _is_right(labelled: str, want: Told, got: Told, value: object) -> bool:
    if labelled == "email_obfuscated":
        return bool(want[labelled]) == bool(value) or bool(got.get("email"))
    plain = _code if labelled == "project_code" else _plain
    return any(plain(accepted) == plain(value) for accepted in _accepted(want, labelled))


def _pair_up(
    kind: str, wanted: Sequence[Told], got: Iterable[Told]
) -> tuple[list[tuple[Told, Told]], list[Told], list[Told]]:
    """Pairs of wanted and read, the wanted that are missing, and the read that nobody wanted."""
    left, pairs, missing = list(got), [], []
    for want in wanted:
        hit = next((n for n, record in enumerate(left) if _SAME[kind](want, record)), None)
        if hit is None:
            missing.append(want)
        else:
            pairs.append((want, left.pop(hit)))
    return pairs, missing, left


def _same_event(want: Told, got: Told) -> bool:
    return _plain(want.get("date")) == _plain(got.get("starts_on")) and (
        want.get("title") is None or _same_title(want, got)
    )


def _same_contact(want: Told, got: Told) -> bool:
    if want.get("name") is None:
        return got.get("name") is None and _plain(want.get("role")) == _plain(got.get("role"))
    return any(_plain(name) == _plain(got.get("name")) for name in _accepted(want, "name"))


def _same_project(want: Told, got: Told) -> bool:
    if want.get("code"):
        return any(_code(code) == _code(got.get("code")) for code in _accepted(want, "code"))
    return _same_title(want, got)


def _same_title(want: Told, got: Told) -> bool:
    return any(_alike(_plain(title), _plain(got.get("title"))) for title in _accepted(want, "title"))


_SAME: dict[str, Callable[[Told, Told], bool]] = {
    "events": _same_event,
    "contacts": _same_contact,
    "projects": _same_project,
    "news": _same_title,
}


def _accepted(want: Told, name: str) -> list[object]:
    more = (want.get("accept") or {}).get(name) or ()
    return [want.get(name), *(want.get(f"accept_{name}") or ()), *more]


def _alike(a: str, b: str) -> bool:
    return a == b or (
        min(len(a), len(b)) > 12 and SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.93
    )


def _plain(value: object) -> str:
    text = unicodedata.normalize("NFKC", str("" if value is None else value)).translate(SIGNS)
    return " ".join(re.sub(r"[\u200b\u180e\ufe0f]", "", text).split()).strip(".,;: ").casefold()


def _code(value: object) -> str:
    return re.sub(r"[^a-z0-9]", "", _plain(value))


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 1.0


def _short(record: Told) -> str:
    names = ("title", "name", "code", "date", "starts_on", "role", "economy")
    return ", ".join(f"{name}={record[name]!r}" for name in names if record.get(name))
