"""The pages, a module for each noun: from a request to what is shown."""

from __future__ import annotations

from wgwatch.web.pages import (
    answers,
    calendar,
    changes,
    deliveries,
    groups,
    overview,
    records,
    roles,
    search,
    status,
    subscriptions,
    timeline,
    unsubscribing,
)
from wgwatch.web.visitors import GuardedRoute, Role

ROUTES = (
    GuardedRoute("/", overview.overview, Role.READER),
    GuardedRoute("/changes", changes.listed, Role.READER),
    GuardedRoute("/changes/{id}", changes.change_page, Role.READER),
    GuardedRoute("/changes/{id}/proof.zip", changes.proof, Role.READER),
    GuardedRoute("/groups", groups.listed, Role.READER),
    GuardedRoute(
        "/groups/{name:path}/roles/{role:path}", roles.role_page, Role.READER
    ),  # before what follows
    GuardedRoute("/groups/{name:path}", groups.group_page, Role.READER),
    GuardedRoute("/sources/{name:path}", groups.source_page, Role.READER),
    GuardedRoute("/pages/{page_id:int}", timeline.page, Role.READER),
    GuardedRoute("/pages/{page_id:int}/as-of", answers.as_of, Role.READER),
    GuardedRoute("/pages/{page_id:int}/diff", timeline.diff, Role.READER),
    GuardedRoute("/pages/{page_id:int}/looks/{number:int}", answers.look_page, Role.READER),
    GuardedRoute("/captures/{sha256}", answers.answer_page, Role.READER),
    GuardedRoute("/captures/{sha256}/picture.jpg", answers.picture, Role.READER),
    GuardedRoute("/archived/{sha256}", answers.archived_page, Role.READER),
    GuardedRoute("/archived/{sha256}/bytes", answers.answer_bytes, Role.READER),
    GuardedRoute("/records", records.table, Role.READER),
    GuardedRoute("/records/{id}", records.record_page, Role.READER),
    GuardedRoute("/calendar", calendar.month, Role.READER),
    GuardedRoute("/search", search.search_page, Role.READER),
    GuardedRoute("/subscriptions", subscriptions.listed, Role.OPERATOR),
    GuardedRoute("/deliveries", deliveries.listed, Role.OPERATOR),
    GuardedRoute("/deliveries/{id}", deliveries.delivery_page, Role.OPERATOR),
    GuardedRoute("/deliveries/{id}/retry", deliveries.retry, Role.OPERATOR, ["POST"]),
    GuardedRoute("/deliveries/{id}/discard", deliveries.discard, Role.OPERATOR, ["POST"]),
    GuardedRoute("/status", status.status, Role.READER),
    GuardedRoute("/unsubscribe/{token}", unsubscribing.ask, Role.NOBODY),
    GuardedRoute("/unsubscribe/{token}", unsubscribing.unsubscribe, Role.NOBODY, ["POST"]),
)
