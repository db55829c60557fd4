"""Words as they are searched for: folded alike for every database, whatever its own dictionaries and versions do.

Case, diacritics and widths are folded. Scripts that write no spaces between words (Chinese, Japanese, Thai ...) and
Korean, which glues particles to them, are cut into pairs of characters, so that any part of a run is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.errors import UsageError

LONGEST = 64
"""Characters of a word that count; what is longer is no word of a language."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # noqa: E501
_WORD = re.compile(rf"(?P<run>[{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")
_TERM = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)')
_MARKS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word and where in the text it stands; `ends_run` marks the last character of a run without spaces."""

    word: str
    start: int
    end: int
    ends_run: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to follow each other; with `prefix` the last may go on."""

    words: tuple[str, ...]
    prefix: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The words of a text. Runs without spaces give each pair of neighbours, and the last character alone."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        if not match["run"]:
            yield Token(fold(match[0])[:LONGEST], start, end)
            continue
        for at in range(start, end):
            until = min(at + 2, end)
            yield Token(fold(text[at:until]), at, until, ends_run=until == at + 1)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [token.word for token in tokens(unicodedata.normalize("NFC", text))]


def fold(text: str) -> str:
    """Without case, diacritics and widths: `Việt Nam` is `viet nam`, `ＡＰＥＣ` is `apec`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", _MARKS.sub("", apart)).translate(_LETTERS)


def places(text: str, term: Term) -> list[tuple[int, int]]:
    """Where a term stands in a text, as first character and the one after the last."""
    found, length = list(tokens(text)), len(term.words)
    runs = (found[at : at + length] for at in range(len(found) - length + 1))
    return [(run[0].start, run[-1].end) for run in runs if _is(term, run)]


@lru_cache(maxsize=64)
def query(asked: str) -> tuple[Term, ...]:
    """What a person typed: words that all have to stand, `"a phrase"`, `begin*`. Raises UsageError without a word."""
    terms = []
    for match in _TERM.finditer(unicodedata.normalize("NFC", asked)):
        said = match["phrase"] if match["phrase"] is not None else match["word"]
        term = _term(said, open_ended=match["word"] is not None and said.endswith("*"))
        if term is not None:
            terms.append(term)
    if not terms:
        raise UsageError(f"there is no word to look for in '{asked}'")
    return tuple(terms)


def _is(term: Term, run: Sequence[Token]) -> bool:
    *said, last = [token.word for token in run]
    ends = last.startswith(term.words[-1]) if term.prefix else last == term.words[-1]
    return ends and said == list(term.words[:-1])


def _term(said: str, *, open_ended: bool) -> Term | None:
    found = list(tokens(said))
    if not found:
        return None
    if found[-1].ends_run:
        if len(found) > 1 and found[-2].end == found[-1].end:
            found.pop()  # the pair before it says it already, and a longer run goes on here
        else:
            open_ended = True  # one character begins every pair that it stands in
    return Term(tuple(token.word for token in found), open_ended)
