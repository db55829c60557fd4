"""The API: what programs can ask, at `/api/v1`."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response

from wgwatch.web.api import (
    captures,
    changes,
    deliveries,
    document,
    page,
    pages,
    records,
    search,
    sources,
    status,
    subscriptions,
    watching,
)
from wgwatch.web.api.answers import answered
from wgwatch.web.api.operations import BASE, Operation
from wgwatch.web.visitors import GuardedRoute, Role

OPERATIONS: tuple[Operation, ...] = (
    *sources.OPERATIONS,
    *pages.OPERATIONS,
    *watching.OPERATIONS,
    *captures.OPERATIONS,
    *records.OPERATIONS,
    *changes.OPERATIONS,
    *search.OPERATIONS,
    *subscriptions.OPERATIONS,
    *deliveries.OPERATIONS,
    *status.OPERATIONS,
)


def _document(request: Request) -> Response:
    body = json.dumps(document.document(OPERATIONS), ensure_ascii=False).encode()
    return answered(request, body, "application/json")


def _page(request: Request) -> Response:
    return page.described(request, OPERATIONS)


ROUTES = (
    *(operation.route() for operation in OPERATIONS),
    GuardedRoute(f"{BASE}/openapi.json", _document, Role.READER),
    GuardedRoute("/api", _page, Role.READER),
)
