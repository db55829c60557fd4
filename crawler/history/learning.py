"""After a check: which parts of the page differed again, so that noise is known as such (`diffing.noise`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from diffing.noise import Watched, hits, learn
from storage import noise
from storage.changes import Change
from storage.noise import Mark


def learn_noise(
    connection: sa.Connection,
    page_id: int,
    found: Sequence[Change],
    last_look: datetime | None,
    now: datetime,
) -> None:
    """Take note of what a check at `now` found against the last good look. The caller holds the page."""
    marks = noise.of_page(connection, page_id)
    texts = [
        (change.payload["section"]["key"], change.payload["sentences"])
        for change in found
        if change.kind == "text.changed" and not change.noise
    ]
    settled = {(mark.section, mark.pattern) for mark in marks if mark.state != "watching"}
    watched = {
        (mark.section, mark.pattern): Watched(mark.times, mark.last_at, mark.examples)
        for mark in marks
        if mark.state == "watching"
    }
    seen = {
        key: example
        for key, example in (hits(texts, last_look, now) if last_look else {}).items()
        if key not in settled
    }
    if seen or watched:
        noise.replace_watched(
            connection, page_id, [_mark(key, it) for key, it in learn(watched, seen, now).items()]
        )


def _mark(key: tuple[str, str], watched: Watched) -> Mark:
    return Mark(
        section=key[0],
        pattern=key[1],
        origin="learned",
        state="active" if watched.is_noise else "watching",
        times=watched.times,
        last_at=watched.last_at,
        examples=watched.examples,
    )
