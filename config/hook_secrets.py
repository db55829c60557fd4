"""Secrets that sign webhooks (Standard Webhooks, symmetric keys), written out or from the environment."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from config.errors import UsageError

VARIABLE = re.compile(r"\$\{(\w+)\}")
HOW_TO_MAKE_ONE = 'make one with: echo "whsec_$(openssl rand -base64 24)"'


def resolve_secret(written: str, environ: Mapping[str, str]) -> SecretStr:
    """The secret as written, with each `${VAR}` replaced by the variable or the file that `VAR_FILE` names.

    Raises UsageError, which never shows the secret, where a variable is missing or the result signs nothing.
    """
    value = VARIABLE.sub(lambda match: _variable(match[1], environ), written).strip()
    key = value.removeprefix("whsec_")
    try:
        decoded = base64.b64decode(key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded:
        raise UsageError(f"is no webhook secret, which is base64 after whsec_; {HOW_TO_MAKE_ONE}")
    return SecretStr(value)


def _variable(name: str, environ: Mapping[str, str]) -> str:
    value, file = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if value and file:
        raise UsageError(f"{name} and {name}_FILE are both set; set one of them")
    if not file:
        if value:
            return value
        raise UsageError(
            f"{name} is not set; set it, or {name}_FILE to the file that holds it; {HOW_TO_MAKE_ONE}"
        )
    try:
        return Path(file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise UsageError(f"{name}_FILE: cannot read {file}: {reason}") from None
