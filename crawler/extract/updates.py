"""The date that a page gives for itself."""

from __future__ import annotations

import re

from crawler.extract.dates import first_date
from crawler.extract.lines import Line, lines_of
from crawler.extract.sections import LAST_UPDATE
from storage.document import Document

UPDATED = re.compile(
    r"(?:last\s+(?:page\s+)?(?:updated?|modified|revised|reviewed|edited|changed)|page\s+(?:last\s+)?(?:updated?|modified)"
    r"|(?:^|[\[(])\s*(?:updated|modified|revised|as of)|date of last update)\b(?P<rest>.{0,60})",
    re.I,
)
ELSEWHERE = (
    *(
        "actuali",
        "atuali",
        "última",
        "mise à jour",
        "dernière",
        "aktualisier",
        "stand:",
        "geändert",
        "aggiorn",
    ),
    *("diperbarui", "cập nhật", "更新", "업데이트", "수정"),
)
"""Of which one is in the line that dates a page in another language."""
LONGEST = 300


def read_last_update(document: Document) -> str | None:
    """The page's own date of its last update, at the precision shown."""
    for line in lines_of(block for block in document.blocks if _may_date_page(block.text)):
        if len(line.text) <= LONGEST and (day := _of_line(line)):
            return day
    return None


def _of_line(line: Line) -> str | None:
    own = LAST_UPDATE.match(line.text)
    found = UPDATED.search(line.text)
    if found is None:
        dates = first_date(line.text[own.end() : own.end() + 60]) if own else None
        return dates.starts_on if dates else None
    if own is None and "(" not in found.group()[:1] and len(line.text) > 120:
        return None
    dates = first_date(found["rest"])
    if dates:
        return dates.starts_on
    return line.block.times[0][:10] or None if line.block.times else None


def _may_date_page(text: str) -> bool:
    """A word of such lines is in it: a test that costs next to nothing."""
    text = text.lower()
    if "updat" in text or "modified" in text or "revis" in text or "review" in text or "edited" in text:
        return True
    if "changed" in text or "as of" in text:
        return True
    if len(text) > LONGEST or (
        text.isascii() and "actuali" not in text and "aktuali" not in text and "stand:" not in text
    ):
        return False
    return any(word in text for word in ELSEWHERE)
