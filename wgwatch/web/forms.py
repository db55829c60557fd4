"""Forms: what was filled in, what is wrong with it, and both shown again, so that nothing has to be typed twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from wgwatch.web.visitors import form_of


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


def posted(endpoint: Callable[[Request, Form], Response]) -> Callable[[Request], Response]:
    """An endpoint that is given the form of a request."""

    @wraps(endpoint)
    def read(request: Request) -> Response:
        sent = form_of(request)
        return endpoint(request, Form({name: sent.getlist(name) for name in sent}))

    return read
