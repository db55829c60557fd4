"""The watchlist to begin with, and the schema that editors complete it by."""

from __future__ import annotations

from pathlib import Path

SCHEMA_NAME = "watchlist.schema.json"
_HERE = Path(__file__).parent


def write(directory: Path) -> None:
    """Put both into a folder."""
    (directory / "watchlist.yaml").write_text((_HERE / "starter.yaml").read_text("utf-8"), "utf-8")
    (directory / SCHEMA_NAME).write_text((_HERE / SCHEMA_NAME).read_text("utf-8"), "utf-8")
