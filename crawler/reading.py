"""Bytes into a Reading: what one answer says, under which rules. Needs neither a network nor a database."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from crawler.documents import parse
from crawler.extract import extract
from crawler.extract.knowledge import DEFAULT, Knowledge
from crawler.profiled.protected import show_addresses
from crawler.profiled.selectors import Selected, put_in, select
from storage.document import Document
from storage.records import Reading

HERE = Path(__file__).parent
RULES_IN = (
    *("crawler/documents", "crawler/extract", "crawler/profiled/facts.py", "crawler/profiled/protected.py"),
    *("crawler/profiled/selectors.py", "storage/document.py", "storage/records.py"),
)


def read(
    body: bytes,
    *,
    content_type: str | None = None,
    url: str | None = None,
    knowledge: Knowledge = DEFAULT,
    seen_at: datetime | None = None,
) -> Reading:
    """All that an answer says, seen at a time (UTC), which decides on the selectors of a profile; without one
    those hold that hold still. Raises ReadError for formats that are not read.
    """
    document = parse(body, content_type, url)
    selected = selection(document, body, content_type, url=url, knowledge=knowledge, seen_at=seen_at)
    return read_document(document, url=url, knowledge=knowledge, selected=selected)


def selection(
    document: Document,
    body: bytes,
    content_type: str | None,
    *,
    url: str | None,
    knowledge: Knowledge,
    seen_at: datetime | None,
) -> Selected | None:
    """What a profile's selectors find on a page; None where the profile has none, or the page is no HTML."""
    if not knowledge.layouts or document.format != "html":
        return None
    return select(body, content_type, url, knowledge, seen_at)


def parse_digest(
    body: bytes, *, content_type: str | None = None, url: str | None = None
) -> tuple[Document, str]:
    """The Document and its digest: where that is the known one, the answer need not be read again."""
    document = parse(body, content_type, url)
    return document, document.digest()


def read_document(
    document: Document,
    *,
    url: str | None = None,
    knowledge: Knowledge = DEFAULT,
    digest: str | None = None,
    selected: Selected | None = None,
) -> Reading:
    """The Reading of a Document, with what selectors found; `digest`, the Document's, spares computing it again."""
    said = digest or document.digest()
    document = show_addresses(document, is_decoded=knowledge.decode_emails)
    found = extract(document, url=url, knowledge=knowledge)
    reading = Reading(
        rules=reading_rules(knowledge),
        digest=selected.digest(said) if selected else said,
        title=document.title,
        group=found.group,
        events=found.events,
        contacts=found.contacts,
        projects=found.projects,
        news=found.news,
        sections=found.sections,
        warnings=found.warnings,
        groups=found.groups,
    )
    return put_in(reading, document, selected) if selected else reading


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
