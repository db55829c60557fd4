"""The two cookies: who is logged in, and whom this browser has seen log in before."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from storage.access import sessions

SESSION = "wgwatch"
KNOWN = "wgwatch-known"


def read(request: Request, name: str) -> str | None:
    """The value of a cookie of ours."""
    return request.cookies.get(_named(request, name))


def begin(request: Request, response: Response, secret: str) -> None:
    """The browser is logged in until its session ends."""
    keep(request, response, SESSION, secret, sessions.LONGEST)


def keep(request: Request, response: Response, name: str, value: str, length: timedelta) -> None:
    """Scripts and other sites never see it. With a public address over https it goes over nothing else."""
    response.set_cookie(
        _named(request, name),
        value,
        max_age=int(length.total_seconds()),
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def end(request: Request, response: Response) -> None:
    """The browser is logged in no more."""
    name = _named(request, SESSION)
    response.delete_cookie(name, path="/", secure=_is_secure(request), httponly=True, samesite="lax")


def _named(request: Request, name: str) -> str:
    # the prefix has browsers refuse it from a neighbouring host, or over http (RFC 6265bis, section 4.1.3.2)
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: Request) -> bool:
    public_url: str | None = request.app.state.application.settings.public_url
    return (public_url or "").startswith("https://")
