"""Contacts as vCards: version 3.0 (RFC 2426), which every address book reads, or 4.0 (RFC 6350).

One card is one appointment: who holds two roles has two cards. A protected address is unknown and left out, as the
note says. A name is split only where its page shows how: `NGHIEM` in capitals, or `Nghiem, Xuan Hoa`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from notifier.formats.addresses import web_address
from notifier.writing.values import moment, plain

Record = Mapping[str, Any]
Version = Literal["3.0", "4.0"]

PRODUCT = "-//wgwatch//wgwatch//EN"
LONGEST = 300
WIDTH = 75
NO_FAMILY = frozenset({"II", "III", "IV", "JR", "SR", "MD", "PHD", "MBA", "ESQ"})


def cards_of(records: Iterable[Record], *, version: Version = "3.0") -> bytes:
    """A card for each contact, one after the other; see `card_of`."""
    return b"".join(card_of(record, version=version) for record in records)


def card_of(record: Record, *, version: Version = "3.0") -> bytes:
    """A contact's card.

    `record` holds the contact's fields and its `id`, which is the UID for ever; `first_seen` and `page` say how it is
    known, and where there was a later look already, `last_seen` and `next_look`. Times are aware or in ISO form.
    """
    lines = ["BEGIN:VCARD", f"VERSION:{version}", *_lines(record, version), "END:VCARD"]
    return b"".join(_folded(line) for line in lines)


def name_parts(name: str) -> tuple[str, str]:
    """Family and given name, as far as they can be told apart; else the whole as it stands in the second."""
    before, comma, after = (part.strip() for part in name.partition(","))
    if comma and after and (" " not in before or before.isupper()):
        return before, after
    words = name.split()
    capitals = [_is_family(word) for word in words]
    for count in range(len(words) - 1, 0, -1):
        if capitals == [False] * (len(words) - count) + [True] * count:
            return " ".join(words[-count:]), " ".join(words[:-count])
        if capitals == [True] * count + [False] * (len(words) - count):
            return " ".join(words[:count]), " ".join(words[count:])
    return "", name


def _is_family(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word))
    return len(letters) > 1 and letters.isupper() and letters not in NO_FAMILY


def _lines(record: Record, version: Version) -> Iterator[str]:
    said = {key: plain(record[key], LONGEST) for key in _TEXTS if record.get(key)}
    family, given = name_parts(said.get("name", ""))
    shown = said.get("name") or said.get("role") or said.get("organization") or "?"
    yield _text("FN", shown)
    yield _text("N", family, given, "", said.get("honorific", "") if "name" in said else "", "")
    if version == "4.0":
        yield _text("KIND", "individual" if said.get("name") else "org")
    if "organization" in said or "department" in said:
        department = [said["department"]] if "department" in said else []
        yield _text("ORG", said.get("organization", ""), *department)
    for name, key in _PROPERTIES.items():
        if key in said:
            yield _text(name, said[key])
    if "email" in said:
        yield _text("EMAIL" if version == "4.0" else "EMAIL;TYPE=INTERNET", said["email"])
    for name in ("link", "page"):
        if address := web_address(record.get(name)):
            yield f"{_ADDRESSES[name]}:{address}"
    yield _text("NOTE", "\n".join(_note(record)))
    yield _text("UID;VALUE=text" if version == "4.0" else "UID", plain(record["id"], LONGEST))
    yield f"REV:{_time(record.get('changed_at') or record['first_seen']):%Y%m%dT%H%M%SZ}"
    yield _text("PRODID", PRODUCT)


def _note(record: Record) -> Iterator[str]:
    """Where and when this was seen, and what no property can hold."""
    first = f"{_time(record['first_seen']):%Y-%m-%d}"
    page = f" on {plain(record['page'], LONGEST)}" if record.get("page") else ""
    if record.get("last_seen") and record.get("next_look"):
        last, following = (f"{_time(record[name]):%Y-%m-%d}" for name in ("last_seen", "next_look"))
        yield f"Seen{page}: first {first}, last {last}, next look {following}"
    else:
        yield f"First seen{page}: {first}"
    for label, key in _LABELS.items():
        if record.get(key):
            yield f"{label}: {plain(record[key], LONGEST)}"
    if record.get("email_protected") and not record.get("email"):
        yield "E-mail: protected on the page (unknown)"
    for name, rule in (record.get("inferred") or {}).items():
        yield f"Inferred: {plain(name, 40)} ({plain(rule, 60)})"


def _text(name: str, *values: str) -> str:
    return f"{name}:{';'.join(value.translate(_ESCAPES) for value in values)}"


def _folded(line: str) -> bytes:
    """The line in parts of at most 75 octets, no letter split (RFC 6350 section 3.2)."""
    parts, width = [""], WIDTH
    for letter in line:
        size = len(letter.encode())
        if size > width:
            parts.append("")
            width = WIDTH - 1  # for the blank that the part begins with
        parts[-1] += letter
        width -= size
    return "\r\n ".join(parts).encode() + b"\r\n"


def _time(when: datetime | str) -> datetime:
    return moment(when) if isinstance(when, str) else when.astimezone(UTC)


_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_TEXTS = ("name", "honorific", "role", "organization", "department", "email", "phone", "group")
_PROPERTIES = {"TITLE": "role", "ROLE": "role", "TEL": "phone", "CATEGORIES": "group"}
_ADDRESSES = {"link": "URL", "page": "SOURCE"}
_LABELS = {"Economy": "economy", "Term": "term", "Group": "group"}
