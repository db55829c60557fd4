"""Writes the description of the API into the documents."""

from __future__ import annotations

from wgwatch.web.api import OPERATIONS
from wgwatch.web.api.document import FILE, as_text

FILE.write_text(as_text(OPERATIONS), "utf-8")
