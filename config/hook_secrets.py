"""Secrets that sign webhooks (Standard Webhooks, symmetric keys), written out or from the environment."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from config.errors import UsageError
from config.variables import fill_in

MARK = b"wgwatch webhook secret 1\n"
"""What is signed begins so: what the key is used for otherwise tells nothing of a secret."""
HOW_TO_MAKE_ONE = 'make one with: echo "whsec_$(openssl rand -base64 24)"'


def derived_secret(key: SecretStr, salt: str) -> SecretStr:
    """The secret of a webhook that was made outside the watchlist: it follows from our key, and stands nowhere."""
    drawn = hmac.new(key.get_secret_value().encode(), MARK + salt.encode(), hashlib.sha256).digest()
    return SecretStr(f"whsec_{base64.b64encode(drawn).decode()}")


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
