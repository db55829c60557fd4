"""The JSON Schema of profiles, for editors. `python -m config.profile_schema` writes the shipped file anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from config.profile import Profile

SCHEMA_NAME = "profile.schema.json"
SHIPPED = Path(__file__).parent / SCHEMA_NAME


def json_schema() -> dict[str, Any]:
    """As JSON Schema 2020-12, generated from the models that read the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Profile.model_json_schema(),
        "title": "A profile of wgwatch: what is known of a site",
    }


def schema_text() -> str:
    """The text of the shipped file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SHIPPED.write_text(schema_text(), "utf-8")
