"""Dates in the languages that Unicode's locale data knows (CLDR, through Babel). English is written by ourselves."""

from __future__ import annotations

from datetime import date

ENGLISH = "en"


def day_in(language: str, day: date, skeleton: str) -> str:
    """A day in the form that the language has for these parts: `yMMMd`, `yMMM`."""
    from babel.dates import format_skeleton  # its data is read only where somebody asks for it

    return str(format_skeleton(skeleton, day, locale=_locale(language)))


def days_in(language: str, first: date, last: date) -> str:
    """A first and a last day: `7–9 sept 2016`, `2016年9月7日至9日`."""
    from babel.dates import format_interval

    return str(format_interval(first, last, "yMMMd", locale=_locale(language)))


def _locale(language: str) -> str:
    return language.replace("-", "_")
