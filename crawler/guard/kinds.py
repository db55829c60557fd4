"""What an answer may be in place of the page, and how much speaks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

ENOUGH = 5
"""So much weight decides: no single hint has it, but those that no page can give."""
CERTAIN = ENOUGH


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer that is not the page; `reason` says it to a person.

    How much of the page is otherwise there weighs on it, unless its hints are `absolute`.
    """

    outcome: Literal["blocked", "failed"]
    reason: str
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One hint: the kind that it speaks for, its weight, and what it is, for a person (may be empty)."""

    kind: Kind
    weight: int
    words: str = ""


def decide(signals: Iterable[Signal], context: int) -> tuple[Kind, tuple[str, ...]] | None:
    """The kind that most speaks for, with its reasons; None for a page.

    `context` is the weight of what is there beside the hints: little speaks for them, much against them. It counts
    only where there is a hint.
    """
    by_kind: dict[Kind, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_kind[signal.kind].append(signal)
    weights = {kind: _weight(kind, found, context) for kind, found in by_kind.items()}
    likeliest = max(weights, key=lambda kind: weights[kind], default=None)
    if likeliest is None or weights[likeliest] < ENOUGH:
        return None
    said = tuple(dict.fromkeys(signal.words for signal in by_kind[likeliest] if signal.words))
    return likeliest, (likeliest.reason, *said)


def _weight(kind: Kind, signals: Sequence[Signal], context: int) -> int:
    return sum(signal.weight for signal in signals) + (0 if kind.absolute else context)


CHALLENGE = Kind("blocked", "a guard in front of the site wants proof that we are human")
LOGIN = Kind("blocked", "the site asks for a login in place of the page")
CONSENT = Kind("blocked", "the site asks for consent in place of the page")
REGION = Kind("blocked", "the site does not show the page where we are")
OUT_OF_ORDER = Kind("failed", "the site shows a note about maintenance or an error in place of the page")
MISSING = Kind("failed", "the site says that the page is not there, or leads to another one")
ELSEWHERE = Kind("failed", "the address leads elsewhere, where the page is not")
SHELL = Kind("failed", "it is an empty frame that scripts are to fill")
REPLACED = Kind("failed", "hardly anything of the page is left")
EMPTY = Kind("failed", "it shows nothing to read")
FORMAT = Kind("failed", "it answers in another format than before", absolute=True)
GARBLED = Kind("failed", "its letters are broken: it came in another encoding than it says", absolute=True)
CUT = Kind("failed", "its end is missing", absolute=True)
