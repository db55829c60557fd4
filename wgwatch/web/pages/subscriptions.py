"""Who hears of what, each subscription as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from config.sentences import subscription_sentence
from config.stored import read_back
from storage import subscriptions
from wgwatch.web.asked import reading
from wgwatch.web.templating import show


@dataclass(frozen=True, slots=True)
class Subscription:
    """Its name, what it asks for in a sentence, where it was declared, since when it is paused."""

    name: str
    sentence: str
    origin: str
    paused_at: datetime | None


def listed(request: Request) -> Response:
    """All that are declared."""
    with reading(request) as (connection, _):
        found = subscriptions.all_of(connection)
    return show(
        request,
        "subscriptions.html",
        subscriptions=[
            Subscription(
                each.name,
                subscription_sentence(read_back(each.spec)).removeprefix(f"{each.name}: "),
                each.origin,
                each.paused_at,
            )
            for each in found
        ],
    )
