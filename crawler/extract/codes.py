"""Project codes in a text, by the shapes that a site gives them."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crawler.extract.dates import HAS_DIGIT
from crawler.extract.knowledge import Knowledge


@cache
def code_shape(knowledge: Knowledge) -> re.Pattern[str]:
    """A project code of the site, in brackets or bare, as group `code`."""
    codes = "|".join(f"(?:{pattern})" for pattern in knowledge.code_patterns)
    return re.compile(rf"[(\[]?\s*(?<![\w-])(?P<code>{codes})(?![\w-])\s*[)\]]?")


@cache
def _bare_code(knowledge: Knowledge) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in knowledge.code_patterns))


@lru_cache(maxsize=8192)
def find_code(text: str, knowledge: Knowledge) -> re.Match[str] | None:
    """The first code in a text; most texts have none, which is told cheaply."""
    if HAS_DIGIT.search(text) is None or _bare_code(knowledge).search(text) is None:
        return None
    return code_shape(knowledge).search(text)
