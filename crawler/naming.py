"""Roles that a site calls by words of its own, made plain to the general rules and written as shown in the records.

The rules know a role by its noun. A word of the site's own gets one put behind it before the page is read, with a
mark that no page has in that place, and loses both again in what was read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from crawler.extract.sections import slug
from storage.document import Block, Document
from storage.records import Reading

MARK = "\u2061"
"""An invisible character ("function application"), which is not part of any word."""
NOUN = f"{MARK} Coordinator"


def plain_roles(document: Document, words: Sequence[str]) -> Document:
    """The Document with the noun of a role behind each of these words."""
    if not words:
        return document
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    shape = re.compile(rf"(?<![\w-])(?P<word>{alternatives})(?P<many>s?)(?![\w-])", re.I)
    return replace(document, blocks=tuple(_plain(block, shape) for block in document.blocks))


def as_shown(reading: Reading, words: Sequence[str]) -> Reading:
    """The reading without those nouns: in its texts by their mark, in the keys of sections by the words."""
    text = json.dumps(reading.to_json(), ensure_ascii=False)
    if NOUN not in text:
        return reading
    data = json.loads(text.replace(NOUN, ""))
    keys = {f"{slug(word)}-coordinator": slug(word) for word in words}
    for section in data["sections"]:
        section["key"] = _shown_key(section["key"], keys)
    for record in (record for value in data.values() if isinstance(value, list) for record in value):
        if isinstance(record, dict) and "section" in record:
            record["section"] = _shown_key(record["section"], keys)
    return Reading.from_json(data)


def _shown_key(key: str, keys: Mapping[str, str]) -> str:
    for named, shown in keys.items():
        key = key.replace(named, shown)
    return key


def _plain(block: Block, shape: re.Pattern[str]) -> Block:
    if shape.search(block.text) is None:
        return block

    def each(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(shape.sub(rf"\g<word>{NOUN}\g<many>", text) for text in texts)

    return replace(block, text=each((block.text,))[0], lines=each(block.lines), cells=each(block.cells))
