"""A message in a few lines, for chats: the gist, the changes that matter most, where to read on.

A page's words are harmless in it whatever the chat takes for markup, and nobody is called by them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from notifier.channels import Outgoing
from notifier.formats.addresses import web_address
from notifier.writing.entries import Change
from notifier.writing.links import change_page
from notifier.writing.subjects import by_importance, gist, gist_of_all, group_name
from notifier.writing.values import counted, listed, plain, shortened

MOST_CHANGES = 6
MOST_PAGES = 3
LONGEST = 900
"""Characters of the whole text: the narrowest of the services takes a thousand."""
LONGEST_LINE = 180
ROOM_FOR_COUNT = 40
_MARKUP = str.maketrans(
    {"<": "‹", ">": "›", "`": "ʹ", "*": "∗", "[": "［", "]": "］", "|": "¦", "~": "∼", "\\": "∖"}
)
"""Signs that some chat takes for markup, and signs that look alike."""
_CALL = re.compile(r"@(?=(?:everyone|here|channel|all|room|group)\b)|(?<![\w.+-])@(?=\w)", re.IGNORECASE)
"""Everybody, also inside a word; a person, but no e-mail address."""
_AROUND = re.compile(r"(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|__+")


def title_of(delivery: Outgoing) -> str:
    """The gist in one line, marked where it is not certain."""
    changes = [item.change for item in delivery.items]
    told = gist_of_all(changes) if changes else "nothing new"
    return _mark(changes) + harmless(f"Digest: {told}" if delivery.digest else told)


def text_of(delivery: Outgoing, public_url: str | None = None) -> str:
    """The changes behind the gist, most important first, as many as a chat holds; and links."""
    ordered = by_importance([item.change for item in delivery.items])
    end = [*_links(ordered, public_url), *_because(delivery)]
    lines = _fitted([_line(change) for change in ordered], LONGEST - sum(len(line) + 1 for line in end))
    return "\n".join([*(lines or ["No change was found."]), *end])


def harmless(text: str) -> str:
    """The text as a person reads it, without what formats it, links from it or calls somebody."""
    shown = _AROUND.sub(lambda found: "_\u200b" * len(found[0]), plain(text).translate(_MARKUP))
    return _CALL.sub("@\u200b", shown)


def _mark(changes: Sequence[Change]) -> str:
    if any(change.get("test") for change in changes):
        return "[test] "
    states = {str(change.get("state")) for change in changes}
    return _MARKS.get(states.pop(), "") if len(states) == 1 else ""


def _line(change: Change) -> str:
    told = change.get("summary") or gist(change)
    return harmless(f"• {group_name(change)}: {shortened(plain(told), LONGEST_LINE)}")


def _fitted(lines: Sequence[str], room: int) -> list[str]:
    """As many as there is room for, and a few at most; the rest counted."""
    taken: list[str] = []
    for line in lines[:MOST_CHANGES]:
        room -= len(line) + 1
        if taken and room < ROOM_FOR_COUNT:
            break
        taken.append(line)
    rest = len(lines) - len(taken)
    return [*taken, f"… and {counted(rest, 'more change')}"] if rest else taken


def _because(delivery: Outgoing) -> list[str]:
    asked = dict.fromkeys(
        (*delivery.context.reasons, *(name for item in delivery.items for name in item.reasons))
    )
    return [harmless(f"Subscription: {listed(list(asked))}")] if asked else []


def _links(changes: Sequence[Change], public_url: str | None) -> list[str]:
    """Where to read on: of one change its own page; else the pages that were looked at."""
    if public_url and len(changes) == 1:
        return [change_page(public_url, str(changes[0]["id"]))]
    pages = dict.fromkeys(filter(None, (web_address(change.get("page")) for change in changes)))
    return [quote(page, safe=":/?#=%&+;,.-") for page in pages if len(page) <= LONGEST_LINE][:MOST_PAGES]


_MARKS = {"held": "[unconfirmed] ", "confirmed": "Confirmed: ", "withdrawn": "Withdrawn: "}
