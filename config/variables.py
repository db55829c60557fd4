"""Values that stand outside the watchlist: `${NAME}` is the variable NAME, or the file that NAME_FILE names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from config.errors import UsageError

VARIABLE = re.compile(r"\$\{(\w+)\}")


def fill_in(written: str, environ: Mapping[str, str], hint: str = "") -> str:
    """The text with each `${NAME}` replaced. Raises UsageError, with `hint` behind it, where one is missing."""
    return VARIABLE.sub(lambda match: _variable(match[1], environ, hint), written)


def _variable(name: str, environ: Mapping[str, str], hint: str) -> str:
    value, file = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if value and file:
        raise UsageError(f"{name} and {name}_FILE are both set; set one of them")
    if not file:
        if value:
            return value
        raise UsageError(f"{name} is not set; set it, or {name}_FILE to the file that holds it{hint}")
    try:
        return Path(file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise UsageError(f"{name}_FILE: cannot read {file}: {reason}") from None
