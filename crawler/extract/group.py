"""What the page says of the group itself: its name, acronym and the page's own date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.extract.knowledge import DEFAULT
from crawler.extract.priorities import read_priorities
from crawler.extract.sections import TEXT, holds_by_words
from crawler.extract.updates import read_last_update
from storage.document import BlockKind, Document
from storage.records import Event, Group

NOUNS = (
    r"(?:Working Group|Working Party|Special Interest Group|Interest Group|Experts['’]? Group|Expert Group|Task Force"
    r"|Task Group|Steering Group|Committee"
    r"|Sub-?Committee|Council|Commission|Partnership|Dialogue|Forum|Network|Group|Board|Panel|Team|Chapter|Foundation|Programme|Program)"
)
DEFINED = re.compile(r"\((?P<acronym>[A-Z][A-Za-z]{0,3}[A-Z/&-]*[A-Z]\d{0,3})\)")
IN_TITLE = re.compile(r"(?P<name>.+?)\s*\((?P<acronym>[A-Z][A-Za-z\d/&.-]{1,11}|[a-z][a-z\d-]{2,15})\)")
"""A title with the group's acronym, or the lower-case name that some bodies give their groups."""
ABOUT = re.compile(
    r"\b(?:formerly|previously|originally)\s+(?:known\s+as\s+|named\s+|called\s+)?(?:the\s+)?"
    r"(?P<former>[A-Z][^.;,()]{3,90}?)(?=\s*[.;,()]|\s+(?:and|which|that|was|is)\b)"
)
UNDER = re.compile(
    r"\b(?:(?:sub-?(?:group|committee)|working (?:group|party)|task force|committee|body|part|organ|panel)"
    r"\s+(?:of|under|within)"
    r"|reports\s+(?:directly\s+)?to|under\s+the\s+(?:direction|auspices|umbrella|guidance)\s+of|established\s+(?:by|under))"
    r"\s+the\s+(?P<parent>[A-Z][^.;,()]{3,90}?)(?=\s*[.;,()]|\s+(?:and(?= [a-z])|which|that|in|to|for|with)\b)"
)
BEFORE = 160
_CAPITALISED = r"(?:[A-Z][\w'’&/-]*|of|on|and|for|the|in|to|with|&|,)"
NAMED = re.compile(
    rf"\b[A-Z][\w'’&/-]*,?(?: {_CAPITALISED},?){{0,12}}? {NOUNS}\b"
    rf"(?:(?: on| for| of)(?: {_CAPITALISED}){{1,8}})?"
)
LEADING = re.compile(r"^(?:(?:The|In|This|An?|[A-Z]{2,}(?:['’]s)?)\s+)+")
TOKEN = re.compile(r"(?<![\w-])[A-Z][A-Za-z&/]*[A-Z](?!\w)")
FORMER = re.compile(
    r"\b(?:formerly|former|previously|predecessor|renamed from|started? an?|began|as (?:the )?)\b[^.]*$", re.I
)
OUTLETS = re.compile(r"\s+[|–—·»-]\s+")
FIRST = 20
LONGEST, LONGEST_NAME = 1500, 160
SHORTEST = 40


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
    acronym = None if acronym in KINDS else acronym or _initials_in_use(name, texts)
    return Group(
        name=name,
        acronym=acronym,
        parent=_parent(texts, name),
        former_names=_former_names(texts),
        priorities=read_priorities(document.blocks),
        description=_description(document),
        last_updated=read_last_update(document),
    )


def unless_event(group: Group, events: Iterable[Event]) -> Group:
    """A page whose heading is what it states as an event's name is that event's page, and of no group."""
    names = {event.title.casefold() for event in events}
    return replace(group, name=None) if (group.name or "").casefold() in names else group


def _initials_in_use(name: str | None, texts: list[str]) -> str | None:
    """The initials of the name, where the page calls the group by them: "The OHWG was formed in 2011"."""
    initials = "".join(word[0] for word in re.findall(r"[A-Z]\w*", name or ""))
    if len(initials) < 3 or not re.search(rf"\b{NOUNS}\b", name or ""):
        return None
    alone = re.compile(rf"(?<![\w-]){initials}(?![\w-])")
    return initials if any(initials in text and alone.search(text) for text in texts) else None


def defined_group(line: str) -> str | None:
    """As in "Expert Group on Lamps (EGL): Chair - Ms Ada Low": the name with its acronym, before a colon."""
    name = line[:LONGEST_NAME].partition(": ")[0]
    own = IN_TITLE.fullmatch(name) if len(name) < min(len(line), LONGEST_NAME) else None
    return name if own and re.search(rf"\b{NOUNS}\b", own["name"]) else None


def _parent(texts: list[str], name: str | None) -> str | None:
    """As in "It reports to the Committee on Trade"; only the first texts speak of the group itself."""
    for text in texts[:FIRST]:
        for found in UNDER.finditer(text[:LONGEST]):
            parent = found["parent"].strip()
            if re.search(NOUNS, parent) and parent != name and len(parent.split()) > 1:
                return parent
    return None


def _former_names(texts: list[str]) -> tuple[str, ...]:
    """As in "previously named the Extension Group (EG)"."""
    found = (match["former"].strip() for text in texts[:FIRST] for match in ABOUT.finditer(text[:LONGEST]))
    return tuple(dict.fromkeys(name for name in found if re.search(NOUNS, name)))


def _description(document: Document) -> str | None:
    """The first paragraph that is prose, before the second heading."""
    headings = 0
    for block in document.blocks:
        headings += block.kind is BlockKind.HEADING
        if headings > 2:
            return None
        if block.kind is BlockKind.PARAGRAPH and len(block.text) >= SHORTEST and _is_sentences(block.text):
            return block.text[:LONGEST]
    return None


def _is_sentences(text: str) -> bool:
    """Sentences, not labels or lines of an address."""
    return text.rstrip()[-1:] in {".", "。", "!", "”"} and "@" not in text


def _title(document: Document) -> str | None:
    """The page's own heading: its h1, else what its title says before the site's name.

    Where that only says what the page lists ("Events"), the site's name behind it may be the group's.
    """
    first = next((b for b in document.blocks if b.kind is BlockKind.HEADING), None)
    if first is not None and first.level == 1 and holds_by_words(first.text, DEFAULT) == TEXT:
        return first.text
    names = [name.strip() for name in OUTLETS.split(document.title) if name.strip()]
    own = [name for name in names if holds_by_words(name, DEFAULT) == TEXT]
    if own and len(own) < len(names):
        return next((name for name in own if re.search(NOUNS, name)), None)
    return own[0] if own else None


def _own_definition(title: str | None, texts: list[str]) -> tuple[str, str] | None:
    """As in "Tidal Trade Working Group (TTWG)": of all that the page defines, the group's own.

    That is the one whose words the title shares, else the one that the page speaks of most.
    """
    own = IN_TITLE.fullmatch(title) if title else None
    if own and (own["acronym"].islower() or own["acronym"][0] == own["name"][0]):
        return own["name"], own["acronym"]
    definitions = list(_definitions(([title] if title else []) + texts))
    if not definitions:
        return None
    counts = Counter(TOKEN.findall("\n".join(texts)))
    best: tuple[float, str, str] | None = None
    for at, (name, acronym, is_former) in enumerate(definitions):
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
        if "(" not in text:
            continue
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
        if _abbreviates(letters, tail) or _abbreviates_within(letters, tail):
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


def _abbreviates_within(letters: list[str], words: list[str]) -> bool:
    """As LHWG does Lighthouse Working Group: every capitalised word's initial, and letters within the words."""
    names = [word.lower() for word in words if word[:1].isupper()]
    wanted = "".join(letters).lower()
    at = 0
    for name, following in zip(names, [*(n[0] for n in names[1:]), ""], strict=True):
        if wanted[at : at + 1] != name[0]:
            return False
        at, within = at + 1, 0
        while at < len(wanted) and wanted[at] != following:
            within = name.find(wanted[at], within + 1)
            if within < 0:
                return False
            at += 1
    return at == len(wanted)


def _shared(name: str, title: str) -> float:
    ours, theirs = _words(name), _words(title)
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def _words(text: str) -> set[str]:
    return {w for w in re.findall(r"\w+", text.casefold()) if len(w) > 3}


def _extends(name: str, title: str) -> bool:
    return name.casefold().startswith(_without_acronym(title).casefold())


DRAFTED = re.compile(
    r"^(?:proposed|draft)\s+(?=[A-Z])|[\s\ufe0f\u200d\u2600-\u27bf\U0001f000-\U0001faff]+$", re.I
)
"""What a title says of its state, or shows for decoration."""
KINDS = frozenset({"WG", "IG", "CG", "SIG", "TF", "TAG", "WP"})
"""Acronyms of what kind of group it is, and of none by its name."""


def _without_acronym(title: str) -> str:
    """The name in a title: no acronym behind it, no mark before it, not the document's own kind."""
    title = DRAFTED.sub("", title)
    title = re.sub(
        r"^\[[^\]]*\]\s*",
        "",
        re.sub(r"\s*\((?:[A-Z][\w/&.-]{1,12}|[a-z][a-z\d-]{2,15}|[^()]*\d{4}[^()]*)\)\s*$", "", title),
    ).strip()
    before, colon, behind = title.partition(": ")
    if colon and holds_by_words(behind, DEFAULT) != TEXT:
        title = before
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
