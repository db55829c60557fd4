"""Which pages a browser builds before they are read, and when such a page counts as built."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

Text = Annotated[str, Field(min_length=1)]


class Rendering(BaseModel):
    """How a browser renders a page; written as `true` or `false` where nothing else is to be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = Field(default=True, description="Whether a browser renders it.")
    wait_for: Text | None = Field(
        default=None, description="A CSS selector: the page is there once something in it matches."
    )
    screenshot: bool = Field(default=False, description="Whether to keep a picture of each new version.")

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"on": value} if isinstance(value, bool) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "boolean"}, handler(schema)]}

    def written(self) -> dict[str, Any] | None:
        """As plain values for the database; None where nothing is rendered."""
        return {"wait_for": self.wait_for, "screenshot": self.screenshot} if self.on else None
