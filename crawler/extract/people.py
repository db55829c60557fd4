"""What a line says of a person: a name, a role, an organisation, an address. No page structure here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.places import Gazetteer
from crawler.extract.roles import ORG, ORG_IN_SCRIPT, is_role, role_shape, split_term
from crawler.extract.words import SCRIPTS_FROM

__all__ = ["ADDRESS", "EMAIL_LABEL", "FAX", "MASKED", "PHONE", "SPELT", "Person", "read_person", "split_term"]

HONORIFIC = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Messrs|Dr|Prof|Professor|Assoc\.? Prof|Amb|Ambassador|Hon|The Hon|H\.?\s?E"
    r"|Sir|Dame|Datuk|Dato['’]?|Datin|Tan Sri|Tun|Haji|Hajah|Hj|Hjh|Khun|Shri|Smt|Ông|Bà"
    r"|Engr|Eng|(?:Dr\.?|Dipl\.?)-?\s?Ing|Ing|Ir|Sr|Sra|Srta|Dra|Drs|Herr|Frau|M(?=\.)|Mme|Mlle|Lic|Mtr[oa]|Psic|Arq|Atty"
    r"|Gen|Col|Maj|Capt|Cdr|Lt|Rev|Judge|Justice)"
)
_PARTICLE = (
    r"(?:de|del|della|der|den|van|von|da|das|dos|du|di|la|le|el|al|bin|binti|bt|ibn|y|e|ter|ten|af|av|zu)"
)
# Family and given name in one word, as Chinese, Japanese and Korean are written.
SCRIPT_NAME = re.compile(r"[\u4e00-\u9fff々]{2,4}|[\uac00-\ud7a3]{2,4}")
NARROW = str.maketrans("（）［］：，；　", "()[]:,; ")
_WORD = r"[^\W\d_](?:[^\W\d_]|['’.\-])*"
_NAME = rf"{_WORD}(?:\s+{_WORD}){{0,6}}"
SUFFIXED = re.compile(rf"(?P<name>{_NAME})\s*\((?P<honorific>{HONORIFIC})\.?\)(?P<rest>.*)", re.S)
LEADING = re.compile(rf"(?P<honorific>{HONORIFIC}\.?)\s+(?=\S)")
PREFIXED = re.compile(
    rf"(?P<honorific>{HONORIFIC}\.?(?:\s+{HONORIFIC}\.?)*)\s+(?P<name>{_NAME})(?P<rest>|\s*[,(;:|–—].*|\s+-\s.*)",
    re.S,
)
BARE = re.compile(rf"(?P<name>{_NAME})(?P<rest>|\s*[,(;|–—<].*|\s+-\s.*|\s+[\w.+-]+@.*)", re.S)
HANDLE = re.compile(r"@[\w.-]{2,39}\s*[-–—:,|]\s*(?=\S)|\(?@[\w.-]{2,39}\)?(?=\s*(?:$|[-–—,(]))")
PRONOUNS = re.compile(r"\s*\((?:he|she|they|him|her|them|his|hers|theirs)(?:/\w+)*\)", re.I)
POST_NOMINAL = re.compile(
    r"\s*,\s*(?:Ph\.?\s?D\.?|M\.?D\.?|MBA|Esq\.?|J\.?D\.?|CBE|OBE|LL\.?M\.?|M\.?Sc|M\.?A|Jr\.?|Sr|CISSP|PMP|CPA"
    r"|P\.?\s?Eng|PE|FRS|QC|KC|AO|AM|PSM|RN|II|III)\.?(?=\s*(?:$|[,(;|–—]))",
    re.I,
)

NOT_NAMES = re.compile(
    r"\b(?:the|and|for|of|to|in|our|your|mailing|list|meeting|meetings|workshop|forum|notes|agenda|website|page|contact|email|e-mail"
    r"|telephone|phone|fax|address|more|download|view|click|here|news|events?|projects?|activities|about|home|slack|github|calendar"
    r"|open|code|community|issues|team|teams|information|street|road|avenue|twitter|feed|follow|join|report|plan|policy|statement"
    r"|north|south|east|west|united|republic|international|national|global|general|vacant|tba|tbc|tbd|name|not|applicable|none|nominated|appointed|confirmed|announced|determined)\b",
    re.I,
)
VACANT = re.compile(
    r"[(\[]?(?:(?:[a-z-]+ ){1,2}name|(?:currently |position )?vacant|vacancy|tb[acdn]|n\.\s?n\."
    r"|to be (?:advised|appointed"
    r"|confirmed|announced|determined|nominated|designated|named|elected|filled)|vacante"
    r"|por (?:designar|definir|confirmar)|[àa] (?:désigner|designar)"
    r"|unbesetzt|空缺|未定|공석)[)\]]?\.?",
    re.I,
)
"""What stands where nobody is named."""
ADDRESS = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
SPELT = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})\s*(?:\((?:at|arroba|chez|arobase)\)|\[(?:at|arroba|chez|arobase)\]|\{at\}|<at>|\(@\)|\[@\]|\s+at\s+|\s+@\s+)\s*([\w-]+(?:(?:\s*(?:\((?:dot|punto|point)\)|\[(?:dot|punto|point)\]|\{dot\})\s*|\s+dot\s+|\.)[\w-]+)+)",
    re.I,
)
MASKED = re.compile(r"\[\s*email\s*protected\s*\]", re.I)
_MAIL = (
    r"(?:e-?mails?|correo(?:\s+electr[oó]nico)?|courriel|m[eé]l|e-?post"
    r"|电子邮件|电子邮箱|電子郵件|電子メール|邮箱|メール|이메일|전자우편)"
)
EMAIL_LABEL = re.compile(
    rf"(?:^|(?<=[\s,;|(]))(?:group\s+)?{_MAIL}(?:[-\s]+(?:address|adresse))?\s*[:.]?\s*$|(?<!\w){_MAIL}\s*:\s*|(?:^|(?<=[\s|,;]))E\s*:\s*$",
    re.I,
)
PHONE = re.compile(
    r"(?:(?<!\w)(?:tel|telephone|telefono|tel[eé]fono|telefone|telefon|t[eé]l[eé]phone|t[eé]l|phone|mobile|mob|cell|ph|t|m"
    r"|电话|電話|전화|điện thoại)\s*(?:no|number)?\s*[.:]*\s*)"
    r"(?P<number>\+?[\d(][\d\s().\-/]{5,24}\d)|(?P<bare>\+\d[\d\s().\-]{6,20}\d)",
    re.I,
)
FAX = re.compile(r"(?:fax|f)\s*[.:]+\s*\+?[\d(][\d\s().\-/]{5,24}\d", re.I)
# A number alone on its line needs no label, where it is written as no date is.
BARE_PHONE = re.compile(
    r"(?P<number>\(\d{2,5}\)\s*\d[\d\s.-]{5,12}\d|\d{3}[-.]\d{3}[-.]\d{4}|0\d{1,4}[-\s]\d{2,4}[-\s]\d{3,4})"
    r"(?:\s*(?:x|ext\.?)\s*\d+)?"
)
STREET = re.compile(r"\s*,\s*\d{1,4}\w?\s+[A-Z]")
"""Behind a name it is a place's: "Pier House, 1 Quay Street"."""
BACKWARDS = re.compile(r"(?<!\S)[\w-]{2,20}(?:\.[\w-]+)*\.[\w-]+@[\w.+-]{2,64}(?!\S)")
DOMAIN = re.compile(r"@[\w.-]+\.(?:[a-z]{2}|com|org|net|int|gov|edu|info|example)", re.I)
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Person:
    """A name with its honorific as shown, without a stop; `rest` is what follows in the line."""

    name: str
    honorific: str | None
    rest: str


def read_person(text: str, known: Gazetteer, *, bare: bool = False) -> Person | None:
    """The person that a line begins with. Without an honorific only where `bare` names may stand."""
    return _read_person(text, known, bare) if len(text) <= LONGEST else None


@lru_cache(maxsize=4096)
def _read_person(text: str, known: Gazetteer, bare: bool) -> Person | None:
    """A line is looked at from several sides, each of which asks for the person in it."""
    if is_sentence(text):
        return None
    text = narrowed(text).strip(" *•·✉📧")
    if "," in text:
        text = POST_NOMINAL.sub("", text)
    if "@" in text and (handle := HANDLE.match(text)):
        text, bare = text[handle.end() :], True
    text = PRONOUNS.sub("", text) if "/" in text else text
    if text[:1] > SCRIPTS_FROM and (person := _in_script(text)):
        return person
    for shape in (SUFFIXED, PREFIXED):
        found = shape.fullmatch(text) if shape is PREFIXED or "(" in text else None
        if found and _is_name(found["name"], shortest=1):
            name, honorific = _tidy(found["name"]), found["honorific"].rstrip(".")
            if shape is SUFFIXED and (before := LEADING.match(name)):
                name, honorific = name[before.end() :], before["honorific"].rstrip(".")
            return Person(name, honorific, found["rest"].strip())
    found = BARE.fullmatch(text) if bare else None
    if found and STREET.match(found["rest"]):
        return None
    if found and _is_name(found["name"], shortest=2) and _is_no_thing(found["name"], known):
        return Person(_tidy(found["name"]), None, found["rest"].strip())
    return None


def forwards(text: str) -> str:
    """With addresses that are written backwards ("elpmaxe.feer@ada") put right: no domain is without a dot."""
    found = BACKWARDS.search(text) if "@" in text else None
    if found is None or "." in found.group().partition("@")[2]:
        return text
    turned = found.group()[::-1]
    return text.replace(found.group(), turned) if DOMAIN.search(turned) else text


def narrowed(text: str) -> str:
    """With the narrow signs for the wide ones of Chinese, Japanese and Korean."""
    return text if text.isascii() else text.translate(NARROW)


def _in_script(text: str) -> Person | None:
    """As in "王建国 交通运输研究院 院长": a name in such a script, then what says a role or a body."""
    words = text.split()
    if len(words) < 2 or len(words) > 8 or not SCRIPT_NAME.fullmatch(words[0]) or is_role(text):
        return None
    names = 2 if len(words) > 2 and len(words[0]) <= 2 and SCRIPT_NAME.fullmatch(words[1]) else 1
    rest = words[names:]
    if not rest or not _is_name(words[0], shortest=1) or any(_says_what(word) for word in words[1:names]):
        return None
    return Person(" ".join(words[:names]), None, ", ".join(rest)) if _says_what(rest[-1]) else None


def _says_what(word: str) -> bool:
    return is_role(word) or ORG_IN_SCRIPT.fullmatch(word) is not None


NOT_TELLING = re.compile(rf"{_PARTICLE}|[dl]['’][A-Z]\S*")


def _is_name(text: str, shortest: int) -> bool:
    words = text.split()
    if SCRIPT_NAME.fullmatch(text):
        return not is_role(text) and ORG_IN_SCRIPT.fullmatch(text) is None
    telling = [w for w in words if not NOT_TELLING.fullmatch(w)]
    return (
        len(telling) >= shortest
        and len(words) <= 7
        and all(w[0].isupper() or not w[0].islower() for w in telling)
    )


def _is_no_thing(text: str, known: Gazetteer) -> bool:
    if (
        len(text.split()) > 5
        or role_shape(known.roles).search(text)
        or ORG.search(text)
        or NOT_NAMES.search(text)
    ):
        return False
    if known.is_economy(text) or known.is_city(text):
        return False
    return not all(w.isupper() and len(w) > 1 for w in text.split()) or len(text.split()) == 2


def _tidy(name: str) -> str:
    return name.strip(" ,;-")


def is_sentence(text: str) -> bool:
    """A sentence of prose, not a line of a contact."""
    return text.endswith((".", "!", "?")) and len(text.split()) > 5 and not is_title_case(text)


def is_title_case(text: str) -> bool:
    """Every longer word starts with a capital, as in a body's name; a sentence does not."""
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    return bool(words) and len(words) <= 12 and all(w[0].isupper() or len(w) <= 3 for w in words)
