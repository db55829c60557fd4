"""A reader that ends its process: importable by name, so that other processes find it too."""

from __future__ import annotations

import os
from typing import Any

from crawler.history.derivation import Reader

POISON = b"poison"


class DyingReader(Reader):
    """Reads as any other, but for pages with a word in them."""

    def read(self, body: bytes, *args: Any, **kwargs: Any) -> Any:
        if POISON in body:
            os._exit(9)
        return super().read(body, *args, **kwargs)
