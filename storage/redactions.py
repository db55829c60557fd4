"""What was erased by law and must not come back: recognised by salted hashes, masked wherever it is met.

A name is known by its words, whatever their order, case or diacritics; an e-mail as written; a phone by its digits.
A marker such as `[redacted 3]` takes their place: the number tells persons apart and says nothing else of them.
"""

from __future__ import annotations

import hashlib
import html
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.models import redactions
from storage.records import Reading

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[^\W_])+")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){5,}")
_TAG = re.compile(r"<[^<>]*>")
BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a person is known by, in the clear: only its hash is ever stored. `kind` as in the table."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """A stored term: `subject` is the number of the person, or of the answer."""

    subject: int
    kind: str
    words: int
    salt: bytes
    hash: bytes
    at: datetime
    reason: str

    def is_met(self, said: str) -> bool:
        """Whether a folded text is the term."""
        return _hash(self.salt, said) == self.hash

    @property
    def marker(self) -> str:
        return f"[redacted {self.subject}]"


@dataclass(frozen=True, slots=True)
class Redactions:
    """All that is erased, as one filter."""

    rows: tuple[Redaction, ...]

    def of_body(self, body: bytes) -> Redaction | None:
        """What forbids keeping an answer's bytes: they were erased themselves, or name a person who was."""
        if not self.rows:
            return None
        said = hashlib.sha256(body).hexdigest()
        erased = next((row for row in self._of(BYTES) if row.is_met(said)), None)
        return erased or self._named(_texts(body))

    def of_value(self, value: Any) -> Redaction | None:
        """A person who is named in a text, or anywhere in plain values."""
        return self._named(_strings(value)) if self.rows else None

    def mask(self, value: Any) -> Any:
        """The same plain values with markers in the place of persons."""
        if not self.rows:
            return value
        if isinstance(value, str):
            return self._masked(value)
        if isinstance(value, Mapping):
            return {self.mask(name): self.mask(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.mask(item) for item in value]
        return value

    def mask_reading(self, reading: Reading) -> Reading:
        """What an answer said, without the persons; the very same reading where it names none."""
        if not self.rows:
            return reading
        said = reading.to_json()
        return Reading.from_json(self.mask(said)) if self.of_value(said) else reading

    def _named(self, texts: Iterable[str]) -> Redaction | None:
        return next((row for text in texts for row, _, _ in self._found(text)), None)

    def _masked(self, text: str) -> str:
        found = sorted(self._found(text), key=lambda each: (each[1], -each[2]))
        parts, end = [], 0
        for row, first, last in found:
            if first >= end:
                parts += [text[end:first], row.marker]
                end = last
        return "".join((*parts, text[end:])) if parts else text

    def _found(self, text: str) -> Iterator[tuple[Redaction, int, int]]:
        """Terms with where they begin and end in a text."""
        for kind, pattern in (("email", _EMAIL), ("phone", _PHONE)):
            rows = self._of(kind)
            for match in pattern.finditer(text) if rows else ():
                said = folded(kind, match[0])
                yield from ((row, *match.span()) for row in rows if row.is_met(said))
        rows = self._of("name")
        words = [(_fold(match[0]), *match.span()) for match in _WORD.finditer(text)] if rows else []
        for row in rows:
            for i in range(len(words) - row.words + 1):
                window = words[i : i + row.words]
                if row.is_met(" ".join(sorted(word for word, _, _ in window))):
                    yield row, window[0][1], window[-1][2]

    def _of(self, kind: str) -> list[Redaction]:
        return [row for row in self.rows if row.kind == kind]


def load(connection: sa.Connection) -> Redactions:
    """All that is erased."""
    return Redactions(tuple(Redaction(**row._mapping) for row in connection.execute(_ALL)))


_ALL = sa.select(*(redactions.c[name] for name in Redaction.__slots__)).order_by(redactions.c.id)


def add(connection: sa.Connection, terms: Iterable[Term], now: datetime, reason: str) -> int:
    """Erase these from now on; answers the subject's number. One who is known keeps the number."""
    known = load(connection)
    wanted = list(dict.fromkeys((term.kind, folded(term.kind, term.text)) for term in terms))
    same = [
        row.subject for row in known.rows for kind, said in wanted if row.kind == kind and row.is_met(said)
    ]
    subject = min(same, default=max((row.subject for row in known.rows), default=0) + 1)
    for kind, said in wanted:
        if any(row.kind == kind and row.is_met(said) for row in known.rows):
            continue
        salt = secrets.token_bytes(16)
        row = Redaction(subject, kind, len(said.split()), salt, _hash(salt, said), now, reason)
        values = {name: getattr(row, name) for name in Redaction.__slots__}
        connection.execute(sa.insert(redactions).values(values))
    return subject


def folded(kind: str, text: str) -> str:
    """A term as it is compared."""
    if kind == "name":
        return " ".join(sorted(_fold(match[0]) for match in _WORD.finditer(text)))
    if kind == "phone":
        return "".join(c for c in text if c.isdigit())
    return text.casefold()


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _hash(salt: bytes, said: str) -> bytes:
    return hashlib.sha256(salt + said.encode()).digest()


def _texts(body: bytes) -> Iterator[str]:
    """An answer's bytes as text: as they are (attributes, plain text), and without tags."""
    text = html.unescape(body.decode("utf-8", "replace"))
    yield text
    yield _TAG.sub(" ", text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from (*_strings(name), *_strings(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
