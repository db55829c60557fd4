"""The JSON Schema of the watchlist, for editors. `python -m config.schema` writes the shipped file anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from config.watchlist import Declared

SHIPPED = Path(__file__).parent / "watchlist.schema.json"


def json_schema() -> dict[str, Any]:
    """As JSON Schema 2020-12, generated from the models that read the file."""
    schema = Declared.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "The watchlist of wgwatch",
    }


def schema_text() -> str:
    """The text of the shipped file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SHIPPED.write_text(schema_text(), "utf-8")
