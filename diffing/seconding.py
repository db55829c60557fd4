"""Whether a change on one page only repeats what another page had said of the same record already.

The same fact met on a second page is no second change; nor has a record gone that another page still shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diffing import fields as field_diff
from diffing.verdict import Verdict

GONE = (Verdict.REMOVED, Verdict.CANCELLED, Verdict.POSTPONED, Verdict.REPLACED)


@dataclass(frozen=True, slots=True)
class Said:
    """One version of what another page said of the record; `next_look` is when it no longer did."""

    record_id: str
    page_id: int
    said: Mapping[str, Any]
    first_seen: datetime
    next_look: datetime | None
    verdict: str | None


def said_before(
    kind: str, fields: Mapping[str, Sequence[Any]], at: datetime, page_id: int, others: Iterable[Said]
) -> Said | None:
    """The other page's version that had said it before (on a tie: the page that is watched longer)."""
    latest: dict[int, Said] = {}
    for other in sorted(others, key=lambda said: said.first_seen):
        if (other.first_seen, other.page_id) < (at, page_id) and other.page_id != page_id:
            latest[other.page_id] = other
    verb = kind.split(".")[1]
    return next((other for other in latest.values() if _tells(verb, fields, (at, page_id), other)), None)


def _tells(verb: str, fields: Mapping[str, Sequence[Any]], at: tuple[datetime, int], other: Said) -> bool:
    stands = other.next_look is None or (other.next_look, other.page_id) > at
    if verb == "removed":  # of several pages the last one that lets go tells it
        return stands
    if verb == "ended":
        return not stands and other.verdict == Verdict.ENDED
    if verb in ("cancelled", "postponed") and (other.verdict == verb or other.said.get("status") == verb):
        return True
    if not stands and other.verdict in GONE:
        return False
    if verb in ("added", "restored", "changed"):
        return True
    return bool(fields) and all(
        field_diff.equal(name, other.said.get(name), pair[1]) for name, pair in fields.items()
    )
