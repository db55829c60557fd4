"""Whether the pages that a browser is to build can be built here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from config.watchlist import Watchlist


def unrendered(watchlist: Watchlist) -> Iterator[str]:
    """That pages cannot be rendered, and what to install; nothing where none is to be, or all is there."""
    renders = [*(source.render for source in watchlist.sources), *(page.render for page in watchlist.pages())]
    if any(render and render.on for render in renders):
        from crawler import browser  # for few watchlists, and not light

        if missing := asyncio.run(browser.missing()):
            yield f"pages are to be rendered, and {missing}. Until then they fail."
