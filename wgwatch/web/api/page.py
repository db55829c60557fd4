"""The page that describes the API to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from wgwatch.web.api.document import parameters
from wgwatch.web.api.operations import BASE, Operation
from wgwatch.web.api.problems import TITLES
from wgwatch.web.templating import show
from wgwatch.web.visitors import SCOPES


@dataclass(frozen=True, slots=True)
class Line:
    """An operation in the table; `leads` is its address, where that can be asked as it stands."""

    name: str
    method: str
    path: str
    leads: str | None
    summary: str
    role: str
    scope: str
    parameters: tuple[dict[str, Any], ...]


def described(request: Request, operations: tuple[Operation, ...]) -> Response:
    """All that can be asked, with what each takes."""
    return show(
        request,
        "api.html",
        base=BASE,
        operations=[_line(each) for each in operations],
        problems=[(slug, status, title) for status, (slug, title) in TITLES.items()],
        scopes=SCOPES,
    )


def _line(operation: Operation) -> Line:
    takes = tuple(parameters(operation))
    is_plain = operation.method == "GET" and not any(each["required"] for each in takes)
    return Line(
        operation.name,
        operation.method,
        operation.shown_path,
        BASE + operation.shown_path if is_plain else None,
        operation.summary,
        operation.role.name.lower(),
        operation.route().scope,
        takes,
    )
