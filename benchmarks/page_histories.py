"""Histories of pages for measuring the storage: saved ones, and ones made of what real pages do over years."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from big_pages import TALK

WORDS = sorted(set(TALK.split()))
PLACES = ("Lima, Peru", "Ha Noi, Viet Nam", "Singapore", "Santiago, Chile", "Seattle, United States")
MONTHS = ("January", "March", "May", "August", "October")
SHAPES = {
    "small edits": ("edits",),
    "noise tokens": ("noise", "edits"),
    "growing list": ("list",),
    "redesigns": ("edits", "list", "noise", "redesign"),
}
REDESIGN_EVERY = 40
SISTERS = 12

History = list[tuple[str, bytes]]
"""A site's versions in order of time, each with the name of its page."""


def saved_histories(folder: Path) -> Iterator[tuple[str, History]]:
    """The sites under a folder, whose `index.json` names file, url and time of each saved page."""
    for index in sorted(folder.glob("*/index.json")):
        entries = sorted(json.loads(index.read_text()), key=lambda entry: entry["captured_at"])
        yield (
            index.parent.name,
            [(_name(entry["url"]), (index.parent / entry["file"]).read_bytes()) for entry in entries],
        )


def made_histories(versions: int) -> Iterator[tuple[str, History]]:
    """One page of each shape, and a site of sister pages that share their layout."""
    for name, habits in SHAPES.items():
        yield name, [("page", body) for body in _lives(random.Random(name), versions, habits, "")]
    dice = random.Random("sisters")
    layout = _layout(dice, "plain")
    pages = {n: _lives(dice, max(2, versions // SISTERS), ("edits", "list"), layout) for n in range(SISTERS)}
    looks = zip(*pages.values(), strict=True)
    yield "sister pages", [(f"page-{n}", body) for look in looks for n, body in enumerate(look)]


def _lives(dice: random.Random, versions: int, habits: tuple[str, ...], layout: str) -> list[bytes]:
    """The versions of a page, each a little other than the last."""
    head = layout or _layout(dice, "plain")
    texts = [_prose(dice, dice.randrange(20, 80)) for _ in range(25)]
    entries = [_entry(dice, "event") for _ in range(30)]
    made = []
    for n in range(versions):
        if "edits" in habits:
            _reword(dice, texts)
        if "list" in habits:
            entries.insert(0, _entry(dice, "event"))
            if n % 4 == 3:
                entries.pop(dice.randrange(len(entries)))
        if "redesign" in habits and n % REDESIGN_EVERY == REDESIGN_EVERY - 1:
            head = _layout(dice, f"design-{n}")
            entries = [entry.replace('class="', f'class="design-{n}-') for entry in entries]
        token = f'<input name="token" value="{dice.getrandbits(128):032x}">' if "noise" in habits else ""
        made.append(_page(head, token, texts, entries))
    return made


def _page(head: str, token: str, texts: list[str], entries: list[str]) -> bytes:
    told = "\n".join((*(f"<p>{text}</p>" for text in texts), "<ul>", *entries, "</ul>"))
    return f"{head}{token}\n{told}\n</body></html>\n".encode()


def _reword(dice: random.Random, texts: list[str]) -> None:
    place = dice.randrange(len(texts))
    words = texts[place].split()
    words[dice.randrange(len(words))] = dice.choice(WORDS)
    texts[place] = " ".join(words)


def _layout(dice: random.Random, style: str) -> str:
    links = [(dice.choice(WORDS), dice.randrange(10**4), _prose(dice, 2)) for _ in range(60)]
    menu = "\n".join(
        f'<li class="{style}-item"><a href="/{word}/{n}">{text}</a></li>' for word, n, text in links
    )
    script = f'<script src="/{style}/{dice.randrange(10**9)}.js"></script>'
    return f"<!doctype html><html><head><title>Group</title>{script}</head><body><nav><ul>{menu}</ul></nav>"


def _entry(dice: random.Random, style: str) -> str:
    day = f"{dice.randrange(1, 29)} {dice.choice(MONTHS)} {dice.randrange(2020, 2030)}"
    link = f'<a href="/events/{dice.randrange(10**6)}">{_prose(dice, dice.randrange(4, 9))}</a>'
    return f'<li class="{style}">{day} {link} {dice.choice(PLACES)}</li>'


def _prose(dice: random.Random, words: int) -> str:
    return f"{' '.join(dice.choices(WORDS, k=words)).capitalize()}."


def _name(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[-1] or "page"
