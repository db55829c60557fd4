"""Any two captures of a page compared, neighbours or not. Nothing is stored."""

from __future__ import annotations

import sqlalchemy as sa

from crawler.derivation import Reader, facts_of, look_of
from diffing import history
from diffing.payload import changes_of
from storage.captures import Capture
from storage.changes import Change
from storage.observations import PageState
from storage.pages import Page
from storage.register import Register


def compare(
    connection: sa.Connection, page: Page, before: Capture, after: Capture, reader: Reader
) -> list[Change]:
    """The changes from one capture to another, as if the second had been the next look."""
    register = Register.load(connection, page.id, page.key)
    state = PageState()
    old = look_of(connection, page, before, reader, keep=False)
    new = look_of(connection, page, after, reader, keep=False)
    history.begin(state, old, register)
    drafts = history.advance(state, old, new, register)
    return changes_of(drafts, facts_of(page), old, new, register, lambda _: 0)
