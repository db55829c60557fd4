"""The archive as Memento clients ask it (RFC 7089): versions by time, and lists of them."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from config.addresses import page_key, shown_url
from config.errors import UsageError
from storage import blobs, pages
from storage.asking import mementos
from storage.captures import Capture
from storage.pages import Page
from wgwatch.web import memento
from wgwatch.web.asked import reading
from wgwatch.web.memento import Asked, Listed, Places
from wgwatch.web.pages.answers import as_it_came, as_it_looked

MOST = 1_000
"""Versions that one list names; it says where the next one begins."""
VARY = {"Vary": "accept-datetime"}


def timegate(request: Request) -> Response:
    """To the version that held at a time, the newest where none is asked for."""
    return _negotiated(request, memento.asked_for(request, "/timegate/"))


def web(request: Request) -> Response:
    """A version by its time and address; without a time, as the TimeGate."""
    asked = memento.asked_for(request, "/web/")
    if not asked.stamp:
        return _negotiated(request, asked)
    places = memento.places_of(request, asked)
    with reading(request) as (connection, _):
        page = _page(connection, places)
        if asked.stamp == "*":
            return RedirectResponse(f"/pages/{page.id}", 302)
        capture = _capture(connection, page, places, asked.stamp)
        at = mementos.whole(capture.first_seen_at)
        if asked.stamp != f"{at:{memento.STAMP}}":
            headers = {"Link": memento.link_header(places)}
            return RedirectResponse(places.memento(at, asked.modifier), 302, headers)
        links = memento.link_header(places, mementos.around(connection, capture), at)
        body = blobs.get(connection, capture.blob_id)
    is_raw = asked.modifier == "id_"
    made = _raw(capture, body) if is_raw else as_it_looked(capture, body)
    made.headers.update({"Memento-Datetime": memento.http_date(at), "Link": links})
    return made


def timemap(request: Request) -> Response:
    """The list of a page's versions, as links or in JSON."""
    kind = request.path_params["kind"]
    asked = memento.asked_for(request, f"/timemap/{kind}/")
    places = memento.places_of(request, asked)
    if kind not in ("link", "json") or asked.modifier or asked.stamp == "*":
        raise HTTPException(404, "Lists of versions are at /timemap/link/ADDRESS and /timemap/json/ADDRESS.")
    with reading(request) as (connection, _):
        listed = _listed(connection, _page(connection, places), places, asked)
    if kind == "json":
        return JSONResponse(memento.in_json(places, listed))
    return Response(memento.in_links(places, listed), media_type=memento.LINK_FORMAT)


def _negotiated(request: Request, asked: Asked) -> Response:
    """Section 4.2.1: 302 to the memento."""
    places = memento.places_of(request, asked)
    wanted = request.headers.get("accept-datetime")
    try:
        moment = memento.moment_of(wanted) if wanted is not None else None
    except UsageError as error:
        raise HTTPException(400, str(error), _headers(places)) from error
    with reading(request) as (connection, now):
        page = _page(connection, places)
        capture = mementos.nearest(connection, page.id, moment or now)
        if capture is None:
            raise _nothing(places)
        at = mementos.whole(capture.first_seen_at)
        links = memento.link_header(places, mementos.around(connection, capture), at)
    return RedirectResponse(places.memento(at), 302, {**VARY, "Link": links})


def _raw(capture: Capture, body: bytes) -> Response:
    """The bytes as they came; what format they were in is said as archives say it, since browsers are to save them."""
    made = as_it_came(capture, body)
    if capture.content_type and capture.content_type.isascii() and capture.content_type.isprintable():
        made.headers["X-Archive-Orig-Content-Type"] = capture.content_type
    return made


def _page(connection: sa.Connection, places: Places) -> Page:
    page = pages.by_key(connection, page_key(places.url))
    if page is None:
        raise HTTPException(
            404, f"No page that is watched has the address {shown_url(places.url)}.", _headers(places)
        )
    return page


def _capture(connection: sa.Connection, page: Page, places: Places, stamp: str) -> Capture:
    capture = mementos.nearest(connection, page.id, memento.span_of(stamp)[1])
    if capture is None:
        raise _nothing(places)
    return capture


def _listed(connection: sa.Connection, page: Page, places: Places, asked: Asked) -> Listed:
    since = memento.span_of(asked.stamp)[0] if asked.stamp else None
    times, following = mementos.times(connection, page.id, since, MOST)
    ends = mementos.ends(connection, page.id)
    if not times or ends is None:
        raise _nothing(places)
    return Listed(times, *ends, since, following)


def _nothing(places: Places) -> HTTPException:
    return HTTPException(404, f"No version of {shown_url(places.url)} was seen then.", _headers(places))


def _headers(places: Places) -> dict[str, str]:
    """What a TimeGate says where it leads nowhere: whose it is, and by what it would have chosen."""
    return {**VARY, "Link": f'<{places.url}>; rel="original"'}
