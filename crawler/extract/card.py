"""A contact while it is being read: lines come in, facts are sorted, a record comes out."""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawler.documents.protection import PROTECTED, unprotected
from crawler.extract.lines import Line
from crawler.extract.people import (
    ADDRESS,
    BARE_PHONE,
    EMAIL_LABEL,
    FAX,
    MASKED,
    PHONE,
    SPELT,
    Person,
    forwards,
    is_sentence,
    is_title_case,
    narrowed,
)
from crawler.extract.places import Gazetteer
from crawler.extract.roles import TERM, is_body, is_role, rank_of_body, split_body_off, split_term
from crawler.extract.words import SCRIPTS_FROM
from storage.records import Contact

GENERIC = re.compile(
    r"representative|alternate|member|delegate|contact|focal point|officer|^(?:\w+ )?leade?r?$", re.I
)
"""A heading's role that says less than one in brackets behind a name."""
HANDLE = re.compile(r"@[\w.-]{2,39}|[a-z][a-z\d_-]{1,19}")
"""A name of an account, as an ID's column or a bracket behind a name gives it."""
BRACKETS = re.compile(r"\(([^()]*(?<!\bof))\)")
"""Not those of an official name: "Korea (Rep. of)"."""
SQUARE = re.compile(r"\s*\[([^\[\]]*)\]")
TERM_BEHIND = re.compile(
    r"(?:^|[,;]\s*)(?:[\w-]+\s)?term\b.*?(?P<first>(?:19|20)\d\d)(?:.*?(?P<last>(?:19|20)\d\d))?", re.I | re.S
)
"""The years of a term that is told by its days: "Chair term: 9/28/2020 - 9/27/2022"."""
LABEL = re.compile(r"(?P<label>[\w /-]{2,24}?)\s*:\s*(?P<value>\S.*)", re.S)
LABELS = {
    "role": re.compile(r"(?:role|position|title|job title|function|designation)", re.I),
    "organization": re.compile(r"(?:organi[sz]ation|affiliation|institution|company|agency|employer)", re.I),
    "department": re.compile(r"(?:department|division|unit|office)", re.I),
    "economy": re.compile(r"(?:economy|country)", re.I),
}


class Card:
    """One person's lines. `is_closed` after an address: what follows is somebody else's."""

    def __init__(self, person: Person | None, line: Line, known: Gazetteer, role: str | None = None) -> None:
        self.person, self.known = person, known
        self.place, self.indexes = line.place, {line.index}
        self.is_headed = line.is_heading
        self.roles: list[str] = [role] if role else []
        self.has_inherited_role = bool(role)
        self.bodies: list[str] = []
        self.department: str | None = None
        self.economy: str | None = None
        self.email: str | None = None
        self.phone: str | None = None
        self.link: str | None = None
        self.term: str | None = None
        self.is_protected = self.is_closed = False
        self.group: str | None = None
        self.is_supported = bool(person and person.honorific) or bool(role)
        self._take_links(line)
        if person is not None and person.rest:
            self._take_rest(person.rest, line)

    @classmethod
    def of_post(cls, line: Line, known: Gazetteer) -> Card:
        """A post that the page names nobody for."""
        return cls(None, line, known, line.text)

    def take(self, text: str, line: Line) -> bool:
        """Whether the line speaks of this person; then its facts are kept."""
        if self._ends(text):
            return False
        self.indexes.add(line.index)
        self._take_links(line)
        if (
            not any(link.text == text and link.target.lower().startswith("mailto:") for link in line.links)
            or "@" in text
        ):
            self.take_text(text)
        return True

    def _ends(self, text: str) -> bool:
        has_address = _has_address(text)
        if self.is_closed and not has_address and not PHONE.search(text):
            return True
        if text.endswith(":") or len(text) > 200 or is_sentence(text) or self._is_of_another(text):
            return True
        if (
            has_address
            or is_role(text, self.known.roles)
            or is_body(text)
            or self.known.is_economy(text)
            or LABEL.fullmatch(text)
            or PHONE.search(text)
            or BARE_PHONE.fullmatch(text)
        ):
            return False
        return not (is_title_case(text) or self._lacks_body(text))

    def _lacks_body(self, text: str) -> bool:
        """Under a name as heading and a role the next short line is whom the person works for."""
        return (
            self.is_headed
            and bool(self.roles)
            and not self.bodies
            and len(text.split()) <= 8
            and text[0].isupper()
        )

    def _is_of_another(self, text: str) -> bool:
        """As in "Secretariat: office at x dot example" speaks of a body of its own."""
        label = LABEL.fullmatch(text)
        if label is None or any(shape.fullmatch(label["label"].strip()) for shape in LABELS.values()):
            return False
        return is_body(label["label"]) and not re.search(r"mail|tel|phone|fax", label["label"], re.I)

    def take_as(self, kind: str, text: str, line: Line) -> None:
        """A fact whose kind the page says, as a table's column does."""
        if kind == "role":
            self._take_role(text)
        elif kind in {"email", "phone"}:
            self._take_addresses(f"{kind}: {text}")
        elif kind == "economy":
            self.economy = _without_brackets(text)
        elif kind == "organization":
            self.bodies.append(text)
        elif kind == "department":
            self.department = text
        elif kind == "name":
            self.take_text(text)
        elif not HANDLE.fullmatch(text):
            self._take_links(line)
            self.take_text(text)
        self.is_supported = True

    def take_text(self, text: str) -> None:
        self.is_supported = True
        text = self._take_addresses(forwards(narrowed(text)))
        label = LABEL.fullmatch(text)
        if label:
            kind = next((k for k, shape in LABELS.items() if shape.fullmatch(label["label"].strip())), None)
            if kind:
                self._take_kind(kind, label["value"])
                return
        if self.known.is_economy(text):
            self._take_piece(text)
            return
        for piece in self._pieces(text):
            self._take_piece(piece)

    def _take_kind(self, kind: str, value: str) -> None:
        if kind == "role":
            self._take_role(value)
        elif kind == "organization":
            self.bodies.append(value)
        else:
            setattr(self, kind, value)

    def _take_rest(self, rest: str, line: Line) -> None:
        """What follows a name in its line: brackets, then pieces between commas."""
        self.is_supported = True
        at_end = self.known.economy_at_end(rest)
        if at_end and "," in at_end[1]:  # "Hong Kong, China" is one name
            rest, self.economy = at_end
        if "[" in rest and not (MASKED.search(rest) or SPELT.search(rest)):
            for inner in SQUARE.findall(rest):
                self._take_bracket(inner.strip(), line)
            rest = SQUARE.sub(" ", rest)
        for inner in BRACKETS.findall(rest):
            self._take_bracket(inner.strip(), line)
        rest = BRACKETS.sub(" ", rest)
        for piece in re.split(r"[,;|\n]|\s[-–—]\s", rest):
            if piece.strip(" -–—:"):
                self.take_text(piece.strip(" -–—:"))

    def _take_bracket(self, text: str, line: Line) -> None:
        if span := TERM_BEHIND.search(text):
            self.term = "-".join(filter(None, (span["first"], span["last"])))
            text = text[: span.start()]
        if text.startswith("@"):
            self.link = line.link
        elif ADDRESS.search(text) or SPELT.search(text) or MASKED.search(text):
            self._take_addresses(text)
        elif HANDLE.fullmatch(text):
            return
        elif self.known.is_economy(text):
            self.economy = text
        elif is_role(text, self.known.roles) and (
            not self.has_inherited_role or GENERIC.search(self.roles[0])
        ):
            self._take_role(text)
        elif self.has_inherited_role and text and not text[0].isdigit():
            in_script = [word for word in text.split() if is_body(word)] if text > SCRIPTS_FROM else []
            self.bodies.extend(in_script or [text])
        elif text and not re.match(r"[\d.]+\s*(?:%|fte)", text, re.I):
            self.take_text(text)

    def _take_links(self, line: Line) -> None:
        for link in line.links:
            if PROTECTED in link.target:
                self.email = self.email or (unprotected(link.target) if self.known.decodes_emails else None)
                self.is_protected = self.is_closed = True
            elif link.target.lower().startswith("mailto:") and self.email is None:
                found = ADDRESS.search(unquote(link.target[7:]))
                if found and self._is_mine(link.text, line):
                    self.email = found.group()
        if MASKED.search(line.text) and self._is_mine(line.text, line):
            self.is_protected = True
        self.is_supported = self.is_supported or self.email is not None or self.is_protected

    def _is_mine(self, text: str, line: Line) -> bool:
        """Several people in one line each have the link on their name."""
        if self.person is None or "(" not in line.text or line.text.count(",") < 1:
            return True
        return self.person.name in text or "@" in text or MASKED.search(text) is not None

    def _take_addresses(self, text: str) -> str:
        """The text without its addresses and numbers."""
        found = ADDRESS.search(text)
        spelt = SPELT.search(text) if found is None else None
        if found:
            self.email = self.email or found.group()
        elif spelt and ("mail" in text.lower() or "(" in text or "[" in text or " dot " in text.lower()):
            self.email = self.email or _respelt(spelt)
        if MASKED.search(text):
            self.is_protected = True
        if found or (spelt and self.email) or MASKED.search(text):
            self.is_closed = True
        if spelt and self.email:
            text = SPELT.sub(" ", text)
        for shape in (ADDRESS, MASKED, EMAIL_LABEL, FAX):
            text = shape.sub(" ", text)
        alone = BARE_PHONE.fullmatch(text)
        if alone:
            self.phone = self.phone or alone["number"]
            return ""
        phone = PHONE.search(text)
        if phone:
            self.phone = self.phone or (phone["number"] or phone["bare"]).strip()
            text = PHONE.sub(" ", text)
        return re.sub(r"(?:^|\s)e-?mail\s*:?\s*$", "", " ".join(text.split()), flags=re.I).strip(" ,;:|-")

    def _pieces(self, text: str) -> list[str]:
        """A line cut at commas where what follows is a body or an economy: "Director, Ministry, Peru"."""
        words = text.split() if text > SCRIPTS_FROM else []
        if len(words) > 1 and any(is_role(word, self.known.roles) for word in words):
            return words
        pieces: list[str] = []
        for piece in re.split(r"\s*[,;|]\s*", text):
            cuts = is_body(piece) or is_role(piece, self.known.roles) or self.known.is_economy(piece)
            if pieces and not cuts:
                pieces[-1] += f", {piece}"
            elif piece:
                pieces.append(piece)
        return pieces

    def _take_piece(self, piece: str) -> None:
        if self.known.is_economy(piece):
            self.economy = self.economy or _without_brackets(piece)
        elif is_role(piece, self.known.roles):
            role, body = split_body_off(piece)
            self._take_role(role)
            if body:
                self._take_body(body)
        elif found := TERM.fullmatch(piece):
            self.term = found["term"]
        else:
            self._take_body(piece)

    def _take_role(self, role: str) -> None:
        """A role of one's own is said more exactly than the heading's over all."""
        if self.has_inherited_role:
            self.roles, self.has_inherited_role = [], False
        self.roles.append(role)

    def _take_body(self, text: str) -> None:
        """A body; an economy glued to its end is its own fact, unless it is part of the name ("Ministry of X
        of Y"). What has no letters (a time zone, a number) is none.
        """
        if not any(ch.isalpha() for ch in text):
            return
        found = self.known.economy_at_end(text)
        if found and self.economy is None:
            before = found[0].strip(" ,(")
            if _is_whole_body(before):
                self.economy, text = found[1], before
        self.bodies.append(text.strip(" ,"))

    def _appointment(self) -> tuple[str | None, str | None]:
        """The role and its years. One that is held for years is the group's; others are the person's own job."""
        told = [split_term(role) for role in dict.fromkeys(self.roles)]
        held = next(((role, term) for role, term in told if term), None)
        return held or (", ".join(role for role, _ in told) or None, self.term)

    def contact(self, section: str) -> Contact:
        """The record. Of several bodies the highest is the organisation, the last where they are equal."""
        role, term = self._appointment()
        bodies = list(dict.fromkeys(filter(None, self.bodies)))
        best = max(bodies, key=lambda body: (rank_of_body(body), bodies.index(body)), default=None)
        others = [body for body in bodies if body != best]
        return Contact(
            name=self.person.name if self.person else None,
            honorific=self.person.honorific if self.person else None,
            role=role,
            term=term,
            organization=best,
            department=self.department or ", ".join(others) or None,
            economy=self.economy,
            email=self.email,
            email_protected=self.is_protected and self.email is None,
            phone=self.phone,
            link=self.link,
            group=self.group,
            section=section,
            place=self.place,
            confidence=1.0 if self.person else 0.5,
        )


def _without_brackets(economy: str) -> str:
    """The name alone; one in brackets that belong to it keeps them: "Korea (Rep. of)"."""
    return re.sub(r"^\((.*)\)$", r"\1", economy.strip(" ,;"))


def is_fact_label(label: str) -> bool:
    """A label of one's own facts, not a role: "Email", "Affiliation", "Tel"."""
    if any(shape.fullmatch(label.strip()) for shape in LABELS.values()):
        return True
    return re.search(r"mail|tel|phone|fax|address|web|site|url|date|time|venue|note", label, re.I) is not None


def _has_address(text: str) -> bool:
    if ADDRESS.search(text) or MASKED.search(text) or "mail" in text.lower():
        return True
    return SPELT.search(text) is not None and ("[" in text or "(" in text or " dot " in text.lower())


def _respelt(found: re.Match[str]) -> str:
    host = re.sub(r"\s*(?:\(dot\)|\[dot\]|\{dot\}|\bdot\b)\s*", ".", found.group(2), flags=re.I)
    return f"{found.group(1)}@{host}"


def _is_whole_body(text: str) -> bool:
    if re.search(r"\b(?:of|and|for|the|in|to|with)\s*$", text, re.I):
        return False
    return (
        re.search(
            r"\b(?:Department|Ministry|Office|Bureau|Secretariat|Institute|University|Agency|Council) of ",
            text,
        )
        is not None
        or re.search(
            r"\b(?:ministry|secretariat|administration|agency|commission|council|institute|department|bureau|authority|university)$",
            text,
            re.I,
        )
        is not None
    )
