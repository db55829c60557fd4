"""Where in the source a text stands, for records that say where they were read."""

from __future__ import annotations

LOOK_AHEAD = 20_000
"""Characters searched for the next text: bounds the cost on pages whose text is written in entities."""


class Places:
    """Follows the source as its texts are met in order; `line` counts from 1 and never goes back."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self.line = 1

    def meet(self, text: str) -> None:
        wanted = text.strip().split("\n", 1)[0][:60]
        found = self._source.find(wanted, self._at, self._at + LOOK_AHEAD)
        if found < 0:
            return
        self.line += self._source.count("\n", self._at, found)
        self._at = found
