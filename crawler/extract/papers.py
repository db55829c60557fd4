"""Headings of lists of publications and documents, which are listed as news are: a title, a date, a link."""

from __future__ import annotations

import re

from crawler.extract.months import without_accents
from crawler.extract.words import BESIDE, EVENTS, LONGEST_SCRIPT, NEWS, SCRIPTS_FROM, WORDS

PUBLICATION, DOCUMENT = "publication", "document"

_WORDS = {
    PUBLICATION: """
        publication publications papers paper reports report studies briefs books articles journals outputs brochures
        newsletters newsletter bulletins
        publicaciones informes estudios boletines rapports etudes publikationen veroffentlichungen berichte studien
        publicacoes relatorios estudos boletins pubblicazioni rapporti publikasi laporan terbitan pham
    """,
    DOCUMENT: """
        documents document resources downloads materials files library minutes guidelines drafts standards
        documentos recursos documentacion descargas materiales actas ressources telechargements
        dokumente unterlagen downloads ressourcen protokolle documenti risorse dokumen unduhan lieu van
    """,
}
WORDS_OF = {category: frozenset(words.split()) for category, words in _WORDS.items()}
_SIGNS = {
    PUBLICATION: "出版物 出版 刊物 刊行 报告 報告書 간행물 발간물 보고서",
    DOCUMENT: "文件 文档 文書 資料 资料 자료 문서 下载 ダウンロード",
}
SIGNS_OF = {category: tuple(words.split()) for category, words in _SIGNS.items()}
_MORE = """
key reference background policy policies technical useful official adopted approved draft final session tools links
featured relevant important working discussion position white fact sheets featured more new reading core governing
claves referencia interes tecnicos oficiales publications cles reference utiles wichtige weitere zum an
bao cao tai van ban recientes recents recentes neueste ultimas ultimos ultimes derniers dernieres nuevas nuevos
published
"""
FILLERS = BESIDE | frozenset(_MORE.split())
MOST_WORDS = 7


def category_of(title: str) -> str | None:
    """`publication` or `document` where a heading tells that such are listed under it; of both the first said.

    One that tells of meetings too ("Meeting documents") is none.
    """
    plain = without_accents(title.casefold().strip(" :"))
    if plain > SCRIPTS_FROM:
        if len(plain) > LONGEST_SCRIPT:
            return None
        return next((c for c, signs in SIGNS_OF.items() if any(sign in plain for sign in signs)), None)
    words = re.findall(r"[\w&-]+", plain)
    acronyms = (
        {w.casefold() for w in re.findall(r"\b[A-Z][A-Z\d-]+\b", title)} if not title.isupper() else set()
    )
    telling = [word for word in words if any(word in known for known in WORDS_OF.values())]
    known = FILLERS.union(*WORDS_OF.values(), WORDS[NEWS], acronyms)
    if not telling or len(words) > MOST_WORDS or not {w for w in words if not w.isdigit()} <= known:
        return None
    if not WORDS[EVENTS].isdisjoint(words):
        return None
    return next(category for category, names in WORDS_OF.items() if telling[0] in names)
