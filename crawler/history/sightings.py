"""The sighting that a look leaves in its page's chain, as it is made of the answer."""

from __future__ import annotations

from datetime import datetime

from crawler.answers import Answer, without_secrets
from storage.sightings import Sighting


def sighting_of(
    answer: Answer,
    seen_at: datetime,
    outcome: str,
    blob_id: int | None,
    address: str,
    *,
    good: bool = True,
    in_full: bool = True,
    reason: str | None = None,
    screenshot_id: int | None = None,
) -> Sighting:
    """`address` is where the bytes came from in the end. `in_full` is with the headers of request and answer: those
    of a look that repeats a capture say nothing that is kept.
    """
    return Sighting(
        seen_at=seen_at,
        address=answer.url,
        origin="check",
        outcome=outcome,
        good=good,
        status=answer.status,
        blob_id=blob_id,
        headers=without_secrets(answer.headers) if in_full else (),
        asked=answer.asked if in_full else (),
        answered_from=address if address != answer.url else None,
        reason=reason,
        screenshot_id=screenshot_id,
    )
