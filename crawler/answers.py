"""The two ends of a fetch: what is asked for a page, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.rendering import Rendering

if TYPE_CHECKING:
    from crawler.fetching.access import Session

SECRET = {"set-cookie", "cookie", "authorization", "proxy-authorization"}
"""Headers that are sessions or passwords: they are not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """One page to look at, with the validators of the last answer that was read (RFC 9110 section 13.1).

    `render` says how a browser builds it, `session` how its source lets us in; None where neither is needed. Its
    requests count for `sources`; from `closes_at` on it is not to be asked for.
    """

    page_id: int
    url: str
    etag: str | None = None
    last_modified: str | None = None
    render: Rendering | None = None
    session: Session | None = None
    sources: tuple[str, ...] = ()
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the network gave for a job, as it was: no verdict yet.

    `url` was asked, `final_url` answered after redirects. `status` is 0 where no answer came, and `error` then says
    why in words for a person ("timed out after 30 s", "robots.txt forbids it", ...). `body` is decoded from its
    content coding; `headers` are as received, in order; `asked` are those of the request that was answered.
    Of a page that a browser rendered, `body` is what came of it, `screenshot` a picture (JPEG) where asked for.
    `not_before` is set where the look has to wait: it is then no look at all, and `error` says why.
    `truncated` is True where the body ended before its Content-Length or its coding did.
    """

    page_id: int
    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    asked_at: datetime
    received_at: datetime
    asked: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    truncated: bool = False
    refused_by_robots: bool = False
    screenshot: bytes | None = None
    not_before: datetime | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def without_secrets(
    headers: Iterable[tuple[str, str]], secret: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Headers as evidence, without the sessions that a site gave us and without what we log in with.

    `secret` are names of more headers to leave out.
    """
    left_out = SECRET | {name.lower() for name in secret}
    return tuple((name, value) for name, value in headers if name.lower() not in left_out)
