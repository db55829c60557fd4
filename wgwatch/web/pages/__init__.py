"""The pages, a module for each noun: from a request to what is shown."""

from __future__ import annotations

from starlette.routing import Route

from wgwatch.web.pages import overview

ROUTES = (Route("/", overview.overview),)
