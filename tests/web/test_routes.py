"""Every route, tried by everybody: a row for each, and a test that fails where a row or a route is missing.

To add a route, add a line to ROUTES below: its path, its method, the least role that it is for, and the scope that a
token needs for it (`session` where no token will do).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from person import Person, user
from starlette.routing import Mount, Route
from website import Site, served
from world import World

from storage.access import sessions, tokens
from wgwatch.running.endpoints import Endpoints
from wgwatch.running.health import Pulse
from wgwatch.running.metrics import Tally
from wgwatch.web.app import web_app
from wgwatch.web.visitors import SCOPES, SESSION_ONLY, GuardedRoute, Role

NOBODY, READER, MEMBER, OPERATOR = Role

# path, method, least role, scope of a token
ROUTES = (
    ("/", "GET", READER, "read"),
    ("/changes", "GET", READER, "read"),
    ("/changes/{id}", "GET", READER, "read"),
    ("/changes/{id}/proof.zip", "GET", READER, "read"),
    ("/groups", "GET", READER, "read"),
    ("/groups/{name:path}", "GET", READER, "read"),
    ("/sources/{name:path}", "GET", READER, "read"),
    ("/pages/{page_id:int}", "GET", READER, "read"),
    ("/pages/{page_id:int}/as-of", "GET", READER, "read"),
    ("/pages/{page_id:int}/diff", "GET", READER, "read"),
    ("/captures/{sha256}", "GET", READER, "read"),
    ("/captures/{sha256}/picture.jpg", "GET", READER, "read"),
    ("/archived/{sha256}", "GET", READER, "read"),
    ("/archived/{sha256}/bytes", "GET", READER, "read"),
    ("/records", "GET", READER, "read"),
    ("/records/{id}", "GET", READER, "read"),
    ("/calendar", "GET", READER, "read"),
    ("/search", "GET", READER, "read"),
    ("/deliveries", "GET", OPERATOR, "read"),
    ("/deliveries/{id}", "GET", OPERATOR, "read"),
    ("/deliveries/{id}/retry", "POST", OPERATOR, "operate"),
    ("/deliveries/{id}/discard", "POST", OPERATOR, "operate"),
    ("/status", "GET", READER, "read"),
    ("/metrics", "GET", READER, "read"),
    ("/login", "GET", NOBODY, ""),
    ("/login", "POST", NOBODY, ""),
    ("/logout", "POST", READER, SESSION_ONLY),
    ("/account", "GET", READER, SESSION_ONLY),
    ("/account/password", "POST", READER, SESSION_ONLY),
    ("/account/email", "POST", READER, SESSION_ONLY),
    ("/account/confirm/{token}", "GET", READER, SESSION_ONLY),
    ("/account/confirm/{token}", "POST", READER, SESSION_ONLY),
    ("/account/sessions/end", "POST", READER, SESSION_ONLY),
    ("/account/tokens", "POST", READER, SESSION_ONLY),
    ("/account/tokens/{id}/revoke", "POST", READER, SESSION_ONLY),
    ("/users", "GET", OPERATOR, SESSION_ONLY),
    ("/users", "POST", OPERATOR, SESSION_ONLY),
    ("/users/{id:int}/role", "POST", OPERATOR, SESSION_ONLY),
    ("/users/{id:int}/password", "POST", OPERATOR, SESSION_ONLY),
    ("/users/{id:int}/disable", "POST", OPERATOR, SESSION_ONLY),
    ("/users/{id:int}/enable", "POST", OPERATOR, SESSION_ONLY),
    ("/unsubscribe/{token}", "GET", NOBODY, ""),
    ("/unsubscribe/{token}", "POST", NOBODY, ""),
    ("/subscriptions", "GET", MEMBER, "subscribe"),
    ("/groups/{name:path}/roles/{role:path}", "GET", READER, "read"),
    ("/pages/{page_id:int}/look", "GET", READER, "read"),
    ("/pages/{page_id:int}/look", "POST", MEMBER, "check"),
    ("/pages/{page_id:int}/remove", "POST", OPERATOR, "operate"),
    ("/pages/{page_id:int}/pause", "POST", OPERATOR, "operate"),
    ("/pages/{page_id:int}/resume", "POST", OPERATOR, "operate"),
    ("/pages/{page_id:int}/looks/{number:int}", "GET", READER, "read"),
    ("/web/timemap/{kind}/{asked:path}", "GET", READER, "read"),
    ("/web/{asked:path}", "GET", READER, "read"),
    ("/timegate/{asked:path}", "GET", READER, "read"),
    ("/timemap/{kind}/{asked:path}", "GET", READER, "read"),
    ("/add", "GET", MEMBER, "operate"),
    ("/add", "POST", MEMBER, "operate"),
    ("/proposals/{number:int}", "POST", OPERATOR, "operate"),
    ("/subscriptions/new", "GET", MEMBER, "subscribe"),
    ("/subscriptions/new", "POST", MEMBER, "subscribe"),
    ("/subscriptions/{name}", "GET", MEMBER, "subscribe"),
    ("/subscriptions/{name}", "POST", MEMBER, "subscribe"),
    ("/subscriptions/{name}/test", "POST", MEMBER, "subscribe"),
    ("/subscriptions/{name}/pause", "POST", MEMBER, "subscribe"),
    ("/subscriptions/{name}/resume", "POST", MEMBER, "subscribe"),
    ("/subscriptions/{name}/remove", "POST", MEMBER, "subscribe"),
    ("/api/v1/sources", "GET", READER, "read"),
    ("/api/v1/sources/{name}", "GET", READER, "read"),
    ("/api/v1/pages", "GET", READER, "read"),
    ("/api/v1/pages/{id}", "GET", READER, "read"),
    ("/api/v1/pages/{id}/captures", "GET", READER, "read"),
    ("/api/v1/pages/{id}/as-of", "GET", READER, "read"),
    ("/api/v1/pages/{id}/diff", "GET", READER, "read"),
    ("/api/v1/pages", "POST", OPERATOR, "operate"),
    ("/api/v1/pages/{id}", "DELETE", OPERATOR, "operate"),
    ("/api/v1/pages/{id}/check", "POST", MEMBER, "check"),
    ("/api/v1/captures/{sha256}", "GET", READER, "read"),
    ("/api/v1/captures/{sha256}/text", "GET", READER, "read"),
    ("/api/v1/captures/{sha256}/bytes", "GET", READER, "read"),
    ("/api/v1/records", "GET", READER, "read"),
    ("/api/v1/records/{id}", "GET", READER, "read"),
    ("/api/v1/changes", "GET", READER, "read"),
    ("/api/v1/changes/{id}", "GET", READER, "read"),
    ("/api/v1/search", "GET", READER, "read"),
    ("/api/v1/subscriptions", "GET", MEMBER, "subscribe"),
    ("/api/v1/subscriptions", "POST", MEMBER, "subscribe"),
    ("/api/v1/subscriptions/{name}", "GET", MEMBER, "subscribe"),
    ("/api/v1/subscriptions/{name}", "PUT", MEMBER, "subscribe"),
    ("/api/v1/subscriptions/{name}", "DELETE", MEMBER, "subscribe"),
    ("/api/v1/subscriptions/{name}/preview", "GET", MEMBER, "subscribe"),
    ("/api/v1/subscriptions/{name}/pause", "POST", MEMBER, "subscribe"),
    ("/api/v1/subscriptions/{name}/resume", "POST", MEMBER, "subscribe"),
    ("/api/v1/deliveries", "GET", OPERATOR, "operate"),
    ("/api/v1/deliveries/{id}", "GET", OPERATOR, "operate"),
    ("/api/v1/deliveries/{id}/retry", "POST", OPERATOR, "operate"),
    ("/api/v1/deliveries/{id}/discard", "POST", OPERATOR, "operate"),
    ("/api/v1/status", "GET", READER, "read"),
    ("/api/v1/openapi.json", "GET", READER, "read"),
    ("/api", "GET", READER, "read"),
    ("/feeds/changes.atom", "GET", READER, "feeds"),
    ("/feeds/groups/{group:path}.atom", "GET", READER, "feeds"),
    ("/feeds/sources/{source}.atom", "GET", READER, "feeds"),
    ("/feeds/subscriptions/{subscription}.atom", "GET", MEMBER, "feeds"),
    ("/feeds/events.ics", "GET", READER, "feeds"),
    ("/feeds/groups/{group:path}.ics", "GET", READER, "feeds"),
    ("/feeds/sources/{source}.ics", "GET", READER, "feeds"),
    ("/feeds/subscriptions/{subscription}.ics", "GET", MEMBER, "feeds"),
    ("/feeds/contacts.vcf", "GET", READER, "feeds"),
    ("/feeds/groups/{group:path}.vcf", "GET", READER, "feeds"),
    ("/feeds/sources/{source}.vcf", "GET", READER, "feeds"),
    ("/feeds/subscriptions/{subscription}.vcf", "GET", MEMBER, "feeds"),
    ("/healthz", "GET", NOBODY, ""),
    ("/readyz", "GET", NOBODY, ""),
    ("/static", "GET", NOBODY, ""),
)
ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}
"""Nobody of these asks from this machine itself, which may read the numbers."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("routes")
    with World(folder, f"sqlite:///{folder / 'wgwatch.db'}") as world, served(world) as found:
        for role in (READER, MEMBER, OPERATOR):
            user(found, role.name.lower(), role.name.lower())
        yield found


def routes_of(site: Site) -> list[Route | Mount]:
    """What the application answers; around it stand what wraps it."""
    application = site.application
    app: Any = web_app(application, Endpoints(application.database, Pulse(), Tally(), application.clock))
    while not hasattr(app, "routes"):
        app = app._app
    return list(app.routes)


def methods_of(route: Route | Mount) -> set[str]:
    return (route.methods or set()) - {"HEAD"} if isinstance(route, Route) else {"GET"}


def test_every_route_is_in_the_table_and_every_row_is_a_route(site: Site) -> None:
    rows = {(path, method) for path, method, _, _ in ROUTES}
    routes = {(route.path, method): route for route in routes_of(site) for method in methods_of(route)}
    missing = "\n".join(row_of(*key, route) for key, route in sorted(routes.items()) if key not in rows)
    assert not missing, (
        f"routes that are not in the table of {__file__}; where it is right so, add:\n{missing}"
    )
    assert not rows - routes.keys(), "rows of the table without a route"
    assert len(rows) == len(ROUTES), "a row is there twice"


def row_of(path: str, method: str, route: Route | Mount) -> str:
    """A line for the table, as the route has it."""
    role, scope = (route.role, route.scope) if isinstance(route, GuardedRoute) else (NOBODY, "")
    return f'    ("{path}", "{method}", {role.name}, "{"" if role is NOBODY else scope}"),'


def test_what_changes_something_is_never_asked_for_by_get() -> None:
    assert not [row for row in ROUTES if row[1] != "GET" and row[3] in ("read", "feeds")]


def concrete(path: str) -> str:
    """An address of that route, of something that there is not."""
    named = re.sub(r"\{\w+:int\}", "999", path)
    return re.sub(r"\{\w+(?::path)?\}", "nothing", named) if path != "/static" else "/static/wgwatch.css"


def logged_in(site: Site, role: Role) -> Person:
    """A new session each time: some of what is tried ends it."""
    person = Person(site, **ELSEWHERE)
    with site.application.database.write() as connection:
        person.cookies["wgwatch"] = sessions.begin(connection, role.value, datetime.now(UTC))
    return person


def tried(person: Person, method: str, path: str) -> int:
    where = concrete(path)
    return (person.get(where) if method == "GET" else person.change(method, where)).status


@pytest.mark.parametrize("who", [NOBODY, READER, MEMBER, OPERATOR], ids=lambda role: role.name.lower())
def test_everybody_gets_what_is_for_them_and_nothing_else(site: Site, who: Role) -> None:
    for path, method, least, _ in ROUTES:
        person = Person(site, **ELSEWHERE) if who is NOBODY else logged_in(site, who)
        status = tried(person, method, path)
        if least is NOBODY:
            assert status not in (401, 405, 500), (method, path, status)
        elif who < least:
            assert status == (401 if who is NOBODY else 403), (method, path, status)
        else:
            assert status not in (401, 403, 405, 500), (method, path, status)


def test_a_token_gets_what_its_scopes_are_for_and_nothing_else(site: Site) -> None:
    for path, method, least, scope in ROUTES:
        if least is NOBODY:
            continue
        also = {"read"} if scope == "feeds" else set()
        lacking = [each for each in SCOPES if each != scope and each not in also]
        assert tried(with_token(site, lacking), method, path) == 403, (method, path)
        if scope != SESSION_ONLY:
            assert tried(with_token(site, [scope]), method, path) not in (401, 403, 405, 500), (method, path)


def with_token(site: Site, scopes: list[str]) -> Person:
    with site.application.database.write() as connection:
        _, secret = tokens.create(connection, OPERATOR.value, "t", scopes, datetime.now(UTC))
    return Person(site, Authorization=f"Bearer {secret}", **ELSEWHERE)


def test_the_table_says_what_the_routes_say(site: Site) -> None:
    guarded = {
        (route.path, method): (route.role, "" if route.role is NOBODY else route.scope)
        for route in routes_of(site)
        if isinstance(route, GuardedRoute)
        for method in methods_of(route)
    }
    said = {(path, method): (least, scope) for path, method, least, scope in ROUTES}
    assert {key: said.get(key) for key in guarded} == guarded
