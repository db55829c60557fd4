"""What was seen, out of the database, in formats that others read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import IO

import sqlalchemy as sa

from storage.asking.evidence import sightings_around
from storage.changes import Change
from storage.warc.writing import SightingWriter, Written, sightings_for
from wgwatch import __version__

SOFTWARE = f"wgwatch/{__version__}"


def export_pages(
    connection: sa.Connection, page_ids: Sequence[int], out: IO[bytes], *, is_packed: bool, now: datetime
) -> Written:
    """Every look at these pages as a WARC file, in order of time."""
    writer = SightingWriter(out, is_packed=is_packed, software=SOFTWARE, now=now)
    for row in list(sightings_for(connection, page_ids)):
        writer.write(connection, row)
    return writer.written


def export_change(
    connection: sa.Connection, change: Change, out: IO[bytes], *, is_packed: bool, now: datetime
) -> Written:
    """The looks behind a change as a WARC file."""
    writer = SightingWriter(out, is_packed=is_packed, software=SOFTWARE, now=now)
    for row in sightings_around(connection, change):
        writer.write(connection, row)
    return writer.written
