"""Watchlists in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from config.errors import ConfigError
from config.watchlist import Watchlist
from config.watchlist_file import load_watchlist

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Watchlist]:
    """Writes the text as watchlist.yaml and loads it."""

    def load(text: str, environ: Mapping[str, str] | None = None) -> Watchlist:
        path = tmp_path / "watchlist.yaml"
        path.write_text(dedent(text), "utf-8")
        return load_watchlist(path, environ or {})

    return load


@pytest.fixture
def problems(load: Callable[..., Watchlist]) -> Callable[..., list[str]]:
    """The problems of a watchlist that is expected to have some."""

    def problems(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, environ)
        return list(caught.value.problems)

    return problems
