"""A subscription as plain values for the database, and back. Secrets stay behind: they are never stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.durations import duration_in_words
from config.watchlist import About, Subscription


def written(subscription: Subscription) -> dict[str, Any]:
    """As the watchlist writes it, without its secrets."""
    return {
        "name": subscription.name,
        "email": list(subscription.email) if subscription.email else None,
        "webhook": subscription.webhook,
        "chat": [{"service": chat.service} for chat in subscription.chat] if subscription.chat else None,
        "file": subscription.file,
        "about": _values(subscription.about),
        "except": _values(subscription.except_),
        "tell": list(subscription.tell) if subscription.tell is not None else None,
        "send": subscription.send.written(),
        "quiet": subscription.quiet.written() if subscription.quiet else None,
        "zone": subscription.zone.key if subscription.zone else None,
        "language": subscription.language,
        "upcoming": duration_in_words(subscription.upcoming) if subscription.upcoming else None,
        "unconfirmed": subscription.unconfirmed,
        "at least": subscription.at_least.word,
    }


def read_back(spec: Mapping[str, Any]) -> Subscription:
    """The subscription that was written so."""
    said = {name: value for name, value in spec.items() if value is not None}
    return Subscription.model_validate(said)


def _values(about: About) -> dict[str, list[str]]:
    said = about.model_dump(by_alias=True, exclude_none=True)
    return {name: list(values) for name, values in said.items()}
