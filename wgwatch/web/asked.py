"""What a request asks for, in the words of the command line: dates, periods, groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

import click
import sqlalchemy as sa
from starlette.requests import Request

from config.errors import UsageError
from wgwatch.application import Application
from wgwatch.cli.times import Moment, Period


def application_of(request: Request) -> Application:
    """The process's parts."""
    return cast(Application, request.app.state.application)


@contextmanager
def reading(request: Request) -> Iterator[tuple[sa.Connection, datetime]]:
    """A view of the database, and what time it is."""
    application = application_of(request)
    with application.database.read() as connection:
        yield connection, application.clock()


def word(request: Request, name: str) -> str | None:
    """A text that was asked with; None where it is empty."""
    return request.query_params.get(name, "").strip() or None


def moment(request: Request, name: str, *, end: bool = True) -> datetime | None:
    """A date; a plain one means its end, or its beginning. Raises UsageError."""
    given = word(request, name)
    with in_our_words():
        return Moment(end=end).convert(given, None, None) if given else None


def period(request: Request, name: str) -> tuple[datetime, datetime] | None:
    """`2019`, `2019-09`, `2019-09-23` or `2019-09-01..2019-10-15`. Raises UsageError."""
    given = word(request, name)
    with in_our_words():
        return Period().convert(given, None, None) if given else None


@contextmanager
def in_our_words() -> Iterator[None]:
    """What the command line refuses as wrong usage is a UsageError here."""
    try:
        yield
    except click.UsageError as error:
        raise UsageError(error.message) from error
