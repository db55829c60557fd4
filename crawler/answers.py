"""The two ends of a fetch: what is asked for a page, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """One page to look at, with the validators of the last answer that was read (RFC 9110 section 13.1)."""

    page_id: int
    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the network gave for a job, as it was: no verdict yet.

    `url` was asked, `final_url` answered after redirects. `status` is 0 where no answer came, and `error` then says
    why in words for a person ("timed out after 30 s", "robots.txt forbids it", ...). `body` is decoded from its
    content coding; `headers` are as received, in order. `truncated` is True where the body ended before its
    Content-Length or its coding did.
    """

    page_id: int
    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    asked_at: datetime
    received_at: datetime
    error: str | None = None
    truncated: bool = False
    refused_by_robots: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
