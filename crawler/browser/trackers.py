"""Hosts that count visitors and show advertisements: what they send is never a page's text."""

from __future__ import annotations

HOSTS = {
    "clarity.ms",
    "connect.facebook.net",
    "doubleclick.net",
    "fullstory.com",
    "google-analytics.com",
    "googleadservices.com",
    "googlesyndication.com",
    "googletagmanager.com",
    "hotjar.com",
    "matomo.cloud",
    "mc.yandex.ru",
    "newrelic.com",
    "nr-data.net",
    "plausible.io",
    "scorecardresearch.com",
    "segment.io",
    "sentry.io",
}


def is_tracker(host: str) -> bool:
    """Whether a host, or what it belongs to, is one of them."""
    labels = host.lower().split(".")
    return any(".".join(labels[start:]) in HOSTS for start in range(len(labels)))
