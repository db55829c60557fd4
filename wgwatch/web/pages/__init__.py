"""The pages, a module for each noun: from a request to what is shown."""

from __future__ import annotations

from starlette.routing import Route

from wgwatch.web.pages import (
    answers,
    calendar,
    changes,
    deliveries,
    groups,
    overview,
    records,
    search,
    status,
    subscriptions,
    timeline,
    unsubscribing,
)

ROUTES = (
    Route("/", overview.overview),
    Route("/changes", changes.listed),
    Route("/changes/{id}", changes.change_page),
    Route("/changes/{id}/proof.zip", changes.proof),
    Route("/groups", groups.listed),
    Route("/groups/{name:path}", groups.group_page),
    Route("/sources/{name:path}", groups.source_page),
    Route("/pages/{page_id:int}", timeline.page),
    Route("/pages/{page_id:int}/as-of", answers.as_of),
    Route("/pages/{page_id:int}/diff", timeline.diff),
    Route("/captures/{sha256}", answers.answer_page),
    Route("/captures/{sha256}/picture.jpg", answers.picture),
    Route("/archived/{sha256}", answers.archived_page),
    Route("/archived/{sha256}/bytes", answers.answer_bytes),
    Route("/records", records.table),
    Route("/records/{id}", records.record_page),
    Route("/calendar", calendar.month),
    Route("/search", search.search_page),
    Route("/subscriptions", subscriptions.listed),
    Route("/deliveries", deliveries.listed),
    Route("/deliveries/{id}", deliveries.delivery_page),
    Route("/deliveries/{id}/retry", deliveries.retry, methods=["POST"]),
    Route("/deliveries/{id}/discard", deliveries.discard, methods=["POST"]),
    Route("/status", status.status),
    Route("/unsubscribe/{token}", unsubscribing.ask),
    Route("/unsubscribe/{token}", unsubscribing.unsubscribe, methods=["POST"]),
)
