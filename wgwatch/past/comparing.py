"""Any two captures of a page compared, neighbours or not. Nothing is stored."""

from __future__ import annotations

import sqlalchemy as sa

from crawler.documents import parse
from crawler.history.derivation import Reader, facts_of, look_of
from diffing import history, page
from diffing.page import Aligned
from diffing.payload import changes_of
from storage import blobs
from storage.captures import Capture
from storage.changes import Change
from storage.document import Document
from storage.observations import PageState
from storage.pages import Page
from storage.register import Register


def compare(
    connection: sa.Connection, page: Page, before: Capture, after: Capture, reader: Reader
) -> list[Change]:
    """The changes from one capture to another, as if the second had been the next look: of records, then of texts."""
    register = Register.load(connection, page.id, page.key)
    state = PageState()
    old = look_of(connection, page, before, reader, keep=False)
    new = look_of(connection, page, after, reader, keep=False)
    history.begin(state, old, register)
    drafts = history.advance(state, old, new, register)
    found = changes_of(drafts, facts_of(page), old, new, register, lambda _: 0)
    return sorted(found, key=lambda change: change.kind == "text.changed")


def align(connection: sa.Connection, before: Capture, after: Capture) -> tuple[Aligned, ...]:
    """Both captures block by block. Raises ReadError for what is no text."""
    return page.align(_document(connection, before), _document(connection, after))


def _document(connection: sa.Connection, capture: Capture) -> Document:
    return parse(blobs.get(connection, capture.blob_id), capture.content_type, capture.address)
