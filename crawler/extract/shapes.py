"""How dates and ranges of dates are written: one pattern each, with the groups d1 m1 y1 d2 m2 y2.

Patterns are tried at places where a date may begin, a number or a month's name, the longer ones first.
"""

from __future__ import annotations

import re

from crawler.extract.months import MONTH, WEEKDAY

_YEAR = r"(?:19|20)\d\d"
_PARTS = {
    "W": rf"(?:{WEEKDAY}\.?,?\s+)?",
    "D": r"\d{1,2}(?:\s?(?:st|nd|rd|th|h|er|º|ª|°)\b|\.)?(?:\s*[(（][^()（）\d]{1,12}[)）])?",
    "M": MONTH,
    "Y": _YEAR,
    "S": r"(?:'|’)\d\d",
    "N": r"\d{1,2}",
    "T": r"\s*(?:[-\u2010-\u2015\u2212~～〜&/]"
    r"|\b(?:to|and|through|thru|until|till|bis|und|au|et|al|a|y|e|den|sampai|s/d)\b)"
    r"\s*(?:el\s+|le\s+|the\s+)?",
    "OF": r"(?:,\s|[-\s]*)(?:of\s+|de\s+)?",
    "C": r"[-\s.]*,?\s*(?:del?\s+)?",
    "ALSO": r"(?:\s*,\s*\d{1,2}(?:st|nd|rd|th)?\b){0,5}",
    "AND": r"\s*,?\s*(?:\b(?:and|y|und|et|e|dan)\b|&)\s*",
    "TO": r"\s*(?:[-–—~～〜至到]|から|부터)\s*",
    "B": r"(?:\.?\s*[(（][^()（）\d]{1,6}[)）])?",
    "P": r"(?:\s*[(（][^()（）\d]{1,6}[)）])?",
}

_FROM_YEAR = (
    r"(?P<y1>{Y})-(?P<m1>\d\d)-(?P<d1>\d\d)\s*[/–—-]\s*(?P<d2>\d\d)(?![-\d])",
    r"(?P<y1>{Y})-(?P<m1>\d\d)-(?P<d1>\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"
    r"(?:(?:\s*[-–—/~]{{1,2}}\s*|\s+to\s+)(?P<y2>{Y})-(?P<m2>\d\d)-(?P<d2>\d\d))?(?:T[\d:.]+Z?)?",
    r"(?P<y1>{Y})\s*年\s*(?P<m1>{N})\s*月\s*(?P<d1>{N})\s*[日号]{P}{TO}(?:(?:(?P<y2>{Y})\s*年\s*)?(?P<m2>{N})\s*月\s*)?(?P<d2>{N})\s*[日号]{P}",
    r"(?P<y1>{Y})\s*年\s*(?P<m1>{N})\s*月\s*(?P<d1>{N}){TO}(?P<d2>{N})\s*[日号]{P}",
    r"(?P<y1>{Y})\s*年\s*(?P<m1>{N})\s*月(?:\s*(?P<d1>{N})\s*[日号]{P})?",
    r"(?P<y1>{Y})\s*년\s*(?P<m1>{N})\s*월\s*(?P<d1>{N})\s*(?:일{P})?{TO}(?:(?:(?P<y2>{Y})\s*년\s*)?(?P<m2>{N})\s*월\s*)?(?P<d2>{N})\s*일{P}",
    r"(?P<y1>{Y})\s*년\s*(?P<m1>{N})\s*월(?:\s*(?P<d1>{N})\s*일{P})?",
    r"(?P<y1>{Y})(?P<sep>[/.])\s?(?P<m1>{N})(?P=sep)\s?(?P<d1>{N})\.?{P}\s*[-–—~～]\s*"
    r"(?:(?:(?P<y2>{Y})(?P=sep)\s?)?(?P<m2>{N})(?P=sep)\s?)?(?P<d2>{N})\b{B}",
    r"(?P<y1>{Y})(?P<sep>[/.])\s?(?P<m1>{N})(?P=sep)\s?(?P<d1>{N})\b{B}",
    r"(?P<y1>{Y})[-\s,]+(?P<m1>{M})[-\s]*(?P<d1>{N})(?:st|nd|rd|th)?\b(?:\s*[-–]\s*(?P<d2>{N})(?:st|nd|rd|th)?\b)?",
    r"(?P<y1>{Y})-(?P<m1>\d\d)(?![-\d])",
)
_FROM_ERA = (
    r"(?P<y1>(?:令和|平成)\s*(?:\d{{1,2}}|元))\s*年\s*(?P<m1>{N})\s*月(?:\s*(?P<d1>{N})\s*日{P}"
    r"(?:{TO}(?:(?P<m2>{N})\s*月\s*)?(?P<d2>{N})\s*日{P})?)?",
)
_FROM_DAY = (
    r"(?P<d1>{D}){OF}(?P<m1>{M}){C}(?P<y1>{Y}){T}{W}(?P<d2>{D}){OF}(?P<m2>{M}){C}(?P<y2>{Y})",
    r"(?P<d1>{D})(?:{OF}(?P<m1>{M}))?{T}{W}(?P<d2>{D}){OF}(?P<m2>{M}){C}(?P<y2>{Y}|{S})",
    r"(?P<d1>{D}){ALSO}{AND}(?P<d2>{D}){OF}(?P<m2>{M}){C}(?P<y2>{Y})",
    r"(?P<d1>{D}){OF}(?P<m1>{M}){C}(?P<y1>{Y}|{S})",
    r"(?P<d1>{N})-(?P<m1>{M})-(?P<y1>\d\d)\b",
    r"(?P<d1>{N})\s*(?:{T}(?:ngay\s+)?(?P<d2>{N})\s*)?thang\s*(?P<m2>{N})\s*(?:,|/|-|nam)?\s*(?P<y2>{Y})",
    r"(?P<d1>{N})(?P<sep>[/.-])(?P<m1>{N})(?P=sep)(?P<y1>{Y}){T}(?:ngay\s+)?(?P<d2>{N})(?P=sep)(?P<m2>{N})(?P=sep)(?P<y2>{Y})",
    r"(?P<d1>{N})(?:\.|(?P<sep>[/.])(?P<m1>{N})\.?)?\s*(?:[-–—]|den)\s*(?P<d2>{N})[/.](?P<m2>{N})[/.](?P<y2>{Y})",
    r"(?P<d1>{N})(?P<sep>[/.-])(?P<m1>{N})(?P=sep)(?P<y1>{Y})",
)
_FROM_MONTH = (
    r"(?P<m1>{M})\s*(?P<d1>{D}),?\s*(?P<y1>{Y}){T}{W}(?P<m2>{M})\s*(?P<d2>{D}),?\s*(?P<y2>{Y})",
    r"(?P<m1>{M})[-\s]*(?P<d1>{D}){T}{W}(?:(?P<m2>{M})\s*)?(?P<d2>{D})\s*,?\s*(?P<y2>{Y}|{S})",
    r"(?P<m1>{M})[-\s]*(?P<d1>{D})[-\s]*,?\s*(?:of\s+)?(?P<y1>{Y}|{S})",
    r"(?P<m1>{M})(?:\s*,?\s*(?P<y1>{Y}))?{T}(?P<m2>{M}){C}(?P<y2>{Y})",
    r"(?P<m1>{M}){C}(?:of\s+)?(?P<y1>{Y})",
)
_DAY_WITHOUT_YEAR = (
    r"(?P<d1>{D})(?:{OF}(?P<m1>{M}))?{T}{W}(?P<d2>{D}){OF}(?P<m2>{M})",
    r"(?P<d1>{D}){OF}(?P<m1>{M})",
    r"(?P<m1>{N})\s*[月월]\s*(?P<d1>{N})\s*[日号일]?{P}{TO}(?:(?P<m2>{N})\s*[月월]\s*)?(?P<d2>{N})\s*[日号일]{P}",
    r"(?P<m1>{N})\s*[月월]\s*(?P<d1>{N})\s*[日号일]{P}",
    r"(?P<d1>{N})\s*(?:{T}(?P<d2>{N})\s*)?thang\s*(?P<m2>{N})\b",
)
_MONTH_WITHOUT_YEAR = (
    r"(?P<m1>{M})\s*(?P<d1>{D}){T}{W}(?:(?P<m2>{M})\s*)?(?P<d2>{D})\b",
    r"(?P<m1>{M})\s*(?P<d1>{D})",
)

Shapes = tuple[re.Pattern[str], ...]


def _compiled(shapes: tuple[str, ...]) -> Shapes:
    return tuple(re.compile(rf"(?:{shape.format(**_PARTS)})(?!\d)", re.I) for shape in shapes)


HAS_YEAR = re.compile(r"(?:[1１][9９]|[2２][0０])\d\d|['’]\d\d\b|[a-z]-\d\d\b|(?:令和|平成)\s*[\d元]")
"""What every date with a year has somewhere."""
FROM_YEAR, FROM_DAY, FROM_MONTH = _compiled(_FROM_YEAR), _compiled(_FROM_DAY), _compiled(_FROM_MONTH)
FROM_ERA = _compiled(_FROM_ERA)
DAY_WITHOUT_YEAR, MONTH_WITHOUT_YEAR = _compiled(_DAY_WITHOUT_YEAR), _compiled(_MONTH_WITHOUT_YEAR)
