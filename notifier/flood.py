"""Many changes of one page as one message: how many of which kind, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from notifier.values import counted

Change = Mapping[str, Any]
TYPE = "changes.folded"


def folded(changes: Sequence[Change]) -> dict[str, Any]:
    """What is said of them together. They are of one page and in one state; every id is in `changes`."""
    first, last = changes[0], max(changes, key=lambda change: str(change["first_seen_after"]))
    counts = Counter(str(change["kind"]) for change in changes)
    same = ("page", "group", "group_name", "sources", "state", "follows", "settled")
    return {
        **{name: first[name] for name in same if name in first},
        "changes": [change["id"] for change in changes],
        "counts": dict(counts.most_common()),
        "importance": max(change["importance"] for change in changes),
        "first_seen_after": last["first_seen_after"],
        "summary": f"{first['group'] or first['page']}: {counted(len(changes), 'change')}",
    }
