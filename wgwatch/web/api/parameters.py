"""What operations take, as the command line writes it: days, periods, words, kinds. Patterns are exact, so that what
they allow is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from config.errors import UsageError
from config.kinds import CHANGE_KINDS
from storage.fulltext.words import query
from wgwatch.cli.times import Moment, Period
from wgwatch.web.api.operations import Asked
from wgwatch.web.asked import in_our_words

_LEAP = "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)-02-29"
_DAY = (
    "[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    f"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}"
)
_PLAIN = f"[1-9][0-9]{{3}}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
DATE = f"^(?:{_PLAIN}|(?:{_DAY})T{_TIME})$"
PERIOD = rf"^(?:{_PLAIN})(?:\.\.(?:{_PLAIN}))?$"
WORDS = r"^[^\x00-\x1f]*[^\W_\x00-\x1f][^\x00-\x1f]*$"
TEXT = r"^[^\x00-\x1f]+$"
NUMBER = "^[0-9]{1,18}$"
FAMILIES = tuple(dict.fromkeys(kind.partition(".")[0] for kind in CHANGE_KINDS))


def _parsed(pattern: str, parse: Callable[[str], Any], said: str) -> BeforeValidator:
    """A text of a pattern, parsed; ValueError with what is `said` for another."""

    def validate(given: object) -> Any:
        if not isinstance(given, str) or not re.fullmatch(pattern.strip("^$"), given):
            raise ValueError(said)
        try:
            with in_our_words():
                return parse(given)
        except (UsageError, OverflowError) as error:
            raise ValueError(str(error)) from error

    return BeforeValidator(validate)


def _schema(example: object, **schema: Any) -> WithJsonSchema:
    return WithJsonSchema({**schema, "examples": [example]})


def _moment(*, end: bool) -> Any:
    parse = _parsed(
        DATE,
        lambda text: Moment(end=end).convert(text, None, None),
        "has to be a day: write 2016, 2016-09, 2016-09-23 or 2016-09-23T10:00Z",
    )
    return Annotated[datetime, parse, _schema("2016-09-23", type="string", pattern=DATE)]


Until = _moment(end=True)
"""A plain date means its end, UTC."""
Since = _moment(end=False)
"""A plain date means its beginning, UTC."""
Span = Annotated[
    tuple[datetime, datetime],
    _parsed(
        PERIOD,
        lambda text: Period().convert(text, None, None),
        "has to be a period: write 2019, 2019-09, 2019-09-23 or 2019-09-01..2019-10-15",
    ),
    _schema("2019-09", type="string", pattern=PERIOD, format="period"),
]
Text = Annotated[str, Field(min_length=1, max_length=300, pattern=TEXT)]
"""A name, as people write it."""
Word = Annotated[
    str,
    _parsed(WORDS, lambda text: query(text) and text, "has no word to look for"),
    Field(max_length=300),
    _schema("small ports", type="string", pattern=WORDS, maxLength=300),
]
"""Words that all have to stand, "a phrase", begin*."""
Number = Annotated[
    int,
    _parsed(NUMBER, int, "has to be a number"),
    _schema(1, type="integer", minimum=0, maximum=10**18 - 1),
]
Many = Annotated[
    int,
    _parsed("^0*[1-9][0-9]{0,2}$", int, "has to be a number from 1 to 500"),
    Field(le=500),
    _schema(50, type="integer", minimum=1, maximum=500),
]
Flag = Annotated[
    bool,
    _parsed("^(?:true|false)$", lambda text: text == "true", "has to be true or false"),
    WithJsonSchema({"type": "boolean"}),
]
Kind = Annotated[
    str,
    _parsed(
        "|".join(map(re.escape, (*CHANGE_KINDS, *FAMILIES))),
        str,
        "is no kind of change, nor a family of them",
    ),
    _schema("event.moved", type="string", enum=[*FAMILIES, *CHANGE_KINDS]),
]
Cursor = Annotated[
    str,
    Field(pattern="^[A-Za-z0-9_-]{1,2000}$", json_schema_extra={"format": "cursor"}),
]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["0" * 64])]


class Listed(Asked):
    """A piece of a list."""

    limit: Many = Field(default=50, description="At most so many entries.")
    after: Cursor | None = Field(
        default=None, description="Where the piece before ended: a cursor from its `next`."
    )
