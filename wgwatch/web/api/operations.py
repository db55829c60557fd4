"""What the API can be asked. An operation is declared once: its route, what it takes and its description come of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import FieldErrors
from wgwatch.cli.output import json_text
from wgwatch.web.api.answers import answered
from wgwatch.web.api.paging import Piece
from wgwatch.web.api.problems import refusal
from wgwatch.web.visitors import GuardedRoute, Role

BASE = "/api/v1"
JSON = "application/json"
MOST_BYTES = 64 * 1024
"""Of a request's body."""
Schema = dict[str, Any]


class Asked(BaseModel):
    """What an operation takes: fields that its path names stand there, others in the query, or in the body."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Nothing(Asked):
    """Nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked.

    `asks` takes the request, what was asked and, where there is a `body` (by its JSON Schema), that as plain values;
    it gives plain values, a Piece of a list, or a whole Response. `says` is the JSON Schema of the answer, of one
    entry where it is a `listing`.
    """

    name: str
    path: str
    asks: Callable[..., Any]
    summary: str
    says: Schema
    takes: type[Asked] = Nothing
    body: Schema | None = None
    method: str = "GET"
    role: Role = Role.READER
    scope: str | None = None
    status: int = 200
    listing: bool = False
    media_type: str = JSON
    may: tuple[int, ...] = ()
    """Statuses that it can answer with beside those of all operations."""

    @property
    def in_path(self) -> list[str]:
        return re.findall(r"{(\w+)", self.path)

    @property
    def shown_path(self) -> str:
        """As the description has it, without Starlette's converters."""
        return re.sub(r":\w+}", "}", self.path)

    def route(self) -> GuardedRoute:
        """Where it is answered."""
        return GuardedRoute(BASE + self.path, self._endpoint(), self.role, [self.method], self.scope)

    def _endpoint(self) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            asked = asked_of(request, self.takes)
            given = (asked,) if self.body is None else (asked, _said(await _bytes(request)))
            said = await run_in_threadpool(self.asks, request, *given)
            return said if isinstance(said, Response) else self._answer(request, said)

        return endpoint

    def _answer(self, request: Request, said: Any) -> Response:
        if not isinstance(said, Piece):
            return answered(request, json_text(said).encode() + b"\n", JSON, status=self.status)
        following = _following(request, said.after) if said.after else None
        whole = {"items": list(said.items), "next": following}
        noted = {"notes": list(said.notes)} if said.notes else {}
        links = {"Link": f'<{following}>; rel="next"'} if following else {}
        return answered(request, json_text({**whole, **noted}).encode() + b"\n", JSON, headers=links)


Q = TypeVar("Q", bound=Asked)


def asked_of(request: Request, takes: type[Q], *, beside: frozenset[str] = frozenset()) -> Q:
    """What the path and the query ask, but for what stands `beside` it in the query.

    Raises FieldErrors, or HTTPException (404) where the path names what there cannot be.
    """
    try:
        return takes.model_validate({**_query(request, takes, beside), **request.path_params})
    except ValidationError as error:
        if any(each["loc"][:1] == (name,) for each in error.errors() for name in request.path_params):
            raise HTTPException(404, "There can be nothing under this address.") from error
        raise refusal(error) from error


def _query(request: Request, takes: type[Asked], beside: frozenset[str]) -> dict[str, Any]:
    """The query's values; several of one name only where it takes a list."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for name in request.query_params if name not in beside):
        values = request.query_params.getlist(name)
        field = takes.model_fields.get(name)
        if field is not None and field.default == ():
            found[name] = tuple(values)
        elif len(values) > 1:
            raise FieldErrors([(name, f"{name} is given {len(values)} times")])
        else:
            found[name] = values[0]
    return found


def _following(request: Request, after: str) -> str:
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"{quote(request.url.path)}?{urlencode([*others, ('after', after)])}"


async def _bytes(request: Request) -> bytes:
    """The body. Raises HTTPException (413) as soon as it is too long."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > MOST_BYTES:
            raise HTTPException(413, f"The body may have {MOST_BYTES:,} bytes at most.")
    return bytes(found)


def _said(given: bytes) -> dict[str, Any]:
    """The object that a body is. Raises FieldErrors for one that is none, or that no database could keep."""
    try:
        said = json.loads(given)
        json.dumps(said, ensure_ascii=False).encode()  # half a character, as JSON may have it
    except (ValueError, RecursionError):
        raise FieldErrors([("", "the body has to be JSON, in UTF-8")]) from None
    if not isinstance(said, dict):
        raise FieldErrors([("", "the body has to be a JSON object")])
    if b"\\u0000" in given:
        raise FieldErrors([("", "a zero byte is no text")])
    return said
