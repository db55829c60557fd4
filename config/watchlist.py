"""The watchlist as the operator writes it: what to watch and whom to tell. A model for each part of the file.

Reading the file, with its problems by line, is the work of `watchlist_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from config import fields
from config.access import Access, Basic, Cookies, Headers, Login, Proxy
from config.chats import Chat, read_chat
from config.errors import UsageError
from config.hook_secrets import resolve_secret
from config.kinds import Importance
from config.networks import Networks
from config.pages import PageSpec, pages_of
from config.profile import Following, Profile
from config.rendering import Rendering
from config.schedules import AtOnce, Every

CHAT: dict[str, Any] = {"type": "string", "examples": ["${HARBOUR_CHAT}", "ntfys://ntfy.trade.example/tide"]}
SECRET: dict[str, Any] = {"type": "string", "examples": ["${CRM_HOOK_SECRET}"]}


class Part(BaseModel):
    """What all parts share: they do not change, and a key that is not known is a problem."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True
    )


class Defaults(Part):
    """What holds for every source that does not say otherwise."""

    check: fields.Check = Field(default=Every(), description="How often to look.")
    delay: fields.Length = Field(
        default=timedelta(seconds=5), description="The pause between two requests to one host."
    )
    hours: fields.Hours | None = Field(default=None, description="The hours of the day in which to look.")
    bandwidth: fields.Rate | None = Field(
        default=None, description="How fast a host's answers may come on the average."
    )
    budget: fields.Looks | None = Field(
        default=None, description="The looks that adaptive pages share with the fixed schedules."
    )
    requests: fields.Requests | None = Field(
        default=None, description="The most requests of a day to all sites together; then pages wait."
    )


class Page(Part):
    """A page of a source; written as an address alone where nothing else is to be said."""

    url: fields.Url = Field(description="The page's address.")
    name: fields.Word | None = Field(default=None, description="What to call it in messages.")
    check: fields.Check | None = Field(default=None, description="How often to look at this page.")
    weight: fields.Weight | None = Field(
        default=None, description="How much this page matters to you beside others, where looks are adaptive."
    )
    render: Rendering | None = Field(
        default=None, description="Whether a browser renders this page before it is read."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_address(cls, value: Any) -> Any:
        return {"url": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [fields.URL, handler(schema)]}


def _groups(value: Any) -> Any:
    values = [value] if isinstance(value, str) else value
    if (
        not isinstance(values, list | tuple)
        or not values
        or not all(isinstance(item, str) for item in values)
    ):
        raise ValueError("should be a list of groups by key, or all")
    return "all" if value == "all" else tuple(values)


class Source(Part):
    """Pages that are watched together (others call it a watch, or a job)."""

    name: fields.Name = Field(description="What this source is called.")
    profile: fields.Word | None = Field(
        default=None, description="What is known of the site: a shipped profile by name, or a file: ./my.yaml"
    )
    groups: Annotated[
        Literal["all"] | tuple[fields.Word, ...],
        Field(description="Groups of the profile to watch, or all."),
        PlainValidator(_groups),
        PlainSerializer(lambda groups: groups if groups == "all" else list(groups)),
        WithJsonSchema({"anyOf": [fields.STRING, {"type": "array", "items": fields.STRING, "minItems": 1}]}),
    ] = ()
    pages: tuple[Page, ...] = Field(
        default=(), description="Pages to watch, each an address or {url, name, check, weight, render}."
    )
    check: fields.Check | None = Field(default=None, description="How often to look.")
    weight: fields.Weight | None = Field(
        default=None,
        description="How much its pages matter to you beside others, where looks are adaptive; 1.",
    )
    delay: fields.Length | None = Field(default=None, description="The pause between two requests to a host.")
    hours: fields.Hours | None = Field(default=None, description="The hours of the day in which to look.")
    bandwidth: fields.Rate | None = Field(
        default=None, description="How fast a host's answers may come on the average."
    )
    budget: fields.Looks | None = Field(default=None, description="The looks for this source alone.")
    requests: fields.Requests | None = Field(
        default=None, description="The most requests of a day for this source; then its pages wait."
    )
    allow_networks: fields.AllowNetworks = Field(
        default=Networks(),
        description="Networks that are not public and may be connected to for this source.",
    )
    follow: Following | None = Field(default=None, description="Links that lead to more pages.")
    render: Rendering | None = Field(
        default=None, description="Whether a browser renders the pages before they are read."
    )
    cookies: Cookies = Field(default={}, description="Cookies to send, by name.")
    headers: Headers = Field(default={}, description="Headers to send, by name.")
    basic: Basic | None = Field(default=None, description="A user and password that the site asks for.")
    login: Login | None = Field(default=None, description="A form to log in with.")
    proxy: Proxy | None = Field(default=None, description="The proxy for this source.")

    @property
    def access(self) -> Access:
        """How it lets us in, as far as it is not open to all."""
        return Access(self.cookies, self.headers, self.basic, self.login, self.proxy)


class About(Part):
    """What a subscription is about: any of the sources, and any of the groups, and so on.

    What is left out is no condition. As `except` each key by itself is what not to tell.
    """

    sources: fields.Words | None = Field(default=None, description="Sources by name.")
    groups: fields.Words | None = Field(default=None, description="Groups by key or acronym.")
    economies: fields.Words | None = Field(default=None, description="Economies that a record names.")
    cities: fields.Texts | None = Field(default=None, description="Cities that a record names.")
    people: fields.Texts | None = Field(default=None, description="People by name, or by a part of it.")
    roles: fields.Texts | None = Field(default=None, description="Roles, by words that stand in them.")
    projects: fields.Texts | None = Field(default=None, description="Projects by code.")
    record_fields: fields.RecordFields | None = Field(
        default=None, alias="fields", description="Fields of records that changed."
    )
    words: fields.Texts | None = Field(
        default=None, description="Words or phrases in titles, sentences and summaries."
    )
    pages: fields.Urls | None = Field(default=None, description="Pages by address.")


class Subscription(Part):
    """Who hears of what, how and when."""

    name: fields.Name = Field(description="What this subscription is called.")
    email: fields.Emails | None = Field(default=None, description="Whom to send mail to.")
    webhook: fields.Webhook | None = Field(default=None, description="Where to post each change to.")
    secret: Annotated[tuple[SecretStr, ...] | None, *fields.one_or_many(SECRET)] = Field(
        default=None, description="What signs the webhook; several while one is being replaced."
    )
    chat: Annotated[tuple[Chat, ...] | None, *fields.one_or_many(CHAT)] = Field(
        default=None, description="Chats to write to, each by its Apprise address."
    )
    file: fields.FilePath | None = Field(
        default=None, description="A file to which each change is appended as a line of JSON."
    )
    about: About = Field(default=About(), description="What it is about; everything where nothing is named.")
    except_: About = Field(
        default=About(), alias="except", description="What not to tell: whatever one of its keys names."
    )
    tell: fields.Tells | None = Field(default=None, description="The kinds of change to tell of.")
    send: fields.Send = Field(default=AtOnce(), description="When to send.")
    quiet: fields.Quiet | None = Field(
        default=None,
        description="The hours of the day in which nothing is sent at once: it waits for their end.",
    )
    zone: fields.Zone | None = Field(
        default=None, description="Whose clocks `send` and `quiet` go by; else those of the watchlist."
    )
    language: fields.Language = Field(default="en", description="The language of dates in its messages.")
    upcoming: fields.Length | None = Field(
        default=None, description="How far ahead a digest lists the coming events."
    )
    unconfirmed: Literal["tell", "wait"] = Field(
        default="wait", description="Whether to tell of a big loss before a second look has confirmed it."
    )
    at_least: fields.AtLeast = Field(
        default=Importance.MINOR, alias="at least", description="The least importance to tell of."
    )

    @field_validator("secret", mode="before")
    @classmethod
    def _resolve(cls, written: Any, info: ValidationInfo) -> Any:
        """Put in what the environment holds (`context={"environ": ...}`)."""
        environ = (info.context or {}).get("environ", {})
        values = [written] if isinstance(written, str) else written
        if not isinstance(values, list | tuple):
            return written
        try:
            return [resolve_secret(item, environ) if isinstance(item, str) else item for item in values]
        except UsageError as error:
            raise ValueError(str(error)) from error

    @field_validator("chat", mode="before")
    @classmethod
    def _open_chats(cls, written: Any, info: ValidationInfo) -> Any:
        """Addresses in the file; out of the database come the services alone, as the mappings that `Chat` is."""
        if info.context is None:
            return written
        values = [written] if isinstance(written, str) else written
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            raise ValueError("should be the address of a chat, or a list of them")
        try:
            return [read_chat(item, info.context.get("environ", {})) for item in values]
        except UsageError as error:
            raise ValueError(str(error)) from error


class Declared(Part):
    """The file as a whole."""

    timezone: fields.Zone = Field(
        default=ZoneInfo("UTC"), description="For every time in this file and in messages."
    )
    contact: fields.ContactAddress | None = Field(
        default=None, description="An e-mail or web address in our user agent, so that sites can reach you."
    )
    defaults: Defaults = Field(default=Defaults(), description="What holds where a source says nothing.")
    sources: tuple[Source, ...] = Field(description="What to watch.", min_length=1)
    subscriptions: tuple[Subscription, ...] = Field(default=(), description="Whom to tell.")


class Watchlist(Declared):
    """A watchlist that was read and found right, with the profiles of its sources by the name they give."""

    path: Path
    profiles: Mapping[str, Profile] = {}

    def follow_of(self, source: Source) -> Following:
        """What a source follows: as it says itself, else as its profile does, else calendars alone."""
        profile = self.profiles.get(source.profile or "")
        return source.follow or (profile.follow if profile else None) or Following()

    def pages(self) -> list[PageSpec]:
        """Every page of every source; a page that two sources name is there twice."""
        return [page for source in self.sources for page in self.pages_of(source)]

    def pages_of(self, source: Source) -> list[PageSpec]:
        """The pages of one source, groups first."""
        return pages_of(source, self.profiles.get(source.profile or ""), self.defaults)
