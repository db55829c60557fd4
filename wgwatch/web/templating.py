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
from wgwatch import __version__

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
    context = {"path": request.url.path, "query": request.query_params, **shown}
    return HTMLResponse(_environment().get_template(template).render(context), status)


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
    environment.globals.update(
        static=static, counted=counted, navigation=NAVIGATION, version=__version__, shown_url=shown_url
    )
    environment.filters.update(
        moment=moment, marked=marked, exact=in_json, part=lambda text: quote(str(text), safe="")
    )
    return environment
