"""Header lines that arrive as they were written.

The standard library's newer folding loses spaces between encoded words (seen on 3.11 with `Ánh 東京`) and
turns words longer than a line, such as an address to unsubscribe at, into encoded words that no mail program
reads there. The older `email.header.Header` does neither, so it folds the headers that we make up ourselves.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.policy import SMTP, Policy

LONGEST_LINE = 900
"""RFC 5322 allows 998; a line that needs no fold cannot be folded wrongly."""


class WholeHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # the stubs differ on max_count
    """Free text, encoded as RFC 2047 only where it is not ASCII; long words stay whole."""

    def fold(self, *, policy: Policy) -> str:
        text = str(self)
        charset, width = ("us-ascii", LONGEST_LINE) if text.isascii() else ("utf-8", 76)
        header = Header(text, charset, maxlinelen=width, header_name=self.name)
        return f"{self.name}: {header.encode(splitchars=' ', linesep=policy.linesep)}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("subject", "references", "in-reply-to", "list-id", "list-unsubscribe"):
        registry.map_to_type(name, WholeHeader)
    return registry


WIRE = SMTP.clone(header_factory=_registry())
"""The policy of our messages; header objects keep their way of folding under any other."""
