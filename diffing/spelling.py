"""One word or country written in several ways: what differs in spelling alone is no change."""

from __future__ import annotations

import re

from diffing.match import folded

_SPELLINGS = (
    (re.compile(r"isation(?=s?\b)"), "ization"),
    (re.compile(r"(?<=\w\w)is(?=(?:e[sdr]?|ing)\b)"), "iz"),
    (re.compile(r"\bcentre(?=s?\b)"), "center"),
    (re.compile(r"\bprogramme(?=s?\b)"), "program"),
    (re.compile(r"(?<=lab|olo|avo|ono|rbo)our"), "or"),
    (re.compile(r"\b(?:and|&)(?=\s)"), "and"),
)
"""British and American spelling of one word."""

_COUNTRIES = """
viet nam = vietnam = socialist republic of viet nam
republic of korea = korea = south korea = korea (rep of) = korea, rep of = rok = korea, republic of
united states = united states of america = usa = us = u.s = u.s.a = the united states
united kingdom = uk = u.k = great britain
russia = russian federation = the russian federation
china = people's republic of china = pr china = p.r. china = prc
hong kong, china = hong kong = hong kong sar = hong kong (china)
chinese taipei = taipei, china
brunei darussalam = brunei
papua new guinea = png
new zealand = aotearoa new zealand
philippines = the philippines = republic of the philippines
lao pdr = laos = lao people's democratic republic
czechia = czech republic
turkiye = turkey
iran = islamic republic of iran = iran (islamic republic of)
bolivia = plurinational state of bolivia = bolivia (plurinational state of)
venezuela = bolivarian republic of venezuela = venezuela (bolivarian republic of)
tanzania = united republic of tanzania
moldova = republic of moldova
slovakia = slovak republic
kyrgyzstan = kyrgyz republic
syria = syrian arab republic
micronesia = federated states of micronesia
netherlands = the netherlands = kingdom of the netherlands
cabo verde = cape verde
cote d'ivoire = ivory coast
eswatini = swaziland
myanmar = burma
mexico = united mexican states
"""
_CANONICAL = {
    name.strip(): names.split("=")[0].strip()
    for names in _COUNTRIES.strip().splitlines()
    for name in names.split("=")
}


def spelt(value: object) -> str:
    """A text folded (`diffing.match.folded`), British and American spelling of a word alike."""
    text = folded(value)
    for pattern, common in _SPELLINGS:
        text = pattern.sub(common, text)
    return text


def country(value: object) -> str:
    """A country or economy, whatever it is called."""
    name = folded(value)
    return _CANONICAL.get(name, name)
