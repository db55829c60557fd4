"""How much a day and how fast, as people write it: `2000 looks a day`, `300 requests a day`, `200 KB/s`."""

from __future__ import annotations

import re

from config.errors import UsageError

DAILY = r"[1-9]\d{0,2}(,?\d{3}){0,3}( (looks|requests))? a day"
RATE = r"[1-9]\d{0,5}(\.\d{1,3})? (KB|MB)/s"
BYTES = {"KB": 1_000, "MB": 1_000_000}


def parse_daily(text: object) -> int:
    """How many a day: `2000 looks a day`, `300 a day`. Raises UsageError."""
    words = " ".join(text.lower().split()) if isinstance(text, str) else ""
    if re.fullmatch(DAILY, words) is None:
        raise UsageError(f"'{text}' is no number a day: write for example 2000 looks a day")
    return int(words.split()[0].replace(",", ""))


def parse_rate(text: object) -> float:
    """Bytes a second: `200 KB/s`, `1.5 MB/s`. Raises UsageError."""
    words = " ".join(text.split()) if isinstance(text, str) else ""
    if re.fullmatch(RATE, words) is None:
        raise UsageError(f"'{text}' is no bandwidth: write for example 200 KB/s or 1.5 MB/s")
    number, unit = words.removesuffix("/s").split()
    return float(number) * BYTES[unit]


def rate_in_words(rate: float) -> str:
    """Bytes a second as they are written: `200 KB/s`."""
    unit = "MB" if rate >= BYTES["MB"] else "KB"
    return f"{round(rate / BYTES[unit], 3):g} {unit}/s"
