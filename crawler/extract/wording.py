"""What entries of lists are made of: names of kinds of meetings, labels, documents beside them."""

from __future__ import annotations

import re

NOUNS = re.compile(
    r"\b(?:meetings?|workshops?|forums?|fora|summits?|conferences?|seminars?|webinars?|dialogues?|sessions?|symposi(?:um|a)|roundtables?"
    r"|trainings?|plenar(?:y|ies)|assembl(?:y|ies)|congress|colloqui(?:um|a)|meetups?|hackathon|course|exhibition|fair|expo|week|retreat"
    r"|consultations?|hearing|briefing|calls?|festival|concert|panel|camp|briefings?"
    r"|r[eé]uni[oó]n(?:es|s)?|s[eé]minaires?|seminarios?|webinaires?|ateliers?|talleres|taller|colloques?|coloquios?|conf[eé]rences?"
    r"|conferencias?|journ[eé]es?|jornadas?|congr[eè]s|congreso|asamblea|assembl[eé]e|foros?|cumbre|sitzung|tagung|kongress"
    r"|reuni[aã]o|oficina|assembleia|hội (?:nghị|thảo)|cuộc họp|pertemuan|rapat|lokakarya)\b"
    r"|会议|會議|会議|総会|大会|研討會|研讨会|セミナー|シンポジウム|論壇|论坛|회의|세미나|총회|포럼|워크숍",
    re.I,
)
KIND = re.compile(r"(?:meeting|event)\s*:\s*", re.I)
"""A label that is also the only name of a meeting: "Meeting: Lima, Peru - 5 May 2024"."""
_PLACE = "where|venue|location|place|lugar|lieu|sede|ort"
LABEL = re.compile(
    rf"(?:when|dates?|{_PLACE}|time|title|event|meeting|topic|subject|theme|tema|fecha|quand|thema)\s*:\s*",
    re.I,
)
PLACE_LABEL = re.compile(rf"(?:{_PLACE})\s*:\s*", re.I)
JOINING = frozenset(
    {"de", "del", "da", "do", "di", "of", "the", "la", "el", "am", "an", "der", "upon", "sur", "en"}
)
_DOCUMENT = (
    r"(?:draft\s+|annotated\s+|final\s+|meeting\s+)?(?:agendas?|minutes|summary(?:\s+record)?|reports?|slides"
    r"|compte[- ]rendu|proc[eè]s-verbal|ordre du jour|actas?|protokoll|niederschrift|ata"
    r"|programme?|pdf|docx?|documents?"
    r"|presentations?|materials|registration|register|more info(?:rmation)?|details|recordings?"
    r"|session page|website|photos)"
)
TRAILING = re.compile(
    rf"(?:[\s|,;–—-]*[(\[]\s*{_DOCUMENT}\b[^()\[\]]{{0,40}}[)\]]"
    rf"|(?:\s+[|–—-]|\.)\s+{_DOCUMENT}(?: (?:is |are )?(?:now )?available(?: \w+){{0,3}})?\.?"
    r"|\s*\[[A-Z]{2,}[\w/()-]{4,}\])\s*$",
    re.I,
)
"""Links to documents behind an entry: they are beside the meeting, not part of it."""
REMARK = re.compile(
    r"\s*\((?:co-?)?(?:hosted|hosts?|organi[sz]ed|located|part of|back[- ]to[- ]back|in conjunction"
    r"|jointly|following)\b[^()]{0,80}\)",
    re.I,
)
"""Beside whom or what a meeting is, not where."""
