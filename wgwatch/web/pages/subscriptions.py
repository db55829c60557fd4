"""Who hears of what: each subscription as a sentence, made, changed, tried out, paused, removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.errors import FieldErrors, UsageError
from config.sentences import subscription_sentence
from config.stored import read_back
from config.watchlist import Subscription
from notifier.preview import Preview
from storage.sending import silenced
from storage.sending.silenced import Unsubscribed
from storage.watched import pace, subscriptions
from storage.watched.subscriptions import Stored
from wgwatch.cli.targets import shown_channel, shown_target
from wgwatch.watching import rehearsing, subscribing
from wgwatch.watching.added import ELSEWHERE
from wgwatch.watching.rehearsing import Tried
from wgwatch.web import subscription_form as forms
from wgwatch.web.asked import application_of, moment, reading, word
from wgwatch.web.forms import Form
from wgwatch.web.templating import show
from wgwatch.web.visitors import Role, visitor_of

PREVIEWED = timedelta(days=30)
FURTHEST = timedelta(days=366)
MOST_LINES = 20
"""Changes of a previewed message that are listed."""
BETWEEN_TESTS = timedelta(minutes=1)
TEST_PATIENCE = 25.0
"""Seconds that the targets of a test have to answer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Its name, what it asks for in a sentence, where it was declared, since when it is paused.

    `asleep` are the people whom it names and who asked to hear no more of it.
    """

    name: str
    sentence: str
    origin: str
    paused_at: datetime | None
    asleep: Sequence[Unsubscribed] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that would have been sent: when, by which channel and to whom, and what it tells."""

    at: datetime
    channel: str
    to: str
    since: datetime | None
    lines: Sequence[tuple[str, str]]
    more: int


def listed(request: Request) -> Response:
    """All that the visitor may see."""
    with reading(request) as (connection, _):
        found = subscribing.visible(connection, visitor_of(request))
    return show(
        request,
        "subscriptions.html",
        subscriptions=[_shown(each) for each in found],
        done=word(request, "done"),
    )


def begin(request: Request) -> Response:
    """A form for a new one; `page`, `group` and `source` begin it with what it is about."""
    about = {f"{key}s": [value] for key in ("page", "group", "source") if (value := word(request, key))}
    spec = {"about": about, "email": [visitor_of(request).email or ""]}
    return _form_page(request, forms.form_of(spec), None)


def make(request: Request, form: Form) -> Response:
    """Make it, or show what it would have sent."""
    application, visitor = application_of(request), visitor_of(request)
    said = forms.said_by(form, {})
    try:
        if form.value("do") == "preview":
            return _previewed(request, form, said, None)
        with application.database.write() as connection:
            made = subscribing.make(
                connection, application.settings, visitor, said, origin="web", now=application.clock()
            )
    except FieldErrors as error:
        return _form_page(request, form.wrong(error.fields, forms.FIELDS), None, status=422)
    return _kept(request, made)


def one(request: Request) -> Response:
    """A subscription as a form; one of the file as it stands there."""
    with reading(request) as (connection, now):
        stored = _found(connection, request)
        since = moment(request, "since", end=False)
        messages = None
        if since is not None:
            since = max(since, now - FURTHEST)
            rules = application_of(request).rules()
            found, _ = rehearsing.would_send(connection, read_back(stored.spec), rules, since, now)
            messages = [_message(each) for each in found]
    return _form_page(request, forms.form_of(stored.spec), stored, messages=messages, since=since)


def change(request: Request, form: Form) -> Response:
    """Keep what the form says of it; or show what it would have sent; or draw a new secret for its webhook."""
    application, visitor = application_of(request), visitor_of(request)
    settings, now = application.settings, application.clock()
    with reading(request) as (connection, _):
        stored = _found(connection, request)
    said = {**forms.said_by(form, stored.spec), "name": stored.name}
    try:
        if form.value("do") == "preview":
            return _previewed(request, form, said, stored)
        with application.database.write() as connection:
            if form.value("do") == "new secret":
                made = subscribing.new_secret(connection, settings, visitor, stored.name, now)
            else:
                made = subscribing.change(connection, settings, visitor, stored.name, said, now)
    except FieldErrors as error:
        return _form_page(request, form.wrong(error.fields, forms.FIELDS), stored, status=422)
    return _kept(request, made)


def test(request: Request) -> Response:
    """Send a sample to all its targets, and show what each answered."""
    application = application_of(request)
    with application.database.write() as connection:
        stored = _found(connection, request)
        _take_turn(connection, stored.name, application.clock())
    messages = rehearsing.samples(application, read_back(stored.spec))

    async def in_time() -> list[Tried]:
        async with asyncio.timeout(TEST_PATIENCE):
            return await rehearsing.try_all(application, messages)

    try:
        tried = asyncio.run(in_time())
    except TimeoutError:
        raise UsageError(
            f"the targets of {stored.name} did not answer within {TEST_PATIENCE:g} seconds"
        ) from None
    answers = [
        (shown_channel(each.channel), shown_target(each.channel, each.target), each.is_sent, each.answer)
        for each in tried
    ]
    return _form_page(request, forms.form_of(stored.spec), stored, answers=answers)


def pause(request: Request) -> Response:
    """It hears nothing until it is resumed."""
    application = application_of(request)
    with application.database.write() as connection:
        name = _found(connection, request).name
        subscribing.pause(connection, visitor_of(request), name, application.clock())
    return _back(name, "paused")


def resume(request: Request) -> Response:
    """It hears of what is found from now on."""
    application = application_of(request)
    with application.database.write() as connection:
        name = _found(connection, request).name
        subscribing.resume(connection, visitor_of(request), name, application.clock())
    return _back(name, "resumed")


def remove(request: Request) -> Response:
    """It hears nothing more, and is listed no more."""
    application = application_of(request)
    with application.database.write() as connection:
        name = _found(connection, request).name
        subscribing.remove(connection, application.settings, visitor_of(request), name, application.clock())
    return RedirectResponse("/subscriptions?done=removed", status_code=303)


def _found(connection: sa.Connection, request: Request) -> Stored:
    try:
        return subscribing.find(connection, visitor_of(request), request.path_params["name"])
    except UsageError as error:
        raise HTTPException(404, str(error)) from error


def _take_turn(connection: sa.Connection, name: str, now: datetime) -> None:
    """Samples are not for sending many. Raises UsageError where one was sent just now."""
    key = f"tested:{name}"
    last = pace.get(connection, [key]).get(key)
    if last and now < last[1] + BETWEEN_TESTS:
        raise UsageError(f"a sample of {name} was sent less than a minute ago: wait a moment for the next")
    pace.put(connection, key, 1, now)


def _previewed(request: Request, form: Form, said: Mapping[str, Any], stored: Stored | None) -> Response:
    """What it would have sent, were it as the form says; nothing is kept. Raises FieldErrors."""
    application = application_of(request)
    with reading(request) as (connection, now):
        said = {**said, "name": said["name"] or "not named yet"}
        asked = subscribing.checked(connection, application.settings, visitor_of(request), said, stored)
        since = now - PREVIEWED
        found, _ = rehearsing.would_send(connection, asked, application.rules(), since, now)
    messages = [_message(each) for each in found]
    return _form_page(request, form, stored, messages=messages, since=since, asked=asked)


def _form_page(
    request: Request,
    form: Form,
    stored: Stored | None,
    *,
    messages: Sequence[Message] | None = None,
    since: datetime | None = None,
    asked: Subscription | None = None,
    answers: Sequence[tuple[str, str, bool, str]] = (),
    status: int = 200,
) -> Response:
    application, visitor = application_of(request), visitor_of(request)
    with reading(request) as (connection, _):
        names = subscriptions.source_names(connection)
        asleep = silenced.all_unsubscribed(connection) if stored else []
    spec = stored.spec if stored else {}
    return show(
        request,
        "subscription.html",
        status=status,
        form=form,
        stored=_shown(stored, asleep) if stored else None,
        is_of_file=stored is not None and stored.origin == "watchlist",
        file=application.settings.watchlist.name,
        sources=[(name, name) for name in names],
        tell=forms.TELL,
        send=forms.SEND,
        at_least=forms.AT_LEAST,
        beyond=forms.beyond(spec),
        yaml=forms.as_yaml(spec),
        sentence=subscription_sentence(asked) if asked else None,
        messages=messages,
        since=since,
        answers=answers,
        own=None if visitor.role >= Role.OPERATOR else visitor.email or "",
        has_key=application.settings.secret_key is not None,
        has_secret=bool(stored and stored.salts),
        done=word(request, "done"),
    )


def _kept(request: Request, made: subscribing.Made) -> Response:
    """Where a secret was drawn it is shown, this once; no address leads to it."""
    if made.secret is None:
        return _back(made.stored.name, "kept")
    secret = made.secret.get_secret_value()
    shown = show(request, "secret.html", stored=_shown(made.stored), secret=secret)
    shown.headers["Cache-Control"] = "no-store"
    return shown


def _back(name: str, done: str) -> Response:
    return RedirectResponse(f"/subscriptions/{quote(name, safe='')}?done={done}", status_code=303)


def _shown(stored: Stored, asleep: Sequence[Unsubscribed] = ()) -> Shown:
    sentence = subscription_sentence(read_back(stored.spec)).removeprefix(f"{stored.name}: ")
    origin = f"made {ELSEWHERE[stored.origin]}" if stored.origin in ELSEWHERE else "from the watchlist"
    mine = tuple(one for one in asleep if one.subscription == stored.name)
    return Shown(stored.name, sentence, origin, stored.paused_at, mine)


def _message(found: Preview) -> Message:
    to = ", ".join(shown_target(found.channel, target) for target in found.targets)
    lines = [(f"{each.group}: " if each.group else "", each.summary) for each in found.changes[:MOST_LINES]]
    more = len(found.changes) - len(lines)
    return Message(found.at, shown_channel(found.channel), to, found.since, lines, more)
