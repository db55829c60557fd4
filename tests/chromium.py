"""The real Chromium of the browser tests, where there is one."""

from __future__ import annotations

import shutil

import pytest

from crawler import browser as rendering

PATH = next(filter(None, map(shutil.which, rendering.NAMES)), None)


def missing() -> str | None:
    """Why there is none."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return rendering.NOT_INSTALLED
    return None if PATH else rendering.NO_CHROMIUM


needed = pytest.mark.skipif(missing() is not None, reason=f"browser tests are skipped: {missing()}")
