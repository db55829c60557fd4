"""What months and days of the week are called, in the languages that dates are read in without help."""

from __future__ import annotations

import unicodedata

# English, German, French, Spanish, Portuguese, Italian, Dutch, Indonesian, Malay, Scandinavian, Polish, Turkish,
# Russian: each month's names and short forms.
_MONTHS = (
    "january jan januar janvier janv enero ene janeiro gennaio januari stycznia ocak января январь",
    "february feb febr februar fevrier fevr febrero fevereiro febbraio februari lutego subat февраля февраль",
    "march mar marz maerz mars marzo marco maart maret marca mart марта март",
    "april apr avril avr abril abr aprile kwietnia nisan апреля апрель",
    "may mai mayo maio maggio mei maj maja mayis мая май",
    "june jun juni juin junio junho giugno czerwca haziran июня июнь",
    "july jul juli juillet juil julio julho luglio julai lipca temmuz июля июль",
    "august aug aout agosto ago augustus agustus ogos augusti sierpnia agustos августа август",
    "september sept sep septembre septiembre setiembre setembro settembre wrzesnia eylul сентября сентябрь",
    "october oct oktober okt octobre octubre outubro ottobre pazdziernika ekim октября октябрь",
    "november nov novembre noviembre novembro listopada kasim ноября ноябрь",
    "december dec dezember dez decembre diciembre dic dezembro dicembre desember disember grudnia aralik"
    " декабря декабрь",
)
_WEEKDAYS = """
mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miercoles jueves viernes sabado domingo segunda-feira terca-feira quarta-feira quinta-feira sexta-feira
senin selasa rabu kamis jumat sabtu minggu
"""


def without_accents(text: str) -> str:
    """The same number of characters, Latin and Cyrillic ones without accents, digits in their plain form."""
    return text if text.isascii() else text.translate(PLAIN)


PLAIN = {
    code: plain
    for first, last in ((0xC0, 0x250), (0x400, 0x460), (0x1E00, 0x1F00))
    for code in range(first, last)
    if (plain := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
} | {ord("đ"): "d", ord("Đ"): "D", ord("ı"): "i"}
PLAIN |= {0xFF10 + digit: str(digit) for digit in range(10)}

MONTHS = {
    without_accents(name): number for number, names in enumerate(_MONTHS, start=1) for name in names.split()
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
WEEKDAYS = frozenset(_WEEKDAYS.split())
WEEKDAY = "(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\b"
