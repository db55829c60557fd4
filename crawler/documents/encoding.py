"""Which encoding the bytes are in, decided as browsers do (WHATWG HTML, "determining the character
encoding").
"""

from __future__ import annotations

import codecs
import re

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([a-z0-9_:.\-]+)", re.I)
META_WITHIN = 4096

# Labels that browsers read as a wider encoding than the one they name (WHATWG Encoding, section 4.2).
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
READABLE = re.compile(
    r"utf-8|utf-16(-le|-be)?|cp\d+|iso8859-\d+|iso2022_jp|koi8-[ru]|mac-\w+|euc_jp|gb18030|big5hkscs"
)


def decode(body: bytes, charset: str | None = None, *, markup: bool = True) -> str:
    """The text of `body`. Order: byte order mark, the header's `charset`, a `<meta>`, else UTF-8 or
    windows-1252.

    Bytes that do not fit become U+FFFD; NUL, which no page means, is left out.
    """
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").replace("\0", "")
    named = _codec(charset) or (_meta_codec(body) if markup else None)
    if named:
        return body.decode(named, "replace").replace("\0", "")
    try:
        return body.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace").replace("\0", "")


def _meta_codec(body: bytes) -> str | None:
    found = META.search(body, 0, META_WITHIN)
    codec = _codec(found.group(1).decode("ascii")) if found else None
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _codec(label: str | None) -> str | None:
    """Python's name for a label; None for unknown ones and for codecs that the web has not."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    name = WIDER.get(name, name)
    return name if READABLE.fullmatch(name) else None
