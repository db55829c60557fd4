"""Selectors of a profile: where on a site's pages the fields of a record stand, and between which days they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.errors import UsageError
from config.problems import parsed_by
from config.suggest import did_you_mean, one_of
from config.yaml_file import Place

FIELDS: Mapping[str, tuple[str, ...]] = {
    "event": (
        *("title", "starts_on", "ends_on", "time", "place", "city", "region", "economy", "venue", "mode"),
        *("project_code", "link", "status", "recurrence"),
    ),
    "contact": (
        *("name", "honorific", "role", "term", "organization", "department", "economy", "email", "phone"),
        "link",
    ),
    "project": (
        *(
            "code",
            "title",
            "economy",
            "co_sponsors",
            "status",
            "year",
            "fund",
            "amount",
            "starts_on",
            "ends_on",
        ),
        *("topics", "link"),
    ),
    "news": ("title", "date", "link"),
    "group": (
        "name",
        "acronym",
        "parent",
        "last_updated",
        "former_names",
        "priorities",
        "description",
        "link",
    ),
}
"""What a selector can give of each kind. `place` is a text that holds city and economy together."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "event": ("title",),
    "contact": ("name", "role"),
    "project": ("code", "title"),
    "news": ("title",),
    "group": ("name", "acronym", "parent", "last_updated"),
}
"""Of each kind at least one of these has to be there: a record without them is none."""

Kind = Literal["event", "contact", "project", "news", "group"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How records of one kind stood on a site's pages from one day to another (ISO dates, both included).

    `fields` are pairs of a field and a path: `td.when`, `a@href` for an attribute, `@id` for one of the
    record's own element.
    """

    kind: str
    each: str
    fields: tuple[tuple[str, str], ...]
    since: str | None = None
    until: str | None = None

    def held_at(self, moment: datetime | None) -> bool:
        """Whether a page seen at that moment (UTC) looked so; without a moment, whether pages look so still."""
        if moment is None:
            return self.until is None
        day = moment.date().isoformat()
        return (self.since or day) <= day <= (self.until or day)


def split_path(path: str) -> tuple[str, str | None]:
    """A path as the CSS selector and the attribute that it ends with: `a@href`."""
    selector, at, attribute = path.rpartition("@")
    return (selector.strip(), attribute.strip()) if at and "]" not in attribute else (path.strip(), None)


def _selector(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError("should be text, a CSS selector")
    return _compiled(value.strip())


def _path(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError("should be text, a CSS selector, with @href behind it for an attribute")
    selector, attribute = split_path(value)
    if attribute is not None and not attribute.replace("-", "").isalnum():
        raise UsageError(f"'{attribute}' is no name of an attribute")
    if selector:
        _compiled(selector)
    return value.strip()


def _compiled(selector: str) -> str:
    import soupsieve  # only where a profile has selectors

    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it is not understood"
        raise UsageError(f"'{selector}' is no CSS selector: {reason}") from None
    return selector


def _day(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise UsageError(f"'{value}' is no day: write 2019-01-31") from None


Selector = Annotated[str, *parsed_by(_selector, {"type": "string", "examples": ["table.meetings tr"]})]
Path = Annotated[str, *parsed_by(_path, {"type": "string", "examples": ["td.when", "a@href"]})]
Day = Annotated[str, *parsed_by(_day, {"type": "string", "format": "date"})]


class Selectors(BaseModel):
    """Where the fields of one kind of record stand, by CSS selectors, and between which days that was so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Field(alias="for", description="The kind of record.")
    each: Selector = Field(description="The elements that hold one record each.")
    fields: Annotated[Mapping[str, Path], Field(min_length=1)] = Field(
        description="Each field's place inside such an element: td.when, or a@href for an attribute."
    )
    since: Day | None = Field(default=None, alias="from", description="The first day on which it was so.")
    until: Day | None = Field(default=None, description="The last day on which it was so.")

    def layout(self) -> Layout:
        """The same as a plain value."""
        return Layout(self.kind, self.each, tuple(sorted(self.fields.items())), self.since, self.until)

    def problems(self) -> list[tuple[Place, str]]:
        """What does not fit together, by its place in the entry."""
        known = FIELDS[self.kind]
        found: list[tuple[Place, str]] = [
            (
                ("fields", name),
                f"is no field of {_a(self.kind)}" + (did_you_mean(name, known) or _all(known)),
            )
            for name in self.fields
            if name not in known
        ]
        if not set(NEEDED[self.kind]) & self.fields.keys():
            found.append((("fields",), f"{_a(self.kind)} needs {one_of(NEEDED[self.kind])}"))
        if self.since and self.until and self.until < self.since:
            found.append((("until",), f"lies before from, {self.since}"))
        return found


def _a(kind: str) -> str:
    return {"event": "an event", "news": "a news item"}.get(kind, f"a {kind}")


def _all(known: tuple[str, ...]) -> str:
    return f"; there are {one_of(known, last='and')}"
