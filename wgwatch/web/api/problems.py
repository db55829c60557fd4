"""What went wrong, for programs: problem details (RFC 9457), never a traceback, never a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from config.errors import ConfigError, FieldErrors, RemovedError, StorageError, UsageError, WgwatchError
from wgwatch.cli.output import json_text

PREFIXES = ("/api/", "/feeds/")
"""Addresses that programs ask at."""
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: ("not-understood", "That cannot be asked so"),
    401: ("log-in", "Say who asks"),
    403: ("not-allowed", "That is not for you"),
    404: ("not-found", "There is no such thing"),
    405: ("method", "That cannot be done here"),
    409: ("in-the-way", "Something stands in the way"),
    410: ("removed", "These bytes are gone"),
    413: ("too-long", "That is too long"),
    429: ("too-often", "That is too often"),
    500: ("defect", "Something broke here"),
    503: ("not-ready", "The database or the configuration is not as it should be"),
}
"""By status: under which heading `/api` explains it, and its title."""

Handler = Callable[[Request, Exception], Response]


class NoAnswer(WgwatchError):
    """There is no answer, and `known` says what there is instead."""

    def __init__(self, said: str, known: dict[str, Any]) -> None:
        super().__init__(said)
        self.known = known


def refusal(error: ValidationError) -> FieldErrors:
    """What pydantic found, in sentences of ours."""
    return FieldErrors([(".".join(map(str, each["loc"])), _sentence(each)) for each in error.errors()])


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """A problem's details as a response."""
    slug, title = TITLES.get(status, ("other", "That did not work"))
    body = {"type": f"/api#{slug}", "title": title, "status": status, "detail": detail, **more}
    said = {"Cache-Control": "no-store", **(headers or {})}
    return Response(json_text(body), status, said, MEDIA_TYPE)


def beside(page: Handler, for_programs: Handler) -> Handler:
    """The handler of an error: programs get its details, people a page."""

    def handler(request: Request, error: Exception) -> Response:
        asked_by_program = request.url.path.startswith(PREFIXES)
        return for_programs(request, error) if asked_by_program else page(request, error)

    return handler


def on_http(request: Request, error: Exception) -> Response:
    """Addresses that there are not, ways to ask that we do not know, visitors who may not."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # the route that was met knows only its own
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    known = {404: "There is nothing under this address.", 405: "Its methods are in the header Allow."}
    said = (
        error.detail if error.detail not in ("Not Found", "Method Not Allowed") else known[error.status_code]
    )
    return problem(error.status_code, said, headers=headers)


def on_ours(request: Request, error: Exception) -> Response:
    """Errors of ours: a sentence, and what it is about."""
    if isinstance(error, FieldErrors):
        errors = [{"parameter": name, "detail": why} for name, why in error.fields]
        return problem(400, str(error), errors=errors)
    if isinstance(error, NoAnswer):
        return problem(404, str(error), **error.known)
    return problem(_status(error), str(error))


def on_defect(request: Request, error: Exception) -> Response:
    """What we did not foresee: the server logs it whole."""
    return problem(500, "This is a defect of wgwatch, not of what you did. The log says more.")


def _status(error: Exception) -> int:
    if isinstance(error, UsageError):
        return 400
    if isinstance(error, RemovedError):
        return 410
    return 503 if isinstance(error, StorageError | ConfigError) else 404


def _methods(request: Request) -> set[str]:
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    mine = [route for route in routes if route.path_regex.match(request.url.path)]
    return {method for route in mine for method in route.methods or ()}


def _sentence(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such parameter"
    if error["type"] == "missing":
        return "is missing"
    message = str(error.get("ctx", {}).get("error", error["msg"]))
    given = error["input"]
    short = isinstance(given, str) and len(given) <= 60
    return f"{message}, not {json.dumps(given, ensure_ascii=False)}" if short and "ctx" in error else message
