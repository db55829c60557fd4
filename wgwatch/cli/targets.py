"""Targets and their channels as people may see them."""

from __future__ import annotations

from config.addresses import shown_url

WORDS = {"email": "e-mail"}


def shown_target(channel: str, target: str) -> str:
    """An address; of a webhook without what may be secret in it."""
    return shown_url(target) if channel == "webhook" else target


def shown_channel(channel: str) -> str:
    """`e-mail`, `webhook` ..."""
    return WORDS.get(channel, channel)
