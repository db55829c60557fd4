"""The applications that are answered over HTTP: all pages, or health alone."""

from __future__ import annotations

from threading import BoundedSemaphore

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from config.errors import WgwatchError
from wgwatch.application import Application
from wgwatch.running.endpoints import Endpoints
from wgwatch.web import api, errors, feeds
from wgwatch.web.access.clients import is_here
from wgwatch.web.access.who import Access
from wgwatch.web.api import problems
from wgwatch.web.api.limits import Programs
from wgwatch.web.headers import SecurityHeaders
from wgwatch.web.neighbours import Neighbours, names_of
from wgwatch.web.pages import ROUTES
from wgwatch.web.templating import STATIC
from wgwatch.web.visitors import GuardedRoute, Role, Visitors

GLANCES = 3
"""Pages that are looked at side by side because somebody wants to add them."""


def web_app(application: Application, endpoints: Endpoints) -> ASGIApp:
    """The web pages, with the health of the service beside them."""
    routes: list[BaseRoute] = [
        *_health(endpoints),
        *api.ROUTES,
        *feeds.ROUTES,
        *ROUTES,
        Mount("/static", _Static(directory=STATIC)),
    ]
    settings, access = application.settings, Access(application)
    listening = [settings.web_address.host] if settings.web_address else []
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Neighbours, names=names_of(settings.public_url, *listening)),
            Middleware(Visitors, who=access.visitor),
            Middleware(Programs, a_minute=settings.api_rate, origins=settings.api_cors),
        ],
        exception_handlers={
            HTTPException: problems.beside(errors.on_http, problems.on_http),
            WgwatchError: problems.beside(errors.on_ours, problems.on_ours),
            Exception: problems.beside(errors.on_defect, problems.on_defect),
        },
    )
    app.state.application = application
    app.state.access = access
    app.state.glances = BoundedSemaphore(GLANCES)
    is_https = (settings.public_url or "").startswith("https://")
    return SecurityHeaders(
        app, is_https=is_https
    )  # around it all: also what Starlette answers where something broke


def health_app(endpoints: Endpoints) -> ASGIApp:
    """Health alone."""
    return SecurityHeaders(Starlette(routes=endpoints.routes()))


def _health(endpoints: Endpoints) -> list[BaseRoute]:
    routes = endpoints.routes()
    return [_Numbers(r.path, r.endpoint, Role.READER) if r.path == "/metrics" else r for r in routes]


class _Numbers(GuardedRoute):
    """For readers, and for what asks from this machine itself: a Prometheus beside us needs no token."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_here(Request(scope)):
            await self.app(scope, receive, send)
        else:
            await super().handle(scope, receive, send)


class _Static(StaticFiles):
    """Files whose addresses change with them: browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
