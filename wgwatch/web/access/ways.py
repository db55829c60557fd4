"""The way to the login page, and back to where one wanted to go."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

LOGIN = "/login"


def is_reader(request: Request) -> bool:
    """Whether a person asks for a page, who can be sent to log in first."""
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


def login_page(request: Request) -> str:
    """Where to log in, with the way back to what was asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return LOGIN if asked == "/" else f"{LOGIN}?{urlencode({'next': asked})}"


def own_path(wanted: str) -> str:
    """A path of ours to go on to; the first page instead of what a browser could take for another site."""
    parts = urlsplit(wanted) if wanted.isprintable() and "\\" not in wanted else None
    is_ours = parts and not (parts.scheme or parts.netloc) and wanted.startswith("/") and wanted[1:2] != "/"
    return wanted if is_ours and parts and parts.path != LOGIN else "/"
