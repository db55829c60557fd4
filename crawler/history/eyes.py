"""By which eyes a page is seen: as its site sends it, or as a browser builds it.

What the two show is never held against each other: that `render` was switched on or off is no news about the page.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage import rendered
from storage.captures import Capture
from storage.pages import Page


def have_changed(connection: sa.Connection, page: Page, latest: Capture | None, is_rendered: bool) -> bool:
    """Whether a good answer of the page, rendered or not, is seen by other eyes than the last one.

    Where rendering is asked for and went no further than what the site sent (a refusal, a file), the eyes are the same.
    """
    if latest is None or (page.spec.get("render") and not is_rendered):
        return False
    return rendered.is_blob(connection, page.id, latest.blob_id) != is_rendered
