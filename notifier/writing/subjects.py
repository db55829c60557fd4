"""The gist of changes in one line, most important first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from notifier.writing.descriptions import name_of
from notifier.writing.entries import Change, label_of, side
from notifier.writing.languages import ENGLISH
from notifier.writing.values import counted, field_name, isolated, listed, plain, shortened, shown_date

LONGEST_SUBJECT = 150
LONGEST_GIST = 90


def gist_of_all(changes: Sequence[Change], language: str = ENGLISH) -> str:
    """`SMEWG: 43rd SMEWG moved to 12 Sep 2016; new Program Director (Carlos Obando)`, group by group."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(group_name(change), []).append(change)
    if len(groups) == 1:
        ((group, mine),) = groups.items()
        return _fitted(
            [f"{group}: {gist}" if place == 0 else gist for place, gist in enumerate(_gists(mine, language))]
        )
    return _fitted([_of_group(group, mine, language) for group, mine in groups.items()], "groups")


def gist(change: Change, language: str = ENGLISH) -> str:
    """One change in a few words, the group left out."""
    area, _, verb = str(change["kind"]).partition(".")
    teller = _GISTS.get(change["kind"]) or _AREA_GISTS.get(area)
    told = teller(change, verb, language) if teller else plain(change.get("summary") or change["kind"])
    return shortened(told, LONGEST_GIST)


def group_name(change: Change) -> str:
    """What to call the group of a change: its acronym, else its name, else the page's host."""
    host = urlsplit(str(change.get("page") or "")).hostname
    return isolated(plain(change.get("group") or change.get("group_name") or host or "page", 60))


def by_importance(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: -float(change.get("importance") or 0))


def _of_group(group: str, changes: list[Change], language: str) -> str:
    gists = _gists(changes, language)
    more = len(gists) - 1
    return f"{group}: {gists[0]}" + (f" and {more} more" if more else "")


def _gists(changes: Sequence[Change], language: str) -> list[str]:
    """One gist a change; several of a kind are told together."""
    ordered = by_importance(changes)
    kinds = list(dict.fromkeys(change["kind"] for change in ordered))
    alike = {kind: [change for change in ordered if change["kind"] == kind] for kind in kinds}
    return [text for kind in kinds for text in _of_kind(kind, alike[kind], language)]


def _of_kind(kind: str, changes: list[Change], language: str) -> list[str]:
    if len(changes) == 1:
        return [gist(changes[0], language)]
    if kind in {"section.gone", "section.back", "text.changed"} and len(changes) <= 3:
        return [_titles(kind, changes)]
    if len(changes) == 2 and kind not in {"section.gone", "section.back"}:
        return [gist(change, language) for change in changes]
    return [counted_kind(kind, len(changes))]


def counted_kind(kind: str, number: int) -> str:
    """`40 new events`, `3 contacts no longer named`."""
    area, _, verb = kind.partition(".")
    noun = _NOUNS.get(area, area)
    if verb == "added":
        return counted(number, f"new {noun}")
    return f"{counted(number, noun)} {_VERBS.get(kind) or verb.replace('_', ' ')}"


def _titles(kind: str, changes: list[Change]) -> str:
    titles = listed([_section_title(change) for change in changes])
    return (
        f"text of {titles} changed"
        if kind == "text.changed"
        else f"{titles} sections {kind.partition('.')[2]}"
    )


def _fitted(parts: list[str], unit: str = "") -> str:
    """As many parts as fit, the rest counted."""
    taken = [shortened(parts[0], LONGEST_SUBJECT - 20)]
    for part in parts[1:]:
        if len("; ".join([*taken, part])) > LONGEST_SUBJECT - 20:
            break
        taken.append(part)
    left = len(parts) - len(taken)
    return "; ".join(taken) + (f"; and {left} more {unit}".rstrip() if left else "")


def _role(change: Change, _verb: str, _language: str) -> str:
    old, new = side(change, "before"), side(change, "after")
    role = plain(new.get("role") or old.get("role") or "contact", 60)
    return f"new {role} ({isolated(name_of('contact', new))})" if new else f"no {role} any more"


def _moved(change: Change, _verb: str, language: str) -> str:
    _, day = _pair(change, "starts_on")
    _, end = _pair(change, "ends_on")
    _, city = _pair(change, "city")
    label = label_of(change)
    if day:
        return f"{shortened(label, 60)} moved to {shown_date(day, language)}"
    if end and not city:
        return f"{shortened(label, 60)} now ends on {shown_date(end, language)}"
    return f"{shortened(label, 60)} moved" + (f" to {plain(city, 30)}" if city else "")


def _modified(change: Change, _verb: str, _language: str) -> str:
    names = [field_name(name).lower() for name in change.get("fields") or {}]
    return (
        f"{shortened(label_of(change), 60)}: {listed(names[:3])} changed"
        if names
        else _named(change, "changed")
    )


def _renamed(change: Change, _verb: str, _language: str) -> str:
    kind = (change.get("record") or {}).get("kind") or ""
    old, new = side(change, "before"), side(change, "after")
    if not old or not new:
        return _named(change, "renamed")
    return f"{isolated(shortened(name_of(kind, old), 40))} is now called {isolated(shortened(name_of(kind, new), 40))}"


def _of_record(change: Change, verb: str, _language: str) -> str:
    area = str(change["kind"]).partition(".")[0]
    if verb == "added":
        return f"new {_NOUNS.get(area, area)} {label_of(change)}"
    return _named(change, _VERBS.get(change["kind"]) or verb.replace("_", " "))


def _news(change: Change, _verb: str, _language: str) -> str:
    return f"news: {label_of(change)}"


def _group(change: Change, verb: str, language: str) -> str:
    fields: Mapping[str, Any] = change.get("fields") or {}
    if verb == "modified" and list(fields) == ["last_updated"]:
        return (
            f"page dated {shown_date(fields['last_updated'][1], language)}"
            if fields["last_updated"][1]
            else "page undated"
        )
    return (_modified if verb == "modified" else _of_record)(change, verb, language)


def _section(change: Change, verb: str, _language: str) -> str:
    return f"{_section_title(change)} section {verb}"


def _text(change: Change, _verb: str, _language: str) -> str:
    return f"text of {_section_title(change)} changed"


def _page(_change: Change, verb: str, _language: str) -> str:
    return {"found": "new page", "failing": "page cannot be read", "recovered": "page can be read again"}.get(
        verb, f"page {verb}"
    )


def _named(change: Change, what: str) -> str:
    return f"{shortened(label_of(change), 60)} {what}"


def _section_title(change: Change) -> str:
    section = change.get("section") or {}
    return plain(section.get("title") or section.get("key") or "a section", 40)


def _pair(change: Change, field: str) -> tuple[Any, Any]:
    old, new = (change.get("fields") or {}).get(field) or (None, None)
    return old, new


_NOUNS = {"news": "news item", "role": "role", "section": "section"}
_VERBS = {
    "contact.removed": "no longer named",
    "event.removed": "no longer listed",
    "event.restored": "announced again",
    "project.removed": "no longer listed",
    "group.removed": "no longer listed",
}
_GISTS = {
    "role.changed": _role,
    "event.moved": _moved,
    "event.renamed": _renamed,
    "event.modified": _modified,
    "contact.renamed": _renamed,
    "contact.modified": _modified,
    "project.renamed": _renamed,
    "project.modified": _modified,
    "news.added": _news,
}
_AREA_GISTS = {
    "contact": _of_record,
    "event": _of_record,
    "project": _of_record,
    "group": _group,
    "section": _section,
    "text": _text,
    "page": _page,
}
