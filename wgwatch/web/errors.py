"""What went wrong, in the look of the other pages: never a traceback, never a secret."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import ConfigError, RemovedError, StorageError, UsageError, WgwatchError
from wgwatch.web.access.ways import to_login
from wgwatch.web.templating import show


def on_http(request: Request, error: Exception) -> Response:
    """Addresses that there are not, and ways to ask that we do not know."""
    assert isinstance(error, HTTPException)
    if error.status_code == 401 and (sent_on := to_login(request)):
        return sent_on
    titles = {
        401: "Log in first",
        403: "You may not do that",
        404: "There is no such page",
        405: "That cannot be done here",
    }
    title = titles.get(error.status_code, error.detail)
    said = (
        error.detail
        if error.detail != "Not Found"
        else "The address may be mistyped, or its subject unknown here."
    )
    shown = show(request, "error.html", status=error.status_code, title=title, said=said)
    shown.headers.update(error.headers or {})
    return shown


def on_ours(request: Request, error: Exception) -> Response:
    """Errors of ours: a sentence for the reader."""
    if isinstance(error, UsageError):
        status, title = 400, "That cannot be asked so"
    elif isinstance(error, RemovedError):
        status, title = 410, "These bytes are gone"
    elif isinstance(error, StorageError):
        status, title = 503, "The database does not answer as it should"
    elif isinstance(error, ConfigError):
        status, title = 503, "The settings of this installation are not right"
    else:
        status, title = 404, "There is no answer to this"
    assert isinstance(error, WgwatchError)
    return show(request, "error.html", status=status, title=title, said=str(error))


def on_defect(request: Request, error: Exception) -> Response:
    """What we did not foresee: the server logs it whole, the reader is told that much."""
    said = "This is a defect of wgwatch, not of what you did. The log says more."
    return show(request, "error.html", status=500, title="Something broke here", said=said)
