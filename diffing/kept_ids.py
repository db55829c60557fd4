"""Ids that were shown once and stay: a record that is read differently today is still the one that it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from diffing import match
from diffing.drafts import Register
from storage.observations import PageState, Version


def keep_ids(before: Sequence[Version], state: PageState, register: Register) -> None:
    """Merge ids: those that a new derivation no longer gives, with those that it gives to the same records.

    A record is the same where both derivations have it at one moment, by the identity that compares two looks.
    """
    shown = {register.resolve(version.record_id) for version in before}
    given = {register.resolve(version.record_id) for version in state.touched}
    lost = [version for version in before if register.resolve(version.record_id) in shown - given]
    new = [version for version in _once(state.touched) if register.resolve(version.record_id) not in shown]
    kept: set[str] = set()
    for moment in sorted({version.first_seen for version in lost}, reverse=True):
        old = [v for v in lost if v.first_seen == moment and v.record_id not in kept]
        now = [v for v in new if stands_at(v, moment) and register.resolve(v.record_id) not in shown]
        kept |= _merge(old, now, register)


def stands_at(version: Version, moment: datetime) -> bool:
    """Whether the answer for this moment is this version."""
    return version.first_seen <= moment and (version.next_look is None or moment < version.next_look)


def _merge(old: Sequence[Version], now: Sequence[Version], register: Register) -> set[str]:
    """The ids that were found again among the new ones."""
    kept = set()
    for kind in {version.record.kind for version in old}:
        mine, theirs = ([v for v in side if v.record.kind == kind] for side in (old, now))
        found = match.match([v.record for v in mine], [v.record for v in theirs])
        pairs = [(mine[i], theirs[j]) for i, j in found.pairs]
        for was, is_now in [
            *pairs,
            *_in_one_place([mine[i] for i in found.gone], [theirs[j] for j in found.come]),
        ]:
            register.merge(was.record_id, is_now.record_id)
            kept.add(was.record_id)
    return kept


def _in_one_place(old: Sequence[Version], now: Sequence[Version]) -> list[tuple[Version, Version]]:
    """What was read from one line of one answer is one, in its order, where both found as many on that line."""
    lines: dict[tuple[datetime, str, int], tuple[list[Version], list[Version]]] = {}
    for side, versions in enumerate((old, now)):
        for version in versions:
            place = (version.first_seen, version.record.section, version.record.place)
            lines.setdefault(place, ([], []))[side].append(version)
    return [
        pair
        for was, is_now in lines.values()
        if len(was) == len(is_now)
        for pair in zip(was, is_now, strict=True)
    ]


def _once(versions: Iterable[Version]) -> list[Version]:
    return list({id(version): version for version in versions}.values())
