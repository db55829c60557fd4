"""What the page says of the group itself: its name, acronym and the page's own date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crawler.extract.dates import first_date
from crawler.extract.lines import lines_of
from crawler.extract.sections import LAST_UPDATE
from storage.document import BlockKind, Document
from storage.records import Group

NOUNS = (
    r"(?:Working Group|Special Interest Group|Interest Group|Experts['’]? Group|Expert Group|Task Force"
    r"|Task Group|Steering Group|Committee"
    r"|Sub-?Committee|Council|Commission|Partnership|Dialogue|Forum|Network|Group|Board|Panel|Team|Chapter|Foundation|Programme|Program)"
)
DEFINED = re.compile(r"\((?P<acronym>[A-Z][A-Za-z]{0,3}[A-Z/&-]*[A-Z])\)")
BEFORE = 160
_CAPITALISED = r"(?:[A-Z][\w'’&/-]*|of|on|and|for|the|in|to|with|&|,)"
NAMED = re.compile(
    rf"\b[A-Z][\w'’&/-]*,?(?: {_CAPITALISED},?){{0,12}}? {NOUNS}\b"
    rf"(?:(?: on| for| of)(?: {_CAPITALISED}){{1,8}})?"
)
LEADING = re.compile(r"^(?:(?:The|In|This|An?|[A-Z]{2,}(?:['’]s)?)\s+)+")
UPDATED = re.compile(
    r"(?:last\s+(?:page\s+)?(?:updated?|modified|revised|reviewed|edited|changed)|page\s+(?:last\s+)?(?:updated?|modified)"
    r"|(?:^|[\[(])\s*(?:updated|modified|revised|as of)|date of last update)\b(?P<rest>.{0,60})",
    re.I,
)
FORMER = re.compile(
    r"\b(?:formerly|former|previously|predecessor|renamed from|started? an?|began|as (?:the )?)\b[^.]*$", re.I
)
OUTLET = re.compile(r"\s+[|–—·»]\s+.*$")


def read_group(document: Document) -> Group:
    """The group that the page is about. What it does not say stays None."""
    title = _title(document)
    texts = [block.text for block in document.blocks if block.kind is not BlockKind.ROW]
    defined = _own_definition(title, texts)
    name, acronym = defined if defined else (None, None)
    if title and (name is None or not _extends(name, title)):
        name = _without_acronym(title)
    if name is None:
        name, acronym = _named(texts)
    return Group(name=name, acronym=acronym, last_updated=read_last_update(document))


def read_last_update(document: Document) -> str | None:
    """The date that the page gives for itself."""
    for line in lines_of(document.blocks):
        if len(line.text) > 300 or not (found := UPDATED.search(line.text)):
            continue
        if not LAST_UPDATE.match(line.text) and "(" not in found.group()[:1] and len(line.text) > 120:
            continue
        dates = first_date(found["rest"])
        if dates:
            return dates.starts_on
        if line.block.times:
            return line.block.times[0][:10] or None
    return None


def _title(document: Document) -> str | None:
    """The page's own heading: its h1, else what its title says before the site's name."""
    first = next((b for b in document.blocks if b.kind is BlockKind.HEADING), None)
    if first is not None and first.level == 1:
        return first.text
    return OUTLET.sub("", document.title).strip() or None


def _own_definition(title: str | None, texts: list[str]) -> tuple[str, str] | None:
    """As in "Tidal Trade Working Group (TTWG)": of all that the page defines, the group's own.

    That is the one whose words the title shares, else the one that the page speaks of most.
    """
    counts = Counter(
        token for text in texts for token in re.findall(r"(?<![\w-])[A-Z][A-Za-z&/]*[A-Z](?![\w])", text)
    )
    best: tuple[float, str, str] | None = None
    for at, (name, acronym, is_former) in enumerate(_definitions(([title] if title else []) + texts)):
        shared = _shared(name, title) if title else 0.0
        if title and shared < 0.5:
            continue
        if not title and not re.search(NOUNS, name):
            continue
        score = 10 * shared + min(counts[acronym], 9) - (8 if is_former else 0) - at / 1000
        if best is None or score > best[0]:
            best = (score, name, acronym)
    return (best[1], best[2]) if best else None


def _definitions(texts: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Every name with the acronym in brackets behind it, and whether the text says that it is a former one."""
    for text in texts:
        for found in DEFINED.finditer(text):
            before = text[max(0, found.start() - BEFORE) : found.start()]
            if name := _spelt_out(before, found["acronym"]):
                is_former = FORMER.search(before) and not re.search(r"\b(?:became|renamed)\b", before)
                yield name, found["acronym"], bool(is_former)


def _spelt_out(before: str, acronym: str) -> str | None:
    """The words at the end of `before` that the acronym abbreviates: it begins with their first initial."""
    words = before.split()
    letters = [ch for ch in acronym if ch.isalpha()]
    for count in range(2, min(len(words), 14) + 1):
        tail = words[-count:]
        if not tail[0][:1].isupper() or tail[0][:1] != letters[0] or re.search(r"['’]s$", tail[0]):
            continue
        if _abbreviates(letters, tail):
            return " ".join(tail).strip(" ,")
    return None


def _abbreviates(letters: list[str], words: list[str]) -> bool:
    """The letters are, in order, initials of the words or capitals within them, at least half of them."""
    initials = "".join(
        ch for word in words for n, ch in enumerate(re.sub(r"[^\w]", "", word)) if n == 0 or ch.isupper()
    )
    at = 0
    for letter in letters:
        at = initials.lower().find(letter.lower(), at)
        if at < 0:
            return False
        at += 1
    capitalised = [word for word in words if word[:1].isupper()]
    return len(letters) * 2 >= len(capitalised)


def _shared(name: str, title: str) -> float:
    ours, theirs = _words(name), _words(title)
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def _words(text: str) -> set[str]:
    return {w for w in re.findall(r"\w+", text.casefold()) if len(w) > 3}


def _extends(name: str, title: str) -> bool:
    return name.casefold().startswith(_without_acronym(title).casefold())


def _without_acronym(title: str) -> str:
    """The name in a title: no acronym behind it, no mark before it, not the document's own kind."""
    title = re.sub(r"^\[[^\]]*\]\s*", "", re.sub(r"\s*\([A-Z][\w/&-]{1,12}\)\s*$", "", title)).strip()
    return re.sub(rf"\b({NOUNS})\s+(?:Charter|Terms of Reference|Home ?page|Website)$", r"\1", title)


def _named(texts: list[str]) -> tuple[str | None, str | None]:
    """Without title and definition: the last body named in full whose initials the page uses as a word."""
    tokens = Counter(token for text in texts for token in re.findall(r"(?<![\w-])[A-Z]{2,8}(?![\w-])", text))
    found: list[tuple[int, int, str, str]] = []
    for at, text in enumerate(texts[:40]):
        for match in NAMED.finditer(text[:5000]):
            name = LEADING.sub("", match.group())
            initials = "".join(w[0] for w in re.findall(r"[A-Z]\w*", name))
            if len(initials) > 1 and tokens[initials]:
                found.append((tokens[initials], at, name, initials))
    if not found:
        return None, None
    _, _, name, acronym = max(found, key=lambda f: (f[0], f[1]))
    return name, acronym
