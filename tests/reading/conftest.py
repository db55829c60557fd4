from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.reading import read
from storage.records import Reading

CASES = Path(__file__).parents[3] / "shared" / "cases"


@pytest.fixture
def read_html() -> Callable[[str], Reading]:
    """Reads the body of a page, under a fictional address."""

    def reader(body: str) -> Reading:
        page = f"<!DOCTYPE html><html><head><title>Page</title></head><body>{body}</body></html>"
        return read(
            page.encode(), content_type="text/html; charset=utf-8", url="https://lagoon.example/groups/tide"
        )

    return reader


@pytest.fixture
def read_lines() -> Callable[[str], Reading]:
    """Reads a text file."""
    return lambda text: read(text.encode(), content_type="text/plain; charset=utf-8")


@pytest.fixture
def case() -> Callable[[str], Path]:
    """The folder of a labelled page, which is no part of the project."""

    def find(name: str) -> Path:
        folder = CASES / name
        if not folder.is_dir():
            pytest.skip(f"no labelled pages at {CASES}")
        return folder

    return find
