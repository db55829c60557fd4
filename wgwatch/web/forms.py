"""Forms: what was filled in, what is wrong with it, and both shown again, so that nothing has to be typed twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

LARGEST = 100_000
MOST_FIELDS = 1_000
NO_FORM = "This is no form that a browser would send."


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name, each with all its values, and what is wrong with some of them."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The one value of a field; empty where it has none."""
        return next(iter(self.values.get(name, ())), "").strip()

    def all(self, name: str) -> list[str]:
        """Every value of a field that may have several, each on a line or in a field of its own."""
        lines = (line.strip() for value in self.values.get(name, ()) for line in value.splitlines())
        return [line for line in lines if line]

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return self.errors.get(name, "")

    def wrong(self, problems: Sequence[tuple[str, str]], fields: Sequence[str]) -> Form:
        """With what is wrong, by field: `email.0` is a matter of `email`; what is of no field is of all (``)."""
        found: dict[str, str] = {}
        for place, said in problems:
            names = (place, place.rpartition(".")[0], *place.split("."))
            name = next((name for name in names if name in fields), "")
            told = said if name or not place else f"{place}: {said}"
            found[name] = f"{found[name]}; {told}" if name in found else told
        return Form(self.values, found)


def posted(endpoint: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that is given the form of a request; it runs in a thread, as the others do."""

    @wraps(endpoint)
    async def read(request: Request) -> Response:
        return await run_in_threadpool(endpoint, request, await _form(request))

    return read


async def _form(request: Request) -> Form:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413, f"A form here has at most {LARGEST:,} bytes.")
    try:
        values = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise HTTPException(400, NO_FORM) from error
    if any("\0" in value for given in values.values() for value in given):  # no text for PostgreSQL
        raise HTTPException(400, NO_FORM)
    return Form(values)
