"""Does an answer stop before it ends? A stream may be cut without a sign of it in the transfer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.guard.glances import Glance
from crawler.guard.kinds import CERTAIN, CUT, Signal
from crawler.guard.past import Before

CLOSES = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
CONTAINERS = re.compile(
    r"<(/?)(?:div|ul|ol|table|section|main|article|form|nav|footer|header)\b", re.IGNORECASE
)
INSIDE = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"), ("<svg", "</svg"))
OPEN_TAG = re.compile(r"<(?:/?[a-z!?][^<>]*|/)?\Z")
LOST = "\ufffd"  # what stands for bytes that are no letter
TAIL = 20_000  # characters in which an open tag is looked for: data URLs may be long


def cut_inside(source: str) -> Iterator[Signal]:
    """Bytes that end within a tag, a comment or a script are not whole, whatever the page was like before."""
    if OPEN_TAG.search(source[-TAIL:]):
        yield Signal(CUT, CERTAIN, "it stops inside a tag")
        return
    if source.endswith(LOST) and source.count(LOST) == 1:
        yield Signal(CUT, CERTAIN, "it stops inside a letter")
        return
    for begin, end in INSIDE:
        begun = source.rfind(begin)
        if begun >= 0 and source.find(end, begun) < 0:
            yield Signal(CUT, CERTAIN, f"it stops inside {begin.strip('<')}")
            return


def is_closed(source: str) -> bool:
    """Whether it says that it ends here. HTML need not."""
    return CLOSES.search(source[-TAIL:]) is not None


def cut_since(now: Glance, old: Before) -> Iterator[Signal]:
    """Hints against the last good answer: it was closed, and this one stops in the middle of it."""
    if is_closed(now.source):
        return
    if is_closed(old.seen.source):
        yield Signal(CUT, 3, "it is not closed as it was")
    if _left_open(now.source) > _left_open(old.seen.source):
        yield Signal(CUT, 2, "it leaves open what it closed before")
    if len(now.source) < len(old.seen.source):
        yield Signal(CUT, 1, "it is shorter than before")
    lines = now.lines()
    if _stops_in_the_middle(old.seen.lines(), lines):
        yield Signal(CUT, 2, f"it stops after '{lines[-1][-40:]}'")


def _left_open(source: str) -> int:
    return sum(-1 if found[1] else 1 for found in CONTAINERS.finditer(source))


def _stops_in_the_middle(before: Sequence[str], now: Sequence[str]) -> bool:
    """Its last line is a line of the last good answer, or begins one, and nothing of what followed there is left."""
    last = now[-1] if now else ""
    place = max((n for n, line in enumerate(before) if last and line.startswith(last)), default=None)
    if place is None:
        return False
    followed = set(before[place + 1 :]) - set(before[: place + 1])
    return (bool(followed) or before[place] != last) and not followed & set(now)
