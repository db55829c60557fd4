"""Dates and periods as people write them on the command line. All are UTC."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, time

import click

_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class Moment(click.ParamType[datetime]):
    """A date, or a date with a time. A plain date means its end (as-of) or its beginning."""

    name = "date"

    def __init__(self, *, end: bool) -> None:
        self.end = end

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            if _DAY.fullmatch(text):
                return _span(text)[1 if self.end else 0]
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"'{text}' is no date: write 2016-09-23 or 2016-09-23T10:00Z", param, ctx)


class Period(click.ParamType[tuple[datetime, datetime]]):
    """`2019`, `2019-09`, `2019-09-23` or `2019-09-01..2019-10-15`, as its first and last moment."""

    name = "period"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[datetime, datetime]:
        if isinstance(value, tuple):
            return value
        first, dots, last = str(value).strip().partition("..")
        try:
            begin, end = _span(first)[0], _span(last if dots else first)[1]
        except ValueError:
            self.fail(f"'{value}' is no period: write 2019, 2019-09 or 2019-09-01..2019-10-15", param, ctx)
        if begin > end:
            self.fail(f"'{value}' ends before it begins", param, ctx)
        return begin, end


def _span(text: str) -> tuple[datetime, datetime]:
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None:
        raise ValueError(text)
    last_month = month or 12
    last_day = day or monthrange(year, last_month)[1]
    begin = datetime(year, month or 1, day or 1, tzinfo=UTC)
    return begin, datetime.combine(datetime(year, last_month, last_day, tzinfo=UTC), time.max, UTC)


def period(since: datetime, until: datetime) -> str:
    """For people, as they write it: `in 2019`, `in 2019-09`, `on 2019-09-23`, `from 2019-09-01 to 2019-10-15`."""
    for written, preposition in (
        (f"{since:%Y}", "in"),
        (f"{since:%Y-%m}", "in"),
        (f"{since:%Y-%m-%d}", "on"),
    ):
        if _span(written) == (since, until):
            return f"{preposition} {written}"
    return f"from {since:%Y-%m-%d} to {until:%Y-%m-%d}"


def day(moment: datetime | None) -> str:
    """For people: the day, with the time where it is not a day's very beginning or end."""
    if moment is None:
        return "-"
    moment = moment.astimezone(UTC)
    whole = moment.time() in (time.min, time.max)
    return f"{moment:%Y-%m-%d}" if whole else f"{moment:%Y-%m-%d %H:%M}"
