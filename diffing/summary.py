"""A change in one line, as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diffing.drafts import Draft
    from storage.records import Record

_LONGEST = 240


def of(draft: Draft) -> str:
    """The line for a change, at most 240 characters."""
    say = _SAY.get(draft.kind) or _SAY.get(draft.kind.split(".")[0]) or _say_kind
    return _cut(say(draft), _LONGEST)


def _cut(line: str, longest: int) -> str:
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _say_kind(draft: Draft) -> str:
    record = draft.after or draft.before
    label = record.label if record else ""
    noun, verb = draft.kind.split(".")
    return f"{noun.capitalize()} {verb}: {label}".rstrip(": ")


def _role_changed(draft: Draft) -> str:
    role = getattr(draft.after, "role", None) or "Contact"
    was, now = (record.said().get("name") if record else None for record in (draft.before, draft.after))
    if not now:
        return f"{role} is no longer named" + (f", was {was}" if was else "")
    return f"{role} is now {now}" + (f", was {was}" if was else "; the page had named nobody")


def _modified(draft: Draft) -> str:
    label = draft.before.label if draft.before else ""
    said = "; ".join(
        f"{_name(name)} {_shown(was)} -> {_shown(now)}" for name, (was, now) in draft.fields.items()
    )
    return f"{label}: {said}"


def _moved(draft: Draft) -> str:
    def where(index: int) -> str:
        day = draft.fields.get("starts_on") or draft.fields.get("ends_on")
        places = [draft.fields[name][index] for name in ("city", "economy") if name in draft.fields]
        return ", ".join(str(part) for part in ([day[index]] if day else []) + places if part)

    return f"{draft.before.label if draft.before else ''} moved to {where(1) or '?'} (was {where(0) or '?'})"


def _renamed(draft: Draft) -> str:
    was, now = draft.before, draft.after
    return f"{was.label if was else '?'} is now called {now.label if now else '?'}"


def _text_changed(draft: Draft) -> str:
    title = draft.section[1] if draft.section else "Text"
    was, now = draft.sentences[0] if draft.sentences else (None, None)
    if was and now:
        said = f"{title}: “{was}”, now “{now}”"
    else:
        said = f"{title}: new: “{now}”" if now else f"{title}: no longer: “{was}”"
    others = len(draft.sentences) - 1
    more = f" (and {others} more)" if others > 0 else ""
    return _cut(said, _LONGEST - len(more)) + more


def _section_gone(draft: Draft) -> str:
    title = draft.section[1] if draft.section else "A section"
    count = draft.fields.get("records", (None, None))[0]
    if not count:
        return f"Section {title} is no longer shown"
    return f"Section {title} ({count} entries) is no longer shown; the page does not say why"


def _contact_added(draft: Draft) -> str:
    return f"New contact: {_person(draft.after)}"


def _contact_removed(draft: Draft) -> str:
    return f"No longer listed as a contact: {_person(draft.before)}"


def _person(record: Record | None) -> str:
    said = record.said() if record else {}
    parts = (said.get("name"), said.get("role"), said.get("organization"))
    return ", ".join(part for part in parts if part) or "?"


def _section_back(draft: Draft) -> str:
    return f"Section {draft.section[1] if draft.section else '?'} is shown again"


def _redesigned(draft: Draft) -> str:
    if "columns" in draft.fields:
        return _other_columns(draft)
    was, now = draft.fields["sections"]
    gone = [title for title in was if title not in now]
    return "Page redesigned" + (f": {', '.join(gone)} no longer shown" if gone else "")


def _other_columns(draft: Draft) -> str:
    gone, come = draft.fields["columns"]
    said = [
        f"{verb} {', '.join(map(_name, names))}"
        for verb, names in (("no longer", gone), ("now", come))
        if names
    ]
    rows = draft.fields["records"][0]
    return f"{draft.section[1] if draft.section else 'A list'} redesigned: {rows} entries show {' and '.join(said)}"


def _name(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any) -> str:
    return "not shown" if value is None else str(value)


_SAY = {
    "role.changed": _role_changed,
    "contact.added": _contact_added,
    "contact.removed": _contact_removed,
    "event.moved": _moved,
    "event.renamed": _renamed,
    "contact.renamed": _renamed,
    "project.renamed": _renamed,
    "event.modified": _modified,
    "contact.modified": _modified,
    "project.modified": _modified,
    "group.modified": _modified,
    "text.changed": _text_changed,
    "section.gone": _section_gone,
    "section.back": _section_back,
    "page.redesigned": _redesigned,
}
