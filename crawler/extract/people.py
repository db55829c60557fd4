"""What a line says of a person: a name, a role, an organisation, an address. No page structure here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract.places import Gazetteer

HONORIFIC = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Messrs|Dr|Prof|Professor|Assoc\.? Prof|Amb|Ambassador|Hon|The Hon|H\.?\s?E"
    r"|Sir|Dame|Datuk|Dato['’]?"
    r"|Engr|Eng|Ing|Ir|Sr|Sra|Srta|Herr|Frau|Mme|Mlle|Lic|Atty|Gen|Col|Capt|Rev)"
)
_PARTICLE = (
    r"(?:de|del|della|der|den|van|von|da|das|dos|du|di|la|le|el|al|bin|binti|bt|ibn|y|e|ter|ten|af|av|zu)"
)
_WORD = r"[^\W\d_](?:[^\W\d_]|['’.\-])*"
_NAME = rf"{_WORD}(?:\s+{_WORD}){{0,6}}"
SUFFIXED = re.compile(rf"(?P<name>{_NAME})\s*\((?P<honorific>{HONORIFIC})\.?\)(?P<rest>.*)", re.S)
PREFIXED = re.compile(
    rf"(?P<honorific>{HONORIFIC}\.?(?:\s+{HONORIFIC}\.?)*)\s+(?P<name>{_NAME})(?P<rest>|\s*[,(;:|–—].*|\s+-\s.*)",
    re.S,
)
BARE = re.compile(rf"(?P<name>{_NAME})(?P<rest>|\s*[,(;|–—].*|\s+-\s.*)", re.S)
POST_NOMINAL = re.compile(
    r"\s*,\s*(?:Ph\.?\s?D\.?|M\.?D\.?|MBA|Esq\.?|J\.?D\.?|CBE|OBE|LL\.?M\.?|Jr\.?|CISSP)(?=\W|$)", re.I
)

ROLE_NOUNS = (
    r"chair(?:man|woman|person|s|men|persons)?|co-?chairs?|vice-?chairs?|director|directors|secretary|secretaries|coordinators?"
    r"|co-?ordinators?|leads?|leaders?|co-?leads?|officers?|managers?|head|heads|officials?|ministers?|conven[oe]rs?|delegates?"
    r"|representatives?|advis[eo]rs?|counsell?ors?|attach[eé]|president|vice-president|executive|specialist|analyst|rapporteurs?"
    r"|liaisons?|commissioner|governor|treasurer|moderator|facilitators?|assistant|associate|deputy|contacts?"
    r"|focal points?|monitor"
    r"|maintainers?|organi[sz]ers?|economist|ambassador|consul|professor|lecturer|researcher|editors?|editor-in-chief|spokesperson"
    r"|ceo|cto|cfo|founder|co-founder|partner|consultant|engineer|expert|diretor|diretora|directora|presidente|jefe|jefa|coordinadora?"
    r"|secretario|secretaria"
)
ORG_NOUNS = (
    r"ministry|ministerio|minist[eè]re|department|dept|departamento|secretariat|institute|instituto|institution|university|universidad"
    r"|agency|agencia|administration|commission|comisi[oó]n|council|committee|bureau|office|directorate|division|cent(?:re|er)|authority"
    r"|board|bank|association|foundation|corporation|corp|inc|ltd|limited|llc|gmbh|company|co\.|organi[sz]ation|society|college|school"
    r"|academy|federation|chamber|embassy|government|affairs|services?|unit|section|network|union|laborator(?:y|ies)|trust|parliament"
    r"|treasury|customs|delegation|mission|group|consortium|initiative|partnership|enterprises?|industry|trade|commerce|branch|fund"
)
ROLE = re.compile(rf"(?<![\w-])(?:{ROLE_NOUNS})(?![\w-])", re.I)
ORG = re.compile(rf"(?<!\w)(?:{ORG_NOUNS})(?!\w)", re.I)
NOT_NAMES = re.compile(
    r"\b(?:the|and|for|of|to|in|our|your|mailing|list|meeting|meetings|workshop|forum|notes|agenda|website|page|contact|email|e-mail"
    r"|telephone|phone|fax|address|more|download|view|click|here|news|events?|projects?|activities|about|home|slack|github|calendar"
    r"|open|code|community|issues|team|teams|information|street|road|avenue|twitter|feed|follow|join|report|plan|policy|statement"
    r"|north|south|east|west|united|republic|international|national|global|general|vacant|tba|tbc|tbd|name)\b",
    re.I,
)
ADDRESS = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
SPELT = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})\s*(?:\(at\)|\[at\]|\{at\}|\s+at\s+)\s*([\w-]+(?:(?:\s*(?:\(dot\)|\[dot\]|\{dot\})\s*|\s+dot\s+|\.)[\w-]+)+)",
    re.I,
)
MASKED = re.compile(r"\[\s*email\s*protected\s*\]", re.I)
EMAIL_LABEL = re.compile(
    r"(?:^|(?<=[\s,;|(]))(?:e-?mail|correo|courriel)(?:\s+address)?\s*[:.]?\s*$|(?<!\w)e-?mail\s*:\s*", re.I
)
PHONE = re.compile(
    r"(?:(?<!\w)(?:tel|telephone|phone|mobile|cell|ph|t|m)\s*[.:]*\s*)(?P<number>\+?[\d(][\d\s().\-/]{5,24}\d)|(?P<bare>\+\d[\d\s().\-]{6,20}\d)",
    re.I,
)
FAX = re.compile(r"(?:fax|f)\s*[.:]+\s*\+?[\d(][\d\s().\-/]{5,24}\d", re.I)
LONGEST = 400
YEARS = r"(?:19|20)\d\d"
TERM = re.compile(
    rf"\s*[,(]?\s*(?:for\s+)?(?P<term>{YEARS}(?:\s*[-–—/]\s*(?:{YEARS}|\d\d|present|today))?)\s*\)?\s*$", re.I
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name with its honorific as shown, without a stop; `rest` is what follows in the line."""

    name: str
    honorific: str | None
    rest: str


def read_person(text: str, known: Gazetteer, *, bare: bool = False) -> Person | None:
    """The person that a line begins with. Without an honorific only where `bare` names may stand."""
    if len(text) > LONGEST or is_sentence(text):
        return None
    text = POST_NOMINAL.sub("", text.strip())
    for shape in (SUFFIXED, PREFIXED):
        found = shape.fullmatch(text)
        if found and _is_name(found["name"], shortest=1):
            return Person(_tidy(found["name"]), found["honorific"].rstrip("."), found["rest"].strip())
    found = BARE.fullmatch(text) if bare else None
    if found and _is_name(found["name"], shortest=2) and _is_no_thing(found["name"], known):
        return Person(_tidy(found["name"]), None, found["rest"].strip())
    return None


def _is_name(text: str, shortest: int) -> bool:
    words = text.split()
    telling = [w for w in words if not re.fullmatch(_PARTICLE, w)]
    return (
        len(telling) >= shortest
        and len(words) <= 7
        and all(w[0].isupper() or not w[0].islower() for w in telling)
    )


def _is_no_thing(text: str, known: Gazetteer) -> bool:
    if len(text.split()) > 5 or ROLE.search(text) or ORG.search(text) or NOT_NAMES.search(text):
        return False
    if known.is_economy(text) or known.is_city(text):
        return False
    return not all(w.isupper() and len(w) > 1 for w in text.split()) or len(text.split()) == 2


def _tidy(name: str) -> str:
    return name.strip(" ,;-")


def is_role(text: str) -> bool:
    """A role, not a body: its noun comes before any of a body's, or last ("Office Manager")."""
    role = ROLE.search(text)
    if role is None or len(text) > 160:
        return False
    body = ORG.search(text)
    if body is None or role.start() < body.start():
        return True
    last = list(ROLE.finditer(text))[-1]
    return last.end() >= len(TERM.sub("", text).rstrip()) and not re.search(r"\b(?:of|for)\b", text)


def is_body(text: str) -> bool:
    """An organisation or a part of one, by its nouns."""
    return ORG.search(text) is not None and len(text) <= 160


def is_sentence(text: str) -> bool:
    """A sentence of prose, not a line of a contact."""
    return text.endswith((".", "!", "?")) and len(text.split()) > 5 and not is_title_case(text)


def is_title_case(text: str) -> bool:
    """Every longer word starts with a capital, as in a body's name; a sentence does not."""
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    return bool(words) and len(words) <= 12 and all(w[0].isupper() or len(w) <= 3 for w in words)


def rank_of_body(text: str) -> int:
    """How far up a body stands: a ministry before a department before an office."""
    if re.search(
        r"\b(?:ministry|ministerio|government|university|secretariat|inc|ltd|gmbh|corporation|bank|parliament)\b",
        text,
        re.I,
    ):
        return 3
    if re.search(r"\b(?:bureau|directorate|division|office|unit|section|branch)\b", text, re.I):
        return 1
    return 2


def split_term(role: str) -> tuple[str, str | None]:
    """A role and the years it is held, "Vice Chair (2021-2022)"."""
    found = TERM.search(role)
    if found is None or not role[: found.start()].strip():
        return role, None
    return role[: found.start()].strip(" ,("), re.sub(r"\s*[–—/-]\s*", "-", found["term"])


def split_body_off(role: str) -> tuple[str, str | None]:
    """A body glued to the end of a role: "Assistant Secretary for X International Trade Administration"."""
    found = re.search(
        r"(?<=\w)\s+(?P<body>(?:International|National|Federal|Central|Royal|State|Ministry|Department|Office|Bureau)\b[^,;()]*)$",
        role,
    )
    if (
        found is None
        or not is_body(found["body"])
        or re.search(r"\b(?:of|for|the|and|to|in|at)\s*$", role[: found.start()], re.I)
    ):
        return role, None
    return role[: found.start()].strip(), found["body"]


def is_plural(role: str) -> bool:
    """The role of several: "Chairs", "Team Contacts"."""
    role = role.strip(" :").lower()
    return role.endswith("men") or (role.endswith("s") and not role.endswith("ss"))


def singular(role: str) -> str:
    """The role that a heading gives to several: "Technical Leads" is "Technical Lead" for each."""
    role = role.strip(" :")
    if role.lower().endswith("men"):
        return role[:-2] + "an"
    return role[:-1] if is_plural(role) else role
