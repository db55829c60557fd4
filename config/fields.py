"""The types of the watchlist's fields: how each is checked, and what the JSON Schema says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from config import amounts, hours
from config.addresses import check_email, check_url
from config.durations import duration_in_words, parse_duration
from config.errors import UsageError
from config.kinds import CHANGE_KINDS, RECORD_FIELDS, TELL_WORDS, Importance
from config.networks import Networks
from config.problems import parsed_by
from config.schedules import WEEKDAYS, CheckSchedule, SendSchedule, parse_check, parse_send
from config.suggest import did_you_mean, one_of

NAME = r"^\w[\w .-]{0,79}$"
SECONDS = {"type": "string", "pattern": r"^(\d+ )?(second|minute|hour|day|week)s?$"}
CLOCK = r"( at \d{1,2}:\d{2})?"
CHECK_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^(adaptive|every (\d+ )?(second|minute|hour|day|week)s?)$"},
        {
            "type": "object",
            "properties": {"cron": {"type": "string"}},
            "required": ["cron"],
            "additionalProperties": False,
        },
    ],
    "examples": ["every 6 hours", "adaptive", {"cron": "0 7 * * mon-fri"}],
}
SEND_SCHEMA = {
    "type": "string",
    "pattern": f"^(at once|hourly|daily{CLOCK}|weekly on ({'|'.join(WEEKDAYS)}){CLOCK})$",
    "examples": ["at once", "hourly", "daily at 07:00", "weekly on monday at 08:30"],
}


def one_or_many(schema: dict[str, Any]) -> tuple[BeforeValidator, Any, WithJsonSchema]:
    """For a list that may be written as a single value; it may not be empty."""

    def as_list(value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    many = {"type": "array", "items": schema, "minItems": 1}
    return BeforeValidator(as_list), Field(min_length=1), WithJsonSchema({"anyOf": [schema, many]})


def text(check: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A parser of text as a parser of anything that the file may hold."""

    def parser(value: Any) -> Any:
        if not isinstance(value, str):
            number = isinstance(value, int | float)
            raise UsageError("should be text" + ("; put it in quotes" if number else ""))
        return check(value.strip())

    return parser


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = available_timezones()
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
        near = get_close_matches(name.replace(" ", "_").title(), cities, n=1, cutoff=0.8)
        hint = f"; did you mean '{cities[near[0]]}'?" if near else did_you_mean(name, known)
        raise UsageError(f"'{name}' is no time zone{hint or '; write for example Asia/Singapore'}") from None


def _contact(value: str) -> str:
    if "://" in value:
        return check_url(value)
    return check_email(value)


def _webhook(value: str) -> str:
    return check_url(value, credentials=True)


def _file(value: str) -> str:
    if not value or value.endswith("/") or any(c in value for c in "\0\r\n"):
        raise UsageError("should be the name of a file, such as ./changes.jsonl")
    return value


def _tell(word: str) -> str:
    if word in TELL_WORDS or word in CHANGE_KINDS:
        return word
    hint = did_you_mean(word, (*TELL_WORDS, *CHANGE_KINDS)) or f"; write {one_of(TELL_WORDS)}"
    raise UsageError(f"'{word}' is nothing to tell{hint}")


def _with_words(value: str) -> str:
    if not re.search(r"[^\W_]", value):
        raise UsageError(f"there is no word in '{value}'")
    return value


def _record_field(name: str) -> str:
    if name not in RECORD_FIELDS:
        hint = did_you_mean(name, RECORD_FIELDS) or f"; there are {one_of(RECORD_FIELDS, 'and')}"
        raise UsageError(f"'{name}' is no field of a record{hint}")
    return name


def _language(code: str) -> str:
    from babel import Locale, UnknownLocaleError  # here alone: its data takes a while to load

    try:
        return str(Locale.parse(code.replace("_", "-"), sep="-"))
    except (UnknownLocaleError, ValueError):
        codes = {name.casefold(): known for known, name in Locale("en").languages.items()}
        named = codes.get(code.casefold())
        hint = f"; did you mean '{named}'?" if named else "; write its code, as in es or zh"
        raise UsageError(f"'{code}' is no language that dates are known in{hint}") from None


def _importance(word: str) -> Importance:
    words = [importance.word for importance in Importance]
    if word.lower() not in words:
        raise UsageError(f"'{word}' is no importance: write {one_of(words)}")
    return Importance[word.upper()]


def _networks(value: Any) -> Networks:
    if isinstance(value, Networks):
        return value
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
        raise UsageError("should be a list of networks as text")
    return Networks.parse(part for item in texts for part in item.replace(",", " ").split())


def _length(value: Any) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(value)


def _written(schedule: CheckSchedule | SendSchedule) -> str | dict[str, str]:
    return schedule.written()


def _as_is(value: Any) -> Any:
    return value if isinstance(value, ZoneInfo | Importance) else None


STRING: dict[str, Any] = {"type": "string"}
URL: dict[str, Any] = {"type": "string", "pattern": "^https?://"}
MAIL: dict[str, Any] = {"type": "string", "format": "email"}
ZONE: dict[str, Any] = {"type": "string", "examples": ["Asia/Singapore", "Europe/Paris", "UTC"]}
KINDS: dict[str, Any] = {"enum": [*TELL_WORDS, *CHANGE_KINDS]}
FIELD: dict[str, Any] = {"enum": list(RECORD_FIELDS)}
NETWORKS: dict[str, Any] = {"anyOf": [STRING, {"type": "array", "items": STRING}]}
WORDS: dict[str, Any] = {"enum": [importance.word for importance in Importance]}

HOURS: dict[str, Any] = {"type": "string", "pattern": f"^{hours.PATTERN}$", "examples": ["22:00-06:00"]}
LOOKS: dict[str, Any] = {
    "type": "string",
    "pattern": f"^{amounts.DAILY}$",
    "examples": ["2000 looks a day"],
}
REQUESTS: dict[str, Any] = {**LOOKS, "examples": ["3000 requests a day"]}
RATE: dict[str, Any] = {"type": "string", "pattern": f"^{amounts.RATE}$", "examples": ["200 KB/s"]}

Name = Annotated[str, Field(pattern=NAME)]
Word = Annotated[str, Field(min_length=1)]
Length = Annotated[timedelta, *parsed_by(_length, SECONDS), PlainSerializer(duration_in_words)]
Check = Annotated[CheckSchedule, *parsed_by(parse_check, CHECK_SCHEMA), PlainSerializer(_written)]
Send = Annotated[SendSchedule, *parsed_by(parse_send, SEND_SCHEMA), PlainSerializer(_written)]
Hours = Annotated[hours.Hours, *parsed_by(hours.parse_hours, HOURS), PlainSerializer(hours.Hours.written)]
Looks = Annotated[
    int, *parsed_by(amounts.parse_daily, LOOKS), PlainSerializer(lambda number: f"{number} looks a day")
]
Requests = Annotated[
    int, *parsed_by(amounts.parse_daily, REQUESTS), PlainSerializer(lambda number: f"{number} requests a day")
]
Weight = Annotated[float, Field(gt=0, le=100)]
Rate = Annotated[float, *parsed_by(amounts.parse_rate, RATE), PlainSerializer(amounts.rate_in_words)]
Zone = Annotated[ZoneInfo, *parsed_by(lambda v: _as_is(v) or text(_zone)(v), ZONE), PlainSerializer(str)]
ContactAddress = Annotated[str, *parsed_by(text(_contact), STRING)]
Url = Annotated[str, *parsed_by(text(check_url), URL)]
Webhook = Annotated[str, *parsed_by(text(_webhook), URL)]
FilePath = Annotated[str, *parsed_by(text(_file), {**STRING, "examples": ["./changes.jsonl"]})]
Email = Annotated[str, *parsed_by(text(check_email), MAIL)]
Tell = Annotated[str, *parsed_by(text(_tell), KINDS)]
AtLeast = Annotated[
    Importance,
    *parsed_by(lambda v: _as_is(v) or text(_importance)(v), WORDS),
    PlainSerializer(lambda importance: importance.word),
]
AllowNetworks = Annotated[
    Networks,
    *parsed_by(_networks, NETWORKS),
    PlainSerializer(lambda networks: [str(network) for network in networks.allowed]),
]
Quiet = Annotated[
    hours.Hours,
    *parsed_by(hours.parse_hours, HOURS | {"examples": ["22:00-07:00"]}),
    PlainSerializer(hours.Hours.written),
]
Language = Annotated[str, *parsed_by(text(_language), STRING | {"examples": ["es", "fr", "id", "ja", "zh"]})]
Phrase = Annotated[str, *parsed_by(text(_with_words), STRING)]
RecordField = Annotated[str, *parsed_by(text(_record_field), FIELD)]
Texts = Annotated[tuple[Phrase, ...], *one_or_many(STRING)]
RecordFields = Annotated[tuple[RecordField, ...], *one_or_many(FIELD)]
Words = Annotated[tuple[Word, ...], *one_or_many(STRING)]
Urls = Annotated[tuple[Url, ...], *one_or_many(URL)]
Emails = Annotated[tuple[Email, ...], *one_or_many(MAIL)]
Tells = Annotated[tuple[Tell, ...], *one_or_many(KINDS)]
