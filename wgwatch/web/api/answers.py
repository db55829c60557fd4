"""Answers that know whether they were given before: a strong ETag of their bytes, 304 where nothing is new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

FRESH = "private, no-cache"
"""May be kept by who asked, and is asked for again each time: an ETag makes that cheap."""


def answered(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    changed_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The bytes, or 304 where the asker has them (RFC 9110, section 13)."""
    said = {"Cache-Control": FRESH, **(headers or {})}
    if request.method not in ("GET", "HEAD") or status != 200:
        return Response(body, status, {**said, "Cache-Control": "no-store"}, media_type)
    said["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if changed_at is not None:
        said["Last-Modified"] = format_datetime(changed_at.replace(microsecond=0), usegmt=True)
    if _is_known(request, said["ETag"]):
        return Response(None, 304, said)
    return Response(body, status, said, media_type)


def _is_known(request: Request, etag: str) -> bool:
    """By the ETag alone: an import or new reading rules change what is said of a time long past."""
    tags = request.headers.get("if-none-match", "")
    return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
