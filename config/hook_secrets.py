"""Secrets that sign webhooks (Standard Webhooks, symmetric keys), written out or from the environment."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from pydantic import SecretStr

from config.errors import UsageError
from config.variables import fill_in

HOW_TO_MAKE_ONE = 'make one with: echo "whsec_$(openssl rand -base64 24)"'


def resolve_secret(written: str, environ: Mapping[str, str]) -> SecretStr:
    """The secret as written, with each `${VAR}` replaced by the variable or the file that `VAR_FILE` names.

    Raises UsageError, which never shows the secret, where a variable is missing or the result signs nothing.
    """
    value = fill_in(written, environ, f"; {HOW_TO_MAKE_ONE}").strip()
    key = value.removeprefix("whsec_")
    try:
        decoded = base64.b64decode(key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded:
        raise UsageError(f"is no webhook secret, which is base64 after whsec_; {HOW_TO_MAKE_ONE}")
    return SecretStr(value)
