"""Addresses of our own web part. Nobody calls these without a public URL: no link to ourselves is guessed."""

from __future__ import annotations

from urllib.parse import quote


def change_page(public_url: str, change_id: str) -> str:
    """The change with both captures side by side."""
    return f"{public_url.rstrip('/')}/changes/{quote(change_id, safe='')}"


def proof_file(public_url: str, change_id: str) -> str:
    """A zip with all that proves the change."""
    return f"{change_page(public_url, change_id)}/proof.zip"


def capture_page(public_url: str, sha256: str) -> str:
    """The answer as it was stored."""
    return f"{public_url.rstrip('/')}/captures/{quote(sha256, safe='')}"


def unsubscribe_page(public_url: str, token: str) -> str:
    """Asks whether to stop; a POST stops at once (RFC 8058)."""
    return f"{public_url.rstrip('/')}/unsubscribe/{quote(token, safe='')}"
