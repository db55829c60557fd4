"""Bytes into a Reading: what one answer says, under which rules. Needs neither a network nor a database."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from crawler.documents import parse
from crawler.extract import extract
from crawler.extract.knowledge import DEFAULT, Knowledge
from storage.document import Document
from storage.records import Reading

HERE = Path(__file__).parent
RULES_IN = ("crawler/documents", "crawler/extract", "storage/document.py", "storage/records.py")


def read(
    body: bytes, *, content_type: str | None = None, url: str | None = None, knowledge: Knowledge = DEFAULT
) -> Reading:
    """All that an answer says. Raises ReadError for formats that are not read."""
    return read_document(parse(body, content_type, url), url=url, knowledge=knowledge)


def parse_digest(
    body: bytes, *, content_type: str | None = None, url: str | None = None
) -> tuple[Document, str]:
    """The Document and its digest: where that is the known one, the answer need not be read again."""
    document = parse(body, content_type, url)
    return document, document.digest()


def read_document(
    document: Document, *, url: str | None = None, knowledge: Knowledge = DEFAULT, digest: str | None = None
) -> Reading:
    """The Reading of a Document; `digest` spares computing it again."""
    found = extract(document, url=url, knowledge=knowledge)
    return Reading(
        rules=reading_rules(knowledge),
        digest=digest or document.digest(),
        title=document.title,
        group=found.group,
        events=found.events,
        contacts=found.contacts,
        projects=found.projects,
        news=found.news,
        sections=found.sections,
        warnings=found.warnings,
    )


@cache
def reading_rules(knowledge: Knowledge = DEFAULT) -> str:
    """SHA-256 (hex) over the source of all that reads and the knowledge: another hash, another reading."""
    rules = hashlib.sha256()
    for path in _sources():
        rules.update(f"{path.relative_to(HERE.parent).as_posix()}\n".encode())
        rules.update(path.read_bytes())
    rules.update(knowledge.fingerprint().encode())
    return rules.hexdigest()


def _sources() -> list[Path]:
    roots = [HERE.parent / name for name in RULES_IN]
    return sorted(path for root in roots for path in ([root] if root.is_file() else root.rglob("*.py")))
