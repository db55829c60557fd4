"""An address or more for every kind of web page, of what a database holds: what is looked at, tried and pictured.

A page that is added has to be named here, by its route: `test_look.py` fails until it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from notifier.unsubscribing import Unsubscribing, token_of
from storage import captures, keys, pages
from storage.asking import browsing, looks
from storage.models import observations
from storage.watched import subscriptions
from wgwatch.application import Application
from wgwatch.web.pages import ROUTES

FILES = {
    "/changes/{id}/proof.zip",
    "/captures/{sha256}/picture.jpg",
    "/archived/{sha256}/bytes",
    "/pages/{page_id:int}/look",
    "/timegate/{asked:path}",
    "/timemap/{kind}/{asked:path}",
    "/web/timemap/{kind}/{asked:path}",
    "/web/{asked:path}",
}
"""Routes that answer something else than a page of ours."""

OF_USERS = {"/account", "/account/confirm/{token}"}
"""Routes of who is logged in: `test_browser_login.py` looks at them."""


@dataclass(frozen=True, slots=True)
class Held:
    """One of each thing that pages are about; empty where the database has none."""

    page: str
    group: str
    role: str
    source: str
    sha256: str
    bad_look: str
    changes: Mapping[str, str]
    """Ids by the family of the change: `event`, `role`, `text` ..."""
    records: Mapping[str, str]
    """Ids by kind; of events one that was said in several ways, if there is one."""
    delivery: str
    subscription: str
    token: str


Samples = Mapping[str, str]
"""Addresses by the names that their pictures bear. One that would need what there is not is left empty."""

SAMPLES: Mapping[str, Callable[[Held], Samples]] = {
    "/": lambda _: {"overview": "/"},
    "/changes": lambda _: {"changes": "/changes"},
    "/changes/{id}": lambda held: {
        f"change-{family}": f"/changes/{id_}" for family, id_ in held.changes.items()
    },
    "/groups": lambda _: {"groups": "/groups"},
    "/groups/{name:path}": lambda held: {
        "group": f"/groups/{held.group}",
        "group-then": f"/groups/{held.group}?as_of=2019",
        "group-during": f"/groups/{held.group}?during=2017..2022",
        "group-silent": f"/groups/{held.group}?during=2018",
    },
    "/groups/{name:path}/roles/{role:path}": lambda held: {
        "role": held.role and f"/groups/{held.group}/roles/{held.role}"
    },
    "/sources/{name:path}": lambda held: {"source": held.source and f"/sources/{held.source}"},
    "/pages/{page_id:int}": lambda held: {
        "page": f"/pages/{held.page}",
    },
    "/pages/{page_id:int}/as-of": lambda held: {"page-then": f"/pages/{held.page}/as-of"},
    "/pages/{page_id:int}/diff": lambda held: {
        "diff": f"/pages/{held.page}/diff",
    },
    "/pages/{page_id:int}/looks/{number:int}": lambda held: {
        "look": held.bad_look and f"/pages/{held.page}/looks/{held.bad_look}"
    },
    "/captures/{sha256}": lambda held: {"answer": f"/captures/{held.sha256}"},
    "/archived/{sha256}": lambda held: {"archived": f"/archived/{held.sha256}"},
    "/records": lambda _: {
        "records": "/records?kind=contacts&history=1",
        "records-silent": "/records?kind=events&during=2018",
    },
    "/records/{id}": lambda held: {f"record-{kind}": f"/records/{id_}" for kind, id_ in held.records.items()},
    "/calendar": lambda _: {"calendar": "/calendar", "calendar-month": "/calendar?month=2027-09"},
    "/search": lambda _: {"search": "/search?q=small"},
    "/add": lambda _: {"add": "/add"},
    "/subscriptions": lambda _: {"subscriptions": "/subscriptions"},
    "/subscriptions/new": lambda _: {"subscription-new": "/subscriptions/new"},
    "/subscriptions/{name}": lambda held: {
        "subscription": held.subscription and f"/subscriptions/{held.subscription}"
    },
    "/deliveries": lambda _: {"deliveries": "/deliveries"},
    "/deliveries/{id}": lambda held: {"delivery": held.delivery and f"/deliveries/{held.delivery}"},
    "/status": lambda _: {"status": "/status"},
    "/login": lambda _: {"login": "/login"},
    "/users": lambda _: {"users": "/users"},
    "/api": lambda _: {"api": "/api"},
    "/unsubscribe/{token}": lambda held: {"unsubscribe": held.token and f"/unsubscribe/{held.token}"},
}
"""What to ask each route for."""


def unnamed() -> set[str]:
    """Routes that answer a page and are not in the table."""
    asked = {route.path for route in ROUTES if "GET" in (route.methods or ())}
    return asked - SAMPLES.keys() - FILES - OF_USERS


def by_route(application: Application) -> dict[str, list[str]]:
    """Addresses for each route, as far as the database has something to show there."""
    one_of_each = held(application)
    found = {route: [path for path in of(one_of_each).values() if path] for route, of in SAMPLES.items()}
    return {route: paths for route, paths in found.items() if paths}


def addresses(application: Application) -> dict[str, str]:
    """The same by name, with an address that there is not."""
    one_of_each = held(application)
    found = {name: path for of in SAMPLES.values() for name, path in of(one_of_each).items() if path}
    return {**found, "missing": "/no-such-page"}


def held(application: Application) -> Held:
    with application.database.read() as connection:
        page = max(pages.all_pages(connection), key=lambda page: page.arrivals)
        capture = captures.latest(connection, page.id)
        assert capture is not None, "the page with the most looks has no version"
        said = list(
            connection.execute(observations.select().where(observations.c.page_id == page.id).limit(5_000))
        )
        changed = browsing.changes_before(connection, limit=500)
        sent = browsing.deliveries_before(connection, limit=1)
        subscribed = subscriptions.all_of(connection)
        bad = looks.bad_runs(connection, page.id)
        key = keys.known(connection, keys.UNSUBSCRIBE)
    roles = [row.said["role"] for row in said if row.kind == "contact" and row.said.get("role")]
    asked = Unsubscribing("anna@paper.example", ("newsroom",))
    return Held(
        page=str(page.id),
        group=quote(page.label, safe=""),
        role=quote(roles[-1], safe="") if roles else "",
        source=quote(page.sources[0], safe="") if page.sources else "",
        sha256=capture.sha256,
        bad_look=str(bad[0].number) if bad else "",
        changes={change.kind.partition(".")[0]: change.id for change in reversed(changed)},
        records=dict(sorted({row.kind: row.record_id for row in said}.items())),
        delivery=sent[0].id if sent else "",
        subscription=quote(subscribed[0].name, safe="") if subscribed else "",
        token=token_of(key, asked) if key else "",
    )
