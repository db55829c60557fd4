"""Data into a model, with every problem as a sentence, and as much of the model as is sound."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from config.errors import UsageError
from config.suggest import did_you_mean, one_of
from config.yaml_file import Place

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

ATTEMPTS = 4
"""How often wrong parts are left out: what was left out may leave a gap, and its holder goes next."""
WORDS = {
    "missing": "is missing",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "dict_type": "should be a mapping of names to values",
    "model_type": "should be a mapping of names to values",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "too_short": "is empty",
    "string_too_short": "is empty",
}


def validate(model: type[M], data: Any, **context: Any) -> tuple[M | None, list[tuple[Place, str]]]:
    """The model and its problems, as place and text.

    Where parts are wrong the model is made of the rest, so that the rest can be looked at too; None where the
    rest is not enough.
    """
    problems: list[tuple[Place, str]] = []
    rest = data
    for attempt in range(ATTEMPTS):
        try:
            return model.model_validate(rest, context=context), problems
        except ValidationError as error:
            errors = error.errors(include_url=False)
        if attempt == 0:
            problems = [
                (error["loc"], sentence(model, error)) for error in errors if not _implied(error, errors)
            ]
        rest = _without(rest, errors)
    return None, problems


def sentence(model: type[BaseModel], error: ErrorDetails) -> str:
    """What pydantic found, in words for the person who writes the file; values are not repeated."""
    kind = error["type"]
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        known = _keys(model, error["loc"][:-1])
        return "is no known key" + (did_you_mean(key, known) or f"; known are {one_of(known, last='and')}")
    if kind == "string_type":
        number = isinstance(error["input"], int | float)
        return "should be text" + ("; put it in quotes" if number else "")
    if kind == "literal_error":
        return f"should be {error['ctx']['expected']}"
    return WORDS.get(kind) or error["msg"].removeprefix("Value error, ").removeprefix("Input ")


def parsed_by(parse: Callable[[Any], V], schema: dict[str, Any]) -> tuple[PlainValidator, WithJsonSchema]:
    """What a field's annotation needs for a parser of ours: its UsageError becomes the field's problem."""

    def validator(value: Any) -> V:
        try:
            return parse(value)
        except UsageError as error:
            raise ValueError(str(error)) from error

    return PlainValidator(validator), WithJsonSchema(schema)


def _keys(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that a model knows at a place inside it."""
    for part in place:
        if isinstance(part, str):
            field = next(f for name, f in model.model_fields.items() if part in {name, f.alias})
            model = next(_models(field.annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _implied(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """A list counts as too short where its items are wrong: only they need telling."""
    place = error["loc"]
    inside = (other["loc"][: len(place)] == place for other in errors if len(other["loc"]) > len(place))
    return error["type"] == "too_short" and any(inside)


def _without(data: Any, errors: list[ErrorDetails]) -> Any:
    """A copy of the data without what is wrong; from the last place, so that places in lists stay right."""
    rest = copy.deepcopy(data)
    places = [error["loc"][: -1 if error["type"] == "missing" else None] for error in errors]
    for place in sorted(places, key=lambda place: [str(part).zfill(9) for part in place], reverse=True):
        _remove(rest, place)
    return rest


def _remove(data: Any, place: Place) -> None:
    """What holds it goes too where nothing would be left of it: `[x]`, or an `x` that stands for `[x]`."""
    if not place:
        return
    holder, part = _at(data, place[:-1]), place[-1]
    if isinstance(holder, dict):
        holder.pop(part, None)
    elif isinstance(holder, list) and isinstance(part, int) and part < len(holder) > 1:
        del holder[part]
    else:
        _remove(data, place[:-1])


def _at(data: Any, place: Place) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
