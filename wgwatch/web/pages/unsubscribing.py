"""To hear no more: the page that a mail's address leads to. To look at it changes nothing; only a POST does
(RFC 8058, section 3.2).
"""

from __future__ import annotations

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from notifier.unsubscribing import Unsubscribing, read_token
from storage import keys
from storage.sending import silenced
from wgwatch.web.asked import application_of, reading
from wgwatch.web.templating import show


def ask(request: Request) -> Response:
    """Who would hear no more of what, and a button."""
    with reading(request) as (connection, _):
        asked = _asked(connection, request)
    return show(request, "unsubscribe.html", asked=asked, is_done=False)


def unsubscribe(request: Request) -> Response:
    """It is remembered per person, whatever the watchlist says; asking twice does no harm."""
    application = application_of(request)
    with application.database.write(durable=True) as connection:
        asked = _asked(connection, request)
        for name in asked.subscriptions:
            silenced.unsubscribe(connection, name, asked.address, application.clock())
    return show(request, "unsubscribe.html", asked=asked, is_done=True)


def _asked(connection: sa.Connection, request: Request) -> Unsubscribing:
    key = keys.known(connection, keys.UNSUBSCRIBE)
    asked = read_token(key, request.path_params["token"]) if key else None
    if asked is None:
        raise HTTPException(404, "This address to unsubscribe at is not whole: take the one in the mail.")
    return asked
