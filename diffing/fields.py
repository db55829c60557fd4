"""What differs between two states of one record, field by field."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from diffing.spelling import country, spelt
from storage.records import Contact, Record

NOT_COMPARED = frozenset({"read_from", "email_protected", "honorific"})
"""How it was read and how politely it is said are no facts of the record."""

Fields = dict[str, tuple[Any, Any]]


def compare(old: Record, new: Record) -> Fields:
    """The facts that changed: `{"starts_on": ("2016-09-07", "2016-09-12")}`. Spelling alone is no change."""
    before, after = old.said(), new.said()
    return {
        name: (before[name], after[name])
        for name in before
        if name not in NOT_COMPARED
        and not equal(name, before[name], after[name])
        and not _unknown(name, old, new)
    }


def equal(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same."""
    if one == other:
        return True
    if one is None or other is None:
        return not one and not other
    return bool(_comparable(name, one) == _comparable(name, other))


def _comparable(name: str, value: Any) -> object:
    """A field's value without what says nothing: an address's scheme, a telephone number's blanks, spelling."""
    if isinstance(value, tuple | list):
        return sorted(str(_comparable(name, item)) for item in value)
    if name == "link":
        return _address(str(value))
    if name == "phone":
        return re.sub(r"\W", "", str(value))
    return country(value) if name in ("economy", "co_sponsors") else spelt(value)


def _address(link: str) -> str:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return link.strip()
    host = parts.netloc.casefold().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"


def _unknown(name: str, old: Record, new: Record) -> bool:
    """A protected e-mail is unknown: neither its coming nor its going is news of the address."""
    if name != "email" or not isinstance(old, Contact) or not isinstance(new, Contact):
        return False
    return old.email_protected or new.email_protected
