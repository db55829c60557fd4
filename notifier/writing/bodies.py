"""What a webhook is told, as bytes: one change, or a flood of them in one message with counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from notifier.channels import Outgoing
from notifier.messages import Item
from notifier.writing.links import capture_page, change_page
from notifier.writing.values import counted

SCHEMA = 1
"""Raised when a receiver that reads the old shape would misread the new one."""
FOLDED = "changes.folded"
MOST_NAMED = 30
"""Of a flood's changes so many are told with their summary; of all the others the id."""
LARGEST = 256_000
"""Bytes. A longer body loses sentences of the text that changed, and says how many; the change has all of them."""


def body_of(delivery: Outgoing, public_url: str | None = None) -> bytes:
    """The request's body, the same bytes at every attempt."""
    if len(delivery.items) == 1:
        change = delivery.items[0].change
        type_, data = change["kind"], {**change, "links": links_of(change, public_url)}
    else:
        type_, data = FOLDED, folded(delivery.items)
    told = {
        "type": type_,
        "timestamp": delivery.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "schema": SCHEMA,
        "data": data,
    }
    return _bounded(told)


def folded(items: Sequence[Item]) -> dict[str, Any]:
    """Many changes of one page, in one state, as one: how many of each kind, the ids of all, the most important ones
    in words.
    """
    changes = [item.change for item in items]
    named = [
        {name: change[name] for name in ("id", "kind", "summary", "importance")}
        for change in changes[:MOST_NAMED]
    ]
    first, last = changes[0], max(changes, key=lambda change: str(change["first_seen_after"]))
    return {
        **{name: _shared(changes, name) for name in ("page", "group", "group_name")},
        **{name: first[name] for name in ("state", "follows", "settled", "test") if name in first},
        "sources": sorted({source for change in changes for source in change["sources"]}),
        "counts": dict(Counter(change["kind"] for change in changes)),
        "changes": [change["id"] for change in changes],
        "most_important": named,
        "importance": max(change["importance"] for change in changes),
        "first_seen_after": last["first_seen_after"],
        "summary": f"{_shared(changes, 'group') or _shared(changes, 'page')}: {counted(len(changes), 'change')}",
        "links": links_of({"page": _shared(changes, "page")}, None),
    }


def links_of(change: Mapping[str, Any], public_url: str | None) -> dict[str, str]:
    """Where to look further; our own addresses only where there is a public one."""
    links = {"page": str(change.get("page") or "")}
    if not public_url:
        return links
    links["change"] = change_page(public_url, str(change["id"]))
    evidence = change.get("evidence") or {}
    for side in ("before", "after"):
        if evidence.get(f"sha256_{side}"):
            links[f"capture_{side}"] = capture_page(public_url, str(evidence[f"sha256_{side}"]))
    return links


def _shared(changes: Sequence[Mapping[str, Any]], name: str) -> Any:
    """What all of them say; None where they differ."""
    said = {change.get(name) for change in changes}
    return said.pop() if len(said) == 1 else None


def _bounded(told: Mapping[str, Any]) -> bytes:
    body, sentences = _bytes(told), told["data"].get("sentences") or []
    kept = len(sentences)
    while len(body) > LARGEST and kept:
        kept //= 2
        data = {**told["data"], "sentences": sentences[:kept], "sentences_left_out": len(sentences) - kept}
        body = _bytes({**told, "data": data})
    return body


def _bytes(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
