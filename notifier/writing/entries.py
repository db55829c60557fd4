"""A change as a message shows it: its heading, what was, what is now, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from diffing import words
from diffing.words import Run
from notifier.writing.descriptions import dates_of, describe, name_of
from notifier.writing.values import PLAINLY, Manner, counted, field_name, isolated, listed, plain, shown_value

Change = Mapping[str, Any]

MOST_SENTENCES = 30
MOST_GONE = 5
"""What a page says is read before what it says no longer; the whole stands in the webhook and the diff."""
LONGEST_MARKED = 2_500
"""Characters of a sentence in which single words are marked; longer ones are shown shortened, old and new."""
LONGEST_LABEL = 26
"""A longer label would push the values off the screen: it becomes the title of its entry."""

NOTHING_CANCELLED = "This is a change of the page, not of what it lists: no meeting or project was cancelled."
NOBODY_LEFT = "This is a change of the page, not of whom it named: nobody is told as having left."
NO_LONGER_SHOWN = "No longer shown"
HEADINGS = ("CONTACTS", "EVENTS", "PROJECTS", "NEWS", "THE GROUP", "THE PAGE ITSELF", "TEXT", "OTHER")
_HEADING_OF = {
    "contact": "CONTACTS",
    "role": "CONTACTS",
    "event": "EVENTS",
    "project": "PROJECTS",
    "news": "NEWS",
    "group": "THE GROUP",
    "section": "THE PAGE ITSELF",
    "page": "THE PAGE ITSELF",
    "text": "TEXT",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a row: `tag` is was, now, new, gone or empty; `runs` mark what differs inside `text`."""

    tag: str
    text: str
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. Without a `title` its rows stand directly under the heading."""

    heading: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def entry_of(change: Change, manner: Manner = PLAINLY) -> Entry:
    """What to show of a change. Kinds unknown to this version are shown by fields and summary."""
    kind = str(change["kind"])
    area, _, verb = kind.partition(".")
    rows, title, notes = _TELLERS.get(kind, _AREA_TELLERS.get(area, _unknown))(change, verb, manner)
    if not title and len(rows) == 1 and len(rows[0].label) > LONGEST_LABEL:
        title, rows = rows[0].label, (Row("", rows[0].lines),)
    return Entry(_HEADING_OF.get(area, "OTHER"), title, rows, notes)


def side(change: Change, which: str) -> Mapping[str, Any]:
    """The record `before` or `after` the change; empty where there is none."""
    return (change.get("record") or {}).get(which) or {}


def label_of(change: Change) -> str:
    """What the record is called, now or, where it is gone, before."""
    record = change.get("record") or {}
    known = side(change, "after") or side(change, "before")
    label = record.get("label") or (name_of(record.get("kind", ""), known) if known else "?")
    return isolated(plain(label, 200))


Told = tuple[tuple[Row, ...], str, tuple[str, ...]]


def _role(change: Change, _verb: str, _manner: Manner) -> Told:
    old, new = side(change, "before"), side(change, "after")
    label = plain(new.get("role") or old.get("role") or "Contact", 200)
    return (Row(label, (_line("was", "contact", old), _line("now", "contact", new))),), "", ()


def _contact(change: Change, verb: str, manner: Manner) -> Told:
    if verb not in {"added", "removed"}:
        role = side(change, "after").get("role")
        return _fields(change, manner), label_of(change) + (f", {plain(role, 100)}" if role else ""), ()
    person = side(change, "after" if verb == "added" else "before")
    label = plain(person.get("role") or "Contact", 200)
    row = Row(label, (_line("new" if verb == "added" else "gone", "contact", person),))
    silent = not person.get("role") and verb == "added"
    return (row,), "", (f"The page gives no role for {name_of('contact', person)}.",) if silent else ()


def _record(change: Change, verb: str, manner: Manner) -> Told:
    kind = (change.get("record") or {}).get("kind") or str(change["kind"]).partition(".")[0]
    old, new = side(change, "before"), side(change, "after")
    note = _NOTES.get(verb)
    if old and new and change.get("fields"):
        return _fields(change, manner), label_of(change), (note,) if note else ()
    label = "New" if verb == "added" else verb.replace("_", " ").capitalize()
    shown = Line(
        "", describe(kind, new or old, manner.language) if new or old else plain(change.get("summary") or "?")
    )
    return (Row(label, (shown,)),), "", (note,) if note else ()


def _group(change: Change, verb: str, manner: Manner) -> Told:
    """As any record; the group whose name stands above the message is not named again."""
    rows, title, notes = _record(change, verb, manner)
    return rows, "" if title in (change.get("group"), change.get("group_name")) else title, notes


def _section(change: Change, verb: str, manner: Manner) -> Told:
    section = change.get("section") or {}
    title = plain(section.get("title") or section.get("key") or "A section", 100)
    entries = ((change.get("fields") or {}).get("records") or (None,))[0]
    counting = f" ({counted(entries, 'entry', 'entries')})" if entries else ""
    state = "is on the page again" if verb == "back" else "is no longer on the page"
    row = Row("Section", (Line("", f"“{title}”{counting} {state}."),))
    return (row,), "", _reassurance(section.get("key"), entries) if verb == "gone" else ()


def _reassurance(key: str | None, entries: int | None) -> tuple[str, ...]:
    if key == "contacts":
        return (NOBODY_LEFT,)
    return (NOTHING_CANCELLED,) if entries or key in {"events", "projects", "news"} else ()


def _page(change: Change, verb: str, manner: Manner) -> Told:
    row = Row("Page", (Line("", _PAGE_NEWS.get(verb) or plain(change.get("summary") or verb)),))
    notes = (NOTHING_CANCELLED,) if verb in {"redesigned", "gone"} else ()
    return (row, *_redesigned(change), *_health(change, manner)), "", notes


def _redesigned(change: Change) -> list[Row]:
    """The titles of sections that a redesign took away and brought."""
    was, now = (change.get("fields") or {}).get("sections") or ((), ())
    told = {
        NO_LONGER_SHOWN: [plain(title, 100) for title in was if title not in now],
        "New sections": [plain(title, 100) for title in now if title not in was],
    }
    return [Row(label, (Line("", plain(listed(titles))),)) for label, titles in told.items() if titles]


def _text(change: Change, _verb: str, _manner: Manner) -> Told:
    section = change.get("section") or {}
    sentences = change.get("sentences") or []
    present = [pair for pair in sentences if pair[1]]
    gone = [pair for pair in sentences if not pair[1]]
    shown = [*present[:MOST_SENTENCES], *gone[:MOST_GONE]]
    rows = tuple(Row("", _sentence(old, new)) for old, new in shown)
    left = len(sentences) - len(rows)
    notes = (f"… and {left} more changed sentences on the page.",) if left > 0 else ()
    return rows, plain(section.get("title") or section.get("key") or "Text", 100), notes


def _unknown(change: Change, _verb: str, manner: Manner) -> Told:
    summary = plain(change.get("summary") or change["kind"])
    return (Row(plain(change["kind"], LONGEST_LABEL), (Line("", summary),)), *_fields(change, manner)), "", ()


def _sentence(old: str | None, new: str | None) -> tuple[Line, ...]:
    if not old or not new:
        return (Line("new" if new else "gone", plain(new or old or "")),)
    is_short = max(len(old), len(new)) <= LONGEST_MARKED
    runs = words.compare(plain(old, LONGEST_MARKED), plain(new, LONGEST_MARKED)) if is_short else ()
    if not runs:
        return Line("was", plain(old)), Line("now", plain(new))
    return (Line("", "".join(map(str, runs)), runs),)


def _fields(change: Change, manner: Manner) -> tuple[Row, ...]:
    """Every field that differs. The two days of an event are told as one span."""
    changed = dict(change.get("fields") or {})
    old, new = side(change, "before"), side(change, "after")
    rows = []
    if {"starts_on", "ends_on"} & changed.keys() and old and new:
        changed = {name: pair for name, pair in changed.items() if name not in {"starts_on", "ends_on"}}
        rows.append(
            _was_now("Date", *(dates_of(said, manner.language) or "not given" for said in (old, new)))
        )
    for name, (before, after) in changed.items():
        was, now = (_value(name, value, of, manner) for value, of in ((before, old), (after, new)))
        rows.append(_was_now(field_name(name), was, now))
    return tuple(rows)


def _value(name: str, value: Any, record: Mapping[str, Any], manner: Manner) -> str:
    if name == "email" and not value and record.get("email_protected"):
        return "protected on the page (unknown)"
    rule = (record.get("inferred") or {}).get(name)
    return shown_value(value, manner) + (f" (inferred: {plain(rule, 60)})" if rule and value else "")


def _health(change: Change, manner: Manner) -> tuple[Row, ...]:
    health = change.get("health") or {}
    told = {
        name: value for name, value in health.items() if isinstance(value, str | int | float) and value != ""
    }
    return tuple(
        Row(field_name(name), (Line("", shown_value(value, manner)),)) for name, value in told.items()
    )


def _was_now(label: str, was: str, now: str) -> Row:
    return Row(label, (Line("was", was), Line("now", now)))


def _line(tag: str, kind: str, record: Mapping[str, Any]) -> Line:
    return Line(tag, describe(kind, record) if record else "nobody shown")


_NOTES = {
    "cancelled": "The page says that it is cancelled.",
    "postponed": "The page says that it is postponed.",
    "ended": "It is over, and the page no longer lists it.",
    "removed": "Its list still stands on the page; this entry alone is gone. The page gives no reason.",
    "restored": "The page announces it again.",
}
_PAGE_NEWS = {
    "found": "A new page was found.",
    "gone": "No list links to the page any more, and it is no longer looked at. Its last good state is kept.",
    "redesigned": "The page was redesigned.",
    "blocked": "The site does not let us read the page. Its last good state is kept.",
    "failing": "The page cannot be read. Its last good state is kept.",
    "recovered": "The page can be read again.",
}
_TELLERS: dict[str, Callable[[Change, str, Manner], Told]] = {"role.changed": _role, "text.changed": _text}
_AREA_TELLERS: dict[str, Callable[[Change, str, Manner], Told]] = {
    "contact": _contact,
    "event": _record,
    "project": _record,
    "news": _record,
    "group": _group,
    "section": _section,
    "page": _page,
}
