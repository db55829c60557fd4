"""Add a page: paste an address, see what would be read and why, say how often to look and whom to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Any

import sqlalchemy as sa
import yaml
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.errors import FieldErrors, UsageError, WgwatchError
from config.schedules import check_of
from config.watchlist import Watchlist
from diffing.payload import in_json
from storage.pages import Page
from storage.watched import proposals, subscriptions
from storage.watched.subscriptions import Stored
from wgwatch.watching import adding, proposing, subscribing
from wgwatch.watching.glancing import Glance, glance, read_kinds
from wgwatch.web.asked import application_of, reading, word
from wgwatch.web.forms import Form
from wgwatch.web.pages.answers import page_of
from wgwatch.web.templating import show
from wgwatch.web.visitors import Role, visitor_of

FIELDS = ("url", "name", "check", "profile", "email", "note")
PAGE = ("url", "name", "check", "profile")
SCHEDULES = ("every 15 minutes", "every hour", "every 6 hours", "every day", "adaptive", "0 7 * * mon-fri")
MOST_SHOWN = 60
"""Records whose reasons are shown; of more there are the numbers."""


def ask(request: Request) -> Response:
    """An empty form; `url` or a `proposal` fills it in. Nothing is asked of the site yet."""
    form = Form({"url": [word(request, "url") or ""]})
    if (number := word(request, "proposal")) and number.isdecimal():
        form = _of_proposal(request, int(number))
    return _show(request, form)


def take(request: Request, form: Form) -> Response:
    """Look at the address, and show what would be read; or add it; or propose it."""
    steps = {"look": _look, "add": _add, "propose": _propose}
    try:
        return steps.get(form.value("do"), _look)(request, form)
    except adding.AlreadyWatched as error:
        return _show(request, form.wrong(error.fields, FIELDS), watched=error.page, status=422)
    except FieldErrors as error:
        is_asked = form.value("do") in ("add", "propose")
        return _show(request, form.wrong(error.fields, FIELDS), is_ready=is_asked, status=422)


def decide(request: Request, form: Form) -> Response:
    """Add what a member proposed, or say why not."""
    application, number = application_of(request), int(request.path_params["number"])
    visitor, now = visitor_of(request), application.clock()
    with application.database.write() as connection:
        if form.value("do") == "approve":
            watchlist, networks = _watchlist(request), application.settings.allow_networks
            page = proposing.approve(connection, number, watchlist, networks, visitor, now)
            return _led_to(page)
        proposing.refuse(connection, number, form.value("reason"), visitor, now)
    return RedirectResponse("/add?done=refused", status_code=303)


def remove(request: Request) -> Response:
    """Take an added page back."""
    application = application_of(request)
    with application.database.write() as connection:
        page = adding.remove(connection, page_of(connection, request).id, application.clock())
    return RedirectResponse(f"/pages/{page.id}?done=removed", status_code=303)


def _look(request: Request, form: Form) -> Response:
    application = application_of(request)
    watchlist, networks = _watchlist(request), application.settings.allow_networks
    written = adding.checked(_said(form), watchlist, networks)
    with reading(request) as (connection, _):
        adding.refuse_watched(connection, [written["url"]])
    with _turn(request):
        try:
            seen = glance(application, written["url"], written.get("profile"))
        except WgwatchError as error:
            return _show(request, form, problem=str(error), is_ready=True)
    return _show(request, form, seen=seen, is_ready=True)


def _add(request: Request, form: Form) -> Response:
    application, visitor = application_of(request), visitor_of(request)
    if visitor.role < Role.OPERATOR:
        raise HTTPException(403, "Operators add pages; you can propose one.")
    watchlist, networks, now = _watchlist(request), application.settings.allow_networks, application.clock()
    with application.database.write() as connection:
        page = adding.add(
            connection, _said(form), watchlist, networks, origin="web", by=visitor.name, now=now
        )
        _tell(request, connection, form, page)
        if form.value("proposal").isdecimal():
            proposing.decided(connection, int(form.value("proposal")), page, visitor, now)
    return _led_to(page)


def _propose(request: Request, form: Form) -> Response:
    application = application_of(request)
    watchlist, networks = _watchlist(request), application.settings.allow_networks
    with application.database.write() as connection:
        proposing.propose(
            connection,
            _said(form),
            form.value("note"),
            watchlist,
            networks,
            visitor_of(request),
            application.clock(),
        )
    return RedirectResponse("/add?done=proposed", status_code=303)


def _tell(request: Request, connection: sa.Connection, form: Form, page: Page) -> None:
    """The page's changes to those subscriptions that were chosen, and to a new one for an address."""
    application, visitor = application_of(request), visitor_of(request)
    settings, now = application.settings, application.clock()
    for name in form.all("hears"):
        stored = subscribing.find(connection, visitor, name)
        about = {**stored.spec["about"], "pages": [*stored.spec["about"].get("pages", ()), page.url]}
        subscribing.change(connection, settings, visitor, name, {**stored.spec, "about": about}, now)
    if form.value("email"):
        said = {
            "name": _free_name(connection, page),
            "email": form.value("email"),
            "about": {"pages": [page.url]},
        }
        subscribing.make(connection, settings, visitor, said, origin="web", now=now)


def _free_name(connection: sa.Connection, page: Page) -> str:
    """A name for the subscription of one page that no other has."""
    taken = {stored.name.casefold() for stored in subscriptions.all_of(connection)}
    return next(
        name
        for name in (f"page {page.id}", *(f"page {page.id} {n}" for n in range(2, len(taken) + 3)))
        if name.casefold() not in taken
    )


def _show(
    request: Request,
    form: Form,
    *,
    seen: Glance | None = None,
    problem: str | None = None,
    watched: Page | None = None,
    is_ready: bool = False,
    status: int = 200,
) -> Response:
    visitor = visitor_of(request)
    with reading(request) as (connection, _):
        mine = subscribing.visible(connection, visitor)
        waiting = proposing.shown_to(connection, visitor)
    return show(
        request,
        "add.html",
        status=status,
        form=form,
        seen=replace(seen, explanations=seen.explanations[:MOST_SHOWN]) if seen else None,
        kinds=read_kinds(seen.reading) if seen else (),
        most=MOST_SHOWN,
        problem=problem,
        watched=watched,
        is_ready=is_ready,
        schedules=SCHEDULES,
        profiles=[("", "the one that fits, if any"), *_pairs(adding.known_profiles(_watchlist(request)))],
        usual=_watchlist(request).defaults.check.in_words(),
        hearing=[stored.name for stored in mine if _hears_all(stored)],
        extendable=[stored.name for stored in mine if _is_of_pages(stored)],
        proposals=waiting,
        is_operator=visitor.role >= Role.OPERATOR,
        yaml=_yaml(form) if is_ready and not form.error("url") else None,
        done=word(request, "done"),
    )


def _pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


def _hears_all(stored: Stored) -> bool:
    return not stored.spec.get("about") and not stored.spec.get("except") and stored.paused_at is None


def _is_of_pages(stored: Stored) -> bool:
    """Whether it can be told of one more page: what is about something else, too, would hear of less."""
    return stored.origin != "watchlist" and set(stored.spec.get("about", ())) == {"pages"}


def _said(form: Form) -> dict[str, Any]:
    said: dict[str, Any] = {name: form.value(name) for name in PAGE if form.value(name)}
    return {**said, "check": check_of(said["check"])} if "check" in said else said


def _yaml(form: Form) -> str:
    return yaml.safe_dump(adding.yaml_of(_said(form)), sort_keys=False, allow_unicode=True)


def _of_proposal(request: Request, number: int) -> Form:
    with reading(request) as (connection, _):
        found = proposals.find(connection, number)
        known = found and found.id in {one.id for one in proposing.shown_to(connection, visitor_of(request))}
    if found is None or not known:
        raise UsageError(f"there is no proposal {number}")
    return Form({**_fields(found.said), "proposal": [str(number)]})


def _fields(said: Mapping[str, Any]) -> dict[str, list[str]]:
    check = said.get("check", "")
    written = check["cron"] if isinstance(check, Mapping) else check
    return {name: [str({**said, "check": written}.get(name, ""))] for name in PAGE}


def _led_to(page: Page) -> Response:
    assert page.next_check_at is not None  # it was just added, and is due
    return RedirectResponse(f"/pages/{page.id}?asked={in_json(page.next_check_at)}", status_code=303)


@contextmanager
def _turn(request: Request) -> Iterator[None]:
    """Each glance keeps a thread for a while: some are left for those who read."""
    turns: BoundedSemaphore = request.app.state.glances
    if not turns.acquire(blocking=False):
        raise FieldErrors([("url", "others have pages looked at just now: ask again in a moment")])
    try:
        yield
    finally:
        turns.release()


def _watchlist(request: Request) -> Watchlist:
    """The file's, for what holds where a page says nothing; without a file what holds without one."""
    application = application_of(request)
    path = application.settings.watchlist
    return application.last_good if path.exists() else Watchlist.model_construct(sources=(), path=path)
