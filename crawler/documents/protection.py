"""E-mail addresses that Cloudflare protects: the first byte of the code, drawn anew for each answer, is the key
that all others are combined with by exclusive or.
"""

from __future__ import annotations

import re

PROTECTED = "/cdn-cgi/l/email-protection"
MASKED = "[email protected]"
"""What is shown in the place of such an address."""
CODE = re.compile(r"#(?P<code>(?:[0-9a-f]{2}){4,200})$", re.I)


def settled(target: str) -> str:
    """A link target whose code is the same in each answer: written anew under the key 0, cut where it is none."""
    before, found, code = target.partition(PROTECTED)
    if not found:
        return target
    plain = _decoded(code)
    return f"{before}{PROTECTED}#00{plain.encode().hex()}" if plain else before + PROTECTED


def unprotected(target: str) -> str | None:
    """The address behind a link target, if it carries one."""
    _, found, code = target.partition(PROTECTED)
    return _decoded(code) if found else None


def without_code(target: str) -> str:
    """A link target without the address that its code carries."""
    before, found, _ = target.partition(PROTECTED)
    return before + found


def _decoded(code: str) -> str | None:
    shape = CODE.fullmatch(code)
    if shape is None:
        return None
    key, *rest = bytes.fromhex(shape["code"])
    try:
        plain = bytes(byte ^ key for byte in rest).decode()
    except UnicodeDecodeError:
        return None
    return plain if "@" in plain and plain.isprintable() else None
