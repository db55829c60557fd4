"""From what is to be shown to HTML. Everything is escaped; only SVG and marked texts that we made are not."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from config.addresses import shown_url
from diffing.payload import in_json
from storage import tallies
from wgwatch import __version__
from wgwatch.web.access import cookies
from wgwatch.web.visitors import FORM_FIELD, GuardedRoute, Visitor, visitor_of

STATIC = Path(__file__).parent / "static"
NAVIGATION = (
    ("/", "Overview"),
    ("/changes", "Changes"),
    ("/groups", "Groups"),
    ("/calendar", "Calendar"),
    ("/records", "Records"),
    ("/search", "Search"),
    ("/deliveries", "Messages"),
    ("/subscriptions", "Subscriptions"),
    ("/status", "Status"),
)


def show(request: Request, template: str, *, status: int = 200, **shown: Any) -> Response:
    """A page of ours; htmx takes of it what it needs."""
    visitor = visitor_of(request)
    context = {
        "path": request.url.path,
        "query": request.query_params,
        "visitor": visitor,
        "navigation": [each for each in NAVIGATION if _may_see(request, visitor, each[0])],
        "form_key": _form_key(visitor),
        "has_session": cookies.read(request, cookies.SESSION) is not None,
        **shown,
    }
    return HTMLResponse(_environment().get_template(template).render(context), status)


def _may_see(request: Request, visitor: Visitor, path: str) -> bool:
    routes = (route for route in request.app.routes if getattr(route, "path", None) == path)
    return all(visitor.may(route.role, route.scope) for route in routes if isinstance(route, GuardedRoute))


def _form_key(visitor: Visitor) -> Markup:
    """What stands in each form that changes something."""
    if visitor.form_key is None:
        return Markup("")
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, visitor.form_key)


def moment(value: datetime | None) -> Markup:
    """A time for people: UTC, which a script turns into the reader's zone."""
    if value is None:
        return Markup('<span class="none">–</span>')
    at = value.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at:%Y-%m-%d %H:%M:%S} UTC", f"{at:%Y-%m-%d %H:%M} UTC"
    )


def marked(text: str) -> Markup:
    """A snippet of the search, its « found » words marked."""
    begun = escape(text).replace("«", Markup("<mark>"))
    return begun.replace("»", Markup("</mark>"))


def tally(number: int) -> str:
    """`2,000`; `10,000+` where no more were counted."""
    return f"{min(number, tallies.MOST):,}{'+' * (number > tallies.MOST)}"


def counted(number: int, noun: str) -> str:
    """`1 page`, `2,000 pages`."""
    from wgwatch.cli.output import counted as plain

    return plain(number, noun).replace(str(number), f"{number:,}", 1)


@cache
def static(name: str) -> str:
    """The address of a file of ours; another one when it changes, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("wgwatch.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static, counted=counted, version=__version__, shown_url=shown_url)
    environment.filters.update(
        moment=moment, tally=tally, marked=marked, exact=in_json, part=lambda text: quote(str(text), safe="")
    )
    return environment
