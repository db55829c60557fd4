"""Which answers about the past became different, when the same captures were read anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from diffing.fields import Fields
from diffing.kept_ids import stands_at
from diffing.payload import in_json
from storage.observations import Version

NOW_READ, NO_LONGER_READ, SAID = "now read", "no longer read", "said"


@dataclass(frozen=True, slots=True)
class Difference:
    """The answers as of `since` and later, up to `until` (None: to this day), about one record.

    `what` is `now read`, `no longer read` or `said`; then `fields` has what was answered before, and what is now.
    """

    since: datetime
    until: datetime | None
    kind: str
    record_id: str
    label: str
    what: str
    fields: Fields = field(default_factory=dict)

    def __str__(self) -> str:
        """`as of 2016-09-23: contact Mei Tan: role 'Director' was 'Programme Director'`."""
        period = f"as of {self.since:%Y-%m-%d}" + (f" (until {self.until:%Y-%m-%d})" if self.until else "")
        told = [
            f"{name.replace('_', ' ')} {_shown(now)} was {_shown(was)}"
            for name, (was, now) in self.fields.items()
        ]
        return f"{period}: {self.kind} {self.label}: {'; '.join(told) or self.what}"

    def to_json(self) -> dict[str, Any]:
        return {
            "as_of": in_json(self.since),
            "until": in_json(self.until) if self.until else None,
            "kind": self.kind,
            "record_id": self.record_id,
            "label": self.label,
            "what": self.what,
            "fields": {name: list(pair) for name, pair in self.fields.items()},
            "sentence": str(self),
        }


def compare(
    before: Sequence[Version], after: Sequence[Version], resolve: Callable[[str], str] = str
) -> list[Difference]:
    """What the two derivations answer differently, oldest first; `resolve` gives the id that an id stands for."""
    old, new = _by_record(before, resolve), _by_record(after, resolve)
    found = [
        difference
        for record_id in old.keys() | new.keys()
        for difference in _of_record(record_id, old.get(record_id, []), new.get(record_id, []))
    ]
    return sorted(found, key=lambda d: (d.since, d.kind, d.label, d.record_id))


def _by_record(versions: Sequence[Version], resolve: Callable[[str], str]) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for version in {id(version): version for version in versions}.values():
        found.setdefault(resolve(version.record_id), []).append(version)
    return found


def _of_record(record_id: str, old: Sequence[Version], new: Sequence[Version]) -> Iterator[Difference]:
    """The stretches over which the answers differ; those that differ alike are one."""
    moments = sorted({m for v in (*old, *new) for m in (v.first_seen, v.next_look) if m is not None})
    current: Difference | None = None
    for moment in moments:
        following = _at(record_id, moment, old, new)
        if current and following and replace(following, since=current.since) == current:
            continue
        if current:
            yield replace(current, until=moment)
        current = following
    if current:
        yield current


def _at(
    record_id: str, moment: datetime, old: Sequence[Version], new: Sequence[Version]
) -> Difference | None:
    was, now = _standing(old, moment), _standing(new, moment)
    shown = now or was or _last(new, moment) or _last(old, moment)
    if shown is None:
        return None
    if was and now:
        what, changed = SAID, _fields(was, now)
    elif was or now:
        what, changed = (NOW_READ if now else NO_LONGER_READ), {}
    else:
        what, changed = SAID, _states(_last(old, moment), _last(new, moment))
    if what == SAID and not changed:
        return None
    return Difference(moment, None, shown.record.kind, record_id, shown.record.label, what, changed)


def _fields(was: Version, now: Version) -> Fields:
    said, says = was.record.said(), now.record.said()
    return {name: (said.get(name), value) for name, value in says.items() if said.get(name) != value}


def _states(was: Version | None, now: Version | None) -> Fields:
    """Why the record is no longer shown, where both know it."""
    if was is None or now is None or was.verdict == now.verdict:
        return {}
    return {"state": (was.verdict, now.verdict)}


def _standing(versions: Sequence[Version], moment: datetime) -> Version | None:
    return next((version for version in versions if stands_at(version, moment)), None)


def _last(versions: Sequence[Version], moment: datetime) -> Version | None:
    ended = [version for version in versions if version.first_seen <= moment]
    return max(ended, key=lambda version: version.first_seen, default=None)


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"'{value}'"
