"""The way to the login page, and back to where one wanted to go."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

LOGIN = "/login"


PROGRAMS = ("/api/", "/feeds/")


def to_login(request: Request) -> Response | None:
    """Sends a person who asks for a page to log in first; None where a program asks."""
    if request.method not in ("GET", "HEAD") or request.url.path.startswith(PROGRAMS):
        return None
    if "hx-request" in request.headers:  # a part of a page: the whole has to go there
        return Response(status_code=401, headers={"HX-Redirect": login_page(request)})
    is_page = "text/html" in request.headers.get("accept", "")
    return RedirectResponse(login_page(request), 303) if is_page else None


def login_page(request: Request) -> str:
    """Where to log in, with the way back to what was asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return LOGIN if asked == "/" else f"{LOGIN}?{urlencode({'next': asked})}"


def own_path(wanted: str) -> str:
    """A path of ours to go on to; the first page instead of what a browser could take for another site."""
    parts = urlsplit(wanted) if wanted.isprintable() and "\\" not in wanted else None
    is_ours = parts and not (parts.scheme or parts.netloc) and wanted.startswith("/") and wanted[1:2] != "/"
    return wanted if is_ours and parts and parts.path != LOGIN else "/"
